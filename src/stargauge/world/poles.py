"""How many poles a distribution of shares has, and how concentrated it is: two kernels over arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def effective_poles(shares: Floats) -> Floats:
    """Return the effective number of poles, 1 / Σ s², over the last axis.

    The inverse of the Herfindahl index, as Laakso and Taagepera (1979) count effective parties: between 1
    (one bloc holds all) and the number of blocs (all alike).

    Args:
        shares: (..., blocs) parts that add up to 1 over the last axis; not checked.
    """
    squares: Floats = np.square(shares).sum(axis=-1)
    return 1.0 / squares


def concentration(shares: Floats) -> Floats:
    """Return CON = sqrt((Σ s² - 1/n) / (1 - 1/n)) over the last axis, n its length, at least 2.

    The concentration of capabilities of Singer, Bremer and Stuckey (1972): 0 where all blocs are alike, 1
    where one holds all. It depends on n, so compare it only between splits into equally many blocs.

    Args:
        shares: (..., blocs) parts that add up to 1 over the last axis; not checked.
    """
    even = 1.0 / shares.shape[-1]
    squares: Floats = np.square(shares).sum(axis=-1)
    # Equal shares miss 1/n by a rounding, to either side.
    unequal: Floats = np.sqrt(np.maximum(squares - even, 0.0) / (1.0 - even))
    return unequal

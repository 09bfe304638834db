"""How many poles a distribution of shares has, and how concentrated it is: of a number, or over arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

Floats = NDArray[np.float64]


@step
def poles_of(squares: float) -> float:
    """Return the effective number of poles of shares whose squares add up to `squares`."""
    return 1.0 / squares


@step
def concentration_of(squares: float, count: int) -> float:
    """Return CON of `count` shares, at least 2, whose squares add up to `squares`."""
    even = 1.0 / count
    # Equal shares miss 1/n by a rounding, to either side.
    return math.sqrt(max(0.0, squares - even) / (1.0 - even))


def effective_poles(shares: Floats) -> Floats:
    """Return the effective number of poles, 1 / Σ s², over the last axis.

    The inverse of the Herfindahl index, as Laakso and Taagepera (1979) count effective parties: between 1
    (one bloc holds all) and the number of blocs (all alike).

    Args:
        shares: (..., blocs) parts that add up to 1 over the last axis; not checked.
    """
    poles: Floats = _POLES(np.square(shares).sum(axis=-1))
    return poles


def concentration(shares: Floats) -> Floats:
    """Return CON = sqrt((Σ s² - 1/n) / (1 - 1/n)) over the last axis, n its length, at least 2.

    The concentration of capabilities of Singer, Bremer and Stuckey (1972): 0 where all blocs are alike, 1
    where one holds all. It depends on n, so compare it only between splits into equally many blocs.

    Args:
        shares: (..., blocs) parts that add up to 1 over the last axis; not checked.
    """
    unequal: Floats = _CONCENTRATION(np.square(shares).sum(axis=-1), shares.shape[-1])
    return unequal


_POLES = np.vectorize(poles_of, otypes=[float])
_CONCENTRATION = np.vectorize(concentration_of, otypes=[float])

"""Heavy-tailed shocks: the quantile of Student's t with 4 degrees of freedom, scaled to unit variance.

Series of opinion and of use jump: a view of the US that fell by 20 points in a year, a gateway whose share of
open models went up by 1.2 logits in two months. With 4 degrees of freedom the quantile has a closed form, so
a draw costs as little as a normal one.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

UNIT_VARIANCE = math.sqrt(0.5)
"""Student's t with 4 degrees of freedom has a variance of 2."""


@step
def heavy_tail(u: float) -> float:
    """Return the quantile at `u` in (0, 1), of unit variance; 0 at one half.

    With α = 4 u (1 − u): t = ±2 √(cos(arccos(√α) / 3) / √α − 1) (Shaw 2006, equation 37).
    """
    root = math.sqrt(4.0 * u * (1.0 - u))
    if root >= 1.0:
        return 0.0
    size = 2.0 * math.sqrt(math.cos(math.acos(root) / 3.0) / root - 1.0) * UNIT_VARIANCE
    return size if u > 0.5 else -size


@step
def fill_heavy_tails(uniforms: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Write the quantiles of `uniforms` (n) to `out` (n); the two may be one array."""
    for i in range(uniforms.size):
        out[i] = heavy_tail(uniforms[i])


def heavy_tails(uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantiles at uniforms of any shape, in the same shape."""
    out = np.empty(uniforms.size)
    fill_heavy_tails(np.ascontiguousarray(uniforms).reshape(-1), out)
    return out.reshape(uniforms.shape)

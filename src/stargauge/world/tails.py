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

LOWEST = math.sqrt(0.75)
SLOPE = 1.0 / 6.0
BEND = LOWEST + SLOPE - 1.0
"""A parabola through both ends, with the slope at the lower one."""


@step
def heavy_tail(u: float) -> float:
    """Return the quantile at `u` in (0, 1), of unit variance; 0 at one half.

    With α = 4 u (1 − u) and c = cos(arccos(√α) / 3): t = ±2 √(c / √α − 1) (Shaw 2006, equation 37). c is the
    root of 4 c³ − 3 c = √α between √3 / 2 and 1; three steps of Newton's method from a parabola find it to
    the last bit, and unlike the cosines they compile to vector instructions.
    """
    root = math.sqrt(4.0 * u * (1.0 - u))
    c = LOWEST + root * (SLOPE - BEND * root)
    for _ in range(3):
        square = c * c
        c -= (c * (4.0 * square - 3.0) - root) / (12.0 * square - 3.0)
    size = 2.0 * UNIT_VARIANCE * math.sqrt(max(0.0, c / root - 1.0))
    return math.copysign(size, u - 0.5)


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

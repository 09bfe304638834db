"""Heavy-tailed shocks: Student-t with four degrees of freedom from uniforms.

Half-yearly steps of shares of compute have tails far beyond a normal's, much of them reporting; three to four
degrees of freedom fit them. With four the quantile is a closed form (Shaw 2006): with sin φ = |2u - 1|,
t = ± 2 sqrt(cos(φ/3) / cos φ - 1) = ± 4 sin(φ/3) sqrt(cos(φ/3) / cos φ); the last keeps its digits near
the median.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

Floats = NDArray[np.float64]

FREEDOM = 4
"""Degrees of freedom."""


@step
def student(u: float) -> float:
    """Return the quantile of Student's t with four degrees of freedom at u in (0, 1)."""
    cosine = 2.0 * math.sqrt(u * (1.0 - u))
    angle = math.atan2(abs(2.0 * u - 1.0), cosine)
    sine = math.sin(angle / 3.0)
    size = 4.0 * sine * math.sqrt(math.sqrt(1.0 - sine * sine) / cosine)
    return size if u > 0.5 else -size


@step
def _fill(uniforms: Floats, scales: Floats, out: Floats) -> None:
    futures, quarters, columns = uniforms.shape
    for f in range(futures):
        for c in range(columns):
            out[f, 0, c] = 0.0
        for k in range(quarters):
            for c in range(columns):
                out[f, k + 1, c] = scales[c] * student(uniforms[f, k, c])


def innovations(uniforms: Floats, scales: Floats) -> Floats:
    """Return (futures, quarters + 1, columns) shocks by slot, none in slot 0.

    Args:
        uniforms: (futures, quarters, columns) in the open interval (0, 1).
        scales: (columns) scale of each: its Student-t is multiplied by it.
    """
    futures, quarters, columns = uniforms.shape
    out = np.empty((futures, quarters + 1, columns))
    _fill(uniforms, scales, out)
    return out

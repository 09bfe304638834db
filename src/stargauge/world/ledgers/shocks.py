"""Heavy-tailed shocks of the ledgers and of capability by slot: Student-t with four degrees of freedom.

Half-yearly steps of shares of compute have tails far beyond a normal's, much of them reporting; three to four
degrees of freedom fit them. The quantile is that of `world.tails`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.world.tails import UNIT_VARIANCE, heavy_tail

Floats = NDArray[np.float64]


@step
def _fill(uniforms: Floats, scales: Floats, out: Floats) -> None:
    futures, quarters, columns = uniforms.shape
    for f in range(futures):
        for c in range(columns):
            out[f, 0, c] = 0.0
        for k in range(quarters):
            for c in range(columns):
                out[f, k + 1, c] = scales[c] * heavy_tail(uniforms[f, k, c])


def innovations(uniforms: Floats, scales: Floats) -> Floats:
    """Return (futures, quarters + 1, columns) shocks by slot, none in slot 0.

    Args:
        uniforms: (futures, quarters, columns) in the open interval (0, 1).
        scales: (columns) scale of each: its Student-t, not scaled to unit variance, is multiplied by it.
    """
    futures, quarters, columns = uniforms.shape
    out = np.empty((futures, quarters + 1, columns))
    _fill(uniforms, scales / UNIT_VARIANCE, out)
    return out

"""From energised IT power to compute: each month's additions at that month's efficiency, while they last.

A cluster without power counts as bought, not as compute: only energised MW enter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MONTHS_PER_YEAR = 12.0


def compute_stock(
    it_mw: Floats,
    efficiency: float,
    growth: Floats,
    life_months: Floats,
    base_month: float,
) -> Floats:
    """Return the compute in use at the end of each month, in H100-equivalents.

    Args:
        it_mw: (futures, months) energised IT MW, cumulative; what stands at the first month is taken to be of
            that month's vintage.
        efficiency: H100-equivalents per IT MW of what is installed at `base_month`.
        growth: (futures) growth factor of that efficiency a year.
        life_months: (futures) months an accelerator is used. At the end of its life it is replaced in the
            same hall by that month's vintage, since the power is there and energised MW do not fall.
        base_month: Month the efficiency holds for.

    Returns:
        (futures, months): sum over vintages of MW times efficiency, where each MW carries the efficiency of
        the last month it was fitted out in.
    """
    futures, months = it_mw.shape
    per_mw = efficiency * growth[:, None] ** ((np.arange(months) - base_month) / MONTHS_PER_YEAR)
    fitted = np.diff(it_mw, axis=1, prepend=0.0)
    life = np.maximum(1, np.rint(life_months).astype(np.int64))
    rows = np.arange(futures)
    change = np.empty_like(fitted)
    for month in range(months):
        # What was fitted a life ago is fitted again: retired at the old efficiency, installed at the new one.
        fitted_then = month - life
        due = np.where(fitted_then >= 0, fitted[rows, np.maximum(fitted_then, 0)], 0.0)
        old = per_mw[rows, np.maximum(fitted_then, 0)]
        fitted[:, month] += due
        change[:, month] = fitted[:, month] * per_mw[:, month] - due * old
    stock: Floats = np.cumsum(change, axis=1)
    return stock

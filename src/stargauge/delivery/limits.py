"""Shared limits that add up: what has been made, or earned, by each month, in each future.

Every limit is cumulative: what exists by a month, whether taken or not. Chips and capital are counted from
some months before the as-of date, as phases in fit-out already have theirs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MONTHS_PER_YEAR = 12.0


def cumulative_supply(
    rate_per_year: Floats,
    growth: Floats,
    base_month: float,
    from_month: float,
    horizon: int,
) -> Floats:
    """Return what a supply that grows exponentially has made by the beginning of each month.

    Args:
        rate_per_year: (futures) amount a year at the base month.
        growth: (futures) growth factor a year.
        base_month: Month at which the rate holds.
        from_month: Month from which supply counts; may be negative.
        horizon: Number of months.

    Returns:
        (futures, horizon); the integral of rate · growth^(t/12) from `from_month` to the beginning of each
        month, 0 for months that begin before it. What waits is energised at the beginning of a month.
    """
    starts = np.arange(horizon, dtype=np.float64)
    log_growth = np.log(growth)[:, None] / MONTHS_PER_YEAR
    monthly = rate_per_year[:, None] / MONTHS_PER_YEAR
    span = np.maximum(0.0, starts - from_month)
    # expm1(x)/x is 1 at x = 0 and keeps its digits beside it; the difference of two exponentials does not.
    steep = log_growth * span
    safe = np.where(steep == 0.0, 1.0, steep)
    mean_growth = np.where(steep == 0.0, 1.0, np.expm1(safe) / safe)
    total: Floats = monthly * np.exp(log_growth * (from_month - base_month)) * span * mean_growth
    return total


def supplied_path(rate_per_year: Floats, from_month: float) -> Floats:
    """Return a cumulative path from supplied rates.

    Args:
        rate_per_year: (horizon) rate a year in each month.
        from_month: Month from which supply counts; a month that begins before it counts for the part after.

    Returns:
        (horizon) what exists by the beginning of each month.
    """
    starts = np.arange(rate_per_year.size, dtype=np.float64)
    part = np.clip(starts + 1.0 - from_month, 0.0, 1.0)
    monthly = rate_per_year / MONTHS_PER_YEAR * part
    total: Floats = np.concatenate([[0.0], np.cumsum(monthly)[:-1]])
    return total

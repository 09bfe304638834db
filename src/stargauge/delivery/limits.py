"""Shared limits: how much regional headroom, chip supply and capital there is by each month, in each future.

Every limit is cumulative: what exists by a month, whether taken or not. Chips and capital are counted from
some months before the as-of date, as phases in fit-out already have theirs; headroom is counted from its base
date, and what was energised since has already taken its part.
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


def headroom_path(
    base_mw: Floats, scale: Floats, growth_mw_per_year: Floats, base_month: float, horizon: int
) -> Floats:
    """Return regional headroom by month, (futures, regions, horizon) in facility MW.

    Args:
        base_mw: (regions) published headroom at the base month.
        scale: (futures) factor on the published figure.
        growth_mw_per_year: (futures) headroom added a year over all regions, shared out as the base is.
        base_month: Month the base holds for; nothing is added before it.
        horizon: Number of months.
    """
    years = np.maximum(0.0, np.arange(horizon) - base_month) / MONTHS_PER_YEAR
    share = base_mw / base_mw.sum() if base_mw.sum() > 0.0 else base_mw
    path: Floats = (
        scale[:, None, None] * base_mw[None, :, None]
        + growth_mw_per_year[:, None, None] * share[None, :, None] * years[None, None, :]
    )
    return path


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

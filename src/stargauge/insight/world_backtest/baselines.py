"""A baseline with a spread: each quantity by itself walks as it did, normal steps without drift."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.streams import normals
from stargauge.world.series.shares import DAYS_A_HALF_YEAR

Floats = NDArray[np.float64]


def logit_walk(
    days: Sequence[date], shares: Floats, asked: Sequence[date], name: str, futures: int
) -> Floats:
    """Return (futures, asked) shares whose logit walks from its last value with the size of its past steps.

    Steps from or to 0 or 1 have no logit and are left out.

    Args:
        days: When; rising.
        shares: (days) between 0 and 1; the last above 0.
        asked: Days after the last; rising.
        name: Names the draws.
        futures: How many.
    """
    with np.errstate(divide="ignore"):
        logit = np.log(shares) - np.log1p(-shares)
    return 1.0 / (1.0 + np.exp(-_walk(days, logit, asked, name, futures)))


def log_walk(days: Sequence[date], values: Floats, asked: Sequence[date], name: str, futures: int) -> Floats:
    """Return (futures, asked) values above 0 whose logarithm walks; arguments as in `logit_walk`."""
    walked: Floats = np.exp(_walk(days, np.log(values), asked, name, futures))
    return walked


def _walk(days: Sequence[date], level: Floats, asked: Sequence[date], name: str, futures: int) -> Floats:
    kept = np.isfinite(level)
    when = np.array([day.toordinal() for day in days])[kept] / DAYS_A_HALF_YEAR
    rate = np.mean(np.diff(level[kept]) ** 2 / np.diff(when))
    length = np.diff([(day - days[-1]).days / DAYS_A_HALF_YEAR for day in asked], prepend=0.0)
    steps = normals(0, "world_backtest.walk", name, 0, (futures, len(asked)))
    walked: Floats = level[-1] + np.cumsum(np.sqrt(rate * length) * steps, axis=1)
    return walked

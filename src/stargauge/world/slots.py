"""Slots of the world's time axis: slot 0 ends the quarter before the run, slot q ends quarter q.

Quarters that ended by the as-of date are observation; the rest is simulated from `first` on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

DAYS_PER_YEAR = 365.25
QUARTERS_PER_YEAR = 4.0


@dataclass(frozen=True)
class Slots:
    """The slots of a run.

    `years` (slots) the end of each as a calendar year with its fraction, `since` (slots) years since the
    as-of date, negative before it; `first` the first slot simulated, at least 1; `quarters` how many quarters
    the run has.
    """

    years: NDArray[np.float64]
    since: NDArray[np.float64]
    first: int
    quarters: int


def calendar_year(day: date) -> float:
    """Return a date as a year with its fraction: the end of 2025 is 2026.0."""
    begin, end = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + ((day - begin).days + 1) / (end - begin).days


def slots_of(quarters: Sequence[date], as_of: date) -> Slots:
    """Return the slots of a run.

    Args:
        quarters: The last day of each quarter of the run, ascending.
        as_of: The last day whose facts are known.

    Raises:
        ValueError: There is no quarter, or all of them ended by the as-of date.
    """
    if not quarters:
        raise ValueError("the world needs at least one quarter that ends within the run")
    first = 1 + sum(day <= as_of for day in quarters)
    if first > len(quarters):
        raise ValueError(f"no quarter of the run ends after {as_of}, so there is nothing to simulate")
    opening = _quarter_before(quarters[0])
    days = [opening, *quarters]
    return Slots(
        years=np.array([calendar_year(day) for day in days]),
        since=np.array([(day - as_of).days / DAYS_PER_YEAR for day in days]),
        first=first,
        quarters=len(quarters),
    )


def _quarter_before(end: date) -> date:
    """Return the last day of the month three months before the month in which a day lies."""
    month = end.year * 12 + end.month - 3
    return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)

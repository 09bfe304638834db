"""Months as numbers: month 0.0 is the first day of the run's first month."""

from __future__ import annotations

from datetime import date, timedelta

from stargauge.facts import DAYS_PER_MONTH


def month_number(day: date, start: date) -> float:
    """Return the time from `start` to `day` in mean months (365.25/12 days); negative before the start."""
    return (day - start).days / DAYS_PER_MONTH


def month_date(month: float, start: date) -> date:
    """Return the day a number of mean months after `start`."""
    return start + timedelta(days=round(month * DAYS_PER_MONTH))

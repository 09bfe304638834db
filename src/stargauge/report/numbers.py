"""Numbers, chances and dates as a reader meets them."""

from __future__ import annotations

import math
from datetime import date

from stargauge.report import wording

NO_BREAK = "\u00a0"
RAREST = 0.001
"""Chances nearer to 0 or 1 than half of this are given as a bound."""

RULE_OF_THREE = 3.0
"""n futures without an event bound its chance by 3/n at 95 % confidence (Hanley and Lippman-Hand 1983)."""

MINUS = "\u2212"


def decimal(value: float | None, decimals: int = 0) -> str:
    """Return a number with thousands separators and fixed decimals; a dash for None; never minus zero."""
    if value is None:
        return wording.NOTHING
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text.replace(",", "")) != 0.0 else text


def significant(value: float, digits: int = 3) -> str:
    """Return a number to so many significant digits, without zeros at the end."""
    if value == 0.0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = decimal(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def chance(probability: float | None, futures: int) -> str:
    """Return a chance in per cent with no more digits than it has.

    A chance below 0.05 % is "under 0.1 %", one above 99.95 % "over 99.9 %". Where no future, or every future,
    shows the event, the bound is the one that this number of futures supports, if that is wider.
    """
    if probability is None:
        return wording.NOTHING
    if probability > 0.5:
        rare = 1.0 - probability
        if rare < RAREST / 2:
            return wording.OVER.format(share=_percent(100.0 - _bound(rare, futures)))
    elif probability < RAREST / 2:
        return wording.UNDER.format(share=_percent(_bound(probability, futures)))
    if 0.0995 <= probability <= 0.9005:
        return _percent(100.0 * probability, 0)
    return _percent(min(99.9, max(0.1, 100.0 * probability)), 1)


def _bound(rare: float, futures: int) -> float:
    """Return the bound of a rare chance in per cent: 0.1, or 3/n rounded up to a digit where that is more."""
    most = 100.0 * RAREST
    if rare > 0.0:
        return most
    bound = 100.0 * RULE_OF_THREE / max(1, futures)
    if bound <= most:
        return most
    step = 10.0 ** math.floor(math.log10(bound))
    return min(100.0, round(math.ceil(bound / step - 1e-9) * step, 6))


def _percent(value: float, decimals: int | None = None) -> str:
    text = f"{value:g}" if decimals is None else f"{value:.{decimals}f}"
    return f"{text}{NO_BREAK}%"


def share(value: float) -> str:
    """Return a share in whole per cent."""
    return _percent(100.0 * value, 0)


def month_long(month: str) -> str:
    """Return `2031-08` as August 2031."""
    year, number = month[:4], int(month[5:7])
    return f"{wording.MONTHS[number - 1]}{NO_BREAK}{year}"


def month_short(month: str | None, end: str) -> str:
    """Return `2031-08` as Aug 2031; None as after the last month's year, or month, of the run."""
    if month is None:
        return wording.AFTER.format(month=_short(end))
    return _short(month)


def _short(month: str) -> str:
    return f"{wording.MONTHS[int(month[5:7]) - 1][:3]}{NO_BREAK}{month[:4]}"


def day_long(day: str | date) -> str:
    """Return 2026-10-05 as 5 October 2026; a month or a year alone is left as precise as it is."""
    text = str(day)
    if len(text) == 10:
        return f"{int(text[8:])}{NO_BREAK}{month_long(text[:7])}"
    return month_long(text) if len(text) == 7 else text


def day_short(day: str | date) -> str:
    """Return 2026-10-05 as 5 Oct 2026; a month or a year alone is left as precise as it is."""
    text = str(day)
    if len(text) == 10:
        return f"{int(text[8:])}{NO_BREAK}{_short(text[:7])}"
    return _short(text) if len(text) == 7 else text


def end_of_month(month: str) -> float:
    """Return the end of a month as a time in years: 2026.0 for December 2025."""
    return int(month[:4]) + int(month[5:7]) / 12


def year_time(day: str | date) -> float:
    """Return a day as a time in years."""
    moment = date.fromisoformat(str(day))
    first = date(moment.year, 1, 1)
    length = (date(moment.year + 1, 1, 1) - first).days
    return moment.year + (moment - first).days / length

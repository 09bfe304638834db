"""Dates as sources give them: a day, a month or a year."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")


def parse_date(value: object) -> date:
    """Return the last day that a date may mean.

    A year alone is its 31 December and a month alone its last day: what happened "in 2025" is certain to have
    happened only at its end.

    Args:
        value: `2025`, `2025-07`, `2025-07-23`, or a date.

    Raises:
        ValueError: If it is none of these, or no such day exists.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not a date; write 2025, 2025-07 or 2025-07-23')
    year, month = int(match["year"]), int(match["month"] or 12)
    try:
        last = calendar.monthrange(year, month)[1]
        return date(year, month, int(match["day"] or last))
    except ValueError as error:
        raise ValueError(f'"{text}" is not a date: no such day') from error

"""Months as numbers: month 0 is the first month of the arrays."""

from __future__ import annotations

from datetime import date

MONTHS_PER_YEAR = 12


def parse_month(text: str) -> tuple[int, int]:
    """Return year and month of a text like `2026-07`.

    Raises:
        ValueError: The text is no month; the message says how one is written.
    """
    year, _, month = text.partition("-")
    if not (year.isdigit() and month.isdigit() and len(year) == 4 and 1 <= int(month) <= MONTHS_PER_YEAR):
        raise ValueError(f'"{text}" is no month; write it like 2026-07')
    return int(year), int(month)


def month_index(day: date | tuple[int, int], start: tuple[int, int]) -> int:
    """Return the number of the month that holds a day; negative before the start."""
    year, month = (day.year, day.month) if isinstance(day, date) else day
    return (year - start[0]) * MONTHS_PER_YEAR + month - start[1]


def earlier(month: tuple[int, int], months: int) -> tuple[int, int]:
    """Return the month that lies a number of months before another."""
    number = month[0] * MONTHS_PER_YEAR + month[1] - 1 - months
    return number // MONTHS_PER_YEAR, number % MONTHS_PER_YEAR + 1

"""How outcomes and their differences are written: enough digits to see the error, and units in words."""

from __future__ import annotations

import math

from rich.table import Table

PERCENT = 100.0
_UNITS = {"MW_it": "MW IT", "bn_USD": "bn USD", "month": "months", "percent": "%", "ratio": ""}
_SHARE = "share"
POINTS = "points"
"""Percentage points: the unit in which differences of chances are told."""


def level_text(value: float, unit: str) -> str:
    """Return a level with its unit: a share as a percentage."""
    if unit == _SHARE:
        return f"{PERCENT * value:.{1 if abs(value) >= 0.001 or value == 0 else 2}f} %"
    return f"{number(value)} {unit_words(unit)}".rstrip()


def unit_words(unit: str, *, difference: bool = False) -> str:
    """Return a unit as one would write it; shares and their differences are told in hundredths."""
    if unit == _SHARE:
        return POINTS if difference else "%"
    if unit == "percent" and difference:
        return POINTS
    return _UNITS.get(unit, unit)


def scaled(value: float, unit: str) -> float:
    """Return a difference in the unit it is told in: shares in percentage points."""
    return PERCENT * value if unit == _SHARE else value


def difference_text(value: float, error: float, unit: str) -> str:
    """Return a difference with its standard error, `+1,234 ± 12`, to the digits that the error supports."""
    value, error = scaled(value, unit), scaled(error, unit)
    if value == 0.0 and not error > 0.0:
        return "0"
    places = decimals(error if error > 0.0 else value)
    if not error > 0.0:
        return f"{value:+,.{places}f}"
    return f"{value:+,.{places}f} ± {error:,.{places}f}"


def decimals(error: float) -> int:
    """Return how many decimals show two digits of an error; 0 from 10 on."""
    if not math.isfinite(error) or error <= 0.0:
        return 0
    return max(0, min(6, 1 - math.floor(math.log10(error))))


def number(value: float) -> str:
    """Return a number to four digits, thousands parted by commas."""
    if value == 0.0:
        return "0"
    return f"{value:,.{max(0, 3 - math.floor(math.log10(abs(value))))}f}"


def share_text(value: float) -> str:
    """Return a share of futures in whole percent; `<1` where it is little but not 0."""
    if value <= 0.0:
        return "0"
    return f"{PERCENT * value:.0f}" if PERCENT * value >= 1.0 else "<1"


def plain_table(*columns: str, left: int = 1, title: str | None = None) -> Table:
    """Return a table without rules: the first columns are words, the others numbers."""
    table = Table(
        title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim"
    )
    for place, name in enumerate(columns):
        table.add_column(
            name, justify="left" if place < left else "right", no_wrap=place >= left, overflow="fold"
        )
    return table

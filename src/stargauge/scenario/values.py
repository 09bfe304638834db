"""Readers of single values: each returns the value, or says what is wrong and shows a right one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from stargauge.scenario.faults import fault
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.tree import shorten

FIRST_MONTH = "2000-01"
LAST_MONTH = "2100-12"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def shown(value: Any) -> str:
    """Return a value as an error message names it: text in quotes, a list or mapping by its kind."""
    if isinstance(value, str):
        return f'"{shorten(value)}"'
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return shorten(str(value))


def whole_number(low: int, high: int, example: str) -> Callable[[Any], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(value: Any) -> int:
        expected = f"expected a whole number from {low:,} to {high:,}, for example {example}"
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            hint = _unquoted(value)
            raise fault(f"{shown(value)} is no number{hint}; {expected}")
        if isinstance(value, float) and not value.is_integer():
            raise fault(f"{shown(value)} is not whole; {expected}")
        if not low <= value <= high:
            raise fault(f"{shown(value)} is out of range; {expected}")
        return int(value)

    return read


def real_number(value: Any, low: float, high: float, example: str) -> float:
    """Return a number from `low` to `high`."""
    expected = f"expected a number from {low:g} to {high:g}, for example {example}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault(f"{shown(value)} is no number{_unquoted(value)}; {expected}")
    if not low <= value <= high:
        raise fault(f"{shown(value)} is out of range; {expected}")
    return float(value)


def truth(value: Any) -> bool:
    """Return true or false; `yes`, `no`, `on` and `off` are text in YAML 1.2 and refused."""
    if isinstance(value, bool):
        return value
    note = (
        " (YAML 1.2 reads it as text)" if str(value).lower() in {"yes", "no", "on", "off", "y", "n"} else ""
    )
    raise fault(f"{shown(value)}{note} is neither true nor false; for example off: true")


def text(limit: int, example: str, *, lines: bool = False) -> Callable[[Any], str]:
    """Return a reader of text of 1 to `limit` characters, on one line unless `lines`."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            quoted = f"; quote it: {json.dumps(str(value))}" if isinstance(value, int | float) else ""
            raise fault(f"{shown(value)} is not text{quoted}; for example {example}")
        if len(value) > limit:
            raise fault(f"{len(value):,} characters, at most {limit:,}")
        if not lines and ("\n" in value or "\r" in value):
            raise fault(f"more than one line; expected one, for example {example}")
        if not value.isprintable() and any(not (c.isprintable() or c in "\n\r\t") for c in value):
            raise fault("control or invisible characters in the text; take them out")
        return value

    return read


def identifier(value: Any) -> str:
    """Return a short name usable as a file name."""
    name = text(64, "name: slow-permits")(value)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        message = "is no name: letters, digits, dot, dash and underscore only, for example slow-permits"
        raise fault(f"{shown(name)} {message}")
    return name


def choice(*options: str) -> Callable[[Any], str]:
    """Return a reader of one of a few words."""

    def read(value: Any) -> str:
        if isinstance(value, str) and value in options:
            return value
        hint = did_you_mean(value, options) if isinstance(value, str) else ""
        raise fault(f"{shown(value)} is not known{hint}; expected {' or '.join(options)}")

    return read


def month(value: Any) -> str:
    """Return a month as YYYY-MM between `FIRST_MONTH` and `LAST_MONTH`."""
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        hint = ""
        if isinstance(value, str) and _DAY.fullmatch(value):
            hint = f"; write {value[:7]}" if _MONTH.fullmatch(value[:7]) else ""
        elif isinstance(value, int) and 1900 < value < 2200:
            hint = f"; write {value}-01"
        raise fault(f"{shown(value)} is no month{hint}; expected YYYY-MM, for example 2027-06")
    if not FIRST_MONTH <= value <= LAST_MONTH:
        raise fault(f"{value} is out of range; expected {FIRST_MONTH} to {LAST_MONTH}, for example 2027-06")
    return value


def day(value: Any) -> date:
    """Return a calendar day written YYYY-MM-DD."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    expected = "expected YYYY-MM-DD, for example 2026-10-05"
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise fault(f"{shown(value)} is no date; {expected}")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise fault(f"{value} is a day that does not exist; {expected}") from None


def months_between(start: str, end: str) -> tuple[str, ...]:
    """Return every month from `start` to `end`, both included, as YYYY-MM."""
    first, last = month_index(start), month_index(end)
    return tuple(f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(first, last + 1))


def month_index(value: str) -> int:
    """Return months since year 0 of a month written YYYY-MM."""
    return int(value[:4]) * 12 + int(value[5:7]) - 1


def _unquoted(value: Any) -> str:
    if isinstance(value, str):
        bare = value.replace("_", "").replace(",", "").replace(" ", "")
        if re.fullmatch(r"[-+]?\d+(\.\d+)?", bare):
            return f" but text; write {bare}"
    return ""

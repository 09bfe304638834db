"""Reads the tables of the chip rules, or says everything that is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from stargauge.errors import Mistake
from stargauge.facts.reading import parse_rows, raise_mistakes
from stargauge.facts.rows import TableRow
from stargauge.world.controls.rows import ChipRow, ConditionRow, CountryRow, LimitRow, PlaceRow, RuleRow

DATA_FOLDER = Path(__file__).parent / "data"

SOURCES_UNTIL = date(2026, 10, 5)
"""The sources were read up to this day: what came later is unknown here."""

FILES: dict[str, tuple[str, type[TableRow]]] = {
    "chips": ("accelerators.csv", ChipRow),
    "rules": ("rules.csv", RuleRow),
    "limits": ("limits.csv", LimitRow),
    "conditions": ("conditions.csv", ConditionRow),
    "places": ("places.csv", PlaceRow),
    "countries": ("countries.csv", CountryRow),
}
"""Name of the table to file and row class."""

Located = list[tuple[int, Any]]


@dataclass(frozen=True)
class ControlTables:
    """The tables as rows, in the order of their files, and a digest of their bytes."""

    chips: tuple[ChipRow, ...]
    rules: tuple[RuleRow, ...]
    limits: tuple[LimitRow, ...]
    conditions: tuple[ConditionRow, ...]
    places: tuple[PlaceRow, ...]
    countries: tuple[CountryRow, ...]
    digest: str


@cache
def load_controls() -> ControlTables:
    """Return the tables that ship with the program, read once a process.

    Raises:
        InputError: Listing every mistake.
    """
    return read_controls(DATA_FOLDER)


def read_controls(folder: Path) -> ControlTables:
    """Return the tables of a folder.

    Raises:
        InputError: Listing every mistake in every file, with line and field.
    """
    mistakes: dict[str, list[Mistake]] = {}
    parsed: dict[str, Located] = {}
    for name, (file, model) in FILES.items():
        parsed[name], mistakes[file] = parse_rows(folder / file, model, model.model_validate)
    if not any(mistakes.values()):
        for name, mistake in _cross_mistakes(parsed):
            mistakes[FILES[name][0]].append(mistake)
    raise_mistakes(mistakes, "no rule was loaded")
    rows = {name: tuple(row for _, row in found) for name, found in parsed.items()}
    return ControlTables(**rows, digest=_digest(folder))


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for file, _ in FILES.values():
        total.update(file.encode())
        total.update(hashlib.sha256((folder / file).read_bytes()).digest())
    return total.hexdigest()


def _cross_mistakes(parsed: dict[str, Located]) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes that only show between rows: keys used twice, names that lead nowhere."""
    keys = {"chips": "chip", "rules": "rule", "limits": "limit", "places": "code"}
    known: dict[str, set[str]] = {}
    for name, key in keys.items():
        known[name] = set()
        for line, row in parsed[name]:
            value = getattr(row, key)
            if value in known[name]:
                yield name, Mistake(line, key, f'"{value}" is used twice')
            known[name].add(value)
    for name in ("limits", "conditions"):
        for line, row in parsed[name]:
            if row.rule not in known["rules"]:
                yield name, Mistake(line, "rule", f'"{row.rule}" is no rule')
    ends: dict[str, date | None] = {}
    for line, row in parsed["countries"]:
        if row.code not in known["places"]:
            yield "countries", Mistake(line, "code", f'"{row.code}" is no place')
        if row.code in ends:
            last = ends[row.code]
            if last is None or row.first_day is None or row.first_day <= last:
                yield "countries", Mistake(line, "first_day", f'"{row.code}" has a row for that day already')
        ends[row.code] = row.last_day

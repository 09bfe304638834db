"""What every part of the import shares: reading the collected tables, corrections, sources, writing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from stargauge.facts.record import FactRow
from stargauge.facts.rows import SourcedRow

HERE = Path(__file__).parent

DEFAULT_LICENCE = "facts re-typed, link only"
"""For press and other sources without stated terms: the figure is re-typed and the source linked."""

EPOCH_LICENCE = "CC BY 4.0, credit Epoch AI"

LATEST_KNOWN = "2026-10-05"
"""Nothing collected is from later; a source without an edition date is capped here."""

Row = dict[str, str]


def read_csv(path: Path) -> list[Row]:
    """Return the rows of a CSV file, cells stripped."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            {name: (value or "").strip() for name, value in row.items() if name is not None}
            for row in csv.DictReader(stream)
        ]


@cache
def read_local(name: str) -> list[Row]:
    """Return the rows of one of the small tables kept beside this file."""
    return read_csv(HERE / name)


_NUMBER_FIRST = ("id", "title", "distribution", "parameters")


def write_table(path: Path, model: type[BaseModel], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV with the columns of a row class, LF line ends, after checking each against it."""
    columns = list(model.model_fields)
    if issubclass(model, FactRow):  # a reader looks for the number beside the title
        columns = [*_NUMBER_FIRST, *(name for name in columns if name not in _NUMBER_FIRST)]
    elif issubclass(model, SourcedRow):  # and for a record's name before its source
        sourced = list(SourcedRow.model_fields)
        columns = [*(name for name in columns if name not in sourced), *sourced]
    checked = []
    for row in rows:
        unknown = set(row) - set(columns)
        if unknown:
            raise KeyError(f"{path.name}: {sorted(unknown)} are no columns")
        model.model_validate({name: value for name, value in row.items() if value not in ("", None)})
        checked.append([row.get(name, "") for name in columns])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(checked)


def corrections(table: str) -> dict[str, dict[str, str]]:
    """Return the hand corrections of a table: key, then field to value."""
    found: dict[str, dict[str, str]] = {}
    for row in read_local("corrections.csv"):
        if row["table"] == table:
            found.setdefault(row["key"], {})[row["field"]] = row["value"]
    return found


def record_sources(table: str) -> dict[str, Row]:
    """Return the primary source of each record of a table."""
    return {row["key"]: row for row in read_local("record_sources.csv") if row["table"] == table}


@dataclass(frozen=True)
class Source:
    """A primary source and the terms it is carried on; `confidence` is empty where the row's own stands.

    `edition` is the date of the edition a record was read from, empty where it was published as it happened.
    """

    source: str
    address: str
    licence: str
    confidence: str
    edition: str


def primary_source(text: str, address: str) -> Source:
    """Return the primary source of what a collected row names as its source.

    The first pattern of `sources.csv` that matches decides; an address of `-` there drops a copy's address.
    """
    for row in read_local("sources.csv"):
        if fnmatchcase(text, row["pattern"].replace("[", "[[]")):
            kept = "" if row["address"] == "-" else row["address"] or address
            licence = row["licence"] or DEFAULT_LICENCE
            return Source(row["source"] or tidy(text), kept, licence, row["confidence"], row["known_from"])
    return Source(tidy(text), address, DEFAULT_LICENCE, "", "")


def tidy(text: str) -> str:
    """Return a text on one line with single spaces."""
    return " ".join(text.split())


def first_address(text: str) -> str:
    """Return the first of several addresses."""
    return text.split(" ; ")[0].split()[0] if text.strip() else ""


_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?!\d)")


def dates_in(text: str) -> list[str]:
    """Return the dates (year, month or day) a text names, in order."""
    return _DATE.findall(text)


def only_words(text: str) -> str:
    """Return a text that holds words beside a date; nothing where it is a date alone."""
    return "" if _DATE.fullmatch(text.strip()) else tidy(text)


def precision(text: str) -> str:
    """Return whether a date is given to the day, month or year."""
    return {4: "year", 7: "month", 10: "day"}[len(text)]


def number(text: str) -> str:
    """Return a number written as short as it reads back, or nothing for an empty cell."""
    if not text:
        return ""
    value = float(text)
    return str(int(value)) if value.is_integer() else repr(value)

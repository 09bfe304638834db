"""Rows on their way from a StratML file to the files of a strategy, each with the line that it came from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from stargauge.errors import Mistake
from stargauge.policy.plan.records import (
    Action,
    Agency,
    Event,
    Identity,
    Judgement,
    LineageEntry,
    Pillar,
    Record,
    Section,
    Sourced,
)

RECORDS: dict[str, type[Record]] = {
    "strategy.csv": Identity,
    "pillars.csv": Pillar,
    "sections.csv": Section,
    "agencies.csv": Agency,
    "actions.csv": Action,
    "events.csv": Event,
    "judgements.csv": Judgement,
    "lineage.csv": LineageEntry,
}
"""The files of a strategy, each with the record of its rows."""


def columns(record: type[Record]) -> tuple[str, ...]:
    """Return the columns of a file as the shipped ones have them: sources after the row's own, note last."""
    source = tuple(Sourced.model_fields) if issubclass(record, Sourced) else ()
    own = [name for name in record.model_fields if name not in (*source, "note")]
    return (*own, *source, *(("note",) if "note" in record.model_fields else ()))


def as_cells(record: Record) -> dict[str, str]:
    """Return a record as the cells of its row, in order; what it does not say is empty."""
    plain = record.model_dump(mode="json")
    cells = {}
    for name in columns(type(record)):
        value = plain[name]
        cells[name] = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return cells


class Row(NamedTuple):
    """Cells of a row by column, and the line of the StratML file that they came from, 0 where from none."""

    line: int
    cells: dict[str, str]


def _no_rows() -> dict[str, list[Row]]:
    return {name: [] for name in RECORDS}


@dataclass
class Tables:
    """All that was read from a StratML file.

    `mistakes` is what a registry cannot take, `left_out` counts the elements that it has no place for,
    `stated` holds the stage that the file gives for an action.
    """

    rows: dict[str, list[Row]] = field(default_factory=_no_rows)
    mistakes: list[Mistake] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    stated: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, line: int, cells: dict[str, str]) -> None:
        """Add a row to a file."""
        self.rows[name].append(Row(line, cells))

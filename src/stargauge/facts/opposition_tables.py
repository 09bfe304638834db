"""The record table of local opposition: what trackers and polls counted, by period and place.

Counts of different trackers are never added up: one counts projects blocked or delayed, one cancelled data
centres, one every local fight by its beginning, one moratoria. They grow with attention as with opposition.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import model_validator

from stargauge.errors import Mistake
from stargauge.facts.frames import read_frames
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.record import CsvDate, FilledLine, Line
from stargauge.facts.regions import REGIONS
from stargauge.facts.rows import Number, SourcedRow, TableRow

if TYPE_CHECKING:
    import polars as pl

PLACES = ("US", *REGIONS)
"""The nation and the 13 regions of EIA-930; a state counts in its main region."""


class OppositionRow(SourcedRow):
    """One count, share or poll of a place over a period, both days included."""

    metric: FilledLine
    place: FilledLine
    first_day: CsvDate
    last_day: CsvDate
    value: Number
    unit: FilledLine
    note: Line = ""

    @model_validator(mode="after")
    def _a_period_has_an_order(self) -> OppositionRow:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        if self.known_from < self.first_day:
            raise ValueError(f"known_from ({self.known_from}) is before first_day ({self.first_day})")
        return self


OPPOSITION_FILES: dict[str, tuple[str, type[TableRow]]] = {
    "series": ("opposition_series.csv", OppositionRow),
}
"""Name of the table to file and row class."""


@cache
def load_opposition_series() -> pl.DataFrame:
    """Return the shipped series of opposition, read once a process; columns are those of `OppositionRow`.

    Raises:
        InputError: Listing every mistake.
    """
    return read_opposition_series(TABLES_FOLDER)


def read_opposition_series(folder: Path) -> pl.DataFrame:
    """Return the series of opposition of a folder.

    Raises:
        InputError: Listing every mistake, with line and field.
    """
    return read_frames(folder, OPPOSITION_FILES, _cross_mistakes)["series"]


def _cross_mistakes(parsed: dict[str, list[tuple[int, Any]]]) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes that only show between rows: unknown places, a count told twice."""
    cells: set[tuple[str, str, date, date, str]] = set()
    for line, row in parsed["series"]:
        if row.place not in PLACES:
            yield "series", Mistake(line, "place", f'"{row.place}" is neither US nor an EIA-930 region')
        cell = (row.metric, row.place, row.first_day, row.last_day, row.source)
        if cell in cells:
            yield "series", Mistake(line, "metric", f'"{row.metric}" stands twice for this place and period')
        cells.add(cell)

"""The record table of the world: sourced series by bloc and period, from compute to trust.

A row is one number of one source about a bloc, a member of a bloc, or a place that cuts across blocs. Sources
define what they count each in their own way, so rows of two series, and of two sources of one series, are
never added up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from stargauge.errors import Mistake
from stargauge.facts.frames import read_frames
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.record import CsvDate, FilledLine, Line
from stargauge.facts.rows import Number, SourcedRow, TableRow

if TYPE_CHECKING:
    import polars as pl

Bloc = Literal["", "US", "China", "EU", "allies", "Gulf", "India", "rest"]
"""The seven blocs, or nothing for a place that cuts across them; `allies` are those outside the EU."""

Kind = Literal["observed", "estimated", "forecast"]
"""Counted or reported; worked out by the source from something else; said before the period was over."""


class WorldSeriesRow(SourcedRow):
    """One number of a series over a period, both days included; a level of one day has that day twice.

    `entity` is empty where the row is about the whole bloc; else it says which part of it, or which place
    across blocs. `known_from` is the publication of what was read: the history in it could be known earlier,
    as it came, from sources that were not read.
    """

    series: FilledLine
    bloc: Bloc = ""
    entity: Line = ""
    first_day: CsvDate
    last_day: CsvDate
    kind: Kind
    value: Number
    unit: FilledLine
    note: Line = ""

    @model_validator(mode="after")
    def _a_row_is_about_a_place(self) -> WorldSeriesRow:
        if not self.bloc and not self.entity:
            raise ValueError("neither bloc nor entity says what the number is about")
        return self

    @model_validator(mode="after")
    def _a_period_has_an_order(self) -> WorldSeriesRow:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        if self.kind != "forecast" and self.known_from < self.first_day:
            raise ValueError(
                f"known_from ({self.known_from}) is before first_day ({self.first_day}); "
                "what is said before its period is a forecast"
            )
        return self

    @model_validator(mode="after")
    def _a_share_is_one(self) -> WorldSeriesRow:
        if self.unit == "share" and not 0.0 <= self.value <= 1.0:
            raise ValueError(f"a share is between 0 and 1, not {self.value:g}")
        return self


WORLD_FILES: dict[str, tuple[str, type[TableRow]]] = {
    "series": ("world_series.csv", WorldSeriesRow),
}
"""Name of the table to file and row class."""


@cache
def load_world_series() -> pl.DataFrame:
    """Return the shipped series of the world, read once a process; columns are those of `WorldSeriesRow`.

    Raises:
        InputError: Listing every mistake.
    """
    return read_world_series(TABLES_FOLDER)


def read_world_series(folder: Path) -> pl.DataFrame:
    """Return the series of the world of a folder.

    Raises:
        InputError: Listing every mistake, with line and field.
    """
    return read_frames(folder, WORLD_FILES, _cross_mistakes)["series"]


def _cross_mistakes(parsed: dict[str, list[tuple[int, Any]]]) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes that only show between rows: a number told twice, a series in two units."""
    cells: dict[tuple[str, str, str, date, date, str], int] = {}
    units: dict[str, str] = {}
    for line, row in parsed["series"]:
        cell = (row.series, row.bloc, row.entity, row.first_day, row.last_day, row.source)
        if cell in cells:
            told = f'"{row.series}" stands in line {cells[cell]} for this place, period and source'
            yield "series", Mistake(line, "series", told)
        cells.setdefault(cell, line)
        unit = units.setdefault(row.series, row.unit)
        if row.unit != unit:
            told = f'"{row.series}" is in {unit} above and in {row.unit} here'
            yield "series", Mistake(line, "unit", told)

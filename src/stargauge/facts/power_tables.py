"""The record tables of power supply: fleet, ratings, peaks, margins, pipeline, transfers, prices.

They are read apart from the other tables, because most commands need none of them. To stay small the rows
name their source by its id in `power_sources.csv`, which says what it is, where it can be read, its licence,
its grade and since when it was known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stargauge.errors import Mistake
from stargauge.facts.frames import read_frames
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.record import CsvDate, FilledLine, Identifier, Line
from stargauge.facts.rows import Megawatts, Number, SourcedRow, TableRow

if TYPE_CHECKING:
    import polars as pl

Season = Literal["summer", "winter"]


class PowerSourceRow(SourcedRow):
    """A source of power rows: what it is, its terms, its grade and since when it was known."""

    id: Identifier
    note: Line = ""


class PowerRow(TableRow):
    """A row that names its source by id."""

    source_id: Identifier


class FleetRow(PowerRow):
    """Operating nameplate MW of a technology in a region at the end of a month, coded by balancing authority.

    `summer_ratio` and `winter_ratio` are net seasonal rating over nameplate, `place_mw` what stands in the
    region by place at the end of 2025. `gas` stands for all gas plant in editions before the newest.
    """

    date: CsvDate
    region: FilledLine
    technology: FilledLine
    nameplate_mw: Megawatts
    summer_ratio: Number | None = None
    winter_ratio: Number | None = None
    place_mw: Megawatts | None = None


class AccreditationRow(PowerRow):
    """What share of a rating counts as firm; `base` says which rating, `mw` that the value is MW."""

    region: FilledLine
    market: FilledLine
    technology: FilledLine
    delivery: FilledLine
    season: FilledLine
    value: Number
    base: Literal["net_summer", "nameplate", "mw"]
    basis: FilledLine


class PeakRow(PowerRow):
    """A seasonal peak in MW; `kind` says whether it is chosen for the model, published or observed."""

    region: FilledLine
    season: Season
    year: int
    mw: Megawatts
    kind: Literal["chosen", "published", "observed"]


class OutlookRow(PowerRow):
    """One number of a demand outlook: `metric` and `unit` say of what."""

    region: FilledLine
    metric: FilledLine
    scenario: FilledLine
    year: FilledLine
    value: Number
    unit: FilledLine


class MarginRow(PowerRow):
    """A published reserve margin, requirement, price or shortfall."""

    region: FilledLine
    area: FilledLine
    metric: FilledLine
    year: FilledLine
    season: Line = ""
    value: Number
    unit: FilledLine


class AdditionRow(PowerRow):
    """Nameplate MW that are planned, agreed or built; categories overlap and are never added up."""

    category: FilledLine
    region: FilledLine
    technology: FilledLine
    year: FilledLine
    status: FilledLine
    nameplate_mw: Megawatts


class RetirementRow(PowerRow):
    """MW that are to retire, have retired, or are held by order; `unit_name` where it is one plant."""

    category: Literal["planned", "actual", "held", "stock"]
    region: FilledLine
    technology: FilledLine
    year: int
    mw: Megawatts
    unit_name: Line = ""


class TransferRow(PowerRow):
    """A limit of, or a firm sale of, power from one region to another; `*` is all neighbours."""

    origin: FilledLine
    destination: FilledLine
    measure: Literal["limit", "import_cap", "firm", "planned_hvdc"]
    mw: Megawatts
    year: int | None = None


class PriceRow(PowerRow):
    """A price, a cost or a published effect of data centres on either."""

    region: FilledLine
    metric: FilledLine
    year: FilledLine
    value: Number
    unit: FilledLine


@dataclass(frozen=True)
class PowerTables:
    """The record tables of power supply; columns are the fields of the row class of each."""

    sources: pl.DataFrame
    fleet: pl.DataFrame
    accreditation: pl.DataFrame
    peaks: pl.DataFrame
    outlooks: pl.DataFrame
    margins: pl.DataFrame
    additions: pl.DataFrame
    retirements: pl.DataFrame
    transfers: pl.DataFrame
    prices: pl.DataFrame

    def known(self, name: str, as_of: date) -> pl.DataFrame:
        """Return the rows of a table whose source was known by a date.

        Args:
            name: Field of this class.
            as_of: The date.
        """
        import polars as pl

        frame: pl.DataFrame = getattr(self, name)
        sources = self.sources.filter(pl.col("known_from") <= as_of)
        return frame.filter(pl.col("source_id").is_in(sources["id"].implode()))


POWER_FILES: dict[str, tuple[str, type[TableRow]]] = {
    "sources": ("power_sources.csv", PowerSourceRow),
    "fleet": ("power_fleet.csv", FleetRow),
    "accreditation": ("power_accreditation.csv", AccreditationRow),
    "peaks": ("power_peaks.csv", PeakRow),
    "outlooks": ("power_outlooks.csv", OutlookRow),
    "margins": ("power_margins.csv", MarginRow),
    "additions": ("power_additions.csv", AdditionRow),
    "retirements": ("power_retirements.csv", RetirementRow),
    "transfers": ("power_transfers.csv", TransferRow),
    "prices": ("power_prices.csv", PriceRow),
}
"""Field of `PowerTables` to file and row class."""


@cache
def load_power_tables() -> PowerTables:
    """Return the shipped tables of power supply, read once a process.

    Raises:
        InputError: Listing every mistake in every table.
    """
    return read_power_tables(TABLES_FOLDER)


def read_power_tables(folder: Path) -> PowerTables:
    """Return the tables of power supply of a folder.

    Raises:
        InputError: Listing every mistake in every table, with line and field.
    """
    return PowerTables(**read_frames(folder, POWER_FILES, _cross_mistakes))


def _cross_mistakes(parsed: dict[str, list[tuple[int, Any]]]) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes that only show between rows: sources unknown or named twice, cells used twice."""
    sources: set[str] = set()
    for line, row in parsed["sources"]:
        if row.id in sources:
            yield "sources", Mistake(line, "id", f'"{row.id}" is used twice')
        sources.add(row.id)
    for name, rows in parsed.items():
        for line, row in rows:
            if name != "sources" and row.source_id not in sources:
                yield name, Mistake(line, "source_id", f'"{row.source_id}" is no source of power rows')
    cells: set[tuple[date, str, str]] = set()
    for line, row in parsed["fleet"]:
        cell = (row.date, row.region, row.technology)
        if cell in cells:
            yield "fleet", Mistake(line, "technology", f"{row.region} {row.technology} stands twice")
        cells.add(cell)

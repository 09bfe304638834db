"""Readings of the series table: shares of compute by bloc at half-years, between them, and any other series.

Shares of compute are those of clusters in one data set, which covers 10 to 20 % of the world's stock and sees
China less well. They were all read from one copy of August 2026, so an early point is what is now known of
that day and not what was known on it: later finds are in it. `upto` cuts by the day a row is about.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts.world_tables import load_world_series
from stargauge.world.blocs import BLOCS
from stargauge.world.poles import concentration, effective_poles

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]

COMPUTE = "gpu_cluster_compute_share_16bit"
"""Share of the 16-bit compute of known clusters, by where the cluster is."""

MONTHS_A_QUARTER = 3
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class WorldSeries:
    """One series of one place, oldest first; `days` are the last days of the periods."""

    name: str
    place: str
    unit: str
    days: tuple[date, ...]
    values: Floats
    kinds: tuple[str, ...]

    def upto(self, day: date) -> WorldSeries:
        """Return the part whose periods were over by a day, without what was foretold of them."""
        kept = [i for i, last in enumerate(self.days) if last <= day and self.kinds[i] != "forecast"]
        return WorldSeries(
            self.name,
            self.place,
            self.unit,
            tuple(self.days[i] for i in kept),
            self.values[kept],
            tuple(self.kinds[i] for i in kept),
        )


@dataclass(frozen=True)
class ShareHistory:
    """Shares by bloc over time: `shares` (days, blocs) adds up to 1 on every day; blocs as in `BLOCS`."""

    days: tuple[date, ...]
    shares: Floats

    def upto(self, day: date) -> ShareHistory:
        """Return the history of days up to one, that day included."""
        count = sum(known <= day for known in self.days)
        return ShareHistory(self.days[:count], self.shares[:count])

    def at(self, days: Sequence[date]) -> Floats:
        """Return (days, blocs) shares on any days: linear between points, held before and after all.

        Linear in the share and not in its logarithm, because a share may be 0; a mixture of two splits of the
        whole is a split of the whole.
        """
        asked = np.array([day.toordinal() for day in days], dtype=np.float64)
        known = np.array([day.toordinal() for day in self.days], dtype=np.float64)
        columns = [np.interp(asked, known, self.shares[:, bloc]) for bloc in range(self.shares.shape[1])]
        return np.stack(columns, axis=1)

    def poles(self) -> Floats:
        """Return (days) the effective number of poles."""
        return effective_poles(self.shares)

    def concentration(self) -> Floats:
        """Return (days) CON over the seven blocs."""
        return concentration(self.shares)


def compute_history(frame: pl.DataFrame | None = None) -> ShareHistory:
    """Return the shares of compute by location at half-years, brought to add up to exactly 1.

    Args:
        frame: Series table; the shipped one by default.

    Raises:
        InputError: A day without one share for each bloc, naming every such day and bloc.
    """
    import polars as pl

    table = load_world_series() if frame is None else frame
    rows = table.filter((pl.col("series") == COMPUTE) & (pl.col("entity") == ""))
    cells: dict[date, dict[str, float]] = {}
    for day, bloc, value in rows.select("last_day", "bloc", "value").iter_rows():
        cells.setdefault(day, {})[bloc] = value
    missing = [
        Mistake(0, str(day), f"no share of {bloc}")
        for day, held in sorted(cells.items())
        for bloc in BLOCS
        if bloc not in held
    ]
    if missing or not cells:
        found = missing or [Mistake(0, COMPUTE, "is not in the table")]
        raise InputError("world_series.csv", found, "no history of shares without all of its blocs")
    days = tuple(sorted(cells))
    shares = np.array([[cells[day][bloc] for bloc in BLOCS] for day in days])
    return ShareHistory(days, shares / shares.sum(axis=1, keepdims=True))


def world_series(name: str, place: str, source: str = "", frame: pl.DataFrame | None = None) -> WorldSeries:
    """Return one series of one place, oldest first.

    Args:
        name: Name of the series.
        place: The entity where the row has one, else the bloc.
        source: Beginning of the source's name, where sources of one series disagree; any by default.
        frame: Series table; the shipped one by default.

    Raises:
        InputError: No such row, or two for one period: then `source` must choose.
    """
    import polars as pl

    table = load_world_series() if frame is None else frame
    where = pl.when(pl.col("entity") == "").then(pl.col("bloc")).otherwise(pl.col("entity"))
    rows = table.filter(
        (pl.col("series") == name) & (where == place) & pl.col("source").str.starts_with(source)
    ).sort("last_day", "first_day")
    said = f'"{name}" of {place}' + (f" from {source}" if source else "")
    if rows.is_empty():
        raise InputError("world_series.csv", [Mistake(0, "series", f"{said} is not in the table")], "")
    days = tuple(rows["last_day"].to_list())
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        told = [Mistake(0, str(day), f"{said} has several rows; name the source") for day in twice]
        raise InputError("world_series.csv", told, "")
    return WorldSeries(
        name, place, rows["unit"][0], days, rows["value"].to_numpy(), tuple(rows["kind"].to_list())
    )


def quarter_ends(first: date, last: date) -> tuple[date, ...]:
    """Return the last days of the quarters that end from one day to another, both included."""
    return tuple(day for day in month_ends(first, last) if day.month % MONTHS_A_QUARTER == 0)


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """Return the last days of the months that end from one day to another, both included."""
    ends: list[date] = []
    year, month = first.year, first.month
    while (day := date(year, month, calendar.monthrange(year, month)[1])) <= last:
        ends.append(day)
        year, month = (year + 1, 1) if month == MONTHS_A_YEAR else (year, month + 1)
    return tuple(ends)

"""What drove opposition from 2023 to mid 2026, by month and region: MW begun, MW standing, projects exposed.

The check is conditional: it asks whether the priors give the counts once the drivers are known, so the
drivers come from the newest facts. Deliveries are chip power shipped, turned into facility MW placed in the
nation; building began one construction and fit-out time before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts import REGIONS, Registry, Tables, edition_as_of
from stargauge.facts.power_tables import PowerTables
from stargauge.opposition.index import MONTHS_PER_YEAR

Floats = NDArray[np.float64]

FIRST_YEAR, LAST = 2023, (2026, 7)
STOCK_YEAR = 2024
"""The stock is known for the beginning of this year; shipments give the years after."""

KNOTS = 5
"""Years of shipments that the last month needs, lead included."""

MONTHS = tuple(
    (year, month)
    for year in range(FIRST_YEAR, LAST[0] + 1)
    for month in range(1, 13)
    if (year, month) <= LAST
)
"""Months of the check, in order."""


@dataclass(frozen=True)
class Drivers:
    """Arrays over `MONTHS`, at month ends.

    `begun_mw` (months + 1) national MW begun since the start of the axis, `delivered_mw` likewise;
    `shares` (regions) of both; `peak_mw` and `standing_mw` (regions), the latter data centres of every kind
    before the first month that is counted; `lead_months` from the beginning of building to operation.
    """

    begun_mw: Floats
    delivered_mw: Floats
    shares: Floats
    peak_mw: Floats
    standing_mw: Floats
    lead_months: float

    @property
    def exposed(self) -> Floats:
        """(months) MW begun in each month, to which projects in siting are taken to be proportional."""
        return np.diff(self.begun_mw)

    def density_change(self, first: int) -> Floats:
        """Return (regions, months) MW begun since a month began, percent of the region's peak; 0 before."""
        since = np.maximum(self.begun_mw[1:] - self.begun_mw[first], 0.0)
        return np.asarray(100.0 * self.shares[:, None] * since / self.peak_mw[:, None])

    def density(self, first: int) -> Floats:
        """Return (regions, months) MW standing, percent of peak, and what stood when a month began before."""
        since = np.maximum(self.delivered_mw[1:] - self.delivered_mw[first], 0.0)
        standing = self.standing_mw[:, None] + self.shares[:, None] * since
        return np.asarray(100.0 * standing / self.peak_mw[:, None])


def drivers(registry: Registry, tables: Tables, power: PowerTables) -> Drivers:
    """Return the drivers from the newest facts.

    Raises:
        InputError: an input has no fact.
    """

    def median(name: str, unit: str) -> float:
        return registry.input(name).to(unit).median

    lead = median("delivery.duration.construction", "month") + median("delivery.duration.fitout", "month")
    boundaries = FIRST_YEAR + np.arange(len(MONTHS) + 1) / MONTHS_PER_YEAR
    stock = _stock(registry)
    ahead = stock(boundaries + lead / MONTHS_PER_YEAR)
    now = stock(boundaries)
    # The place of what stood before comes from the first edition, that of additions from the newest.
    early = edition_as_of(tables.background_shares, "region", date(STOCK_YEAR, 12, 31))
    late = edition_as_of(tables.background_shares, "region", date.max)
    shares = _by_region(late, "share")
    peaks = power.peaks.filter(pl.col("kind") == "chosen").group_by("region").agg(pl.col("mw").max())
    return Drivers(
        begun_mw=ahead - ahead[0],
        delivered_mw=now - now[0],
        shares=shares / shares.sum(),
        peak_mw=_by_region(peaks, "mw"),
        standing_mw=_by_region(early, "load_mw"),
        lead_months=lead,
    )


def _stock(registry: Registry) -> Callable[[Floats], Floats]:
    """Return a function of the date in years: AI facility MW in the nation, linear within each year."""
    facility = (
        registry.input("compute.it_per_chip").to("MW_it/MW_chip").median
        * registry.input("delivery.facility_per_it").to("MW/MW_it").median
        * registry.input("compute.us_share").to("ratio").median
    )
    first = registry["K-power-2024"].to("MW_chip").median - registry["K-power-2023"].to("MW_chip").median
    second = 1000.0 * registry.input("compute.chip_supply").to("GW_chip/year").median
    growth = registry.input("compute.chip_growth").to("ratio").median
    added = [first, *(second * growth**year for year in range(KNOTS - 1))]
    start = registry.input("delivery.background.stock_2023").to("MW").median
    level = start + facility * np.concatenate([[0.0], np.cumsum(added)])
    years = STOCK_YEAR + np.arange(KNOTS + 1.0)
    return lambda when: np.asarray(np.interp(when, years, level))


def _by_region(frame: pl.DataFrame, column: str) -> Floats:
    found = dict(frame.filter(pl.col("region") != "").select("region", column).iter_rows())
    return np.array([found[region] for region in REGIONS], dtype=np.float64)

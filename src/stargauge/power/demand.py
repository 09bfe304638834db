"""Peaks without new AI load: what a region's peak is today, and how it grows without data centres.

The base peak holds the data centres of its date, so load that is energised later is new, and is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts.power_tables import PowerTables
from stargauge.power.regions import REGIONS, SEASONS

Floats = NDArray[np.float64]

MONTH_OF_PEAK = (7, 13)
"""July of the year, and January of the next: the month each season's peak belongs to."""

MONTHS_PER_YEAR = 12
PERCENT = 100.0


@dataclass(frozen=True)
class BasePeak:
    """Seasonal 50/50 peaks (regions, seasons) in MW of a year, with the data centres of then.

    `new_from` is the first month (year, month) whose energised load is new, and `kind` says whether the peaks
    are judged for the model or a mean of observed ones.
    """

    mw: Floats
    year: int
    kind: str

    @property
    def new_from(self) -> tuple[int, int]:
        """First month whose newly energised load is not inside the peak."""
        return self.year, MONTH_OF_PEAK[0] + 1


def base_peak(power: PowerTables, as_of: date) -> BasePeak:
    """Return the peaks to count from as known by a date.

    The judged peaks are used once they are known; before, the mean of the observed peaks of the three years
    to 2024, which stands for 2023.

    Raises:
        InputError: neither was known.
    """
    known = power.known("peaks", as_of)
    chosen = known.filter(pl.col("kind") == "chosen")
    if chosen.height:
        return BasePeak(_array(chosen), int(chosen["year"][0]), "judged")
    observed = known.filter(pl.col("source_id") == "eia930_clean")
    if observed.is_empty():
        message = f"no peaks of the regions were known on {as_of}; the first are known from 2024-12-31"
        raise InputError("the facts", [Mistake(0, "as_of", message)])
    mean = observed.group_by("region", "season").agg(pl.col("mw").mean(), pl.col("year").mean())
    return BasePeak(_array(mean), round(float(mean["year"][0])), "observed mean")


def _array(rows: pl.DataFrame) -> Floats:
    values = np.full((len(REGIONS), len(SEASONS)), np.nan)
    for row in rows.iter_rows(named=True):
        values[REGIONS.index(row["region"]), SEASONS.index(row["season"])] = row["mw"]
    return values


def peak_start(base: BasePeak, values: dict[str, Floats], start: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return where peaks without new data centres begin, and by what they grow a month.

    Args:
        base: The peaks of a year.
        values: (futures,) draws of the demand inputs by name.
        start: Year and month of the first month.

    Returns:
        (futures, regions, seasons) MW in the first month: the peak the season would have if it fell in it;
        and (futures, regions, seasons) the factor from month to month.
    """
    first = start[0] * MONTHS_PER_YEAR + start[1]
    elapsed = np.array([first - base.year * MONTHS_PER_YEAR - month for month in MONTH_OF_PEAK])
    growth = np.stack([values[f"power.demand.growth.{region}"] for region in REGIONS], axis=1)
    growth = growth + values["power.demand.national"][:, None]
    yearly = np.stack([growth, growth + values["power.demand.winter_extra"][:, None]], axis=2)
    monthly = np.log1p(yearly / PERCENT) / MONTHS_PER_YEAR
    error = np.stack([values[f"power.peak.error.{region}"] for region in REGIONS], axis=1)
    level = base.mw * error[:, :, None] * np.exp(monthly * elapsed)
    return np.asarray(level), np.exp(monthly)

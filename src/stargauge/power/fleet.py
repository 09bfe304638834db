"""The fleet of a date: nameplate MW by region and technology, and what of it is rated in each season."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts.power_tables import PowerTables
from stargauge.power.regions import REGIONS, SEASONS, TECHNOLOGIES, THERMAL

Floats = NDArray[np.float64]

PUBLISHED_AFTER_MONTHS = 2
"""An edition of EIA-860M appears two months after the month it holds for."""

GAS = ("gas_cc", "gas_ct", "gas_st")


@dataclass(frozen=True)
class Edition:
    """Operating nameplate MW (regions, technologies) at the end of a month."""

    day: date
    nameplate_mw: Floats


def editions(power: PowerTables, as_of: date) -> tuple[Edition, ...]:
    """Return the editions of the fleet known by a date, the oldest first.

    All gas plant of older editions is split in the region's shares of the newest one in the table, a split
    that moves by less than its own error of 5 %.

    Raises:
        InputError: no edition was known by then.
    """
    split = _gas_split(power)
    found = []
    for (day,), rows in power.fleet.sort("date").group_by("date", maintain_order=True):
        if not isinstance(day, date) or _published(day) > as_of:
            continue
        nameplate = np.zeros((len(REGIONS), len(TECHNOLOGIES)))
        for row in rows.iter_rows(named=True):
            region = REGIONS.index(row["region"])
            if row["technology"] == "gas":
                for name, share in zip(GAS, split[region], strict=True):
                    nameplate[region, TECHNOLOGIES.index(name)] += share * row["nameplate_mw"]
            else:
                nameplate[region, TECHNOLOGIES.index(row["technology"])] += row["nameplate_mw"]
        found.append(Edition(day, nameplate))
    if not found:
        first = power.fleet["date"].min()
        message = f"no edition of the fleet was known on {as_of}; the first is of {first!s}"
        raise InputError("the facts", [Mistake(0, "as_of", message)])
    return tuple(found)


def _published(day: date) -> date:
    months = day.year * 12 + day.month - 1 + PUBLISHED_AFTER_MONTHS
    return date(months // 12, months % 12 + 1, 28)


def _newest(power: PowerTables) -> pl.DataFrame:
    return power.fleet.filter(pl.col("date") == pl.col("date").max())


def _gas_split(power: PowerTables) -> Floats:
    """Return (regions, 3) shares of combined cycles, turbines and steam in each region's gas plant."""
    shares = np.zeros((len(REGIONS), len(GAS)))
    for row in _newest(power).filter(pl.col("technology").is_in(GAS)).iter_rows(named=True):
        shares[REGIONS.index(row["region"]), GAS.index(row["technology"])] = row["nameplate_mw"]
    totals = shares.sum(axis=1, keepdims=True)
    return np.asarray(shares / np.where(totals > 0.0, totals, 1.0))


def fleet_by_place(power: PowerTables) -> Floats:
    """Return (regions, technologies) nameplate MW at the end of 2025 counted by where plants stand.

    The fleet itself is counted by balancing authority: a plant dispatched from afar belongs to its authority.
    """
    found = np.zeros((len(REGIONS), len(TECHNOLOGIES)))
    for row in _newest(power).iter_rows(named=True):
        place = REGIONS.index(row["region"]), TECHNOLOGIES.index(row["technology"])
        found[place] = row["place_mw"] or 0.0
    return found


def seasonal_ratios(power: PowerTables) -> Floats:
    """Return (regions, technologies, seasons) net seasonal rating over nameplate.

    It is 1 for wind, solar, hydro and storage, whose class ratings are shares of nameplate, and the nation's
    own mean where a region states none.
    """
    ratios = np.full((len(REGIONS), len(TECHNOLOGIES), len(SEASONS)), np.nan)
    weights = np.zeros((len(REGIONS), len(TECHNOLOGIES)))
    for row in _newest(power).iter_rows(named=True):
        place = REGIONS.index(row["region"]), TECHNOLOGIES.index(row["technology"])
        weights[place] = row["nameplate_mw"]
        ratios[place] = [
            row[f"{season}_ratio"] if row[f"{season}_ratio"] is not None else np.nan for season in SEASONS
        ]
    for column, technology in enumerate(TECHNOLOGIES):
        if technology not in THERMAL:
            ratios[:, column] = 1.0
            continue
        for season in range(len(SEASONS)):
            values = ratios[:, column, season]
            stated = np.isfinite(values) & (weights[:, column] > 0.0)
            mean = np.average(values[stated], weights=weights[stated, column]) if stated.any() else 1.0
            values[~np.isfinite(values)] = mean
    engine, turbine = TECHNOLOGIES.index("gas_ice"), TECHNOLOGIES.index("gas_ct")
    ratios[:, engine] = ratios[:, turbine]
    return ratios

"""Requirements: peak times what must stand behind it, on the accredited basis in every region.

A reference margin on installed capacity is carried over by the region's own ratio of accredited to installed
capacity in the season, as PJM turns its installed margin into its pool requirement:

    1 + m_accredited = (1 + m_installed) * accredited / installed

Where the operator states the requirement on accredited capacity itself (PJM, MISO, NYISO) that is used.
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

PERCENT = 100.0


@dataclass(frozen=True)
class Requirement:
    """What a region must hold over its peak, in one season, and where it is from.

    `accredited` is accredited MW per MW of peak; `installed_margin` the reference margin on installed
    capacity in percent it was worked out from, or `None` where the operator states it on accredited capacity.
    """

    region: str
    season: str
    accredited: float
    installed_margin: float | None
    source: str


def requirements(power: PowerTables, as_of: date, ratio: Floats) -> tuple[Requirement, ...]:
    """Return the requirement of every region and season as known by a date, regions first.

    Args:
        power: The tables.
        as_of: Rows published later are not used.
        ratio: (regions, seasons) accredited over installed capacity of the fleet.

    Raises:
        InputError: a region has no reference margin known by the date.
    """
    known = power.known("margins", as_of)
    translation = new_york_translation(power, as_of)
    found = []
    mistakes = []
    for row, region in enumerate(REGIONS):
        stated = _stated(known, region, translation)
        installed = _installed(known, region)
        if installed is None and stated is None:
            mistakes.append(Mistake(0, f"margin.{region}", f"no reference margin was known on {as_of}"))
            continue
        for column, season in enumerate(SEASONS):
            seasonal = installed.get(season) if installed else None
            if stated is not None:
                # An operator states one number for its season of risk; the other season keeps its ratio.
                value = stated[0] * ratio[row, column] / ratio[row, 0]
                found.append(Requirement(region, season, float(value), None, stated[1]))
            elif seasonal is not None:
                value = (1.0 + seasonal[0] / PERCENT) * ratio[row, column]
                found.append(Requirement(region, season, float(value), seasonal[0], seasonal[1]))
    if mistakes:
        raise InputError("the facts", mistakes)
    return tuple(found)


def requirement_array(found: tuple[Requirement, ...]) -> Floats:
    """Return (regions, seasons) accredited MW per MW of peak."""
    values = np.empty((len(REGIONS), len(SEASONS)))
    for one in found:
        values[REGIONS.index(one.region), SEASONS.index(one.season)] = one.accredited
    return values


def pool_requirements(power: PowerTables, as_of: date) -> dict[int, float]:
    """Return PJM's requirement, accredited MW per MW of peak, by the year a delivery year begins in."""
    rows = power.known("margins", as_of).filter(pl.col("metric") == "forecast_pool_requirement")
    return {int(row["year"][:4]): row["value"] for row in rows.iter_rows(named=True)}


def _stated(known: pl.DataFrame, region: str, translation: float | None) -> tuple[float, str] | None:
    """Return the operator's requirement on accredited capacity, per MW of peak, if it states one."""
    if region == "MIDW":
        # All three are on accredited capacity; the newest assessment first.
        for metric in (
            "reference_margin_level",
            "planning_reserve_margin_UCAP",
            "reference_margin_level_ReEDS",
        ):
            rows = known.filter(
                (pl.col("region") == region)
                & (pl.col("metric") == metric)
                & pl.col("year").is_in(["2026", "2025/26"])
            )
            if not rows.is_empty():
                row = rows.row(0, named=True)
                return 1.0 + row["value"] / PERCENT, row["source_id"]
        return None
    if region == "NY":
        rows = known.filter((pl.col("area") == "NYISO") & (pl.col("metric") == "installed_reserve_margin"))
        if rows.is_empty() or translation is None:
            return None
        row = rows.row(-1, named=True)
        return (1.0 + row["value"] / PERCENT) * translation, row["source_id"]
    return None


def new_york_translation(power: PowerTables, as_of: date) -> float | None:
    """Return accredited over installed capacity by which New York translates its margin, if known."""
    rows = power.known("accreditation", as_of).filter(
        (pl.col("market") == "NYISO") & (pl.col("technology") == "fleet_ICAP_to_UCAP")
    )
    return None if rows.is_empty() else float(rows["value"][-1])


def _installed(known: pl.DataFrame, region: str) -> dict[str, tuple[float, str]] | None:
    """Return the reference margin on installed capacity by season, in percent, with its source."""
    rows = known.filter(
        (pl.col("region") == region)
        & pl.col("metric").is_in(["reference_margin_level", "reference_margin_level_ReEDS"])
        & (pl.col("year") == "2026")
    )
    if rows.is_empty():
        return None
    composite = rows.filter(pl.col("metric") == "reference_margin_level_ReEDS")
    areas = rows.filter(pl.col("metric") == "reference_margin_level")
    # The north-west is three areas of NERC; only the composite of the older assessment covers it whole.
    chosen = composite if region == "NW" or areas.is_empty() else areas
    summer = chosen.row(0, named=True)
    found = {season: (float(summer["value"]), str(summer["source_id"])) for season in SEASONS}
    own = known.filter(
        (pl.col("region") == region)
        & pl.col("season").str.starts_with("winter")
        & pl.col("metric").is_in(["planning_reserve_margin", "reference_margin_level"])
        & pl.col("year").str.starts_with("2026")
    )
    if not own.is_empty():
        row = own.row(0, named=True)
        found["winter"] = float(row["value"]), str(row["source_id"])
    return found

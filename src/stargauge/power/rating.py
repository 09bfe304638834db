"""Class ratings: what share of a technology's seasonal rating counts as firm, by region and delivery year.

One basis holds for all regions: accredited capacity, as PJM's UCAP. PJM's own ratings of each delivery year
are used in its region, because its requirement of the same year is stated on them; elsewhere the common
basis.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts.power_tables import PowerTables
from stargauge.power.regions import RATED_AS, REGIONS, SEASONS, STORAGE, TECHNOLOGIES, THERMAL

Floats = NDArray[np.float64]

PJM = "MIDA"
PJM_CLASS = {
    "gas_ice": "gas_ct",
    "hydro": "hydro_run_of_river",
    "pumped_storage": "battery_10h",
    "wind": "wind_onshore",
    "battery": "battery_4h",
    "biomass": "landfill_gas",
    "other": "landfill_gas",
}
"""PJM's class for a technology of the fleet where the names differ; dispatchable hydro is rated by unit in
PJM, and run-of-river is the class that is published."""


def common_ratings(power: PowerTables) -> Floats:
    """Return (regions, technologies, seasons) shares of the seasonal rating on the common basis."""
    ratings = np.full((len(REGIONS), len(TECHNOLOGIES), len(SEASONS)), np.nan)
    rows = power.accreditation.filter(pl.col("market") == "default")
    for row in rows.iter_rows(named=True):
        column = TECHNOLOGIES.index(row["technology"])
        ratings[REGIONS.index(row["region"]), column, SEASONS.index(row["season"])] = row["value"]
    for technology, like in RATED_AS.items():
        ratings[:, TECHNOLOGIES.index(technology)] = ratings[:, TECHNOLOGIES.index(like)]
    for region, value in _offshore(power).items():
        ratings[REGIONS.index(region), TECHNOLOGIES.index("wind_offshore")] = value
    return ratings


def _offshore(power: PowerTables) -> dict[str, float]:
    """Return the newest published rating of offshore wind by region; onshore's stands in elsewhere."""
    rows = power.accreditation.filter(
        (pl.col("technology") == "wind_offshore") & (pl.col("basis").str.contains("preliminary").not_())
    ).sort("delivery")
    return {row["region"]: row["value"] for row in rows.iter_rows(named=True)}


def pjm_ratings(power: PowerTables, as_of: date) -> dict[int, Floats]:
    """Return PJM's class ratings by the year a delivery year begins in, as known by a date.

    Returns:
        Year to (technologies,) shares; a class that a year does not name keeps the last value known.
    """
    known = power.known("accreditation", as_of).filter(
        (pl.col("market") == "PJM") & (pl.col("basis").str.contains("preliminary").not_())
    )
    found: dict[int, Floats] = {}
    last = common_ratings(power)[REGIONS.index(PJM), :, 0].copy()
    for (delivery,), rows in known.sort("delivery").group_by("delivery", maintain_order=True):
        values = dict(rows.select("technology", "value").iter_rows())
        for column, technology in enumerate(TECHNOLOGIES):
            value = values.get(PJM_CLASS.get(technology, technology))
            last[column] = last[column] if value is None else value
        found[int(str(delivery)[:4])] = last.copy()
    return found


def pjm_demand_response(power: PowerTables, as_of: date) -> dict[int, float]:
    """Return PJM's class rating of demand response by the year a delivery year begins in."""
    known = power.known("accreditation", as_of).filter(
        (pl.col("market") == "PJM") & (pl.col("technology") == "demand_response")
    )
    return {int(row["delivery"][:4]): row["value"] for row in known.iter_rows(named=True)}


def installed_ratings(common: Floats) -> Floats:
    """Return (regions, technologies, seasons) shares of the seasonal rating on the installed basis.

    Assessments of NERC count thermal plant and storage at their full seasonal rating and leave outages to the
    reference margin; wind, solar and hydro count as expected at the peak, for which the common ratings stand.
    """
    full = [technology in THERMAL or technology in STORAGE for technology in TECHNOLOGIES]
    return np.asarray(np.where(np.array(full)[None, :, None], 1.0, common))

"""What is to be built and what is to close, month by month, as owners and tables list it: no luck in here.

Only one edition of planned additions is used, the newest known that has regions: editions and categories
overlap and are never added up. Owners' years are spread evenly over their months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts.power_tables import PowerTables
from stargauge.power.calendar import MONTHS_PER_YEAR, month_index
from stargauge.power.regions import GROUP_OF, GROUPS, REGIONS, TECHNOLOGIES

Floats = NDArray[np.float64]

PLANS = (("plan_2026_07", (2026, 8)), ("plan_2025_03", (2026, 1)))
"""Editions with regions, the newest first, and the first month each lists; the older omits its own year."""

NEAR_MONTHS = 12
"""What is due within the first year of a list is mostly under construction."""

PLAN_NAMES = {"wind_onshore": "wind"}
"""Technologies of the plans under another name."""


@dataclass(frozen=True)
class Pipeline:
    """Listed additions and retirements as arrays over months, MW of nameplate.

    `near` and `far` (regions, technologies, months) are due within and beyond a year of the plan's edition;
    `retiring` (regions, technologies, months) is listed to close; `held` (regions, technologies) is kept open
    by order; `shares` (groups, regions) says where projects not yet listed go; `listed_from` is the month
    from which plans list additions, or `None` where no plan was known; `edition` its name.
    """

    near: Floats
    far: Floats
    retiring: Floats
    held: Floats
    shares: Floats
    listed_from: int | None
    edition: str


def pipeline(
    power: PowerTables,
    as_of: date,
    start: tuple[int, int],
    months: int,
    fleet_month: int,
    fleet_mw: Floats,
) -> Pipeline:
    """Return the pipeline as known by a date.

    Args:
        power: The tables.
        as_of: Rows published later are not used.
        start: Year and month of the first month.
        months: Number of months.
        fleet_month: Month at whose end the fleet stands; nothing listed for it or before is counted.
        fleet_mw: (regions, technologies) the fleet, which shares out unlisted projects where no plan does.
    """
    shape = (len(REGIONS), len(TECHNOLOGIES), months)
    near, far = np.zeros(shape), np.zeros(shape)
    known = power.known("additions", as_of)
    edition, listed_from = "none", None
    for name, first in PLANS:
        rows = known.filter(pl.col("category") == name)
        if rows.is_empty():
            continue
        edition, listed_from = name, month_index(first, start)
        for row in rows.iter_rows(named=True):
            technology = PLAN_NAMES.get(row["technology"], row["technology"])
            place = REGIONS.index(row["region"]), TECHNOLOGIES.index(technology)
            due = _spread(int(row["year"]), row["nameplate_mw"], start, months, listed_from)
            boundary = max(0, listed_from + NEAR_MONTHS)
            near[place][:boundary] += due[:boundary]
            far[place][boundary:] += due[boundary:]
        break
    held = _held(power, as_of)
    return Pipeline(
        near=near,
        far=far,
        retiring=_retiring(power, as_of, start, months, fleet_month, held),
        held=held,
        shares=_shares(_agreed(known), near + far, fleet_mw),
        listed_from=listed_from,
        edition=edition,
    )


def _spread(year: int, mw: float, start: tuple[int, int], months: int, first: int) -> Floats:
    """Return MW a month of a year's total, over those of its months that are at or after `first`."""
    begin = month_index((year, 1), start)
    begin, end = max(begin, first), begin + MONTHS_PER_YEAR
    path = np.zeros(months)
    if end > begin:
        path[max(begin, 0) : max(end, 0)] = mw / (end - begin)
    return path


def _retiring(
    power: PowerTables, as_of: date, start: tuple[int, int], months: int, fleet_month: int, held: Floats
) -> Floats:
    """Return listed retirements; units held by order are taken out of their region's first years."""
    due = np.zeros((len(REGIONS), len(TECHNOLOGIES), months))
    rows = (
        power.known("retirements", as_of)
        .filter((pl.col("category") == "planned") & pl.col("region").is_in(REGIONS))
        .sort("year")
    )
    left = held.copy()
    for row in rows.iter_rows(named=True):
        place = REGIONS.index(row["region"]), TECHNOLOGIES.index(row["technology"])
        counted = min(left[place], row["mw"]) if row["year"] <= HELD_LISTED_BY else 0.0
        left[place] -= counted
        due[place] += _spread(row["year"], row["mw"] - counted, start, months, fleet_month + 1)
    return due


HELD_LISTED_BY = 2027
"""Units held in 2026 had been listed to close by then, so the list of these years holds them already."""


def _held(power: PowerTables, as_of: date) -> Floats:
    held = np.zeros((len(REGIONS), len(TECHNOLOGIES)))
    for row in power.known("retirements", as_of).filter(pl.col("category") == "held").iter_rows(named=True):
        held[REGIONS.index(row["region"]), TECHNOLOGIES.index(row["technology"])] += row["mw"]
    return held


AGREED_GROUPS = {"solar": "solar", "battery": "battery", "wind_onshore": "wind", "gas": "gas"}
"""Technologies of signed agreements by group."""


def _agreed(known: pl.DataFrame) -> Floats:
    """Return (groups, regions) MW with a signed agreement that do not operate, zero where none are known.

    New York is not in the table by technology; it gets its share of the newer table of all technologies.
    """
    agreed = np.zeros((len(GROUPS), len(REGIONS)))
    for row in known.filter(pl.col("category") == "agreement_2024").iter_rows(named=True):
        if row["technology"] in AGREED_GROUPS:
            group = GROUPS.index(AGREED_GROUPS[row["technology"]])
            agreed[group, REGIONS.index(row["region"])] += row["nameplate_mw"]
    newer = known.filter(pl.col("category") == "agreement_2025")
    if newer.height:
        mw = dict(newer.group_by("region").agg(pl.col("nameplate_mw").sum()).iter_rows())
        share = mw["NY"] / (sum(mw.values()) - mw["NY"])
        agreed[:, REGIONS.index("NY")] = share * agreed.sum(axis=1)
    return agreed


def _shares(agreed: Floats, listed: Floats, fleet_mw: Floats) -> Floats:
    """Return (groups, regions) shares of projects not yet listed.

    They come from signed agreements; where none are known they go as listed MW, else as the fleet.
    """
    shares = np.zeros((len(GROUPS), len(REGIONS)))
    for row, group in enumerate(GROUPS):
        columns = [index for index, name in enumerate(TECHNOLOGIES) if GROUP_OF[name] == group]
        weight = agreed[row] if agreed[row].any() else listed[:, columns].sum(axis=(1, 2))
        if not weight.any():
            weight = fleet_mw[:, columns].sum(axis=1)
        if weight.any():
            shares[row] = weight / weight.sum()
    return shares

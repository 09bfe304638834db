"""What was on record on a day: the tables cut so that nothing known later is left in them.

The rules:

1. A pledge, site, event or row of an edition is known from its `known_from` day. What a satellite image shows
   of a day is known from the edition that reports it.
2. State, status, delivery and notes of a pledge were written on its `status_at` day. Before it the pledge
   stands as it was announced.
3. The MW terms of a pledge are known from its `mw_known_from` day. Before it the pledge stands without them
   and cannot be tested.
4. Names and static geography (`site_keys`, `site_aliases`) hold on every date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from stargauge.errors import InputError
from stargauge.facts import ReferenceMonths, Registry, SiteRecords, Tables

Row = dict[str, Any]

WRITTEN_LATER = (
    "status",
    "judged",
    "note",
    "promised_mw_note",
    "deadline_note",
    "untestable_because",
    "promised_sites_note",
    "promised_jobs_note",
    "delivered_note",
)
"""Fields of a pledge that hold what was known on its `status_at` day."""

WITHOUT_MW: Mapping[str, Any] = {
    "promised_mw": None,
    "promised_mw_note": "",
    "basis": "other",
    "due_mw": None,
    "deadline": None,
    "deadline_note": "",
    "judged": "",
    "testable": False,
    "untestable_because": "no MW were on record by then",
}
"""What a pledge says of MW before its `mw_known_from` day."""

CONSTRUCTION = "delivery.duration.construction"
FITOUT = "delivery.duration.fitout"
FACILITY_PER_IT = "delivery.facility_per_it"


@dataclass(frozen=True)
class Records:
    """Everything known on a day.

    `reference` and `facility_per_it` place steps in stages and convert MW where an edition gives only one
    kind; both are None before the first fact that states them, when no edition exists either.
    """

    as_of: date
    pledges: tuple[Row, ...]
    events: tuple[Row, ...]
    sites: Mapping[str, Row]
    edition_rows: Mapping[str, tuple[Row, ...]]
    editions: SiteRecords
    compute: tuple[Row, ...]
    reference: ReferenceMonths | None
    facility_per_it: float | None


def newest_day(tables: Tables) -> date:
    """Return the last day on which anything in the tables became known."""
    days = [
        frame["known_from"].max()
        for frame in (tables.pledges, tables.sites, tables.events, tables.vintages)
        if frame.height
    ]
    return max(day for day in days if isinstance(day, date))


def known_records(as_of: date, tables: Tables, registry: Registry) -> Records:
    """Return what was on record on a day; events in order of date, everything else in order of id.

    Args:
        as_of: Nothing known later is in the answer.
        tables: The record tables.
        registry: All facts; the three reference numbers are taken from it as known on the day.
    """
    known = pl.col("known_from") <= as_of
    vintages = tables.vintages.filter(known & (pl.col("vintage") <= as_of))
    pledges = tables.pledges.filter(known)
    site_of = dict(zip(tables.site_aliases["vintage_site"], tables.site_aliases["site_id"], strict=True))
    rows: dict[str, list[Row]] = {}
    for row in vintages.sort("vintage", "date").iter_rows(named=True):
        rows.setdefault(site_of[row["site"]], []).append(row)
    facts = registry.as_of(as_of)
    construction, fitout = _median(facts, CONSTRUCTION, "month"), _median(facts, FITOUT, "month")
    return Records(
        as_of=as_of,
        pledges=tuple(_as_announced(row, as_of) for row in pledges.sort("id").iter_rows(named=True)),
        events=tuple(tables.events.filter(known).sort("date", "event_id").iter_rows(named=True)),
        sites={row["site_id"]: row for row in tables.sites.filter(known).iter_rows(named=True)},
        edition_rows={site: tuple(kept) for site, kept in rows.items()},
        editions=SiteRecords(vintages, pledges, tables.site_aliases, tables.site_keys),
        compute=tuple(tables.compute_programmes.filter(known).iter_rows(named=True)),
        reference=None if construction is None or fitout is None else ReferenceMonths(construction, fitout),
        facility_per_it=_median(facts, FACILITY_PER_IT, "MW/MW_it"),
    )


def _median(facts: Registry, name: str, unit: str) -> float | None:
    try:
        fact = facts.input(name)
    except InputError:
        return None
    return float(fact.to(unit).median)


def _as_announced(row: Row, as_of: date) -> Row:
    """Apply rules 2 and 3."""
    known = dict(row)
    if row["status_at"] is not None and row["status_at"] > as_of:
        known |= dict.fromkeys(WRITTEN_LATER, "")
        known |= {"state": "announced", "status_at": None, "delivered_mw": None}
    if row["mw_known_from"] > as_of:
        known |= WITHOUT_MW
    return known

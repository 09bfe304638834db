"""One site as known on a day: what is energised since when, what comes next, when building began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from stargauge.facts import SAME_LEVEL, Phase, site_phases
from stargauge.track.programmes import Programme
from stargauge.track.records import Records, Row

HALF_MW = 0.5
"""The tracker publishes whole MW; figures nearer than this are the same figure."""

MwBasis = Literal["reported", "ratio"]


@dataclass(frozen=True)
class EnergisedStep:
    """A level of energised MW (cumulative, facility and IT apart) and the day since when it stands."""

    since: date
    facility_mw: float
    it_mw: float


@dataclass(frozen=True)
class NextStep:
    """A level of MW (cumulative) not energised yet.

    `on` is the tracker's forecast, or the deadline of a pledge where `origin` says so, or None. `first_said`
    is the date first published for that much power. `stage` is inferred from the plan behind the date unless
    `stage_basis` says that it was observed. `overdue` marks a date that has passed.
    """

    site_id: str
    site: str
    facility_mw: float
    it_mw: float
    on: date | None
    origin: Literal["tracker", "pledge", "none"]
    first_said: date | None
    stage: str
    stage_basis: str
    overdue: bool


@dataclass(frozen=True)
class SiteStatus:
    """A site on a day. MW are None where nothing is on record either way; `edition` dates what is said."""

    site_id: str
    name: str
    country: str
    edition: date | None
    energised_facility_mw: float | None
    energised_it_mw: float | None
    facility_basis: MwBasis | None
    it_basis: MwBasis | None
    since: date | None
    buildings: float | None
    buildings_planned: float | None
    steps: tuple[EnergisedStep, ...]
    ahead: tuple[NextStep, ...]
    construction_start: date | None
    observation: str
    observation_at: date | None
    note: str
    capital_in_place_usd_b: float | None
    capital_planned_usd_b: float | None
    source: str
    address: str
    grade: str

    @property
    def is_energised(self) -> bool:
        """Whether any power is on."""
        return bool(self.energised_facility_mw)

    def standing(self, day: date) -> EnergisedStep:
        """Return what stood on a day, as known now; nothing before the first step."""
        past = [step for step in self.steps if step.since <= day]
        return past[-1] if past else EnergisedStep(day, 0.0, 0.0)


def known_sites(programme: Programme, records: Records) -> tuple[SiteStatus, ...]:
    """Return the sites of a programme that were known on the day.

    A site is known once an edition, an event, a pledge for it alone or its own description names it.
    """
    named = {event["site_id"] for event in records.events}
    named |= {row["counts_sites"] for row in records.pledges}
    named |= set(records.sites) | set(records.edition_rows)
    return tuple(
        site_status(site_id, programme.site_names[site_id], records)
        for site_id in programme.site_ids
        if site_id in named
    )


def site_status(site_id: str, name: str, records: Records) -> SiteStatus:
    """Return everything known of one site; the written rules of phases are those of `facts.phases`."""
    key = records.editions.keys[site_id]
    described = records.sites.get(site_id)
    rows = records.edition_rows.get(site_id, ())
    steps, ahead, started = _levels(site_id, name, records)
    facility, it = (steps[-1].facility_mw, steps[-1].it_mw) if steps else (None, None)
    if facility is None and rows:
        facility = it = 0.0
    elif facility is None and described is not None:
        facility, it = described["energised_facility_mw"], described["energised_it_mw"]
    buildings, planned = _buildings(rows, it)
    seen = described or {}
    source = rows[-1] if rows else seen
    return SiteStatus(
        site_id=site_id,
        name=name,
        country=key["country"],
        edition=rows[-1]["vintage"] if rows else None,
        energised_facility_mw=facility,
        energised_it_mw=it,
        facility_basis=_basis(rows, "facility_mw", facility),
        it_basis=_basis(rows, "it_mw", it),
        since=steps[-1].since if steps else None,
        buildings=buildings if buildings is not None else seen.get("buildings_operational"),
        buildings_planned=planned if planned is not None else seen.get("buildings_planned"),
        steps=steps,
        ahead=ahead,
        construction_start=started or seen.get("construction_start"),
        observation=seen.get("latest_observation") or "",
        observation_at=seen.get("latest_observation_at"),
        note=seen.get("note") or "",
        capital_in_place_usd_b=seen.get("capital_delivered_usd_b"),
        capital_planned_usd_b=seen.get("capital_planned_usd_b"),
        source=source.get("source", ""),
        address=source.get("address", ""),
        grade=source.get("confidence", ""),
    )


def _levels(
    site_id: str, name: str, records: Records
) -> tuple[tuple[EnergisedStep, ...], tuple[NextStep, ...], date | None]:
    idle = [
        row["date"]
        for row in records.edition_rows.get(site_id, ())
        if row["kind"] == "past" and not (row["facility_mw"] or row["it_mw"]) and row["date"] < row["vintage"]
    ]
    started = min(idle, default=None)
    steps: list[EnergisedStep] = []
    ahead: list[NextStep] = []
    it = 0.0
    for phase in phases_of(site_id, records, records.as_of):
        it += phase.it_mw
        if phase.energised is not None:
            steps.append(EnergisedStep(phase.energised, phase.cumulative_mw, it))
        else:
            ahead.append(_next_step(phase, it, name, records.as_of))
    return tuple(steps), tuple(ahead), started


def phases_of(site_id: str, records: Records, day: date) -> list[Phase]:
    """Return the phases of a site as known on a day not later than the records'."""
    if records.reference is None or records.facility_per_it is None:
        return []
    return site_phases(records.editions, site_id, day, records.reference, records.facility_per_it)


def _next_step(phase: Phase, it_mw: float, name: str, as_of: date) -> NextStep:
    origin: Literal["tracker", "pledge", "none"] = "tracker" if phase.kind == "step" else "pledge"
    return NextStep(
        site_id=phase.site_id,
        site=name,
        facility_mw=phase.cumulative_mw,
        it_mw=it_mw,
        on=phase.forecast,
        origin=origin if phase.forecast is not None else "none",
        first_said=phase.promised,
        stage=phase.stage,
        stage_basis=phase.stage_basis,
        overdue=phase.forecast is not None and phase.forecast < as_of,
    )


def _basis(rows: tuple[Row, ...], field: str, value: float | None) -> MwBasis | None:
    """Say whether an edition reports a figure or it follows from the site's ratio of facility to IT MW."""
    if value is None:
        return None
    figures = [row[field] for row in rows if row[field] is not None]
    if not rows or value == 0.0 or any(abs(figure - value) < HALF_MW for figure in figures):
        return "reported"
    return "ratio"


def _buildings(rows: tuple[Row, ...], it_mw: float | None) -> tuple[float | None, float | None]:
    """Return the buildings in operation and planned by the newest edition that counts them.

    A count goes with its MW: where the newest edition has moved the energised MW and counts no buildings,
    the older count no longer describes the site.
    """
    counted = [row for row in rows if row["buildings_operational"] is not None]
    if not counted:
        return None, None
    newest = [row for row in counted if row["vintage"] == counted[-1]["vintage"]]
    past = [row for row in newest if row["kind"] == "past"]
    last = newest[-1]
    planned = float(last["buildings_operational"]) if last["kind"] == "forecast" else None
    if not past:
        return None, planned
    level = past[-1]["it_mw"]
    stale = counted[-1]["vintage"] != rows[-1]["vintage"] and (
        level is None or it_mw is None or abs(level - it_mw) > SAME_LEVEL * max(level, it_mw)
    )
    return (None, None) if stale else (float(past[-1]["buildings_operational"]), planned)

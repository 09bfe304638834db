"""Phases: what is energised in one step at one site, derived by written rules from dated rows.

A *vintage* is one dated edition of a tracker's table of site forecasts. Seen from an as-of date, every site
is described by the newest vintage not later than that date which names it, by the pledges already made, and
by static geography; nothing that became known later enters. The rules:

1. **Energised.** The site's past rows give a rising curve of MW. Where a later row is lower (a revision or a
   shutdown), earlier rows are cut down to it, so that the last past row is what stands. Each rise is one
   energised phase.
2. **Step.** Each forecast row above the highest level before it is one phase, with the row's date as its
   forecast.
3. **Detail kept.** A vintage that gives only today's level keeps the dates of the past rows before it, up to
   that level; one that gives only the last step ahead keeps the steps between of the vintage before it, if
   that one put the last step at the same size and no later date. Levels whose IT MW agree keep the facility
   MW that was reported with them.
4. **Rest.** Where a pledge for the site, made by then, is larger than its last step, the difference is one
   more phase without a forecast date.
5. **Pledged only.** A site no vintage names is one phase of the size and deadline of its smallest pledge with
   a deadline, and a rest up to its largest pledge.
6. **Stage.** On the status date (the vintage's, or the as-of date for a site no vintage names): from the
   forecast date F, fit-out is planned to begin at F less the reference fit-out months, building at that less
   the reference construction months, but not before the site's observed start; the phase that opens a site
   which was seen building began at that start. The stage is the one this plan says, marked `inferred`;
   `observed` are energised phases and the announcement of undated ones.
7. **Promised.** The first published date for that much power: among pledges and vintages known by the as-of
   date whose level lies within 2 % below and 10 % above the phase's cumulative MW (else any level not
   smaller), the one published first; never the as-of vintage itself if an older promise exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

import polars as pl

from stargauge.facts.site_records import Level, Promise, SiteRecords

DAYS_PER_MONTH = 365.25 / 12
"""Mean length of a month in the Gregorian calendar."""

SAME_LEVEL = 0.02
"""Two MW levels closer than this share are one level; trackers round to whole buildings."""

PLEDGE_ROUNDING = 0.05
"""A pledge is kept, and its sites make it up, within this share: pledges are given in whole gigawatts."""

NEAR_ABOVE = 0.10
"""A promise for at most this much more than the level still counts as a promise for the level."""

Stage = Literal["land", "construction", "fitout", "energised"]
Kind = Literal["energised", "step", "rest", "pledged"]


@dataclass(frozen=True)
class ReferenceMonths:
    """Reference medians that place a phase in a stage, in months."""

    construction: float
    fitout: float


@dataclass(frozen=True)
class Phase:
    """One step of one site as known on an as-of date; MW of facility power and of IT power side by side.

    `cumulative_mw` is the site's facility MW once this phase is energised; `opens_site` marks the first phase
    of a site. Dates are None where not known.
    """

    phase_id: str
    site_id: str
    programme: str
    country: str
    region: str
    power_class: str
    chip_owner: str
    kind: Kind
    facility_mw: float
    it_mw: float
    it_basis: Literal["reported", "ratio"]
    cumulative_mw: float
    announced: date | None
    promised: date | None
    forecast: date | None
    energised: date | None
    construction_start: date | None
    opens_site: bool
    stage: Stage
    stage_since: date
    stage_basis: Literal["observed", "inferred"]
    vintage: date | None
    source: str


@dataclass(frozen=True)
class _SiteHistory:
    """Everything known of one site on the as-of date, already cut to it."""

    past: list[Level]
    ahead: list[Level]
    vintage: date | None
    promises: list[Promise]
    pledged: tuple[Promise, ...]
    largest_mw: float
    announced: date | None
    started: date | None


def derive_phases(
    records: SiteRecords, as_of: date, reference: ReferenceMonths, facility_per_it: float
) -> tuple[Phase, ...]:
    """Derive the phases of every site known on a date.

    Args:
        records: What is on record by site.
        as_of: Nothing known later is used.
        reference: Reference medians of building and fit-out, in months.
        facility_per_it: Facility MW per IT MW where a site reports only one of them.

    Returns:
        Phases ordered by site and level; facility and IT MW are positive. Rules: this module's docstring.
    """
    return tuple(
        phase
        for site_id in records.site_ids
        for phase in site_phases(records, site_id, as_of, reference, facility_per_it)
    )


def site_phases(
    records: SiteRecords, site_id: str, as_of: date, reference: ReferenceMonths, facility_per_it: float
) -> list[Phase]:
    """Derive the phases of one site; arguments and rules as in `derive_phases`."""
    history = _history(records, site_id, as_of, facility_per_it)
    plans = [*_energised_levels(history.past), *_step_levels(history)]
    plans.extend(_undated_levels(plans, history, facility_per_it))
    key = records.keys[site_id]
    phases: list[Phase] = []
    below = Level(date.min, 0.0, 0.0, reported_it=True)
    for number, plan in enumerate(plans, start=1):
        phases.append(_phase(key, number, plan, below, history, as_of, reference))
        below = plan[1]
    return phases


@dataclass(frozen=True)
class Milestones:
    """Dates of a plan: start of building, start of fit-out, energisation."""

    build_start: date
    fitout_start: date
    energised: date


def planned_milestones(
    energised: date, started: date | None, opens_site: bool, reference: ReferenceMonths
) -> Milestones:
    """Return the plan behind a promised or forecast date (rule 6).

    Args:
        energised: The date.
        started: Day on which the site was seen building, or None.
        opens_site: Whether the phase is the site's first.
        reference: Reference medians of building and fit-out, in months.
    """
    fitout_start = months_before(energised, reference.fitout)
    build_start = months_before(fitout_start, reference.construction)
    if started is not None and started < fitout_start and (opens_site or build_start < started):
        build_start = started
    return Milestones(build_start, fitout_start, energised)


def phases_frame(phases: Iterable[Phase]) -> pl.DataFrame:
    """Return phases as a polars frame, one row a phase; MW are floats and dates are dates."""
    return pl.DataFrame([asdict(phase) for phase in phases], infer_schema_length=None)


def months_before(day: date, months: float) -> date:
    """Return the date a number of mean months before a date."""
    return day - timedelta(days=round(months * DAYS_PER_MONTH))


def _history(records: SiteRecords, site_id: str, as_of: date, facility_per_it: float) -> _SiteHistory:
    past: list[Level] = []
    ahead: list[Level] = []
    promises: list[Promise] = []
    started: date | None = None
    newest: date | None = None
    for vintage in records.vintages(site_id):
        if vintage > as_of:
            break
        past_before, ahead_before = past, ahead
        past, ahead = records.levels(site_id, vintage, facility_per_it)
        if len(past) == 1:
            ahead = _with_steps(past[0], ahead, ahead_before, vintage)
            past = _with_dates(past[0], past_before)
        promises.extend(Promise(vintage, level.facility_mw, level.on) for level in ahead)
        idle = [level.on for level in past if level.facility_mw == 0.0 and level.on < vintage]
        started = idle[0] if idle else started
        newest = vintage
    pledges = records.pledges(site_id, as_of, facility_per_it)
    return _SiteHistory(
        past=past,
        ahead=ahead,
        vintage=newest,
        promises=[*pledges.dated, *promises],
        pledged=pledges.dated,
        largest_mw=pledges.largest_mw,
        announced=pledges.announced or started or newest,
        started=started,
    )


def _with_steps(today: Level, ahead: list[Level], before: list[Level], vintage: date) -> list[Level]:
    """Apply rule 3 to the forecast rows of a vintage that has one of them."""
    if len(ahead) != 1 or not before:
        return ahead
    end, old_end = ahead[0], before[-1]
    if not _same(end.it_mw, old_end.it_mw) or end.on > old_end.on:
        return ahead
    steps = [level for level in before[:-1] if today.it_mw < level.it_mw < end.it_mw and level.on > vintage]
    return [*steps, Level(end.on, old_end.facility_mw, end.it_mw, end.reported_it)]


def _with_dates(today: Level, before: list[Level]) -> list[Level]:
    """Apply rule 3 to the past rows of a vintage that has one of them."""
    kept = [level for level in before if level.it_mw < today.it_mw * (1 - SAME_LEVEL)]
    reached = next((level for level in before if level.it_mw >= today.it_mw * (1 - SAME_LEVEL)), None)
    if reached is None:
        return [*kept, today]
    facility = reached.facility_mw if _same(reached.it_mw, today.it_mw) else today.facility_mw
    return [*kept, Level(reached.on, facility, today.it_mw, today.reported_it)]


def _same(one_mw: float, other_mw: float) -> bool:
    return abs(one_mw - other_mw) <= SAME_LEVEL * max(one_mw, other_mw)


_Plan = tuple[Kind, Level, date | None]


def _energised_levels(past: list[Level]) -> list[_Plan]:
    """Apply rule 1."""
    capped: list[Level] = []
    facility = it = float("inf")
    for level in reversed(past):
        facility, it = min(facility, level.facility_mw), min(it, level.it_mw)
        capped.append(Level(level.on, facility, it, level.reported_it))
    plans: list[_Plan] = []
    height = 0.0
    for level in reversed(capped):
        if level.facility_mw > height * (1 + SAME_LEVEL):
            plans.append(("energised", level, None))
            height = level.facility_mw
    if plans:
        # The last past row is what stands: rises too small to be a phase must not be lost from the total.
        kind, level, forecast = plans[-1]
        end = capped[0]
        plans[-1] = (kind, Level(level.on, end.facility_mw, end.it_mw, end.reported_it), forecast)
    return plans


def _step_levels(history: _SiteHistory) -> list[_Plan]:
    """Apply rule 2."""
    height = history.past[-1].facility_mw if history.past else 0.0
    plans: list[_Plan] = []
    for level in history.ahead:
        if level.facility_mw > height * (1 + SAME_LEVEL):
            plans.append(("step", level, level.on))
            height = level.facility_mw
    return plans


def _undated_levels(plans: list[_Plan], history: _SiteHistory, facility_per_it: float) -> list[_Plan]:
    """Apply rules 4 and 5."""
    more: list[_Plan] = []
    top = plans[-1][1] if plans else Level(date.min, 0.0, 0.0, reported_it=False)
    if history.vintage is None and history.pledged:
        first = min(history.pledged, key=lambda promise: (promise.facility_mw, promise.published))
        top = Level(first.by, first.facility_mw, first.facility_mw / facility_per_it, reported_it=False)
        more.append(("pledged", top, first.by))
    if history.largest_mw > top.facility_mw * (1 + PLEDGE_ROUNDING):
        rest_it = (history.largest_mw - top.facility_mw) / facility_per_it
        more.append(("rest", Level(date.max, history.largest_mw, top.it_mw + rest_it, False), None))
    return more


def _phase(
    key: dict[str, Any],
    number: int,
    plan: _Plan,
    below: Level,
    history: _SiteHistory,
    as_of: date,
    reference: ReferenceMonths,
) -> Phase:
    kind, level, forecast = plan
    first = below.facility_mw == 0.0
    facility, it = level.facility_mw - below.facility_mw, level.it_mw - below.it_mw
    stage, since, basis = _stage(kind, level, forecast, first, history, as_of, reference)
    return Phase(
        phase_id=f"{key['site_id']}/{number}",
        site_id=key["site_id"],
        programme=key["programme"],
        country=key["country"],
        region=key["region"],
        power_class=key["power_class"],
        chip_owner=key["chip_owner"],
        kind=kind,
        facility_mw=facility,
        it_mw=it if it > 0.0 else facility * level.it_mw / level.facility_mw,
        it_basis="reported" if level.reported_it and it > 0.0 else "ratio",
        cumulative_mw=level.facility_mw,
        announced=history.announced,
        promised=_promised(history.promises, level.facility_mw),
        forecast=forecast,
        energised=level.on if kind == "energised" else None,
        construction_start=history.started,
        opens_site=first,
        stage=stage,
        stage_since=since,
        stage_basis=basis,
        vintage=history.vintage,
        source="Epoch AI, CC BY 4.0" if history.vintage else "pledges",
    )


def _promised(promises: list[Promise], cumulative_mw: float) -> date | None:
    """Apply rule 7."""
    enough = [p for p in promises if p.facility_mw >= cumulative_mw * (1 - SAME_LEVEL)]
    near = [p for p in enough if p.facility_mw <= cumulative_mw * (1 + NEAR_ABOVE)]
    pool = near or enough
    if not pool:
        return None
    return min(pool, key=lambda promise: (promise.published, promise.facility_mw, promise.by)).by


def _stage(
    kind: Kind,
    level: Level,
    forecast: date | None,
    first: bool,
    history: _SiteHistory,
    as_of: date,
    reference: ReferenceMonths,
) -> tuple[Stage, date, Literal["observed", "inferred"]]:
    """Apply rule 6; the status date is the vintage's, or the as-of date where no vintage names the site."""
    status = history.vintage or as_of
    if kind == "energised":
        return "energised", level.on, "observed"
    announced = min(history.announced or status, status)
    if forecast is None:
        return "land", announced, "observed" if history.announced else "inferred"
    plan = planned_milestones(forecast, history.started, first, reference)
    if plan.fitout_start <= status:
        return "fitout", plan.fitout_start, "inferred"
    if plan.build_start <= status:
        return "construction", plan.build_start, "inferred"
    return "land", announced, "inferred"

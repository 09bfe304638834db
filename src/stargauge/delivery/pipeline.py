"""The pipeline: every phase of a run as arrays, ready for the kernel.

Named phases come from the facts as of the run's date; what a pledge holds beyond its announced sites enters
as an unannounced remainder; capacity nobody named enters as background slots. Phases already energised are
kept apart: they are history, not futures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stargauge.delivery.calendar import month_number
from stargauge.delivery.slots import Slots
from stargauge.delivery.stages import Plan, Reference, Stage, Status, back_cast
from stargauge.facts import SAME_LEVEL, Phase

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STAGES = len(Stage)
Sort = Literal["dated", "undated", "remainder", "background"]

SHORTEST_STAGE = 0.5
"""A planned stage is at least this many months: dates are given to the month at best."""

STATUS_OF = {"land": Status.LAND, "construction": Status.BUILD, "fitout": Status.FITOUT}


@dataclass(frozen=True)
class WorkItem:
    """One phase still to be energised, in months from the start of the run; MW of facility and IT power."""

    name: str
    sort: Sort
    site: str
    programme: str
    region: str
    owner: str
    on_grid: bool
    domestic: bool
    facility_mw: float
    it_mw: float
    status: Status
    status_month: float
    since_month: float
    build_start: float
    plan: Plan
    log_median: tuple[float, float, float, float]
    log_sd: tuple[float, float, float, float]
    slip_loading: float
    exposed: tuple[float, float, float]


@dataclass(frozen=True)
class Remainder:
    """What a pledge holds beyond its announced sites, in facility MW."""

    programme: str
    facility_mw: float
    facility_per_it: float


@dataclass(frozen=True)
class PhaseArrays:
    """All work items column by column, in the order of `names`; see `phases.PhaseTable` for the meaning."""

    names: tuple[str, ...]
    sort: tuple[Sort, ...]
    site: tuple[str, ...]
    programme: tuple[str, ...]
    region: tuple[str, ...]
    owner: tuple[str, ...]
    on_grid: NDArray[np.bool_]
    domestic: Ints
    facility_mw: Floats
    it_mw: Floats
    status: Ints
    status_month: Floats
    since_month: Floats
    build_start: Floats
    plan: Floats
    log_median: Floats
    log_sd: Floats
    slip_loading: Floats
    exposed: Floats
    elapsed: Floats

    def __len__(self) -> int:
        return len(self.names)

    @property
    def places(self) -> tuple[str, ...]:
        """Where each phase connects: its site, but a place of its own for each part of a remainder."""
        return tuple(
            name if sort == "remainder" else site
            for name, sort, site in zip(self.names, self.sort, self.site, strict=True)
        )


def named_items(
    phases: Iterable[Phase],
    as_of: date,
    start: date,
    reference: Reference,
    slip_log_sd: float,
    typical_site_mw: float,
) -> list[WorkItem]:
    """Return the work items of all named phases that are not energised yet.

    Args:
        phases: Phases as of the date.
        as_of: The run's as-of date: the status date of sites no vintage names.
        start: First day of the run.
        reference: Reference medians and spreads.
        slip_log_sd: Log standard deviation of a stage under plan.
        typical_site_mw: Undated rests are cut into equal parts of at most this size, so that a part of a
            large promise can be kept.
    """
    items: list[WorkItem] = []
    for phase in phases:
        if phase.kind == "energised":
            continue
        if phase.kind == "rest":
            parts = max(1, math.ceil(phase.facility_mw / typical_site_mw - SAME_LEVEL))
            items.extend(
                _undated_item(phase, part, parts, as_of, start, reference, slip_log_sd)
                for part in range(1, parts + 1)
            )
        else:
            items.append(_dated_item(phase, as_of, start, reference, slip_log_sd))
    return items


def remainder_items(
    remainders: Iterable[Remainder],
    as_of: date,
    start: date,
    reference: Reference,
    slip_log_sd: float,
    typical_site_mw: float,
) -> list[WorkItem]:
    """Return the work items of unannounced remainders, cut to the size of a typical site; all domestic.

    A site is still to be chosen, so their clock starts on the as-of date; which region's grid they take is
    drawn in each future.
    """
    items: list[WorkItem] = []
    now = month_number(as_of, start)
    for remainder in remainders:
        parts = max(1, math.ceil(remainder.facility_mw / typical_site_mw - SAME_LEVEL))
        for part in range(1, parts + 1):
            facility = remainder.facility_mw / parts
            items.append(
                WorkItem(
                    name=f"{remainder.programme}/remainder {part}",
                    sort="remainder",
                    site=f"{remainder.programme} (unannounced)",
                    programme=remainder.programme,
                    region="",
                    owner="",
                    on_grid=True,
                    domestic=True,
                    facility_mw=facility,
                    it_mw=facility / remainder.facility_per_it,
                    status=Status.LAND,
                    status_month=now,
                    since_month=now,
                    build_start=math.nan,
                    plan=NO_PLAN,
                    log_median=_logs(reference, reference.land_months, "grid"),
                    log_sd=_spreads(reference, reference.land_log_sd, "grid", slip_log_sd),
                    slip_loading=0.0,
                    exposed=ONCE_BEGUN,
                )
            )
    return items


def background_items(
    slots: Slots, reference: Reference, slip_log_sd: float, typical_total: float, facility_per_it: float
) -> list[WorkItem]:
    """Return the work items of background slots.

    Their land takes the reference median before building begins, neither more nor less, so that at scale 1 it
    moves nothing; levers and opposition move it.

    Args:
        slots: The slots.
        reference: Reference medians.
        slip_log_sd: Log standard deviation of a stage under plan.
        typical_total: Median months from start of building to energisation at scale 1: building begins so
            long before the middle of the slot.
        facility_per_it: Facility MW per IT MW.
    """
    land, build, fitout = reference.land_months, reference.construction_months, reference.fitout_months
    log_median = (math.log(land), math.log(build), math.log(build), math.log(fitout))
    items: list[WorkItem] = []
    for index, name in enumerate(slots.names):
        begin = float(slots.month[index]) - typical_total
        size = float(slots.size_mw[index])
        items.append(
            WorkItem(
                name=name,
                sort="background",
                site="background",
                programme=f"background {slots.region[index]}",
                region=slots.region[index],
                owner=slots.owner[index],
                on_grid=True,
                domestic=True,
                facility_mw=size,
                it_mw=size / facility_per_it,
                status=Status.LAND,
                status_month=begin - land,
                since_month=begin - land,
                build_start=begin,
                plan=NO_PLAN,
                log_median=log_median,
                log_sd=(0.0, slip_log_sd, slip_log_sd, slip_log_sd),
                slip_loading=1.0,
                exposed=NEVER,
            )
        )
    return items


NO_PLAN = Plan(math.nan, math.nan, math.nan)

ALWAYS = (1.0, 1.0, 1.0)
ONCE_BEGUN = (0.0, 1.0, 1.0)
NEVER = (0.0, 0.0, 0.0)
"""Exposure to cancellation in land, building, fit-out. A further phase of a site that is being built has its
land and permits; an undated one has passed its trial of being begun at all; slots are sized to deliveries."""


def phase_arrays(items: list[WorkItem]) -> PhaseArrays:
    """Return work items column by column; `elapsed` holds the months spent in the present stage."""
    elapsed = np.zeros((len(items), STAGES))
    for row, item in enumerate(items):
        spent = item.status_month - item.since_month
        for stage in STAGES_UNDER_WAY[item.status]:
            elapsed[row, stage] = spent
    slip_loading = np.repeat(np.array([[item.slip_loading] for item in items]), STAGES, axis=1)
    # The land of a slot is where it is, not how long it took.
    slip_loading[[item.sort == "background" for item in items], Stage.LAND] = 0.0
    return PhaseArrays(
        names=tuple(item.name for item in items),
        sort=tuple(item.sort for item in items),
        site=tuple(item.site for item in items),
        programme=tuple(item.programme for item in items),
        region=tuple(item.region for item in items),
        owner=tuple(item.owner for item in items),
        on_grid=np.array([item.on_grid for item in items], dtype=np.bool_),
        domestic=np.array([int(item.domestic) for item in items], dtype=np.int64),
        facility_mw=np.array([item.facility_mw for item in items]),
        it_mw=np.array([item.it_mw for item in items]),
        status=np.array([int(item.status) for item in items], dtype=np.int64),
        status_month=np.array([item.status_month for item in items]),
        since_month=np.array([item.since_month for item in items]),
        build_start=np.array([item.build_start for item in items]),
        plan=np.array([[i.plan.land_end, i.plan.build_end, i.plan.energised] for i in items]).reshape(-1, 3),
        log_median=np.array([item.log_median for item in items]).reshape(-1, STAGES),
        log_sd=np.array([item.log_sd for item in items]).reshape(-1, STAGES),
        slip_loading=slip_loading,
        exposed=np.array([item.exposed for item in items]).reshape(-1, len(NEVER)),
        elapsed=elapsed,
    )


STAGES_UNDER_WAY = {
    Status.LAND: (Stage.LAND,),
    Status.BUILD: (Stage.POWER, Stage.CONSTRUCTION),
    Status.FITOUT: (Stage.FITOUT,),
    Status.ENERGISED: (),
}


def _dated_item(phase: Phase, as_of: date, start: date, reference: Reference, slip_log_sd: float) -> WorkItem:
    """Return the item of a phase with a forecast or deadline: its medians are those of the plan behind it."""
    assert phase.forecast is not None
    status_month = month_number(phase.vintage or as_of, start)
    since = month_number(phase.stage_since, start)
    started, opens = phase.construction_start, phase.opens_site
    forecast = back_cast(phase.forecast, started, opens, reference, start)
    status = STATUS_OF[phase.stage]
    land = max(SHORTEST_STAGE, forecast.land_end - since) if status == Status.LAND else SHORTEST_STAGE
    build = max(SHORTEST_STAGE, forecast.build_end - forecast.land_end)
    promised = NO_PLAN
    if phase.promised is not None:
        promised = back_cast(phase.promised, started, opens, reference, start)
    return WorkItem(
        name=phase.phase_id,
        sort="dated",
        site=phase.site_id,
        programme=phase.programme,
        region=phase.region,
        owner=phase.chip_owner,
        on_grid=phase.power_class == "grid",
        domestic=phase.country == "US",
        facility_mw=phase.facility_mw,
        it_mw=phase.it_mw,
        status=status,
        status_month=status_month,
        since_month=since,
        build_start=forecast.land_end,
        plan=promised,
        log_median=(math.log(land), math.log(build), math.log(build), math.log(reference.fitout_months)),
        log_sd=(slip_log_sd, slip_log_sd, slip_log_sd, slip_log_sd),
        slip_loading=1.0,
        exposed=ALWAYS if started is None else ONCE_BEGUN,
    )


def _undated_item(
    phase: Phase,
    part: int,
    parts: int,
    as_of: date,
    start: date,
    reference: Reference,
    slip_log_sd: float,
) -> WorkItem:
    """Return one part of an undated rest: all stages run at their reference medians and spreads."""
    promised = NO_PLAN
    if phase.promised is not None:
        promised = back_cast(phase.promised, None, False, reference, start)
    return WorkItem(
        name=f"{phase.phase_id}.{part}",
        sort="undated",
        site=phase.site_id,
        programme=phase.programme,
        region=phase.region,
        owner=phase.chip_owner,
        on_grid=phase.power_class == "grid",
        domestic=phase.country == "US",
        facility_mw=phase.facility_mw / parts,
        it_mw=phase.it_mw / parts,
        status=Status.LAND,
        status_month=month_number(phase.vintage or as_of, start),
        since_month=month_number(phase.stage_since, start),
        build_start=math.nan,
        plan=promised,
        log_median=_logs(reference, reference.announced_land_months, phase.power_class),
        log_sd=_spreads(reference, reference.announced_land_log_sd, phase.power_class, slip_log_sd),
        slip_loading=0.0,
        exposed=ONCE_BEGUN,
    )


def _logs(reference: Reference, land_months: float, power_class: str) -> tuple[float, float, float, float]:
    return (
        math.log(land_months),
        math.log(reference.power_months[power_class]),
        math.log(reference.construction_months),
        math.log(reference.fitout_months),
    )


def _spreads(
    reference: Reference, land_log_sd: float, power_class: str, slip_log_sd: float
) -> tuple[float, float, float, float]:
    return (
        land_log_sd,
        reference.power_log_sd[power_class],
        reference.construction_log_sd,
        slip_log_sd,
    )

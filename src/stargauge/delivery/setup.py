"""Makes delivery ready for a run: facts and scenario in, arrays out; done once, before any future."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from stargauge.delivery.calendar import month_number
from stargauge.delivery.durations import Weights
from stargauge.delivery.factors import Elapsed
from stargauge.delivery.history import Learnt, lattice, learn
from stargauge.delivery.inputs import DeliveryInputs, delivery_inputs
from stargauge.delivery.pipeline import (
    STAGES_UNDER_WAY,
    PhaseArrays,
    Remainder,
    WorkItem,
    background_items,
    named_items,
    phase_arrays,
    remainder_items,
)
from stargauge.delivery.slots import PRESENCE, Slots, background_slots
from stargauge.delivery.stages import Reference, Status
from stargauge.facts import (
    PLEDGE_ROUNDING,
    REGIONS,
    Phase,
    Registry,
    SiteRecords,
    Tables,
    derive_phases,
    edition_as_of,
)
from stargauge.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DOMESTIC = "US"
BACKGROUND = "background"
"""Group of the paths of capacity nobody named."""

MONTHS_PER_YEAR = 12.0

TYPICAL_DRAWS = 4096
"""Draws behind the median time from start of building to energisation."""


@dataclass(frozen=True)
class Delivery:
    """Everything delivery needs for a block of futures.

    `groups` are the sites and last the background; `history_mw` (groups, months) and `history_it_mw` (months,
    domestic) are what stood before any future. `regions` is the axis of regional supply and `region_shares`
    the share of background capacity in each; `begun_mw` (regions) is the facility MW of data centres that
    stood or were being built on the as-of date, those of the background included.
    """

    start: date
    as_of: date
    now: float
    horizon: int
    inputs: DeliveryInputs
    reference: Reference
    weights: Weights
    learnt: Learnt
    phases: tuple[Phase, ...]
    arrays: PhaseArrays
    slots: Slots
    groups: tuple[str, ...]
    group: Ints
    programmes: tuple[str, ...]
    sites: tuple[str, ...]
    programme_index: Ints
    site_index: Ints
    elapsed: Elapsed
    history_mw: Floats
    history_it_mw: Floats
    regions: tuple[str, ...]
    region_shares: Floats
    begun_mw: Floats

    def year_month(self, year: float) -> float:
        """Return a calendar year with its fraction in months from the start of the run."""
        return MONTHS_PER_YEAR * (year - self.start.year) - (self.start.month - 1)

    def month_of(self, day: date) -> float:
        """Return a date in months from the start of the run."""
        return month_number(day, self.start)


def make_ready(scenario: Scenario, registry: Registry, tables: Tables, owners: dict[str, float]) -> Delivery:
    """Return delivery made ready.

    Args:
        scenario: What the user asks.
        registry: Facts as the scenario sees them (cut to its as-of date, overrides in place).
        tables: The record tables; they are cut to the as-of date here.
        owners: Share of new accelerators by owner, for the background.

    Raises:
        InputError: an input has no fact known by the as-of date.
    """
    inputs = delivery_inputs(registry)
    months = scenario.months()
    start = date.fromisoformat(f"{months[0]}-01")
    reference = _reference(inputs)
    per_it = inputs.fixed["delivery.facility_per_it"]
    records = SiteRecords(tables.vintages, tables.pledges, tables.site_aliases, tables.site_keys)
    phases = derive_phases(records, scenario.as_of, reference.medians, per_it)
    log_sd = inputs.fixed["delivery.slip.log_sd"]
    weights = Weights(inputs.fixed["delivery.slip.programme_share"], inputs.fixed["delivery.slip.site_share"])
    prior = inputs.uncertain["delivery.slip.log_median"]
    learnt = learn(
        records,
        scenario.as_of,
        reference,
        (prior.mean, _normal_sd(prior.quantile(SPREAD_POINTS))),
        log_sd,
        weights,
        (inputs.fixed["delivery.observation.chance"], inputs.fixed["delivery.observation.log_sd"]),
        per_it,
    )
    typical = _typical_site_mw(phases)
    items = named_items(phases, scenario.as_of, start, reference, log_sd, typical)
    if not scenario.remainder.off:
        remainders = unannounced(tables, phases, scenario.as_of, per_it)
        items += remainder_items(remainders, scenario.as_of, start, reference, log_sd, typical)
    slots = _slots(tables, inputs, scenario.as_of, start, int(months[-1][:4]), owners)
    if not scenario.background.off:
        total = _typical_total(reference, log_sd, learnt, weights)
        items += background_items(slots, reference, log_sd, total, per_it)
    now = month_number(scenario.as_of, start)
    if scenario.schedule == "announced":
        items = [on_time for item in items if (on_time := _on_plan(item, now)) is not None]
    arrays = phase_arrays(items)
    sites = tuple(sorted((set(arrays.site) | {phase.site_id for phase in phases}) - {BACKGROUND}))
    groups = (*sites, BACKGROUND)
    programmes = tuple(sorted(set(arrays.programme)))
    history_mw, history_it = _history(phases, groups, start, len(months))
    regions = REGIONS
    shares = _shares(tables, scenario.as_of)
    region_shares = np.array([shares.get(region, 0.0) for region in regions])
    stock = inputs.fixed["delivery.background.stock_2023"]
    return Delivery(
        start=start,
        as_of=scenario.as_of,
        now=now,
        horizon=len(months),
        inputs=inputs,
        reference=reference,
        weights=weights,
        learnt=learnt,
        phases=phases,
        arrays=arrays,
        slots=slots,
        groups=groups,
        group=np.array([groups.index(site) for site in arrays.site], dtype=np.int64),
        programmes=programmes,
        sites=sites,
        programme_index=np.array([programmes.index(name) for name in arrays.programme], dtype=np.int64),
        site_index=np.array([groups.index(site) for site in arrays.site], dtype=np.int64),
        elapsed=_elapsed(arrays, programmes, groups),
        history_mw=history_mw,
        history_it_mw=history_it,
        regions=regions,
        region_shares=region_shares / region_shares.sum(),
        begun_mw=_begun(phases, arrays, stock * region_shares / region_shares.sum(), regions, now),
    )


def unannounced(
    tables: Tables, phases: tuple[Phase, ...], as_of: date, facility_per_it: float
) -> list[Remainder]:
    """Return what testable pledges over several sites hold beyond their announced sites, in facility MW."""
    top: dict[str, float] = {}
    for phase in phases:
        top[phase.site_id] = max(top.get(phase.site_id, 0.0), phase.cumulative_mw)
    remainders: list[Remainder] = []
    for row in tables.pledges.sort("id").iter_rows(named=True):
        counted = row["counts_sites"].split()
        if not row["testable"] or row["mw_known_from"] > as_of or len(counted) < 2 or row["part_of"]:
            continue
        due = row["due_mw"] * (facility_per_it if row["basis"] == "it" else 1.0)
        missing = due - sum(top.get(site, 0.0) for site in counted)
        if missing > PLEDGE_ROUNDING * due:
            remainders.append(Remainder(row["programme"], missing, facility_per_it))
    return remainders


SPREAD_POINTS = np.array([0.15865525393145707, 0.8413447460685429])
"""Probabilities one standard deviation below and above the mean of a normal distribution."""


def _normal_sd(points: Floats) -> float:
    return float(points[1] - points[0]) / 2.0


def _reference(inputs: DeliveryInputs) -> Reference:
    fixed, spread = inputs.fixed, inputs.log_spread
    return Reference(
        land_months=fixed["delivery.duration.land"],
        announced_land_months=fixed["delivery.duration.land_announced"],
        power_months={kind: fixed[f"delivery.duration.power_{kind}"] for kind in ("grid", "onsite")},
        construction_months=fixed["delivery.duration.construction"],
        fitout_months=fixed["delivery.duration.fitout"],
        land_log_sd=spread["delivery.duration.land"],
        announced_land_log_sd=spread["delivery.duration.land_announced"],
        power_log_sd={kind: spread[f"delivery.duration.power_{kind}"] for kind in ("grid", "onsite")},
        construction_log_sd=spread["delivery.duration.construction"],
    )


def _typical_site_mw(phases: tuple[Phase, ...]) -> float:
    """Return the median over sites of the last dated level, in facility MW; the mean of the middle two."""
    top: dict[str, float] = {}
    for phase in phases:
        if phase.kind != "rest":
            top[phase.site_id] = max(top.get(phase.site_id, 0.0), phase.cumulative_mw)
    return float(np.median(list(top.values()))) if top else math.inf


def _typical_total(reference: Reference, log_sd: float, learnt: Learnt, weights: Weights) -> float:
    """Return the median months of building and fit-out of a slot at scale 1, with all it shares."""
    slip, programme, site, *own = ndtri(lattice(TYPICAL_DRAWS, 6)).T
    shared = math.sqrt(weights.programme) * programme + math.sqrt(weights.site) * site
    unit = shared[:, None] + math.sqrt(weights.own) * np.stack(own, axis=1)
    stages = np.exp(learnt.slip_mean + learnt.slip_sd * slip[:, None] + log_sd * unit)
    build = reference.construction_months * np.maximum(stages[:, 0], stages[:, 1])
    return float(np.median(build + reference.fitout_months * stages[:, 2]))


def _slots(
    tables: Tables,
    inputs: DeliveryInputs,
    as_of: date,
    start: date,
    end_year: int,
    owners: dict[str, float],
) -> Slots:
    shares = _shares(tables, as_of)
    rate = inputs.uncertain["delivery.background.rate"].median
    growth = inputs.uncertain["delivery.background.growth"].median
    base_year = inputs.base_year["delivery.background.rate"]
    return background_slots(shares, owners, start, end_year, rate, base_year, growth)


def _on_plan(item: WorkItem, now: float) -> WorkItem | None:
    """Return the item as energised on its announced date, or now where that has passed; None without one."""
    if math.isnan(item.plan.energised):
        return None
    when = max(now, item.plan.energised)
    return replace(
        item,
        status=Status.FITOUT,
        status_month=when,
        since_month=when,
        build_start=item.plan.land_end,
        log_sd=(0.0, 0.0, 0.0, 0.0),
    )


def _history(
    phases: tuple[Phase, ...], groups: tuple[str, ...], start: date, horizon: int
) -> tuple[Floats, Floats]:
    mw = np.zeros((len(groups), horizon))
    it = np.zeros(horizon)
    for phase in phases:
        if phase.energised is None:
            continue
        month = max(0, math.floor(month_number(phase.energised, start)))
        if month < horizon:
            mw[groups.index(phase.site_id), month:] += phase.facility_mw
            if phase.country == DOMESTIC:
                it[month:] += phase.it_mw
    return mw, it


def _elapsed(arrays: PhaseArrays, programmes: tuple[str, ...], groups: tuple[str, ...]) -> Elapsed:
    # Undated rests say nothing of pace: that they wait is a matter of whether, not of how fast.
    rows = [
        (row, stage)
        for row in range(len(arrays))
        if arrays.sort[row] == "dated"
        for stage in STAGES_UNDER_WAY[Status(int(arrays.status[row]))]
        if arrays.elapsed[row, stage] > 0.0
    ]
    at = tuple(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)) if rows else ()
    phase, stage = at if at else (np.empty(0, np.int64), np.empty(0, np.int64))
    return Elapsed(
        names=tuple(f"{arrays.names[row]} stage {int(kind)}" for row, kind in rows),
        programme=np.array([programmes.index(arrays.programme[row]) for row in phase], dtype=np.int64),
        site=np.array([groups.index(arrays.site[row]) for row in phase], dtype=np.int64),
        log_median=arrays.log_median[phase, stage],
        log_sd=arrays.log_sd[phase, stage],
        slip_loading=arrays.slip_loading[phase, stage],
        log_elapsed=np.log(arrays.elapsed[phase, stage]),
    )


def _shares(tables: Tables, as_of: date) -> dict[str, float]:
    known = edition_as_of(tables.background_shares, "region", as_of)
    return dict(zip(known["region"], known["share"], strict=True))


def _begun(
    phases: tuple[Phase, ...], arrays: PhaseArrays, stock_mw: Floats, regions: tuple[str, ...], now: float
) -> Floats:
    """Return (regions,) MW of data centres that stood or were being built on the as-of date."""
    begun = stock_mw.copy()
    for phase in phases:
        if phase.region in regions and phase.stage != "land":
            begun[regions.index(phase.region)] += phase.facility_mw
    for row, region in enumerate(arrays.region):
        if arrays.sort[row] == "background" and arrays.build_start[row] <= now:
            begun[regions.index(region)] += PRESENCE * arrays.facility_mw[row]
    return begun


def energised_since_mw(delivery: Delivery, since: float) -> Floats:
    """Return (regions, months) the MW that each region's grid has given since a month, before any future."""
    used = np.zeros((len(delivery.regions), delivery.horizon))
    for phase in delivery.phases:
        if phase.energised is None or phase.power_class != "grid" or phase.region not in delivery.regions:
            continue
        month = month_number(phase.energised, delivery.start)
        if month >= since:
            used[delivery.regions.index(phase.region), max(0, math.floor(month)) :] += phase.facility_mw
    return used

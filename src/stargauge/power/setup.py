"""Power supply made ready: facts and tables in, arrays out; done once a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution, Registry
from stargauge.facts.power_tables import PowerTables, load_power_tables
from stargauge.power.bridge import unexplained_mw
from stargauge.power.calendar import MONTHS_PER_YEAR, earlier, month_index, parse_month
from stargauge.power.demand import BasePeak, base_peak
from stargauge.power.fleet import Edition, editions, seasonal_ratios
from stargauge.power.inputs import RATED_GROUPS, PowerInputs, power_inputs
from stargauge.power.margin import Requirement, pool_requirements, requirement_array, requirements
from stargauge.power.pipeline import Pipeline, pipeline
from stargauge.power.rating import (
    PJM,
    common_ratings,
    installed_ratings,
    pjm_demand_response,
    pjm_ratings,
)
from stargauge.power.regions import (
    FADES,
    FADING,
    GROUP_OF,
    GROUPS,
    REGIONS,
    SEASONS,
    TECHNOLOGIES,
    TURBINES,
)
from stargauge.power.transfers import TransferLimits, firm_sales, transfer_limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DELIVERY_BEGINS = 6
"""Month in which a delivery year of PJM begins."""

EGS_SHARES = {"NW": 0.7, "CAL": 0.15, "SW": 0.15}
"""Where enhanced geothermal is built: judgement; the one project is in Utah."""


@dataclass(frozen=True)
class PowerPrepared:
    """Power supply made ready: picklable, and a deterministic function of facts, tables and months.

    Arrays follow the axes of `power.regions`; their months begin `lead` months before the first asked for, at
    `start`. `fleet_month` is the month at whose end the fleet stands; all
    after it is simulated. `uncertain` is what is drawn once a future, `rating` (regions, technologies,
    seasons, months) the accredited share of nameplate, `steady_mw` and `fading_mw` (fading classes first)
    the accredited fleet, `required` (regions, seasons, months) accredited MW per MW of peak, `other_mw`
    (regions, seasons, months) demand response and firm sales, `firm_sales_mw` (regions) the latter alone,
    `unexplained_mw` (regions, seasons) what published margins hold beyond ours without a known reason.
    """

    months: tuple[str, ...]
    lead: int
    start: tuple[int, int]
    as_of: date
    inputs: PowerInputs
    uncertain: dict[str, Distribution]
    editions: tuple[Edition, ...]
    fleet_month: int
    fleet_mw: Floats
    ratios: Floats
    common: Floats
    rating: Floats
    steady_mw: Floats
    fading_mw: Floats
    required: Floats
    other_mw: Floats
    firm_sales_mw: Floats
    unexplained_mw: Floats
    requirements: tuple[Requirement, ...]
    base: BasePeak
    pipeline: Pipeline
    limits: TransferLimits
    pair_region: Ints
    pair_technology: Ints
    target_share: Floats
    group_mix: Floats
    ramp: Floats

    @property
    def horizon(self) -> int:
        """Number of months of the arrays here: those asked for and `lead` before them."""
        return len(self.months) + self.lead

    @property
    def first(self) -> tuple[int, int]:
        """Year and month of the first month asked for."""
        return parse_month(self.months[0])

    @property
    def new_load_from(self) -> int:
        """First asked month whose newly energised load is not inside the peak; it may be negative."""
        return month_index(self.base.new_from, self.start) - self.lead


def prepare_power(
    registry: Registry,
    tables: PowerTables | None = None,
    months: Sequence[str] = (),
    as_of: date | None = None,
) -> PowerPrepared:
    """Return power supply made ready to simulate.

    Args:
        registry: Facts; they are cut to the as-of date here.
        tables: Tables of power supply; the shipped ones by default.
        months: Months like `2026-07`, one after the other without a gap.
        as_of: What was published later is not used; by default all is.

    Raises:
        InputError: an input, the fleet, the peaks or a margin was not known by the as-of date.
        ValueError: months are missing, misspelt or have a gap.
    """
    power = tables or load_power_tables()
    day = as_of or _newest_source(power)
    asked = checked_months(months)
    inputs = power_inputs(registry.as_of(day))
    fleet = editions(power, day)
    # What is built between an older fleet and the first month is walked through, and cut off at the end.
    lead = max(0, -1 - month_index(fleet[-1].day, asked))
    start = earlier(asked, lead)
    horizon = len(months) + lead
    fleet_month = month_index(fleet[-1].day, start)
    nameplate = _nameplate_path(fleet, start, horizon)
    ratios, common = seasonal_ratios(power), common_ratings(power)
    rating = _rating_path(power, day, ratios, common, start, horizon)
    ratio = accredited_over_installed(fleet[-1].nameplate_mw, ratios, common)
    found = requirements(power, day, ratio)
    required = _required_path(power, day, found, start, horizon)
    plan = pipeline(power, day, start, horizon, fleet_month, fleet[-1].nameplate_mw)
    fading = np.array([FADING.get(name) is not None for name in TECHNOLOGIES])
    counted = nameplate[:, :, None, :] * rating
    mix = _group_mix(plan)
    pairs, target_share = _pairs(plan, mix)
    prepared = PowerPrepared(
        months=tuple(months),
        lead=lead,
        start=start,
        as_of=day,
        inputs=inputs,
        uncertain=inputs.uncertain,
        editions=fleet,
        fleet_month=fleet_month,
        fleet_mw=fleet[-1].nameplate_mw,
        ratios=ratios,
        common=common,
        rating=rating,
        steady_mw=counted[:, ~fading].sum(axis=1),
        fading_mw=np.stack(
            [counted[:, [FADING.get(name) == kind for name in TECHNOLOGIES]].sum(axis=1) for kind in FADES]
        ),
        required=required,
        firm_sales_mw=firm_sales(power, day),
        unexplained_mw=np.zeros((len(REGIONS), len(SEASONS))),
        other_mw=_other(power, day, inputs, found, required, start, horizon),
        requirements=found,
        base=base_peak(power, day),
        pipeline=plan,
        limits=transfer_limits(power, day),
        pair_region=pairs[:, 0].copy(),
        pair_technology=pairs[:, 1].copy(),
        target_share=target_share,
        group_mix=mix,
        ramp=_ramp(plan, inputs, fleet_month, horizon),
    )
    return replace(prepared, unexplained_mw=unexplained_mw(prepared, power, ratio))


def _newest_source(power: PowerTables) -> date:
    newest = power.sources["known_from"].max()
    assert isinstance(newest, date)
    return newest


def checked_months(months: Sequence[str]) -> tuple[int, int]:
    """Return year and month of the first month, having checked that no month is missing.

    Raises:
        ValueError: there is no month, one is misspelt, or they have a gap.
    """
    if not months:
        raise ValueError("power supply needs at least one month")
    parsed = [parse_month(month) for month in months]
    for number, (text, month) in enumerate(zip(months, parsed, strict=True)):
        if month_index(month, parsed[0]) != number:
            raise ValueError(f'"{text}" does not follow the month before it')
    return parsed[0]


def accredited_over_installed(nameplate: Floats, ratios: Floats, common: Floats) -> Floats:
    """Return (regions, seasons) accredited over installed capacity of a fleet on the common basis."""
    rated = nameplate[:, :, None] * ratios
    return np.asarray((rated * common).sum(axis=1) / (rated * installed_ratings(common)).sum(axis=1))


def _nameplate_path(fleet: tuple[Edition, ...], start: tuple[int, int], horizon: int) -> Floats:
    """Return (regions, technologies, months) nameplate at each month's end: straight between editions."""
    known = np.array([month_index(edition.day, start) for edition in fleet], dtype=np.float64)
    stack = np.stack([edition.nameplate_mw for edition in fleet])
    place = np.clip(np.arange(horizon, dtype=np.float64), known[0], known[-1])
    after = np.clip(np.searchsorted(known, place), 1, max(len(known) - 1, 1))
    if len(known) == 1:
        return np.repeat(stack[0][:, :, None], horizon, axis=2)
    weight = (place - known[after - 1]) / (known[after] - known[after - 1])
    path = stack[after - 1] * (1.0 - weight)[:, None, None] + stack[after] * weight[:, None, None]
    return np.ascontiguousarray(np.moveaxis(path, 0, 2))


def delivery_year(month: int, start: tuple[int, int]) -> int:
    """Return the year in which the delivery year of a month begins."""
    number = start[0] * MONTHS_PER_YEAR + start[1] - 1 + month
    year, of_year = divmod(number, MONTHS_PER_YEAR)
    return year if of_year + 1 >= DELIVERY_BEGINS else year - 1


def _nearest(values: dict[int, Floats] | dict[int, float], year: int) -> Floats | float:
    """Return the value of a year; of the first or last one known outside them."""
    return values[min(max(year, min(values)), max(values))]


def _rating_path(
    power: PowerTables, day: date, ratios: Floats, common: Floats, start: tuple[int, int], horizon: int
) -> Floats:
    """Return (regions, technologies, seasons, months) accredited share of nameplate."""
    path = np.repeat((ratios * common)[:, :, :, None], horizon, axis=3)
    classes = pjm_ratings(power, day)
    if classes:
        row = REGIONS.index(PJM)
        for month in range(horizon):
            # PJM rates all year on the summer capability.
            shares = _nearest(classes, delivery_year(month, start)) * ratios[row, :, 0]
            path[row, :, :, month] = np.asarray(shares)[:, None]
    return path


def _required_path(
    power: PowerTables, day: date, found: tuple[Requirement, ...], start: tuple[int, int], horizon: int
) -> Floats:
    """Return (regions, seasons, months) accredited MW per MW of peak."""
    path = np.repeat(requirement_array(found)[:, :, None], horizon, axis=2)
    pool = pool_requirements(power, day)
    if pool and pjm_ratings(power, day):
        for month in range(horizon):
            path[REGIONS.index(PJM), :, month] = _nearest(pool, delivery_year(month, start))
    return path


def _other(
    power: PowerTables,
    day: date,
    inputs: PowerInputs,
    found: tuple[Requirement, ...],
    required: Floats,
    start: tuple[int, int],
    horizon: int,
) -> Floats:
    """Return (regions, seasons, months) MW of demand response and firm sales.

    Where the requirement was carried over from an installed margin, demand response is load that needs no
    reserve, and counts as much as the requirement of as much load; an operator's own class rating goes first.
    """
    path = np.zeros((len(REGIONS), len(SEASONS), horizon))
    carried = {one.region for one in found if one.installed_margin is not None}
    classes = pjm_demand_response(power, day)
    for row, region in enumerate(REGIONS):
        mw = inputs.fixed[f"power.dr.{region}"]
        if region == PJM and classes:
            for month in range(horizon):
                path[row, :, month] = mw * float(_nearest(classes, delivery_year(month, start)))
        else:
            path[row] = mw * (required[row] if region in carried else 1.0)
    path += firm_sales(power, day)[:, None, None]
    return path


def _group_mix(plan: Pipeline) -> Floats:
    """Return (technologies,) share of each technology in what its group lists; even shares where none is."""
    listed = (plan.near + plan.far).sum(axis=(0, 2))
    mix = np.zeros(len(TECHNOLOGIES))
    for group in GROUPS:
        columns = [index for index, name in enumerate(TECHNOLOGIES) if GROUP_OF[name] == group]
        total = listed[columns].sum()
        likely = [index for index in columns if TECHNOLOGIES[index] not in ("gas_st", "gas_ice")]
        for index in columns:
            even = 1.0 / len(likely) if index in likely else 0.0
            mix[index] = listed[index] / total if total > 0.0 else even
    return mix


def _pairs(plan: Pipeline, mix: Floats) -> tuple[Ints, Floats]:
    """Return (pairs, 2) region and technology of pairs that can have additions, and their shares of fill."""
    listed = (plan.near + plan.far).sum(axis=2)
    pairs, shares = [], []
    for column, technology in enumerate(TECHNOLOGIES):
        group = GROUP_OF[technology]
        goes_on = group in RATED_GROUPS and mix[column] > 0.0
        for row in range(len(REGIONS)):
            share = plan.shares[GROUPS.index(group), row] if goes_on else 0.0
            if listed[row, column] > 0.0 or share > 0.0:
                pairs.append((row, column))
                shares.append(share)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(shares)


def _ramp(plan: Pipeline, inputs: PowerInputs, fleet_month: int, horizon: int) -> Floats:
    """Return (groups, months) share of the long-run rate that unlisted projects fill up to.

    Between the fleet and the first listed month nothing is listed although plant is finished: the rate holds
    in full. From then it begins at nothing and is whole after the time from order to operation.
    """
    ramp = np.zeros((len(GROUPS), horizon))
    months = np.arange(horizon)
    for group in RATED_GROUPS:
        row = GROUPS.index(group)
        if plan.listed_from is None:
            ramp[row] = 1.0
            continue
        ramp[row] = np.clip((months - plan.listed_from) / inputs.fixed[f"power.lead.{group}"], 0.0, 1.0)
        ramp[row, months < plan.listed_from] = 1.0
    ramp[:, months <= fleet_month] = 0.0
    return ramp


def turbine_needs(inputs: PowerInputs) -> Floats:
    """Return (technologies,) MW of gas turbine for a MW of plant."""
    need = np.zeros(len(TECHNOLOGIES))
    for technology in TURBINES:
        need[TECHNOLOGIES.index(technology)] = 1.0
    need[TECHNOLOGIES.index("gas_cc")] = 1.0 / inputs.fixed["power.turbine.cc_factor"]
    return need

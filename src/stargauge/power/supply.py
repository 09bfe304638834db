"""A block of futures of power supply: draws in, firm capacity, headroom, additions and capital out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.power.calendar import MONTHS_PER_YEAR, month_index
from stargauge.power.demand import peak_start
from stargauge.power.inputs import COSTED, OVERRUN_OF, RESTARTS
from stargauge.power.kernel import add_capacity
from stargauge.power.projects import count_projects, drill, finish_late
from stargauge.power.regions import FADES, FADING, GROUP_OF, GROUPS, REGIONS, SEASONS, TECHNOLOGIES
from stargauge.power.retirement import retire_capacity
from stargauge.power.setup import EGS_SHARES, PowerPrepared, turbine_needs
from stargauge.power.weighing import weigh

Floats = NDArray[np.float64]
Uniform = Callable[[str, int], Floats]

FADE_FROM, FADE_TO = (2026, 1), (2035, 12)
"""Class ratings of wind, solar and storage fall in a straight line between these months."""

OUTPUT_GROWS_TO = (2031, 1)
"""Makers' output is known to be booked until then; no growth is assumed after."""

EGS_BUILD_MONTHS = 24
"""Months over which the committed enhanced-geothermal plant comes in steps."""

EGS_FIRST_MW = 100.0
"""Size of the first enhanced-geothermal step: doublings are counted from it."""

USD_PER_KW_TO_BN_PER_MW = 1e-6


@dataclass(frozen=True)
class PowerBlock:
    """Power supply of a block of futures; MW unless a name says otherwise.

    `firm_mw` (futures, regions, seasons, months) is accredited; peaks begin at `peak_level_mw` (futures,
    regions, seasons) and grow by the factor `peak_growth` a month; `required_share` (regions, seasons,
    months) is accredited MW per MW of peak; `headroom_mw` (futures, regions, months) is the smaller of both
    seasons' firm less required MW, before new load and transfers. `added_mw` (futures, technologies,
    months) and `retired_mw` (futures, months) are nameplate since the fleet's edition; `added_pairs_mw`
    (futures, regions, technologies, months) where asked for, else empty; `projects_mw` (futures, kinds,
    months) are restarts, uprates and enhanced geothermal, inside `added_mw`. `turbines_mw` and
    `turbine_supply_mw` (futures, months) are cumulative. `capital_bn_usd` (futures, months) is cumulative,
    at completion. `bill` (futures, regions) is the part of the bill that data centres added.
    """

    firm_mw: Floats
    peak_level_mw: Floats
    peak_growth: Floats
    required_share: Floats
    headroom_mw: Floats
    added_mw: Floats
    added_pairs_mw: Floats
    projects_mw: Floats
    retired_mw: Floats
    turbines_mw: Floats
    turbine_supply_mw: Floats
    capital_bn_usd: Floats
    bill: Floats

    def peak_mw(self) -> Floats:
        """Return (futures, regions, seasons, months) peaks without new data centres."""
        months = np.arange(self.firm_mw.shape[3])
        return np.asarray(self.peak_level_mw[..., None] * self.peak_growth[..., None] ** months)

    def required_mw(self) -> Floats:
        """Return (futures, regions, seasons, months) accredited MW that must stand behind the peaks."""
        return np.asarray(self.peak_mw() * self.required_share)


PROJECT_KINDS = ("nuclear restarts", "nuclear uprates", "enhanced geothermal")


def draw(prepared: PowerPrepared, uniform: Uniform, futures: int) -> dict[str, Floats]:
    """Return the value of every uncertain input in each future.

    Args:
        prepared: Power supply made ready.
        uniform: Gives (futures,) uniforms of a named input; each name has a stream of its own.
        futures: Number of futures.
    """
    return {name: dist.quantile(uniform(name, futures)) for name, dist in prepared.uncertain.items()}


def simulate(
    prepared: PowerPrepared,
    values: dict[str, Floats],
    deferral: Floats | None = None,
    turbines_elsewhere_mw: Floats | None = None,
    by_pair: bool = False,
    dispatchable: Floats | None = None,
) -> PowerBlock:
    """Return power supply of a block of futures, a pure function of its draws.

    Args:
        prepared: Power supply made ready.
        values: (futures,) value of every uncertain input, as `draw` gives them.
        deferral: (months,) or (futures, months) intensity of the lever retirement_deferral, in [0, 1]; none
            by default.
        turbines_elsewhere_mw: (futures, months) cumulative MW of gas turbines that on-site plant takes.
        by_pair: Whether additions by region and technology are kept (memory: 220 kB a future).
        dispatchable: (months,) or (futures, months) intensity of the lever dispatchable_supply, in [-1, 1],
            below 0 where less is in force than today; none by default. It raises the rate of gas additions
            and the completion of planned ones; turbines still limit both.

    Raises:
        ValueError: an intensity is out of range or its shape does not match.
    """
    futures, months, lead = values["power.delay.near"].size, prepared.horizon, prepared.lead
    begin = prepared.fleet_month + 1
    fade = _fade(prepared, values)
    shape = (futures, len(REGIONS), len(SEASONS), months)
    firm = np.zeros(shape)
    supply = _turbine_supply(prepared, values)
    if turbines_elsewhere_mw is not None:
        supply[:, lead:] -= turbines_elsewhere_mw
    lift = _intensity(prepared, dispatchable, "dispatchable_supply", futures, -1.0)
    added, pairs, used = _additions(prepared, values, fade, supply, firm, max(begin, 0), by_pair, lift)
    path = _intensity(prepared, deferral, "retirement_deferral", futures, 0.0)
    retired = _retirements(prepared, values, path, firm, max(begin, 0))
    projects, egs_cost = _projects(prepared, values, firm, max(begin, 0))
    added[:, TECHNOLOGIES.index("nuclear")] += projects[:, 0] + projects[:, 1]
    added[:, TECHNOLOGIES.index("geothermal")] += projects[:, 2]
    level, growth = peak_start(prepared.base, values, prepared.start)
    headroom = np.empty((futures, len(REGIONS), months))
    weigh(
        firm,
        prepared.steady_mw,
        prepared.fading_mw,
        np.ascontiguousarray(np.moveaxis(fade, 2, 0)),
        np.stack([values[f"power.counted.{region}"] for region in REGIONS], axis=1),
        prepared.other_mw,
        _unexplained(prepared, values, futures),
        level,
        growth,
        prepared.required,
        headroom,
    )
    return PowerBlock(
        firm_mw=firm[..., lead:],
        peak_level_mw=level * growth**lead,
        peak_growth=growth,
        required_share=prepared.required[..., lead:],
        headroom_mw=headroom[..., lead:],
        added_mw=added[..., lead:],
        added_pairs_mw=pairs[..., lead:],
        projects_mw=projects[..., lead:],
        retired_mw=retired[..., lead:],
        turbines_mw=used[..., lead:],
        turbine_supply_mw=supply[..., lead:],
        capital_bn_usd=_capital(values, added, projects, egs_cost, months)[..., lead:],
        bill=np.stack([values[f"power.bill.{region}"] for region in REGIONS], axis=1),
    )


def _unexplained(prepared: PowerPrepared, values: dict[str, Floats], futures: int) -> Floats:
    """Return (futures, regions, seasons) MW: the share of what is unexplained that is taken to be there."""
    nothing = np.zeros(futures)
    share = np.stack([values.get(f"power.unexplained.{region}", nothing) for region in REGIONS], axis=1)
    return np.asarray(share[:, :, None] * prepared.unexplained_mw)


def finishing_step(delay_months: Floats) -> Floats:
    """Return the share of a stock that is finished a month when delays are exponential with that mean."""
    return np.asarray(-np.expm1(-1.0 / np.maximum(delay_months, SHORTEST_DELAY)))


SHORTEST_DELAY = 0.05
"""Months; a shorter delay than a day and a half is none."""


def _fade(prepared: PowerPrepared, values: dict[str, Floats]) -> Floats:
    """Return (fading classes, months, futures) factor on the rating of wind, solar and storage."""
    first, last = (month_index(month, prepared.start) for month in (FADE_FROM, FADE_TO))
    way = np.clip((np.arange(prepared.horizon) - first) / (last - first), 0.0, 1.0)
    ends = np.stack([values[f"power.fade.{kind}"] for kind in FADES])
    return np.asarray(1.0 - (1.0 - ends)[:, None, :] * way[:, None])


def _turbine_supply(prepared: PowerPrepared, values: dict[str, Floats]) -> Floats:
    """Return (futures, months) cumulative MW of turbines for US power plants since the fleet's edition.

    Up to now deliveries follow slots booked in the past; over the months until unbooked slots deliver they
    move to the US share of makers' growing output.
    """
    begin = prepared.fleet_month + 1
    months = np.arange(prepared.horizon)
    way = np.clip((months - begin) / prepared.inputs.fixed["power.turbine.slot_months"], 0.0, 1.0)
    grown = np.clip(months, begin, max(month_index(OUTPUT_GROWS_TO, prepared.start), begin)) - begin
    output = values["power.turbine.output"][:, None] * (1.0 + values["power.turbine.growth"][:, None]) ** (
        grown / MONTHS_PER_YEAR
    )
    rate = values["power.turbine.booked"][:, None] * (1.0 - way)
    rate = rate + values["power.turbine.us_share"][:, None] * output * way
    rate[:, months < begin] = 0.0
    return np.cumsum(rate, axis=1) / MONTHS_PER_YEAR


def _additions(
    prepared: PowerPrepared,
    values: dict[str, Floats],
    fade: Floats,
    supply: Floats,
    firm: Floats,
    begin: int,
    by_pair: bool,
    lift: Floats,
) -> tuple[Floats, Floats, Floats]:
    futures, months = values["power.delay.near"].size, prepared.horizon
    region, technology = prepared.pair_region, prepared.pair_technology
    group = np.array([GROUPS.index(GROUP_OF[name]) for name in TECHNOLOGIES])
    far_share = np.stack([values[f"power.completion.far.{name}"] for name in GROUPS])
    far_share = np.minimum(far_share * values["power.completion.common"], 1.0)[group]
    far_step = np.stack([finishing_step(values[f"power.delay.far.{name}"]) for name in GROUPS])
    rates = np.stack([values.get(f"power.rate.{name}", np.zeros(futures)) for name in GROUPS])[group]
    rates *= prepared.group_mix[:, None] / MONTHS_PER_YEAR
    added = np.zeros((futures, len(TECHNOLOGIES), months))
    kept = np.zeros((futures if by_pair else 0, region.size, months))
    used = np.zeros((futures, months))
    add_capacity(
        region,
        technology,
        prepared.pipeline.near[region, technology],
        prepared.pipeline.far[region, technology],
        values["power.completion.near"],
        far_share,
        finishing_step(values["power.delay.near"]),
        far_step[group],
        rates,
        prepared.ramp[group],
        prepared.target_share,
        turbine_needs(prepared.inputs),
        supply,
        prepared.rating[region, technology],
        fade,
        np.array([FADES.index(FADING[name]) if name in FADING else -1 for name in TECHNOLOGIES]),
        np.array([[GROUP_OF[name] == "gas"] for name in TECHNOLOGIES])
        * values.get("lever.dispatchable_supply.effect", np.zeros(futures)),
        lift,
        begin,
        firm,
        added,
        kept,
        used,
    )
    pairs = np.zeros((kept.shape[0], len(REGIONS), len(TECHNOLOGIES), months if by_pair else 0))
    if by_pair:
        pairs[:, region, technology] = kept
    return added, pairs, used


def _intensity(
    prepared: PowerPrepared, given: Floats | None, lever: str, futures: int, least: float
) -> Floats:
    """Return (futures, months) the intensity of a lever, 0 in the months before those asked for."""
    asked = len(prepared.months)
    path = np.atleast_2d(np.zeros(asked) if given is None else np.asarray(given, dtype=np.float64))
    if path.shape not in ((1, asked), (futures, asked)) or not np.all((path >= least) & (path <= 1.0)):
        raise ValueError(f"the intensity of {lever} needs {asked} months between {least:g} and 1")
    whole = np.zeros((futures, prepared.lead + asked))
    whole[:, prepared.lead :] = path
    return whole


def _retirements(
    prepared: PowerPrepared, values: dict[str, Floats], path: Floats, firm: Floats, begin: int
) -> Floats:
    futures, months = values["power.delay.near"].size, prepared.horizon
    plan = prepared.pipeline
    region, technology = np.nonzero((plan.retiring.sum(axis=2) > 0.0) | (plan.held > 0.0))
    retired = np.zeros((futures, months))
    retire_capacity(
        region,
        plan.retiring[region, technology],
        plan.held[region, technology],
        values["power.retirement.share"],
        finishing_step(values["power.retirement.delay"]),
        finishing_step(values["power.held.months"]),
        values["power.held.rating"],
        1.0 - values["lever.retirement_deferral.effect"] * path.T,
        prepared.rating[region, technology],
        begin,
        firm,
        retired,
    )
    return retired


def _projects(
    prepared: PowerPrepared, values: dict[str, Floats], firm: Floats, begin: int
) -> tuple[Floats, Floats]:
    """Return (futures, kinds, months) MW of own plants, and (futures, months) geothermal's relative cost."""
    futures, months = values["power.delay.near"].size, prepared.horizon
    nuclear = prepared.rating[:, TECHNOLOGIES.index("nuclear")]
    built = np.zeros((futures, len(PROJECT_KINDS), months))
    late = finishing_step(values["power.restart.delay"])
    committed = np.zeros((futures, months))
    follow_from = months
    for project in prepared.inputs.projects:
        due = month_index(project.due, prepared.start)
        path = np.zeros(months)
        if project.name.removeprefix("power.restart.") in RESTARTS:
            if due < months:
                path[max(due, 0)] = project.mw
            done = finish_late(path, late, begin) * values["power.restart.share"][:, None]
            share = np.array([float(region == project.region) for region in REGIONS])
            count_projects(done, share, nuclear, firm)
            built[:, 0] += done
        else:
            first = due - EGS_BUILD_MONTHS
            path[max(first, 0) : max(min(due, months), 0)] = project.mw / EGS_BUILD_MONTHS
            committed = finish_late(path, finishing_step(values["power.egs.delay"]), begin)
            follow_from = due
    end = month_index(FADE_TO, prepared.start)
    start = begin + prepared.inputs.fixed["power.uprate.start"]
    way = np.clip((np.arange(months) - start) / max(end - start, 1.0), 0.0, 1.0)
    built[:, 1] = values["power.uprate.total"][:, None] * way
    fleet = prepared.fleet_mw[:, TECHNOLOGIES.index("nuclear")]
    count_projects(built[:, 1], fleet / fleet.sum(), nuclear, firm)
    built[:, 2], cost = drill(
        committed,
        values["power.egs.rate"] / MONTHS_PER_YEAR,
        values["power.egs.learning"],
        prepared.inputs.fixed["power.egs.drilling_share"],
        values["power.egs.response"],
        EGS_FIRST_MW,
        follow_from,
    )
    shares = np.array([EGS_SHARES.get(region, 0.0) for region in REGIONS])
    count_projects(built[:, 2], shares, prepared.rating[:, TECHNOLOGIES.index("geothermal")], firm)
    return built, cost


def _capital(
    values: dict[str, Floats], added: Floats, projects: Floats, egs_cost: Floats, months: int
) -> Floats:
    """Return (futures, months) cumulative billions of dollars of what is completed, overruns included."""
    total = np.zeros((added.shape[0], months))
    for technology in COSTED:
        name = f"power.cost.{technology}"
        if name not in values:
            continue
        price = values[name] * values[f"power.overrun.{OVERRUN_OF[technology]}"] * USD_PER_KW_TO_BN_PER_MW
        path = added[:, TECHNOLOGIES.index(technology)]
        if technology == "nuclear":  # restarts and uprates have no sourced cost of their own
            path = path - projects[:, 0] - projects[:, 1]
        if technology == "geothermal":
            monthly = np.diff(path, axis=1, prepend=0.0) * egs_cost
            path = np.cumsum(monthly, axis=1)
        total += price[:, None] * path
    return total

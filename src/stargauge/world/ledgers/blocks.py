"""From drawn inputs to the arrays of a block of futures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.world.blocs import BLOCS
from stargauge.world.ledgers.arrays import (
    ALLIES,
    CHINA,
    DEMAND,
    DOMESTIC,
    REST,
    SHOCKS,
    SMUGGLED,
    US,
    Capability,
    Flows,
    Lags,
    LedgerPaths,
    Opening,
)
from stargauge.world.ledgers.capability import open_capability
from stargauge.world.ledgers.inputs import HOST_NAMES, OUTSIDE
from stargauge.world.ledgers.plan import CAPABILITY_SHOCKS, LEDGER_SHOCKS, LedgerPlan
from stargauge.world.ledgers.shocks import innovations
from stargauge.world.ledgers.steps import open_paths
from stargauge.world.quarters import MONTHS_PER_QUARTER
from stargauge.world.slots import QUARTERS_PER_YEAR

Floats = NDArray[np.float64]

Path = Callable[[str, str], Floats]
"""From the name of a yearly growth and of the input it moves to the factor on it, (futures, slots)."""


class LedgerBlock(NamedTuple):
    """The arrays of a block: what may be added, what moves capability, what stood when it was observed."""

    flows: Flows
    lags: Lags
    opening: Opening


def ledger_block(
    plan: LedgerPlan,
    values: Mapping[str, Floats],
    shared: Mapping[str, Floats],
    shocks: Mapping[str, Floats],
    us_h100e: Floats,
    enforcement: Floats,
    open_models: Floats,
) -> LedgerBlock:
    """Return the arrays of a block of futures.

    Args:
        plan: The ledgers made ready.
        values: (futures) draws of every input in `plan.distributions`.
        shared: (futures) draws of the inputs of `SHARED`, those of the compute of the US.
        shocks: (futures, ...) uniforms, see `ledger_shocks`.
        us_h100e: (futures, quarters) compute that stands in the US at the end of each quarter, as computed.
        enforcement: (futures, quarters + 1) intensity of `export_controls` relative to the as-of date.
        open_models: (futures, quarters + 1) intensity of `open_models` relative to the as-of date.
    """
    drawn = {**values, **shared}
    us = np.column_stack((_before(us_h100e), us_h100e))
    times = plan.start + (np.arange(us.shape[1], dtype=np.float64) - 0.5) / QUARTERS_PER_YEAR
    flows = _flows(plan, drawn, shocks[LEDGER_SHOCKS], us, enforcement, times)
    return LedgerBlock(
        flows, _lags(plan, drawn, shocks[CAPABILITY_SHOCKS], open_models), _opening(plan, drawn, flows)
    )


def open_ledgers(
    plan: LedgerPlan,
    block: LedgerBlock,
    package_mw: Floats,
    tools: Floats,
    paths: LedgerPaths,
    skill: Capability,
) -> None:
    """Fill the slots before `plan.first` of both.

    Args:
        plan: The ledgers made ready.
        block: The arrays of the block.
        package_mw: (futures, quarters + 1, blocs) facility MW of packages, cumulative.
        tools: (futures, quarters + 1) factor on China's own chips.
        paths: Written.
        skill: Written.
    """
    open_paths(block.opening, plan.first, block.flows, package_mw, tools, paths)
    open_capability(plan.first, block.lags, skill)


def _before(us_h100e: Floats) -> Floats:
    """Return the compute of the US a quarter before the first: by the growth of the second."""
    if us_h100e.shape[1] == 1:
        return us_h100e[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = us_h100e[:, 0] / us_h100e[:, 1]
    earlier: Floats = us_h100e[:, 0] * np.clip(np.nan_to_num(ratio, nan=1.0), 0.0, 1.0)
    return earlier


def _grown(growth: Floats, years: Floats) -> Floats:
    """Return (futures, slots): growth to the power of years."""
    grown: Floats = np.exp(np.log(growth)[:, None] * years)
    return grown


def _flows(
    plan: LedgerPlan,
    drawn: Mapping[str, Floats],
    uniforms: Floats,
    us: Floats,
    enforcement: Floats,
    times: Floats,
) -> Flows:
    fixed, years, rules = plan.fixed, plan.years, plan.rules
    futures, slots = us.shape
    fade = fixed["world.compute.fade"]

    @cache
    def faded(growth: str, year: float) -> Floats:
        return _grown(drawn[growth], -fade * np.expm1(-(times - year) / fade))

    def plain(growth: str, of: str) -> Floats:
        return _grown(drawn[growth], times - years[of])

    def fading(growth: str, of: str) -> Floats:
        return faded(growth, years[of])

    def rate(name: str) -> Floats:
        return drawn[name][:, None]

    efficiency = fixed["compute.efficiency"] * plain("compute.efficiency_growth", "compute.efficiency")
    abroad = drawn["compute.chip_supply"] * drawn["compute.it_per_chip"] * (1.0 - drawn["compute.us_share"])
    supply_mw = abroad[:, None] * plain("compute.chip_growth", "compute.chip_supply")
    build_mw = np.zeros((futures, slots, len(BLOCS)))
    per_year = rate("world.compute.ai_share") / fixed["delivery.facility_per_it"]
    for bloc in OUTSIDE:
        name = f"world.compute.build.{bloc}"
        build_mw[:, :, BLOCS.index(bloc)] = (
            rate(name) * per_year / QUARTERS_PER_YEAR * fading("world.compute.build.growth", name)
        )
    spent = rate("world.compute.china.spending") * rate("world.compute.china.chip_share")
    spent = spent * fading("world.compute.china.spending_growth", "world.compute.china.spending")
    price = rate("world.compute.price") / plain("world.compute.price.fall", "world.compute.price")
    chip = rate("world.compute.smuggled") * rate("world.compute.smuggled.chip")
    smuggled = chip * plain("world.compute.smuggled.chip_growth", "world.compute.smuggled")
    passed = np.maximum(0.0, 1.0 - rate("world.compute.smuggled.enforcement") * enforcement)
    later, now = rate("world.compute.refusal.later"), rate("world.compute.refusal")
    since = np.maximum(0.0, times - years["world.compute.refusal"])
    let = np.zeros((futures, len(BLOCS)))
    for place, bloc in ((US, "US"), (ALLIES, "allies"), (REST, "rest")):
        let[:, place] = drawn[f"world.compute.let.{bloc}"]
    return Flows(
        us_h100e=us,
        supply_h100e=supply_mw * efficiency / QUARTERS_PER_YEAR,
        efficiency=efficiency,
        efficiency_china=efficiency * rate("world.compute.china.efficiency"),
        build_mw=build_mw,
        domestic_h100e=_domestic(plan, drawn, fading, plain) / QUARTERS_PER_YEAR,
        demand_h100e=spent / price / QUARTERS_PER_YEAR,
        smuggled_h100e=smuggled * passed / QUARTERS_PER_YEAR,
        offered=rules.free
        + rules.below / fixed["world.compute.price.below"]
        + rules.review * rate("world.compute.licence.approval") / fixed["world.compute.price.review"],
        refusal=later + (now - later) * np.exp(-rate("world.compute.refusal.speed") * since),
        cap=rules.cap,
        rentable=rules.rentable,
        life=np.maximum(1, np.rint(drawn["compute.life"] / MONTHS_PER_QUARTER)).astype(np.int64),
        us_owned=drawn["world.compute.us_owned"],
        local_use=drawn["world.compute.local_use"],
        let=let,
        facility_per_it=fixed["delivery.facility_per_it"],
        observed=plan.observed,
        innovations=innovations(uniforms, _scales(fixed)),
        memory=fixed["world.compute.shock.memory"],
        most=float(np.log(fixed["world.compute.shock.most"])),
    )


def _domestic(plan: LedgerPlan, drawn: Mapping[str, Floats], fading: Path, plain: Path) -> Floats:
    """Return China's own chips, H100e a year: packages by the scarcer of memory and dies, all makers."""

    def rate(name: str) -> Floats:
        return drawn[f"world.compute.china.{name}"][:, None]

    memory = rate("memory") * fading("world.compute.china.memory_growth", "world.compute.china.memory")
    wafers = rate("wafers") * fading("world.compute.china.wafer_growth", "world.compute.china.wafers")
    packages = plan.fixed["world.compute.china.packages_per_wafer"]
    dies = wafers * rate("wafer_share") * packages * rate("yield")
    each = rate("package") * plain("world.compute.china.package_growth", "world.compute.china.package")
    made: Floats = np.minimum(memory, dies) * each * (1.0 + rate("others"))
    return made


def _scales(fixed: Mapping[str, float]) -> Floats:
    scales = np.full(SHOCKS, fixed["world.compute.shock.build"])
    scales[DOMESTIC] = fixed["world.compute.shock.domestic"]
    scales[DEMAND] = fixed["world.compute.shock.demand"]
    scales[SMUGGLED] = fixed["world.compute.shock.smuggled"]
    return scales


def _lags(plan: LedgerPlan, drawn: Mapping[str, Floats], uniforms: Floats, open_models: Floats) -> Lags:
    fixed = plan.fixed
    return Lags(
        china=drawn["world.capability.china_lag"],
        us_open=drawn["world.capability.open_lag"] * drawn["world.capability.us_open"],
        sovereign=drawn["world.capability.sovereign"],
        compute=drawn["world.capability.compute"],
        open_models=open_models,
        distillation=drawn["world.capability.distillation"],
        release=drawn["world.capability.release"],
        points=fixed["world.capability.points"],
        reference=plan.first - 1,
        innovations=innovations(uniforms, np.full(2, fixed["world.capability.shock"])),
        memory=fixed["world.capability.shock.memory"],
        most=float(np.log(fixed["world.capability.shock.most"])),
    )


def _opening(plan: LedgerPlan, drawn: Mapping[str, Floats], flows: Flows) -> Opening:
    """Return what stood in the observed slot: each stock moved there from its own date by past growth."""
    slot = plan.observed
    growth = drawn["world.compute.past_growth"] ** (1.0 / QUARTERS_PER_YEAR)

    def stock(name: str) -> Floats:
        full = f"world.compute.stock.{name}"
        moved: Floats = drawn[full] * growth ** (slot - plan.slot(plan.years[full]))
        return moved

    domestic, licensed = stock("China.domestic"), stock("China.licensed")
    smuggled = stock("China.smuggled")
    location = np.zeros((growth.size, len(BLOCS)))
    location[:, CHINA] = domestic + licensed + smuggled
    for bloc in HOST_NAMES:
        location[:, BLOCS.index(bloc)] = stock(bloc)
    us_owned = location * drawn["world.compute.us_owned"][:, None]
    us_owned[:, CHINA] = 0.0
    # What stands is of the vintage of a year before, on average, as most of it came within two.
    vintage = flows.efficiency[:, slot] / drawn["compute.efficiency_growth"]
    it_mw = location / vintage[:, None]
    it_mw[:, CHINA] += domestic / vintage * (1.0 / drawn["world.compute.china.efficiency"] - 1.0)
    lettable = (flows.let * location).sum(axis=1) + flows.let[:, US] * flows.us_h100e[:, slot]
    return Opening(
        slot=slot,
        growth=growth,
        domestic=domestic,
        licensed=licensed,
        smuggled=smuggled,
        let=np.minimum(stock("China.rented"), lettable),
        location=location,
        us_owned=us_owned,
        it_mw=it_mw,
    )

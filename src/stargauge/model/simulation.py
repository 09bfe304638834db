"""One block of futures through all domain rooms: draws named by entity, then a pure function of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.compute import compute_stock
from stargauge.delivery import PHASE_DRAWS, DeliveryDraws, PowerDraws, phase_luck
from stargauge.model.arrays import Outputs, empty_outputs
from stargauge.model.block import Block
from stargauge.model.influence import pace_of_block, unrest_of_block
from stargauge.model.months import run_months
from stargauge.model.outcomes import fill_ends, fill_paths
from stargauge.model.preparation import POOL_DRAWS, STAGE_NAMES, Prepared
from stargauge.model.supply import regional_power, supply_of_block
from stargauge.model.world import WorldInputs, fill_world, world_draws
from stargauge.policy import CourseDraws, LeverPaths, draw_course, lever_paths
from stargauge.power import lead_months, upgrade_cost_bn, upgrade_months
from stargauge.streams import uniforms
from stargauge.world.block import simulate_world
from stargauge.world.setup import WORLD_LEVERS

Floats = NDArray[np.float64]

BLOCK_FUTURES = 256
"""Futures of a block; the kernel's working set of one fits the second-level cache."""

POWER_DRAWS = 5
ACCEPTS, ORDERS, EQUIPMENT, PERMIT, HALT = range(POWER_DRAWS)
"""Uniform draws of a phase for power: whether its owner accepts curtailment, whether it orders on-site plant,
how long equipment and air permit take, and when a moratorium catches it."""


@dataclass(frozen=True)
class BlockDraws:
    """The luck of a block.

    `uncertain` (futures) uniforms by input; `pool_row` (futures) rows of the factor pool; `phase` (futures,
    phases, draws) uniforms of delivery, `power` (futures, phases, `POWER_DRAWS`) those of power and
    opposition; `wires` (futures, phases without a known connection, 2) those of upgrades, the same for a
    site's phases; `course` that of the plan; `world` (futures, ...) uniforms of the world by name,
    none where the run leaves it out.
    """

    uncertain: dict[str, Floats]
    pool_row: NDArray[np.int64]
    phase: Floats
    power: Floats
    wires: Floats
    course: CourseDraws
    world: dict[str, Floats]


@dataclass(frozen=True)
class BlockResult:
    """`paths` (futures, series, months) and `ends` (futures, end values), both float64; nan is "never"."""

    paths: Floats
    ends: Floats


def draw(prepared: Prepared, block: int, futures: int = BLOCK_FUTURES) -> BlockDraws:
    """Return the draws of a block; a smaller block has the first rows of a larger one.

    Args:
        prepared: The scenario made ready.
        block: Number of the block, from 0.
        futures: Futures in the block.
    """
    seed = prepared.seed
    uncertain = {name: uniforms(seed, name, "national", block, futures) for name in prepared.uncertain}
    rows = uniforms(seed, "delivery.factors", "pool", block, futures)
    arrays = prepared.delivery.arrays
    phase = np.empty((futures, len(arrays), PHASE_DRAWS))
    power = np.empty((futures, len(arrays), POWER_DRAWS))
    for index, name in enumerate(arrays.names):
        phase[:, index] = uniforms(seed, "delivery.phase", name, block, (futures, PHASE_DRAWS))
        power[:, index] = uniforms(seed, "power.phase", name, block, (futures, POWER_DRAWS))
    wires = np.empty((futures, prepared.unwired.size, 2))
    places = [arrays.places[row] for row in prepared.unwired]
    for place in set(places):
        columns = [column for column, other in enumerate(places) if other == place]
        wires[:, columns] = uniforms(seed, "power.wires", place, block, (futures, 2))[:, None]
    course = draw_course(
        prepared.course, lambda name, shape: uniforms(seed, "policy.execution", name, block, shape), futures
    )
    world = world_draws(prepared.world, seed, block, futures) if prepared.world is not None else {}
    return BlockDraws(uncertain, (rows * POOL_DRAWS).astype(np.int64), phase, power, wires, course, world)


def deliver(prepared: Prepared, draws: BlockDraws) -> Block:
    """Return a block phase by phase and region by region: what the outcomes are made of."""
    return _deliver(prepared, draws, _values(prepared, draws))


def simulate(prepared: Prepared, draws: BlockDraws) -> BlockResult:
    """Return the outcomes of a block, a pure function of its draws."""
    values = _values(prepared, draws)
    block = _deliver(prepared, draws, values)
    plan, futures = prepared.plan, draws.pool_row.size
    stock = _stock(prepared, block, values)
    paths = np.empty((futures, len(prepared.series), len(prepared.months)))
    own = paths[:, : len(plan.series)]
    fill_paths(plan, block, stock, values, own)
    ends = fill_ends(plan, prepared.delivery, block, own)
    if prepared.world is not None and prepared.told is not None:
        world = simulate_world(prepared.world, *_to_world(prepared, draws, values, block, stock))
        told = fill_world(prepared.world, prepared.told, world, stock, paths, len(plan.series))
        ends = np.concatenate([ends, told], axis=1)
    return BlockResult(paths, ends)


def world_inputs(prepared: Prepared, draws: BlockDraws) -> WorldInputs:
    """Return what the world asks of the rest of the model in a block, to run it under other readings."""
    values = _values(prepared, draws)
    block = _deliver(prepared, draws, values)
    return _to_world(prepared, draws, values, block, _stock(prepared, block, values))


def _to_world(
    prepared: Prepared, draws: BlockDraws, values: dict[str, Floats], block: Block, stock: Floats
) -> WorldInputs:
    levers = {name: block.levers.beyond(name) for name in WORLD_LEVERS}
    return WorldInputs(values, draws.world, stock, levers)


def _stock(prepared: Prepared, block: Block, values: dict[str, Floats]) -> Floats:
    """Return (futures, months) compute in use in the nation, in H100-equivalents."""
    plan = prepared.plan
    return compute_stock(
        block.out.domestic_it_mw + plan.stock_mw / plan.facility_per_it,
        prepared.compute.fixed["compute.efficiency"],
        values["compute.efficiency_growth"],
        values["compute.life"],
        prepared.delivery.year_month(prepared.compute.base_year["compute.efficiency"]),
    )


def simulate_block(prepared: Prepared, block: int, futures: int = BLOCK_FUTURES) -> BlockResult:
    """Return the outcomes of a numbered block; the same bits whenever and wherever it is called."""
    return simulate(prepared, draw(prepared, block, futures))


def _values(prepared: Prepared, draws: BlockDraws) -> dict[str, Floats]:
    return {name: dist.quantile(draws.uncertain[name]) for name, dist in prepared.uncertain.items()}


def _deliver(prepared: Prepared, draws: BlockDraws, values: dict[str, Floats]) -> Block:
    delivery, scenario = prepared.delivery, prepared.scenario
    futures = draws.pool_row.size
    paths = lever_paths(scenario, prepared.course, draws.course)
    power, onsite = regional_power(prepared, paths, values)
    upgrade, upgrade_cost = _upgrades(prepared, paths, draws, values)
    luck = phase_luck(
        delivery,
        prepared.pool,
        DeliveryDraws(
            uncertain=values,
            pool_row=draws.pool_row,
            phase=draws.phase,
            stage_scale=np.stack([values[f"scenario.stages.{name}"] for name in STAGE_NAMES], axis=1),
            cancellation_scale=values["scenario.cancellation"] * (0.0 if scenario.cancellation.off else 1.0),
            background_scale=values["scenario.background"],
        ),
        PowerDraws(
            upgrade=upgrade,
            accepts=draws.power[:, :, ACCEPTS],
            orders=draws.power[:, :, ORDERS] < values["power.onsite.accept"][:, None],
            onsite_lead=lead_months(values, draws.power[:, :, EQUIPMENT], draws.power[:, :, PERMIT]),
            halt=draws.power[:, :, HALT],
        ),
        announced=prepared.unlimited,
    )
    out = _empty(prepared, futures)
    run_months(
        prepared.table,
        luck,
        pace_of_block(prepared, paths, values, futures),
        supply_of_block(prepared, values, power, onsite, futures),
        unrest_of_block(prepared, values, power),
        delivery.now,
        out,
    )
    out.group_mw[:] += delivery.history_mw
    out.domestic_it_mw[:] += delivery.history_it_mw
    return Block(out, power, upgrade_cost, paths)


def _empty(prepared: Prepared, futures: int) -> Outputs:
    delivery = prepared.delivery
    return empty_outputs(
        futures, len(delivery.arrays), len(delivery.groups), len(delivery.regions), delivery.horizon
    )


def _upgrades(
    prepared: Prepared, paths: LeverPaths, draws: BlockDraws, values: dict[str, Floats]
) -> tuple[Floats, Floats]:
    """Return what upgrades of the transmission network take, (futures, phases): months, and bn USD.

    Both are 0 where none is needed or the connection is known.
    """
    arrays, rows = prepared.delivery.arrays, prepared.unwired
    months = np.zeros((draws.pool_row.size, len(arrays)))
    cost = np.zeros_like(months)
    if rows.size and not prepared.unlimited:
        # The as-of month counts, so that there is always one.
        begun = np.floor(prepared.delivery.now) <= np.arange(prepared.delivery.horizon)
        # What is avoided over the run, as no date of decision is known.
        relief = paths.strength("transmission_capacity", values)[:, begun].mean(axis=1)
        found = upgrade_months(prepared.wires, prepared.site_mw, draws.wires, values, np.minimum(relief, 1.0))
        months[:, rows] = found
        cost[:, rows] = upgrade_cost_bn(prepared.wires, prepared.site_mw, found > 0.0, values)
    return months, cost

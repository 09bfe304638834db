"""One block of futures through all domain rooms: draws named by entity, then a pure function of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.compute import compute_stock
from stargauge.delivery import PHASE_DRAWS, DeliveryBlock, DeliveryDraws, run_block
from stargauge.model.limits import shared_limits
from stargauge.model.outcomes import fill_ends, fill_paths
from stargauge.model.preparation import POOL_DRAWS, STAGE_NAMES, Prepared
from stargauge.policy import scale_integrals
from stargauge.streams import uniforms

Floats = NDArray[np.float64]

BLOCK_FUTURES = 256
"""Futures of a block; the kernel's working set of one fits the second-level cache."""


@dataclass(frozen=True)
class BlockDraws:
    """The luck of a block.

    `uncertain` (futures) uniforms by input; `pool_row` (futures) rows of the factor pool; `phase` (futures,
    phases, draws) uniforms of delivery.
    """

    uncertain: dict[str, Floats]
    pool_row: NDArray[np.int64]
    phase: Floats


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
    items = prepared.delivery.arrays.names
    phase = np.empty((futures, len(items), PHASE_DRAWS))
    for index, name in enumerate(items):
        phase[:, index] = uniforms(seed, "delivery.phase", name, block, (futures, PHASE_DRAWS))
    return BlockDraws(uncertain, (rows * POOL_DRAWS).astype(np.int64), phase)


def deliver(prepared: Prepared, draws: BlockDraws) -> DeliveryBlock:
    """Return the delivery of a block phase by phase: what the outcomes are made of."""
    return _deliver(prepared, draws, _values(prepared, draws))


def simulate(prepared: Prepared, draws: BlockDraws) -> BlockResult:
    """Return the outcomes of a block, a pure function of its draws."""
    values = _values(prepared, draws)
    block = _deliver(prepared, draws, values)
    plan = prepared.plan
    stock = compute_stock(
        block.domestic_it_mw + plan.stock_mw / plan.facility_per_it,
        prepared.compute.fixed["compute.efficiency"],
        values["compute.efficiency_growth"],
        values["compute.life"],
        prepared.delivery.year_month(prepared.compute.base_year["compute.efficiency"]),
    )
    series = fill_paths(plan, block, stock, values["limits.capital.cost"])
    return BlockResult(paths=series, ends=fill_ends(plan, prepared.delivery, block, series))


def simulate_block(prepared: Prepared, block: int, futures: int = BLOCK_FUTURES) -> BlockResult:
    """Return the outcomes of a numbered block; the same bits whenever and wherever it is called."""
    return simulate(prepared, draw(prepared, block, futures))


def _values(prepared: Prepared, draws: BlockDraws) -> dict[str, Floats]:
    return {name: dist.quantile(draws.uncertain[name]) for name, dist in prepared.uncertain.items()}


def _deliver(prepared: Prepared, draws: BlockDraws, values: dict[str, Floats]) -> DeliveryBlock:
    delivery, scenario = prepared.delivery, prepared.scenario
    futures = draws.pool_row.size
    integrals, idle = scale_integrals(scenario, prepared.effects, values, delivery.horizon, futures)
    return run_block(
        delivery,
        prepared.pool,
        DeliveryDraws(
            uncertain=values,
            pool_row=draws.pool_row,
            phase=draws.phase,
            stage_scale=np.stack([values[f"scenario.stages.{name}"] for name in STAGE_NAMES], axis=1),
            scale_integral=integrals,
            levers_idle=idle,
            cancellation_scale=values["scenario.cancellation"] * (0.0 if scenario.cancellation.off else 1.0),
            background_scale=values["scenario.background"],
        ),
        shared_limits(prepared, values, futures),
        announced=scenario.schedule == "announced",
    )

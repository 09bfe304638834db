"""One block of futures of delivery: draws in, energised MW and months late out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from stargauge.delivery.durations import stage_durations
from stargauge.delivery.factors import FactorPool
from stargauge.delivery.kernel import LIMIT_KINDS, deliver, empty_outputs
from stargauge.delivery.limits import headroom_path
from stargauge.delivery.setup import Delivery
from stargauge.delivery.slots import PRESENCE, slot_factor
from stargauge.delivery.stages import Stage

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PHASE_DRAWS = len(Stage) + 3
"""Uniform draws a phase needs: one a stage, then cancellation, whether it is begun, and a site factor."""


@dataclass(frozen=True)
class DeliveryDraws:
    """Draws of a block.

    `uncertain` holds (futures) values of each uncertain input in its unit; `pool_row` (futures) rows of the
    factor pool; `phase` (futures, phases, PHASE_DRAWS) uniforms; `stage_scale` (futures, stages) factors on
    durations; `scale_integral` (futures, stages, months + 1) ∫ dt/scale under the levers.
    """

    uncertain: dict[str, Floats]
    pool_row: NDArray[np.int64]
    phase: Floats
    stage_scale: Floats
    scale_integral: Floats
    levers_idle: bool
    cancellation_scale: Floats
    background_scale: Floats


@dataclass(frozen=True)
class Limits:
    """Shared limits of a block besides headroom, cumulative by month.

    `headroom_mw` (futures, regions, months) replaces the model's own where not nan; `chips_mw_it` (futures,
    owners, months); `capital_mw` (futures, months) facility MW that the money buys. Infinite where off.
    """

    headroom_scale: Floats
    headroom_mw: Floats
    owners: tuple[str, ...]
    chips_mw_it: Floats
    capital_mw: Floats
    capital_owners: tuple[str, ...]


@dataclass(frozen=True)
class DeliveryBlock:
    """What a block of futures gives; times in months from the start of the run, MW of facility power.

    `group_mw` (futures, groups, months) and `domestic_it_mw` (futures, months) include history;
    `lapsed` are phases never begun, which count as cancelled on their status date.
    """

    group_mw: Floats
    domestic_it_mw: Floats
    energised_month: Floats
    cancelled_month: Floats
    energised_share: Floats
    charges: Floats
    lapsed: Flags


def run_block(
    delivery: Delivery, pool: FactorPool, draws: DeliveryDraws, limits: Limits, announced: bool
) -> DeliveryBlock:
    """Return a block of futures of delivery.

    Args:
        delivery: Delivery made ready.
        pool: Posterior draws of the shared factors.
        draws: Draws of the block.
        limits: Shared limits.
        announced: True for everything on its announced date: nothing drawn, cancelled or limited.
    """
    arrays = delivery.arrays
    futures, phases = draws.phase.shape[:2]
    if announced:
        durations = np.zeros((futures, phases, len(Stage)))
        lapsed = np.zeros((futures, phases), dtype=np.bool_)
        cancel_work = np.full((futures, phases), np.inf)
    else:
        durations = _durations(delivery, pool, draws)
        lapsed = _lapsed(delivery, draws)
        cancel_work = -np.log(draws.phase[:, :, len(Stage)])
    available, limit_index = _limits(delivery, draws, limits)
    limit_need = np.stack([arrays.facility_mw, arrays.it_mw, arrays.facility_mw], axis=1)
    out = empty_outputs(futures, phases, len(delivery.groups), delivery.horizon)
    deliver(
        arrays.status,
        arrays.status_month,
        arrays.since_month,
        arrays.build_start,
        arrays.plan,
        arrays.facility_mw,
        arrays.it_mw,
        delivery.group,
        arrays.domestic,
        limit_index,
        limit_need,
        delivery.now,
        delivery.headroom_month,
        delivery.horizon,
        len(delivery.groups),
        durations,
        draws.scale_integral,
        draws.levers_idle,
        _hazard(delivery, draws),
        arrays.exposed,
        cancel_work,
        lapsed,
        _size(delivery, draws),
        available,
        **out,
    )
    return DeliveryBlock(
        group_mw=out["group_mw"] + delivery.history_mw,
        domestic_it_mw=out["domestic_it_mw"] + delivery.history_it_mw,
        energised_month=out["energised_month"],
        cancelled_month=out["cancelled_month"],
        energised_share=out["energised_share"],
        charges=out["charges"],
        lapsed=lapsed,
    )


def _durations(delivery: Delivery, pool: FactorPool, draws: DeliveryDraws) -> Floats:
    arrays = delivery.arrays
    rows = draws.pool_row
    site_factor = pool.site[rows][:, delivery.site_index]
    unnamed = np.array([sort == "background" for sort in arrays.sort], dtype=np.bool_)
    site_factor[:, unnamed] = ndtri(draws.phase[:, unnamed, len(Stage) + 2])
    return stage_durations(
        arrays.log_median,
        arrays.log_sd,
        arrays.slip_loading,
        delivery.weights,
        pool.slip[rows],
        pool.programme[rows][:, delivery.programme_index],
        site_factor,
        arrays.elapsed,
        draws.stage_scale,
        draws.phase[:, :, : len(Stage)],
    )


def _lapsed(delivery: Delivery, draws: DeliveryDraws) -> Flags:
    """Return which undated phases, remainders and slots are never begun."""
    arrays = delivery.arrays
    futures = draws.pool_row.size
    chance = np.ones((futures, len(arrays)))
    sort = np.array(arrays.sort)
    undated = (sort == "undated") | (sort == "remainder")
    chance[:, undated] = draws.uncertain["delivery.conversion_share"][:, None]
    chance[:, sort == "background"] = PRESENCE
    lapsed: Flags = draws.phase[:, :, len(Stage) + 1] > chance
    return lapsed


def _size(delivery: Delivery, draws: DeliveryDraws) -> Floats:
    """Return (futures, phases) the size of each phase over its nominal one: slots follow rate and growth."""
    size = np.ones(draws.phase.shape[:2])
    slots = np.array(delivery.arrays.sort) == "background"
    if slots.any():
        factor = slot_factor(
            delivery.slots,
            draws.uncertain["delivery.background.rate"],
            draws.uncertain["delivery.background.growth"],
        )
        size[:, slots] = draws.background_scale[:, None] * factor
    return size


def _hazard(delivery: Delivery, draws: DeliveryDraws) -> Floats:
    """Return (futures, 3) monthly hazards in land, building and fit-out."""
    stages = [draws.uncertain[f"delivery.cancellation.{stage}"] for stage in ("land", "building", "fitout")]
    hazard: Floats = np.stack(stages, axis=1) * draws.cancellation_scale[:, None]
    return hazard


def _limits(delivery: Delivery, draws: DeliveryDraws, limits: Limits) -> tuple[Floats, NDArray[np.int64]]:
    """Return (futures, rows, months) cumulative limits and (phases, 3) the row of each kind, -1 for none."""
    arrays = delivery.arrays
    headroom = headroom_path(
        delivery.headroom_mw,
        draws.uncertain["limits.headroom.scale"],
        draws.uncertain["limits.headroom.growth"],
        delivery.headroom_month,
        delivery.horizon,
    )
    headroom = headroom * limits.headroom_scale[:, :, None]
    headroom = np.where(np.isnan(limits.headroom_mw), headroom, limits.headroom_mw)
    headroom = headroom - delivery.headroom_used_mw[None, :, None]
    capital = limits.capital_mw[:, None, :]
    available = np.concatenate([headroom, limits.chips_mw_it, capital], axis=1)
    first_owner = len(delivery.regions)
    last = first_owner + len(limits.owners)
    index = np.full((len(arrays), LIMIT_KINDS), -1, dtype=np.int64)
    for row, (region, owner, grid) in enumerate(
        zip(arrays.region, arrays.owner, arrays.on_grid, strict=True)
    ):
        if grid and region in delivery.regions:
            index[row, 0] = delivery.regions.index(region)
        if owner in limits.owners and arrays.domestic[row]:
            index[row, 1] = first_owner + limits.owners.index(owner)
        if owner in limits.capital_owners and arrays.domestic[row]:
            index[row, 2] = last
    return available, index

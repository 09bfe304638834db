"""Delivery of one block of futures: phases as arrays, and the luck each future has with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from stargauge.delivery.durations import stage_durations
from stargauge.delivery.factors import FactorPool
from stargauge.delivery.phases import GRID, NO_LIMIT, ON_SITE, PhaseLuck, PhaseTable
from stargauge.delivery.setup import Delivery
from stargauge.delivery.slots import PRESENCE, slot_factor
from stargauge.delivery.stages import Stage, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

PHASE_DRAWS = len(Stage) + 3
"""Uniform draws a phase needs: one a stage, then cancellation, whether it is begun, and one for what has no
site yet: the factor of a background slot's site, the region of a remainder."""

CANCELLATION, BEGUN, PLACE = len(Stage), len(Stage) + 1, len(Stage) + 2


@dataclass(frozen=True)
class DeliveryDraws:
    """Draws of a block.

    `uncertain` holds (futures) values of each uncertain input in its unit; `pool_row` (futures) rows of the
    factor pool; `phase` (futures, phases, PHASE_DRAWS) uniforms; `stage_scale` (futures, stages) factors on
    durations.
    """

    uncertain: dict[str, Floats]
    pool_row: NDArray[np.int64]
    phase: Floats
    stage_scale: Floats
    cancellation_scale: Floats
    background_scale: Floats


@dataclass(frozen=True)
class PowerDraws:
    """What a phase needs to know of power, (futures, phases).

    `upgrade` months that wires take at least; `accepts` uniform, below the accepting share for owners who
    accept curtailment; `orders` owners who order on-site plant when they wait, `onsite_lead` its months;
    `halt` uniform draws for moratoria.
    """

    upgrade: Floats
    accepts: Floats
    orders: Flags
    onsite_lead: Floats
    halt: Floats


def phase_table(
    delivery: Delivery, chip_owners: tuple[str, ...], capital_owners: tuple[str, ...]
) -> PhaseTable:
    """Return the phases as the month loop takes them.

    Args:
        delivery: Delivery made ready.
        chip_owners: Owners in the order of the rows of chip supply.
        capital_owners: Owners who share the one purse whose content has a source.
    """
    arrays = delivery.arrays
    regional = np.array([region in delivery.regions for region in arrays.region], dtype=np.bool_)
    regional |= np.array([sort == "remainder" for sort in arrays.sort], dtype=np.bool_)
    background = np.array([sort == "background" for sort in arrays.sort], dtype=np.bool_)
    domestic = arrays.domestic == 1
    begun = (arrays.status > Status.LAND) | (background & (arrays.build_start <= delivery.now))
    return PhaseTable(
        status=arrays.status,
        status_month=arrays.status_month,
        since_month=arrays.since_month,
        build_start=arrays.build_start,
        plan=arrays.plan,
        facility_mw=arrays.facility_mw,
        it_mw=arrays.it_mw,
        group=delivery.group,
        domestic=arrays.domestic,
        exposed=arrays.exposed,
        power=np.where(regional, np.where(arrays.on_grid, GRID, ON_SITE), NO_LIMIT).astype(np.int64),
        committed=begun,
        thinned=background,
        chip_row=np.array(
            [
                chip_owners.index(owner) if owner in chip_owners and home else -1
                for owner, home in zip(arrays.owner, domestic, strict=True)
            ],
            dtype=np.int64,
        ),
        capital_row=np.array(
            [
                0 if owner in capital_owners and home else -1
                for owner, home in zip(arrays.owner, domestic, strict=True)
            ],
            dtype=np.int64,
        ),
    )


def phase_luck(
    delivery: Delivery, pool: FactorPool, draws: DeliveryDraws, power: PowerDraws, announced: bool
) -> PhaseLuck:
    """Return the luck of a block.

    Args:
        delivery: Delivery made ready.
        pool: Posterior draws of the shared factors.
        draws: Draws of the block.
        power: What phases need to know of power.
        announced: True for everything on its announced date: nothing drawn, cancelled or left out.
    """
    arrays = delivery.arrays
    futures, phases = draws.phase.shape[:2]
    shape = (futures, phases)
    sort = np.array(arrays.sort)
    undated = (sort == "undated") | (sort == "remainder")
    begin_hazard = np.zeros(shape)
    if announced:
        durations = np.zeros((*shape, len(Stage)))
        absent = np.zeros(shape, dtype=np.bool_)
        cancel_work = np.full(shape, np.inf)
    else:
        durations = _durations(delivery, pool, draws)
        absent = (sort == "background") & (draws.phase[:, :, BEGUN] > PRESENCE)
        cancel_work = -np.log(draws.phase[:, :, CANCELLATION])
        begin_hazard[:, undated] = -np.log(draws.uncertain["delivery.conversion_share"])[:, None]
    return PhaseLuck(
        durations=durations,
        upgrade=power.upgrade,
        hazard=_hazard(draws),
        cancel_work=cancel_work,
        begin_work=-np.log(draws.phase[:, :, BEGUN]),
        begin_hazard=begin_hazard,
        halt_work=-np.log(power.halt),
        absent=absent,
        size=_size(delivery, draws),
        region=_region(delivery, draws),
        accepts=power.accepts,
        orders=power.orders,
        onsite_lead=power.onsite_lead,
    )


def _durations(delivery: Delivery, pool: FactorPool, draws: DeliveryDraws) -> Floats:
    arrays = delivery.arrays
    rows = draws.pool_row
    site_factor = pool.site[rows][:, delivery.site_index]
    unnamed = np.array([sort == "background" for sort in arrays.sort], dtype=np.bool_)
    site_factor[:, unnamed] = ndtri(draws.phase[:, unnamed, PLACE])
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


def _region(delivery: Delivery, draws: DeliveryDraws) -> Ints:
    """Return (futures, phases) rows of the region axis, -1 abroad; a site still to be chosen is drawn one."""
    regions = delivery.regions
    rows = [regions.index(region) if region in regions else -1 for region in delivery.arrays.region]
    region = np.tile(np.array(rows, dtype=np.int64), (draws.phase.shape[0], 1))
    remainder = np.array([sort == "remainder" for sort in delivery.arrays.sort], dtype=np.bool_)
    if remainder.any():
        edges = np.cumsum(delivery.region_shares)[:-1]
        region[:, remainder] = np.searchsorted(edges, draws.phase[:, remainder, PLACE], side="right")
    return region


def _hazard(draws: DeliveryDraws) -> Floats:
    """Return (futures, 3) monthly hazards in land, building and fit-out."""
    stages = [draws.uncertain[f"delivery.cancellation.{stage}"] for stage in ("land", "building", "fitout")]
    hazard: Floats = np.stack(stages, axis=1) * draws.cancellation_scale[:, None]
    return hazard

"""Random but realistic worlds, and the month loop and its SimPy reference run on the same luck."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from simpy_reference import Books, simulate_future

from stargauge.delivery import PhaseLuck, PhaseTable
from stargauge.delivery.phases import GRID, NO_LIMIT, ON_SITE
from stargauge.model import Prepared, draw, simulate, simulation
from stargauge.model.arrays import MODELLED, SUPPLIED, Outputs, Pace, Supply, Unrest, empty_outputs
from stargauge.model.flexibility import LOW, STEP, flexible_tables
from stargauge.model.months import run_months

Floats = NDArray[np.float64]

HORIZON = 60
PLACES = ("TEX", "MIDA", "NW", "CAL")
"""Regions whose load-duration curves the random worlds use."""

OWNERS = 2
GROUPS = 4
NOW = 8.3
ALL_KINDS = ("power", "chips", "capital", "equipment")
TOUCHED = -1e300
"""What is in an output array that the loop does not write."""


@dataclass(frozen=True, repr=False)
class World:
    """The arguments of `run_months`, with the number of groups and months of its outputs."""

    table: PhaseTable
    luck: PhaseLuck
    pace: Pace
    supply: Supply
    unrest: Unrest
    now: float
    groups: int
    months: int

    def __repr__(self) -> str:
        sizes = f"{self.futures} futures, {self.phases} phases, {self.regions} regions, {self.months} months"
        return f"World({sizes}, as of {self.now})"

    @property
    def futures(self) -> int:
        return self.luck.size.shape[0]

    @property
    def phases(self) -> int:
        return self.table.status.size

    @property
    def regions(self) -> int:
        return self.supply.mode.size

    def run(self) -> Outputs:
        """Run the month loop and return its outputs; what it does not write would show."""
        out = empty_outputs(self.futures, self.phases, self.groups, self.regions, self.months)
        for array in out:
            array.fill(TOUCHED)
        run_months(self.table, self.luck, self.pace, self.supply, self.unrest, self.now, out)
        return out

    def reference(self) -> list[Books]:
        return [simulate_future(self, future) for future in range(self.futures)]

    def but(self, **changes: Any) -> World:
        """Return the world with some of its arrays, or of the arrays in its parts, replaced."""
        parts: dict[str, dict[str, Any]] = {}
        own: dict[str, Any] = {}
        for name, value in changes.items():
            if name in (field.name for field in fields(World)):
                own[name] = value
                continue
            part = next(one for one in PARTS if name in getattr(self, one)._fields)
            parts.setdefault(part, {})[name] = value
        return replace(
            self, **own, **{part: getattr(self, part)._replace(**given) for part, given in parts.items()}
        )


PARTS = ("table", "luck", "pace", "supply", "unrest")


@cache
def room(regions: int) -> Floats:
    """Return the tables of flexible room of the first regions of `PLACES`."""
    return flexible_tables(PLACES[:regions], np.array([0.9, 0.95, 1.1, 0.7])[:regions]).room


def random_world(
    seed: int,
    *,
    phases: int = 40,
    futures: int = 10,
    regions: int = 3,
    months: int = HORIZON,
    levers: bool = False,
    hazards: float = 0.01,
    absent: float = 0.1,
    kinds: tuple[str, ...] = ALL_KINDS,
    tightness: float = 0.5,
    sizes: bool = False,
    given: bool = False,
    opposed: bool = True,
    apart: bool = False,
) -> World:
    """Return a world with phases in every state, before and after the start, and limits that bind.

    Args:
        seed: Of everything drawn here.
        phases: Number of phases.
        futures: Number of futures.
        regions: Number of regions, at most four.
        months: Length of the run.
        levers: Whether stages run at speeds other than 1, changing from month to month.
        hazards: Mean monthly hazard of cancellation.
        absent: Chance that a phase is not there.
        kinds: Limits in force: regional power, chips by owner, capital, equipment of on-site plant.
        tightness: Share of what is planned that the limits allow by the end of the horizon.
        sizes: Whether phases differ in size from future to future.
        given: Whether the regions' headroom is a supplied path.
        opposed: Whether opposition moves.
        apart: Whether each phase has a path of its own.
    """
    rng = np.random.default_rng(seed)
    table = _table(rng, phases, apart, kinds)
    shape = (futures, phases)
    spent = table.status_month - table.since_month
    durations = rng.lognormal(1.8, 0.7, (*shape, 4))
    for stage, status in ((0, 0), (1, 1), (2, 1), (3, 2)):
        durations[:, :, stage] += np.where(table.status == status, spent, 0.0)
    undated = rng.random(phases) < 0.3
    luck = PhaseLuck(
        durations=durations,
        upgrade=np.where(rng.random(shape) < 0.2, rng.uniform(0.0, 40.0, shape), 0.0),
        hazard=rng.exponential(hazards, (futures, 3)) if hazards else np.zeros((futures, 3)),
        cancel_work=rng.exponential(1.0, shape),
        begin_work=rng.exponential(1.0, shape),
        begin_hazard=np.where(undated, rng.uniform(0.1, 1.0, (futures, 1)), 0.0),
        halt_work=rng.exponential(1.0, shape),
        absent=rng.random(shape) < absent,
        size=rng.lognormal(0.0, 0.5, shape) if sizes else np.ones(shape),
        region=np.where(rng.random(phases) < 0.1, -1, rng.integers(0, regions, shape)).astype(np.int64),
        accepts=rng.random(shape),
        orders=rng.random(shape) < 0.4,
        onsite_lead=rng.uniform(0.0, 20.0, shape),
    )
    return World(
        table=table,
        luck=luck,
        pace=_pace(rng, futures, months, levers),
        supply=_supply(rng, table, futures, regions, months, kinds, tightness, given),
        unrest=_unrest(rng, futures, regions, opposed),
        now=NOW,
        groups=phases if apart else GROUPS,
        months=months,
    )


def _table(rng: np.random.Generator, phases: int, apart: bool, kinds: tuple[str, ...]) -> PhaseTable:
    status = rng.choice(3, phases, p=(0.6, 0.25, 0.15)).astype(np.int64)
    status_month = rng.uniform(-6.0, 20.0, phases)
    since_month = status_month - np.where(rng.random(phases) < 0.3, 0.0, rng.exponential(6.0, phases))
    facility = np.round(rng.lognormal(5.0, 1.0, phases), 3)
    plan_land = status_month + rng.uniform(-10.0, 15.0, phases)
    plan_build = plan_land + rng.uniform(1.0, 15.0, phases)
    plan = np.stack([plan_land, plan_build, plan_build + rng.uniform(1.0, 8.0, phases)], axis=1)
    plan[rng.random(phases) < 0.2] = math.nan
    power = rng.choice((NO_LIMIT, GRID, ON_SITE), phases, p=(0.1, 0.7, 0.2)).astype(np.int64)
    if "power" not in kinds:
        power[power == GRID] = NO_LIMIT
    if "equipment" not in kinds:
        power[power == ON_SITE] = NO_LIMIT
    nobody = np.full(phases, -1, dtype=np.int64)
    owner = np.where(rng.random(phases) < 0.8, rng.integers(0, OWNERS, phases), -1).astype(np.int64)
    purse = np.where(rng.random(phases) < 0.8, 0, -1).astype(np.int64)
    return PhaseTable(
        status=status,
        status_month=status_month,
        since_month=since_month,
        build_start=np.where(status == 0, math.nan, since_month - rng.exponential(3.0, phases)),
        plan=plan,
        facility_mw=facility,
        it_mw=facility / rng.uniform(1.1, 1.6, phases),
        group=(
            np.arange(phases, dtype=np.int64) if apart else rng.integers(0, GROUPS, phases).astype(np.int64)
        ),
        domestic=rng.integers(0, 2, phases).astype(np.int64),
        exposed=rng.integers(0, 2, (phases, 3)).astype(np.float64),
        power=power,
        committed=(status > 0) & (rng.random(phases) < 0.4),
        thinned=rng.random(phases) < 0.2,
        chip_row=owner if "chips" in kinds else nobody,
        capital_row=purse if "capital" in kinds else nobody,
    )


def _pace(rng: np.random.Generator, futures: int, months: int, levers: bool) -> Pace:
    speed = np.ones((futures, 4, months))
    if levers:
        speed = rng.uniform(0.4, 2.5, (futures, 4, months))
        speed[:, :, : months // 6] = 1.0
    strength = np.clip((np.arange(months) - NOW) / max(months, 24), 0.0, 1.0) * float(levers)
    return Pace(
        integral=integral_of(speed),
        identity=bool(np.all(speed == 1.0)),
        loosened=np.tile(strength, (futures, 1)),
        benefit=rng.uniform(0.0, 0.3, (futures, 1)) * strength,
        accept=rng.uniform(0.2, 0.6, (futures, 1)) + 0.4 * strength,
        tie=1.0 + rng.uniform(0.0, 0.3, (futures, 1)) * strength,
    )


def integral_of(speed: Floats) -> Floats:
    """Return the clock of each stage from its (futures, 4, months) speeds."""
    integral = np.zeros((speed.shape[0], 4, speed.shape[2] + 1))
    np.cumsum(speed, axis=2, out=integral[:, :, 1:])
    return integral


def _supply(
    rng: np.random.Generator,
    table: PhaseTable,
    futures: int,
    regions: int,
    months: int,
    kinds: tuple[str, ...],
    tightness: float,
    given: bool,
) -> Supply:
    planned = float(table.facility_mw.sum())
    share = tightness * planned / regions

    def rising(*rows: int) -> Floats:
        growth = rng.exponential(1.0, (*rows, months)).cumsum(axis=-1)
        return np.asarray(growth / growth[..., -1:] - 0.05)

    peak = planned * rng.uniform(1.0, 3.0, (futures, regions, 2))
    growth = 1.0 + rng.uniform(-0.001, 0.002, (futures, regions, 2))
    required = rng.uniform(1.05, 1.2, (regions, 2, 1)) * np.ones(months)
    grown = peak[..., None] * growth[..., None] ** np.arange(months)
    # In some regions and months what is there is less than what is required.
    margin = share * (2.0 * rising(futures, regions, 2) + rng.uniform(-0.5, 0.4, (futures, regions, 2, 1)))
    pair = np.where(
        rng.random((regions, regions)) < 0.7, rng.uniform(0.0, 0.5 * share, (regions, regions)), 0
    )
    np.fill_diagonal(pair, 0.0)
    mode = np.full(regions, SUPPLIED if given else MODELLED, dtype=np.int64)
    modelled = mode == MODELLED
    onsite = 0.3 * tightness * planned * np.maximum(rising(futures), 0.0)
    if "equipment" not in kinds:
        onsite = np.full_like(onsite, np.inf)
    return Supply(
        firm_mw=grown * required + margin,
        peak_mw=peak,
        peak_growth=growth,
        required=required,
        scale=np.ones((futures, regions)),
        mode=mode,
        supplied_mw=share * rising(regions),
        room=room(regions),
        table=rng.integers(0, 5, futures).astype(np.int64),
        weight=rng.random(futures),
        low=LOW,
        step=STEP,
        pair_mw=pair * np.outer(modelled, modelled),
        import_mw=rng.uniform(0.0, share, regions) * modelled,
        used_mw=np.cumsum(rng.uniform(0.0, 0.1 * share / months, (regions, months)), axis=1),
        counted_from=-3.0,
        onsite_mw=onsite,
        connects=rng.random(futures),
        connect_months=rng.uniform(0.0, 20.0, futures),
        chips_mw_it=tightness * planned / OWNERS * rising(futures, OWNERS),
        capital_mw=tightness * planned * rising(futures, 1),
    )


def _unrest(rng: np.random.Generator, futures: int, regions: int, opposed: bool) -> Unrest:
    moved = float(opposed)
    return Unrest(
        base=rng.uniform(0.5, 2.0, regions),
        begun_mw=np.where(rng.random(regions) < 0.2, 0.0, rng.uniform(100.0, 2000.0, regions)),
        bill=rng.normal(1.0, 1.0, (futures, regions)),
        bill_exponent=rng.normal(0.4, 0.5, futures),
        density_slope=moved * rng.exponential(0.2, futures),
        bill_slope=moved * rng.exponential(0.1, futures),
        loosening_slope=moved * rng.exponential(0.5, futures),
        closing=rng.uniform(0.04, 0.3, futures),
        ceiling=np.where(rng.random(futures) < 0.1, 1.0, rng.uniform(1.5, 8.0, futures)),
        drift=moved * rng.normal(0.0, 0.4, futures),
        fade=rng.uniform(12.0, 36.0, futures),
        hazard_exponent=rng.uniform(0.0, 1.5, futures),
        hazard_share=rng.uniform(0.0, 1.0, futures),
        permit_exponent=rng.uniform(0.0, 0.5, futures),
        moratorium_rate=rng.exponential(0.05, futures),
        moratorium_months=rng.choice((6.0, 12.0, 24.0), futures),
    )


def free_of_limits(world: World) -> World:
    """Return the world in which everything ready is energised at once: the same luck, nothing to wait for."""
    return world.but(
        power=np.full_like(world.table.power, NO_LIMIT),
        chip_row=np.full_like(world.table.chip_row, -1),
        capital_row=np.full_like(world.table.capital_row, -1),
    )


def model_world(prepared: Prepared, block: int, futures: int) -> World:
    """Return what the model hands to the month loop for a block: the very durations, supply and unrest."""
    caught: list[World] = []

    def catch(*given: Any) -> None:
        table, luck, pace, supply, unrest, now, out = given
        caught.append(
            World(table, luck, pace, supply, unrest, now, out.group_mw.shape[1], out.group_mw.shape[2])
        )
        run_months(*given)

    with mock.patch.object(simulation, "run_months", catch):
        simulate(prepared, draw(prepared, block, futures))
    return caught[0]


RELATIVE = 1e-9
MW_FLOOR = 1e-6
"""A watt: differences below it are those of adding up thousands of MW in another order."""


def assert_same(world: World, out: Outputs, books: list[Books] | None = None) -> dict[str, int]:
    """Compare all outputs of the loop with the reference's, future by future.

    Returns:
        How often limits left a part over, by limit, and what else happened, by name.
    """
    counted: dict[str, int] = {}
    for future, expected in enumerate(books or world.reference()):
        for _, _, limit in expected.waits:
            name = ("headroom", "chips", "capital", "equipment")[limit]
            counted[name] = counted.get(name, 0) + 1
        for event, times in expected.seen.items():
            counted[event] = counted.get(event, 0) + times
        for name in Outputs._fields:
            np.testing.assert_allclose(
                getattr(out, name)[future],
                getattr(expected, name),
                rtol=RELATIVE,
                atol=MW_FLOOR if name.endswith("_mw") else RELATIVE,
                err_msg=f"future {future}, {name}",
            )
    return counted

"""A scenario made ready: facts and scenario in, arrays and the list of outcomes out; done once a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from stargauge.compute import COMPUTE_UNITS, OWNERS, ComputeInputs, compute_inputs
from stargauge.delivery import (
    DELIVERY_UNITS,
    Delivery,
    FactorPool,
    PhaseTable,
    Stage,
    factor_pool,
    make_ready,
    phase_table,
)
from stargauge.delivery.stages import Status
from stargauge.facts import Distribution, Fact, Registry, Tables, load_registry, load_tables
from stargauge.model.flexibility import FlexibleTables, flexible_tables
from stargauge.model.outcomes import OutcomePlan, outcome_plan
from stargauge.model.purses import CAPITAL_OWNERS
from stargauge.model.series import NATION, EndValue, Series
from stargauge.model.world import PILOT_FUTURES, PILOT_SEED, WorldOutcomes, world_outcomes
from stargauge.opposition import OPPOSITION_UNITS, OppositionInputs, opposition_inputs
from stargauge.policy import Course, Effect, modelled_effects, modelled_levers, prepare_course
from stargauge.power import (
    ONSITE,
    POWER_UNITS,
    REGIONS,
    WIRES,
    PowerPrepared,
    WiresPrior,
    load_wires_prior,
    onsite_inputs,
    prepare_power,
    wires_inputs,
)
from stargauge.scenario import Scenario
from stargauge.streams import generator, uniforms
from stargauge.world.ledgers import SHARED
from stargauge.world.setup import WORLD_LEVERS, WORLD_UNITS, WorldPlan, prepare_world

POOL_DRAWS = 4096
"""Joint draws of the shared factors; futures pick rows of this pool."""

ASKED_LEVERS = tuple(dict.fromkeys((*modelled_levers(), *WORLD_LEVERS)))
"""Levers of which a run draws how far the plan gets; a room that reads another one adds it here."""

POSTERIOR_SEED = 0
"""Seed of the posterior of the plan's hazards: every run uses the same draws of it."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STAGE_NAMES = tuple(stage.name.lower() for stage in Stage)


@dataclass(frozen=True)
class Prepared:
    """A scenario made ready: picklable, and a deterministic function of scenario and facts.

    `uncertain` lists every input drawn once a future: facts, effects of levers, the scenario's own factors;
    `sources` gives the fact behind an input, `units` the unit the model computes it in. `unwired` are the
    phases whose connection to the grid is not known, `site_mw` the facility MW of the site of each. `world`
    and `told` are position among blocs and what is told of it, None where the run leaves it out; its series
    and end values follow those of `plan`.
    """

    seed: int
    months: tuple[str, ...]
    series: tuple[Series, ...]
    end_values: tuple[EndValue, ...]
    scenario: Scenario
    delivery: Delivery
    table: PhaseTable
    pool: FactorPool
    power: PowerPrepared
    flexible: FlexibleTables
    wires: WiresPrior
    unwired: Ints
    site_mw: Floats
    opposition: OppositionInputs
    compute: ComputeInputs
    effects: tuple[Effect, ...]
    course: Course
    plan: OutcomePlan
    world: WorldPlan | None
    told: WorldOutcomes | None
    uncertain: dict[str, Distribution]
    sources: dict[str, Fact]
    units: dict[str, str]

    @property
    def unlimited(self) -> bool:
        """Whether everything comes on its announced date, without limit, delay or loss."""
        return self.scenario.schedule == "announced"

    @property
    def calm(self) -> bool:
        """Whether opposition stays where it is on the as-of date."""
        return self.scenario.opposition.off or self.unlimited


def prepare(
    scenario: Scenario,
    registry: Registry | None = None,
    tables: Tables | None = None,
    *,
    world: bool = True,
) -> Prepared:
    """Return a scenario made ready to simulate.

    Args:
        scenario: What the user asks.
        registry: Facts; the shipped ones by default. They are cut to the scenario's as-of date here.
        tables: Record tables; the shipped ones by default.
        world: False leaves position among blocs out, whatever the scenario asks.

    Raises:
        InputError: a model input has no fact known by the as-of date, or the policy block names what the
            plan does not know.
    """
    known = scenario.apply(registry or load_registry())
    tables = tables or load_tables()
    compute = compute_inputs(known)
    owners = {owner: compute.fixed[f"compute.owner_share.{owner}"] for owner in OWNERS}
    delivery = make_ready(scenario, known, tables, owners)
    pool = factor_pool(
        delivery.elapsed,
        delivery.programmes,
        delivery.groups,
        delivery.weights,
        delivery.learnt.slip_mean,
        delivery.learnt.slip_sd,
        partial(generator, scenario.seed, "delivery.factors", block=0),
        POOL_DRAWS,
    )
    power = prepare_power(known, None, scenario.months(), scenario.as_of)
    opposition = opposition_inputs(known)
    effects = modelled_effects(known)
    course = prepare_course(scenario, known, ASKED_LEVERS, execution_luck)
    unwired = _unwired(delivery)
    plan = outcome_plan(scenario, delivery, compute, power, opposition, tables)
    position = prepare_world(scenario, known) if world else None
    told = _told(position, scenario, plan, compute) if position is not None else None
    return Prepared(
        seed=scenario.seed,
        months=scenario.months(),
        series=(*plan.series, *(told.series if told else ())),
        end_values=(*plan.end_values, *(told.end_values if told else ())),
        scenario=scenario,
        delivery=delivery,
        table=phase_table(delivery, OWNERS, CAPITAL_OWNERS),
        pool=pool,
        power=power,
        flexible=flexible_tables(REGIONS, power.base.mw[:, 1] / power.base.mw[:, 0]),
        wires=load_wires_prior(),
        unwired=unwired,
        site_mw=_site_mw(delivery)[unwired],
        opposition=opposition,
        compute=compute,
        effects=effects,
        course=course,
        plan=plan,
        world=position,
        told=told,
        uncertain={
            **delivery.inputs.uncertain,
            **compute.uncertain,
            **power.uncertain,
            **onsite_inputs(known),
            **wires_inputs(known),
            **opposition.uncertain,
            **{effect.name: effect.size for effect in effects},
            **_scenario_factors(scenario, delivery),
            **(position.distributions if position is not None else {}),
        },
        sources={name: known.input(name) for name in known.inputs()},
        units={
            **DELIVERY_UNITS,
            **COMPUTE_UNITS,
            **POWER_UNITS,
            **ONSITE,
            **WIRES,
            **OPPOSITION_UNITS,
            **WORLD_UNITS,
        },
    )


def _told(world: WorldPlan, scenario: Scenario, plan: OutcomePlan, compute: ComputeInputs) -> WorldOutcomes:
    """Return what is told of the world; compute in the US has the bound of the nation's."""
    bound = next(one.upper for one in plan.series if one.name == f"compute_h100e:{NATION}")
    shared = {
        name: compute.uncertain[name].quantile(uniforms(PILOT_SEED, name, "pilot", 0, PILOT_FUTURES))
        for name in SHARED
    }
    return world_outcomes(world, scenario.months(), shared, np.broadcast_to(bound, len(scenario.months())))


def execution_luck(name: str, shape: int | tuple[int, ...]) -> Floats:
    """Return the draws that the plan's hazards are fitted with: the same whatever the seed of a run."""
    return uniforms(POSTERIOR_SEED, "policy.execution", name, 0, shape)


def _scenario_factors(scenario: Scenario, delivery: Delivery) -> dict[str, Distribution]:
    limits = scenario.limits
    return {
        **{f"scenario.stages.{name}": scenario.stage_scale(name) for name in STAGE_NAMES},
        "scenario.cancellation": scenario.cancellation.scale,
        "scenario.background": scenario.background.scale,
        "scenario.opposition": scenario.opposition.scale,
        "scenario.limits.chips": limits.chips.scale,
        "scenario.limits.capital": limits.capital.scale,
        **{
            f"scenario.limits.headroom.{region}": limits.headroom.of(region).scale
            for region in delivery.regions
        },
    }


def _unwired(delivery: Delivery) -> Ints:
    """Return the rows of phases that take the grid's power and whose connection to it is not known.

    A site of which something stands or is being built has one; background slots are sized by what was
    connected.
    """
    arrays = delivery.arrays
    wired = {phase.site_id for phase in delivery.phases if phase.stage != "land"}
    open_to = np.array(
        [
            sort != "background" and site not in wired
            for sort, site in zip(arrays.sort, arrays.site, strict=True)
        ],
        dtype=np.bool_,
    )
    return np.flatnonzero(open_to & arrays.on_grid & (arrays.domestic == 1) & (arrays.status == Status.LAND))


def _site_mw(delivery: Delivery) -> Floats:
    """Return (phases) the facility MW of each phase's site once all of it is energised.

    An unannounced remainder stands for several sites, each the size of one of its parts.
    """
    arrays = delivery.arrays
    total: dict[str, float] = {}
    for phase in delivery.phases:
        total[phase.site_id] = max(total.get(phase.site_id, 0.0), phase.cumulative_mw)
    return np.array([total.get(site, mw) for site, mw in zip(arrays.site, arrays.facility_mw, strict=True)])

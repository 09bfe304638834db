"""A scenario made ready: facts and scenario in, arrays and the list of outcomes out; done once a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from stargauge.compute import COMPUTE_UNITS, OWNERS, ComputeInputs, compute_inputs
from stargauge.delivery import DELIVERY_UNITS, Delivery, FactorPool, Stage, factor_pool, make_ready
from stargauge.facts import Distribution, Fact, Registry, Tables, load_registry, load_tables
from stargauge.model.outcomes import EndValue, OutcomePlan, Series, outcome_plan
from stargauge.policy import Effect, modelled_effects
from stargauge.scenario import Scenario
from stargauge.streams import generator

POOL_DRAWS = 4096
"""Joint draws of the shared factors; futures pick rows of this pool."""

STAGE_NAMES = tuple(stage.name.lower() for stage in Stage)


@dataclass(frozen=True)
class Prepared:
    """A scenario made ready: picklable, and a deterministic function of scenario and facts.

    `uncertain` lists every input drawn once a future: facts, effects of levers, the scenario's own factors;
    `sources` gives the fact behind an input, `units` the unit the model computes it in.
    """

    seed: int
    months: tuple[str, ...]
    series: tuple[Series, ...]
    end_values: tuple[EndValue, ...]
    scenario: Scenario
    delivery: Delivery
    pool: FactorPool
    compute: ComputeInputs
    effects: tuple[Effect, ...]
    plan: OutcomePlan
    uncertain: dict[str, Distribution]
    sources: dict[str, Fact]
    units: dict[str, str]


def prepare(scenario: Scenario, registry: Registry | None = None, tables: Tables | None = None) -> Prepared:
    """Return a scenario made ready to simulate.

    Args:
        scenario: What the user asks.
        registry: Facts; the shipped ones by default. They are cut to the scenario's as-of date here.
        tables: Record tables; the shipped ones by default.

    Raises:
        InputError: a model input has no fact known by the as-of date.
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
    effects = modelled_effects(known)
    plan = outcome_plan(scenario, delivery, compute, tables)
    return Prepared(
        seed=scenario.seed,
        months=scenario.months(),
        series=plan.series,
        end_values=plan.end_values,
        scenario=scenario,
        delivery=delivery,
        pool=pool,
        compute=compute,
        effects=effects,
        plan=plan,
        uncertain={
            **delivery.inputs.uncertain,
            **compute.uncertain,
            **{effect.name: effect.size for effect in effects},
            **_scenario_factors(scenario, delivery),
        },
        sources={name: known.input(name) for name in known.inputs()},
        units={**DELIVERY_UNITS, **COMPUTE_UNITS},
    )


def _scenario_factors(scenario: Scenario, delivery: Delivery) -> dict[str, Distribution]:
    limits = scenario.limits
    return {
        **{f"scenario.stages.{name}": scenario.stage_scale(name) for name in STAGE_NAMES},
        "scenario.cancellation": scenario.cancellation.scale,
        "scenario.background": scenario.background.scale,
        "scenario.limits.chips": limits.chips.scale,
        "scenario.limits.capital": limits.capital.scale,
        **{
            f"scenario.limits.headroom.{region}": limits.headroom.of(region).scale
            for region in delivery.regions
        },
    }

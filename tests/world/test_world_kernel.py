"""The quarter loop against the same steps called one by one, in the order that its page gives."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.compute import COMPUTE_UNITS
from stargauge.facts import load_registry
from stargauge.scenario import World
from stargauge.streams import uniforms
from stargauge.world.adoption import adoption_block, adoption_step, empty_adoption, open_adoption
from stargauge.world.block import WorldBlock, simulate_world
from stargauge.world.blocs import BLOCS
from stargauge.world.ledgers import (
    SHARED,
    capability_step,
    empty_capability,
    empty_ledgers,
    ledger_block,
    ledgers_step,
    open_ledgers,
)
from stargauge.world.quarters import quarter_ends
from stargauge.world.rules import empty_rules, open_rules, rules_block, rules_step
from stargauge.world.setup import NETWORK_SCALE, WORLD_LEVERS, WORLD_UNITS, WorldPlan, plan_world
from stargauge.world.trust import alignment_step, empty_packages, open_trust, packages_step, trust_block

Floats = NDArray[np.float64]
Dict = dict[str, Floats]

AS_OF = date(2026, 10, 5)
MONTHS = tuple(f"{2025 + m // 12}-{m % 12 + 1:02}" for m in range(60))
FUTURES = 6
LEVERS = {name: 0.1 * (place + 1) for place, name in enumerate(WORLD_LEVERS)}


@pytest.fixture(scope="module")
def plan() -> WorldPlan:
    return plan_world(World(), load_registry().as_of(AS_OF), MONTHS, quarter_ends(MONTHS), AS_OF)


@pytest.fixture(scope="module")
def given(plan: WorldPlan) -> tuple[Dict, Dict, Floats, Dict]:
    """Values, shocks, compute in the US and levers of a small block."""
    registry = load_registry().as_of(AS_OF)
    drawn = {**plan.distributions, **{n: registry.input(n).to(COMPUTE_UNITS[n]) for n in SHARED}}
    values = {name: one.quantile(uniforms(3, name, "test", 0, FUTURES)) for name, one in drawn.items()}
    shocks = {name: uniforms(3, name, "test", 0, (FUTURES, *shape)) for name, shape in plan.shocks.items()}
    us = np.linspace(5e6, 2e8, len(MONTHS)) * np.linspace(0.8, 1.2, FUTURES)[:, None]
    since = np.array([month > "2026-10" for month in MONTHS], dtype=np.float64)
    return values, shocks, us, {name: level * since[None] for name, level in LEVERS.items()}


@pytest.fixture(scope="module")
def block(plan: WorldPlan, given: tuple[Dict, Dict, Floats, Dict]) -> WorldBlock:
    return simulate_world(plan, *given)


def test_each_quarter_goes_through_the_rooms_in_order(
    plan: WorldPlan, given: tuple[Dict, Dict, Floats, Dict], block: WorldBlock
) -> None:
    values, shocks, us, _ = given
    quarters = plan.slots - 1
    level = {name: np.zeros((FUTURES, plan.slots)) for name in LEVERS}
    for name, path in level.items():
        path[:, 1:] = [LEVERS[name] * (MONTHS[row] > "2026-10") for row in plan.rows]
    trust = trust_block(plan.trust, values, shocks, level["export_packages"])
    law = rules_block(plan.rules, values, shocks, plan.trust.alignment)
    chips = ledger_block(
        plan.ledgers, values, {n: values[n] for n in SHARED}, shocks, us[:, plan.rows],
        level["export_controls"], level["open_models"],
    )  # fmt: skip
    market = adoption_block(plan.adoption, values, shocks)
    granted, alignment = empty_packages(FUTURES, quarters), np.empty((FUTURES, plan.slots, len(BLOCS)))
    compute, skill = empty_ledgers(FUTURES, quarters), empty_capability(FUTURES, quarters)
    use, reach = empty_adoption(FUTURES, quarters), empty_rules(FUTURES, quarters)
    open_trust(plan.trust, trust, granted, alignment)
    open_rules(plan.rules, law, reach)
    open_ledgers(plan.ledgers, chips, granted.delivered_mw, trust.tools, compute, skill)
    open_adoption(plan.adoption, market, use)
    # Quarters outside, futures inside: no future hears of another.
    for q in range(plan.first, plan.slots):
        for f in reversed(range(FUTURES)):
            packages_step(f, q, trust.packages, alignment, granted)
            ledgers_step(f, q, chips.flows, granted.delivered_mw, trust.tools, compute)
            capability_step(f, q, chips.lags, compute.user, skill)
            adoption_step(f, q, market, skill.lag, alignment, reach.compliance, use)
            alignment_step(
                f,
                q,
                trust.opinion,
                level["export_controls"],
                level["security_conditions"],
                granted,
                alignment,
            )
            rules_step(f, q, law, alignment, granted.choice, reach)
    for mine, its in (
        (compute, block.compute), (skill, block.skill), (use, block.use), (reach, block.reach),
        (granted, block.granted), ((alignment,), (block.alignment,)),
    ):  # fmt: skip
        for one, other in zip(mine, its, strict=True):
            np.testing.assert_array_equal(one, other)


def test_quarters_that_have_ended_are_the_same_whatever_comes(
    plan: WorldPlan, given: tuple[Dict, Dict, Floats, Dict], block: WorldBlock
) -> None:
    values, shocks, us, levers = given
    other = simulate_world(plan, values, {name: 1.0 - one for name, one in shocks.items()}, us, levers)
    past = slice(0, plan.first)
    np.testing.assert_array_equal(other.use.tokens[:, past], block.use.tokens[:, past])
    np.testing.assert_array_equal(other.alignment[:, past], block.alignment[:, past])
    np.testing.assert_array_equal(other.reach.reach[:, past], block.reach.reach[:, past])
    assert not np.array_equal(other.alignment, block.alignment)


def test_the_us_and_china_are_the_ends_of_alignment(block: WorldBlock) -> None:
    np.testing.assert_array_equal(block.alignment[:, :, BLOCS.index("US")], 1.0)
    np.testing.assert_array_equal(block.alignment[:, :, BLOCS.index("China")], -1.0)
    assert np.abs(block.alignment).max() <= 1.0


def test_compute_in_the_us_stands_at_quarter_ends_as_given(
    plan: WorldPlan, given: tuple[Dict, Dict, Floats, Dict], block: WorldBlock
) -> None:
    np.testing.assert_array_equal(block.compute.location[:, 1:, 0], given[2][:, plan.rows])


def test_a_plan_says_which_numbers_it_draws_and_in_which_units(plan: WorldPlan) -> None:
    assert set(plan.distributions) - {NETWORK_SCALE} <= set(WORLD_UNITS)
    assert not set(plan.distributions) & set(SHARED)
    assert plan.slots == len(quarter_ends(MONTHS)) + 1
    assert plan.first == 1 + sum(day <= AS_OF for day in quarter_ends(MONTHS))

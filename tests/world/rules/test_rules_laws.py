"""Rules: the step against a plain reference, shares that add up, dates of the act by edition."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from stargauge.facts import load_registry
from stargauge.world.blocs import BLOCS
from stargauge.world.rules import (
    FOLLOWERS,
    RULES_UNITS,
    Law,
    RulePaths,
    empty_rules,
    open_rules,
    prepare_rules,
    rules_block,
    rules_shocks,
    rules_step,
)
from stargauge.world.rules.preparation import strength

F, B = 40, len(BLOCS)
US, CHINA, EU = BLOCS.index("US"), BLOCS.index("China"), BLOCS.index("EU")
QUARTERS = [
    date(year, month, day)
    for year in range(2025, 2036)
    for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
]
BASE = np.array([1.0, -1.0, 0.2, 0.3, 0.1, 0.3, 0.0])


def block(as_of: date, seed: int = 0, **changes: float) -> tuple:
    rng = np.random.default_rng(seed)
    plan = prepare_rules(load_registry().as_of(as_of), QUARTERS, as_of)
    values = {name: spread.quantile(rng.uniform(size=F)) for name, spread in plan.distributions.items()}
    values |= {name: np.full(F, value) for name, value in changes.items()}
    shocks = {name: rng.uniform(size=(F, *shape)) for name, shape in rules_shocks(len(QUARTERS)).items()}
    return plan, rules_block(plan, values, shocks, BASE), values, shocks


def run(plan: object, law: Law, alignment: np.ndarray, choice: np.ndarray) -> RulePaths:
    paths = empty_rules(F, len(QUARTERS))
    open_rules(plan, law, paths)
    for f in range(F):
        for q in range(plan.first, len(QUARTERS) + 1):
            rules_step(f, q, law, alignment, choice, paths)
    return paths


def worlds(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = (F, len(QUARTERS) + 1, B)
    return np.clip(BASE + rng.normal(0, 0.2, shape), -1, 1), rng.integers(0, 3, shape).astype(float)


@pytest.mark.parametrize("as_of", [date(2024, 12, 31), date(2026, 10, 5)])
def test_the_step_is_the_reference(as_of: date) -> None:
    plan, law, values, shocks = block(as_of)
    alignment, choice = worlds(1)
    paths = run(plan, law, alignment, choice)
    rate, part, size = values["world.rules.rate"], plan.part, plan.size
    for f in range(F):
        cover = dict(zip(BLOCS, plan.cover, strict=True))
        for q in range(plan.first, len(QUARTERS) + 1):
            shares = dict.fromkeys(("US", "EU", "China"), 0.0)
            for b, bloc in enumerate(BLOCS):
                if bloc in FOLLOWERS:
                    tilt = np.exp(-values["world.rules.pressure"][f] * (alignment[f, q, b] - BASE[b]))
                    chance = 1 - np.exp(-rate[f] * part[b] * tilt / 4)
                    if shocks["world.rules.law"][f, q - 1, FOLLOWERS.index(bloc)] < chance:
                        cover[bloc] = 1 - (1 - cover[bloc]) * (1 - size[b])
                uncovered = plan.market[b] * (1 - cover[bloc])
                under_china = (
                    uncovered
                    if bloc == "China"
                    else uncovered
                    * min(1.0, max(0.0, values["world.rules.chinese"][f]))
                    * choice[f, q, b]
                    / 2
                )
                copied = (uncovered - under_china) * values["world.rules.defacto"][f] * law.strength[f, q]
                shares["EU"] += plan.market[b] * cover[bloc] + copied
                shares["China"] += under_china
                shares["US"] += uncovered - under_china - copied
                assert paths.cover[f, q, b] == pytest.approx(cover[bloc], abs=1e-12)
                assert paths.compliance[f, q, b] == pytest.approx(cover[bloc] * law.strength[f, q], abs=1e-12)
            found = [paths.reach[f, q, BLOCS.index(name)] for name in shares]
            np.testing.assert_allclose(found, list(shares.values()), atol=1e-12)


@pytest.mark.parametrize("as_of", [date(2024, 12, 31), date(2025, 8, 2), date(2026, 10, 5)])
def test_reach_adds_up_to_the_market_and_covers_never_fall(as_of: date) -> None:
    plan, law, _, _ = block(as_of, 2)
    paths = run(plan, law, *worlds(2))
    np.testing.assert_allclose(paths.reach.sum(axis=2), 1.0, atol=1e-12)
    assert (paths.reach >= 0).all()
    assert (np.diff(paths.cover, axis=1) >= 0).all()
    assert (paths.cover <= 1).all()
    assert (paths.compliance >= 0).all()
    assert (paths.compliance <= 1).all()
    others = [b for b in range(B) if b not in (US, CHINA, EU)]
    assert (paths.reach[:, :, others] == 0).all()
    assert (paths.cover[:, :, EU] == 1).all()
    assert (paths.cover[:, :, US] == 0).all()


def test_the_act_applies_later_once_the_delay_is_known() -> None:
    applies = {}
    for as_of in (date(2024, 12, 31), date(2026, 10, 5)):
        plan, _, _, _ = block(as_of)
        applies[as_of.year] = strength(plan, np.zeros(1))[0]
    end_2026 = 1 + QUARTERS.index(date(2026, 12, 31))
    assert applies[2024][end_2026] > applies[2026][end_2026]
    assert applies[2026][1 + QUARTERS.index(date(2028, 12, 31))] == pytest.approx(1.0)
    assert applies[2024][0] == 0.0
    assert (np.diff(applies[2026]) >= 0).all()


def test_a_further_delay_puts_off_only_what_does_not_yet_apply() -> None:
    plan, _, _, _ = block(date(2026, 10, 5))
    at_once, later = strength(plan, np.array([0.0, 2.0]))
    past = plan.slots.since <= 0
    np.testing.assert_array_equal(at_once[past], later[past])
    assert (later <= at_once).all()
    assert later.sum() < at_once.sum()


def test_laws_come_as_often_as_their_hazard_says() -> None:
    plan, law, _, _ = block(date(2024, 12, 31), 5, **{"world.rules.rate": 1.25, "world.rules.pressure": 0.0})
    paths = run(plan, law, *worlds(5))
    steps = (np.diff(paths.cover, axis=1) > 0).sum(axis=(1, 2)) / 11.0
    assert steps.mean() == pytest.approx(1.25 * plan.part.sum(), abs=4 * 0.35 / np.sqrt(F))


def test_pressure_on_the_aligned_makes_laws_rarer() -> None:
    plan, law, _, _ = block(date(2024, 12, 31), 6, **{"world.rules.pressure": 2.0})
    choice = np.zeros((F, len(QUARTERS) + 1, B))
    near = np.broadcast_to(np.minimum(1.0, BASE + 0.5), choice.shape).copy()
    far = np.broadcast_to(np.maximum(-1.0, BASE - 0.5), choice.shape).copy()
    assert run(plan, law, near, choice).cover[:, -1].sum() < run(plan, law, far, choice).cover[:, -1].sum()


def test_every_input_has_an_edition_of_2024_and_market_parts_add_up() -> None:
    registry = load_registry().as_of(date(2024, 12, 31))
    for name, unit in RULES_UNITS.items():
        registry.input(name).to(unit)
    assert sum(
        registry.input(f"world.rules.market.{bloc}").distribution.median for bloc in BLOCS
    ) == pytest.approx(1)
    assert sum(
        registry.input(f"world.rules.part.{bloc}").distribution.median for bloc in FOLLOWERS
    ) == pytest.approx(1)

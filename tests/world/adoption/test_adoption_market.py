"""The step of adoption: against a plain reference, and what holds in every bloc, segment and quarter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.facts import load_registry
from stargauge.world.adoption import (
    ADOPTION_UNITS,
    SEGMENTS,
    AdoptionPaths,
    AdoptionPlan,
    Market,
    adoption_block,
    adoption_shocks,
    adoption_step,
    empty_adoption,
    open_adoption,
    prepare_adoption,
    segment_shares,
    source_biases,
)
from stargauge.world.blocs import BLOCS, STACKS

F = 5
NOW, THEN = date(2026, 10, 5), date(2024, 12, 31)
QUARTERS = [
    date(year, month, day)
    for year in range(2025, 2031)
    for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
]
Q, G, B, S = len(QUARTERS), len(SEGMENTS), len(BLOCS), len(STACKS)


@cache
def plan_as_of(day: date) -> AdoptionPlan:
    return prepare_adoption(load_registry().as_of(day), QUARTERS, day)


def draw(plan: AdoptionPlan, seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    values = {name: spread.quantile(rng.uniform(size=F)) for name, spread in plan.distributions.items()}
    return values, {name: rng.uniform(size=(F, *shape)) for name, shape in adoption_shocks(Q).items()}


def world(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    lag = np.abs(np.cumsum(rng.normal(0, 0.5, (F, Q + 1, S)), axis=1) + 5.0)
    alignment = np.clip(np.cumsum(rng.normal(0, 0.05, (F, Q + 1, B)), axis=1), -1, 1)
    return lag, alignment, np.sort(rng.uniform(0, 1, (F, Q + 1, B)), axis=1)


def run(plan: AdoptionPlan, market: Market, seed: int = 0) -> AdoptionPaths:
    lag, alignment, compliance = world(seed)
    paths = empty_adoption(F, Q)
    open_adoption(plan, market, paths)
    for f in range(F):
        for q in range(plan.first, Q + 1):
            adoption_step(f, q, market, lag, alignment, compliance, paths)
    return paths


def logit_shares(
    start: Mapping[str, float], change: Mapping[str, float], tau: float, open_to: set[str]
) -> dict:
    """Return shares of a nested logit fitted to `start`, by name of the stack."""
    nest = start["us_open"] + start["china_open"]
    weight = {"us_closed": 0.0, "sovereign": 0.0, "us_open": 0.0, "china_open": 0.0}
    for stack in open_to:
        if stack in ("us_closed", "sovereign"):
            weight[stack] = start[stack] * np.exp(change[stack])
        else:
            weight[stack] = start[stack] / nest * np.exp(change[stack] / tau)
    inner = weight["us_open"] + weight["china_open"]
    outer = nest * inner**tau if inner else 0.0
    total = weight["us_closed"] + weight["sovereign"] + outer
    shares = {stack: weight[stack] / total for stack in ("us_closed", "sovereign")}
    return shares | {
        s: outer / total * weight[s] / inner if inner else 0.0 for s in ("us_open", "china_open")
    }


def reference(plan: AdoptionPlan, m: Market, access: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return shares and tokens of the first future, by loops over names: written from the page."""
    lag, alignment, compliance = world(seed)
    now = plan.first - 1
    shares = np.empty((Q + 1, G, B, S))
    tokens = np.empty((Q + 1, B, S))
    shares[: plan.first] = m.share[0]
    seen = {
        (b, s): sum(m.weight[g] * m.share[0, g, b, s] for g in range(G)) for b in range(B) for s in range(S)
    }
    start = dict(seen)
    users = np.tile(plan.users, (Q + 1, 1))
    side = {"us_closed": 0.5, "us_open": 0.5, "china_open": -0.5, "sovereign": 0.0}
    mean = {
        kind: sum(w * v for w, v in zip(m.weight, factor, strict=True))
        for kind, factor in (("measures", m.measures), ("minds", m.minds), ("speed", m.speed[0]))
    }
    for q in range(plan.first, Q + 1):
        merit = [m.merit[0, q, s] - m.quality[0] * (lag[0, q, s] - lag[0, now, s]) for s in range(S)]
        for b in range(B):
            warm = m.alignment[0] * (alignment[0, q - 1, b] - alignment[0, now, b])
            load = m.compliance[0] * (compliance[0, q - 1, b] - compliance[0, now, b])
            politics = [warm * side[STACKS[s]] - load * m.exposure[0, s] for s in range(S)]
            pull = [m.network[0] * (seen[b, s] - start[b, s]) for s in range(S)]
            for g in range(G):
                change = {
                    STACKS[s]: m.measures[g] * merit[s] + m.minds[g] * politics[s] + pull[s] for s in range(S)
                }
                can = {STACKS[s] for s in range(S) if access[q, g, b, s] > 0}
                fitted = dict(zip(STACKS, m.share[0, g, b], strict=True))
                target = logit_shares(fitted, change, m.tau[0], can)
                old = {
                    stack: shares[q - 1, g, b, s] if stack in can else 0.0 for s, stack in enumerate(STACKS)
                }
                total = sum(old.values())
                for s, stack in enumerate(STACKS):
                    shares[q, g, b, s] = (1 - m.speed[0, g]) * old[stack] / total + m.speed[0, g] * target[
                        stack
                    ]
            for s in range(S):
                own = np.exp(mean["measures"] * merit[s] + mean["minds"] * politics[s] + pull[s])
                own *= start[b, s] * sum(m.weight[g] * access[q, g, b, s] for g in range(G))
                seen[b, s] += mean["speed"] * (own / (1 - start[b, s] + own) - seen[b, s])
            u, c = users[q - 1, b], m.ceiling[0, b]
            users[q, b] = u + max(0.0, c - u) * (m.innovate[0] + m.imitate[0] * u / c)
            demand = m.tokens_per_user[0, b] * users[q, b] * m.scale[0, q]
            tokens[q, b] = [
                demand * sum(m.weight[g] * shares[q, g, b, s] for g in range(G)) for s in range(S)
            ]
    return shares, tokens


def blocked(plan: AdoptionPlan, *cells: tuple[int, str]) -> np.ndarray:
    access = np.ones((Q + 1, G, B, S))
    for bloc, stack in cells:
        access[plan.first + 2 :, :, bloc, STACKS.index(stack)] = 0.0
    return access


@pytest.mark.parametrize("day", [NOW, THEN])
@pytest.mark.parametrize("seed", range(3))
def test_the_step_is_the_reference(day: date, seed: int) -> None:
    plan = plan_as_of(day)
    values, shocks = draw(plan, seed)
    access = blocked(plan, (2, "china_open"), (4, "us_closed"), (1, "us_open"))
    market = adoption_block(plan, values, shocks, access=access)
    paths = run(plan, market, seed)
    shares, tokens = reference(plan, market, access, seed)
    np.testing.assert_allclose(paths.share[0], shares, rtol=0, atol=1e-12)
    np.testing.assert_allclose(paths.tokens[0, plan.first :], tokens[plan.first :], rtol=1e-12)
    spend = paths.tokens * market.price[:, :, None] / 1000.0
    np.testing.assert_allclose(paths.spend, spend, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([NOW, THEN]))
def test_shares_are_shares_everywhere_and_always(seed: int, day: date) -> None:
    plan = plan_as_of(day)
    values, shocks = draw(plan, seed)
    paths = run(plan, adoption_block(plan, values, shocks), seed)
    assert (paths.share >= 0).all()
    assert (paths.share <= 1).all()
    np.testing.assert_allclose(paths.share.sum(axis=4), 1.0, atol=1e-12)
    np.testing.assert_allclose(paths.applications.sum(axis=2), 1.0, atol=1e-12)
    assert (paths.users >= 0).all()
    assert (paths.users <= 1).all()
    assert (paths.enterprise <= 1).all()
    assert (np.diff(paths.users, axis=1) >= 0).all()
    assert (paths.tokens >= 0).all()
    assert np.isfinite(paths.spend).all()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 100_000), st.integers(0, B - 1), st.sampled_from(STACKS), st.floats(0, 1), st.booleans()
)
def test_removing_a_stack_never_lowers_another_s_share_in_any_quarter(
    seed: int, bloc: int, stack: str, part: float, back: bool
) -> None:
    """Under inertia and the full network effect; also if it is only hampered, or let back in later."""
    plan = plan_as_of(NOW)
    values, shocks = draw(plan, seed)
    values["world.adoption.network"] = np.linspace(0.2, 1.0, F)
    access = np.ones((Q + 1, G, B, S))
    s = STACKS.index(stack)
    access[plan.first + 1 :, :, bloc, s] = 0.0 if part < 0.5 else part
    if back:
        access[-5:, :, bloc, s] = 1.0
    free = run(plan, adoption_block(plan, values, shocks), seed)
    less = run(plan, adoption_block(plan, values, shocks, access=access), seed)
    others = [k for k in range(S) if k != s]
    if free.share[:, :, :, bloc, others].sum() > 0:
        assert (less.share[..., others] - free.share[..., others]).min() >= -1e-12
    assert (less.share[..., s] <= free.share[..., s] + 1e-12).all()


def test_without_network_and_inertia_it_is_the_plain_nested_logit() -> None:
    plan = plan_as_of(NOW)
    values, shocks = draw(plan, 3)
    values |= {f"world.adoption.inertia.{segment}": np.ones(F) for segment in SEGMENTS}
    market = adoption_block(plan, values, shocks, network=0.0)
    paths = run(plan, market, 3)
    lag, alignment, compliance = world(3)
    now = plan.first - 1
    for f in range(F):
        for q in range(plan.first, Q + 1):
            for g in range(G):
                for b in range(B):
                    utility = market.measures[g] * (
                        market.merit[f, q] - market.quality[f] * (lag[f, q] - lag[f, now])
                    ) + market.minds[g] * (
                        market.alignment[f] * (alignment[f, q - 1, b] - alignment[f, now, b]) * market.side
                        - market.compliance[f]
                        * (compliance[f, q - 1, b] - compliance[f, now, b])
                        * market.exposure[f]
                    )
                    expected = logit_shares(
                        dict(zip(STACKS, market.share[f, g, b], strict=True)),
                        dict(zip(STACKS, utility, strict=True)),
                        market.tau[f],
                        set(STACKS),
                    )
                    np.testing.assert_allclose(
                        paths.share[f, q, g, b], [expected[s] for s in STACKS], atol=1e-12
                    )


def test_switching_the_network_off_changes_shares_and_leaves_the_first_quarter() -> None:
    plan = plan_as_of(NOW)
    values, shocks = draw(plan, 4)
    on = run(plan, adoption_block(plan, values, shocks), 4)
    off = run(plan, adoption_block(plan, values, shocks, network=0.0), 4)
    np.testing.assert_array_equal(on.share[:, : plan.first + 1], off.share[:, : plan.first + 1])
    assert np.abs(on.share[:, -1] - off.share[:, -1]).max() > 1e-3


def test_a_dearer_open_stack_is_chosen_less() -> None:
    plan = plan_as_of(NOW)
    values, shocks = draw(plan, 5)
    values["world.adoption.network"][:] = 0.0
    cheap = run(
        plan, adoption_block(plan, values | {"world.adoption.price_drift": np.full(F, -0.3)}, shocks), 5
    )
    dear = run(
        plan, adoption_block(plan, values | {"world.adoption.price_drift": np.full(F, 0.3)}, shocks), 5
    )
    opened = [STACKS.index("us_open"), STACKS.index("china_open")]
    fall = (cheap.share - dear.share)[:, plan.first :, :, :, opened].sum(axis=4)
    assert (fall > 0).all()


@pytest.mark.parametrize("day", [NOW, THEN])
def test_the_as_of_date_is_reproduced(day: date) -> None:
    plan = plan_as_of(day)
    registry = load_registry().as_of(day)
    medians = {name: np.full(F, spread.median) for name, spread in plan.distributions.items()}
    medians["world.adoption.level"][:] = 0.0
    market = adoption_block(plan, medians, draw(plan, 0)[1])
    paths = run(plan, market)
    by_bloc = np.einsum("g,gbs->bs", plan.weight, paths.share[0, plan.first - 1])
    for b, bloc in enumerate(BLOCS):
        for s, stack in enumerate(STACKS[1:], start=1):
            if (bloc, stack) != ("US", "sovereign"):
                stated = registry.input(f"world.adoption.share.{bloc}.{stack}").distribution.median
                assert by_bloc[b, s] == pytest.approx(stated, abs=1e-10)
    assert by_bloc[0, STACKS.index("sovereign")] == 0.0
    spending = registry.input("world.adoption.spending").distribution.median
    tokens = registry.input("world.adoption.tokens").distribution.median
    weeks = 365.25 / 28.0
    scale = np.array([market.scale[0, plan.first - 1], market.price[0, plan.first - 1, 0]])
    at_now = paths.tokens[0, plan.first - 1].sum() / scale[0]
    assert at_now == pytest.approx(tokens * weeks / 1e12, rel=1e-9)
    assert paths.spend[0, plan.first - 1].sum() > 0
    faded = np.log(scale[0]) / np.log(medians["world.adoption.token_growth"][0])
    pace = medians["world.adoption.spending_growth"][0] / medians["world.adoption.token_growth"][0]
    spend_now = paths.spend[0, plan.first - 1].sum() / (scale[0] * pace**faded)
    assert spend_now == pytest.approx(spending / 4.0, rel=1e-9)


def test_segments_add_up_to_the_bloc_and_differ_by_their_tilts() -> None:
    rng = np.random.default_rng(0)
    by_bloc = rng.dirichlet(np.ones(S), B)
    by_bloc[0] = (0.9, 0.06, 0.04, 0.0)
    tilt, weight = rng.normal(0, 1, (G, S)), np.array([0.3, 0.6, 0.1])
    tilt[:, 0] = 0.0
    shares = segment_shares(by_bloc, tilt, weight)
    np.testing.assert_allclose(np.tensordot(weight, shares, axes=1), by_bloc, atol=1e-10)
    odds = np.log(shares[0, 1:] / shares[1, 1:])
    np.testing.assert_allclose(odds - odds[:, :1], np.broadcast_to(tilt[0] - tilt[1], odds.shape), atol=1e-10)


def test_each_source_has_a_bias_of_its_own() -> None:
    plan = plan_as_of(NOW)
    found = {bias.fact: bias for bias in source_biases(load_registry().as_of(NOW), plan.share, plan.part)}
    assert found["WA-openrouter-china-2026"].logits > 0.5
    assert found["WA-deepseek-west"].logits < 0.0
    for bias in found.values():
        assert 0.0 < bias.modelled < 1.0
    early = source_biases(load_registry().as_of(THEN), plan_as_of(THEN).share, plan.part)
    assert early == []


def test_every_input_has_an_edition_of_2024_and_parts_add_up() -> None:
    registry = load_registry().as_of(THEN)
    for name, unit in ADOPTION_UNITS.items():
        registry.input(name).to(unit)
    for known in (registry, load_registry()):
        for kind, names in (("part", BLOCS), ("weight", SEGMENTS)):
            total = sum(known.input(f"world.adoption.{kind}.{name}").distribution.median for name in names)
            assert total == pytest.approx(1.0)

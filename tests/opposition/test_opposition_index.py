"""The index: properties over all its drivers, and values worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.opposition import (
    bill_change,
    hazard_factor,
    mood,
    moratorium_rate,
    stage_factor,
    step_index,
)

NAMES = (
    "level", "base", "density_change", "bill_change", "loosened", "benefit",
    "density_slope", "bill_slope", "loosening_slope", "speed", "ceiling", "mood",
)  # fmt: skip
CALM = dict(zip(NAMES, (1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.1, 0.2, 1.0, 10.0, 0.0), strict=True))


def step(**changed: float) -> float:
    return float(step_index(*({**CALM, **changed}[name] for name in NAMES)))


def reals(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


STATES = st.fixed_dictionaries(
    {
        "level": reals(0.0, 50.0),
        "base": reals(0.05, 5.0),
        "density_change": reals(0.0, 60.0),
        "bill_change": reals(-30.0, 60.0),
        "loosened": reals(0.0, 1.0),
        "benefit": reals(0.0, 1.0),
        "density_slope": reals(0.0, 4.0),
        "bill_slope": reals(0.0, 1.0),
        "loosening_slope": reals(0.0, 1.5),
        "speed": reals(0.0, 4.0),
        "ceiling": reals(1.0, 100.0),
        "mood": reals(-6.0, 30.0),
    }
)


@given(STATES)
@settings(max_examples=300, deadline=None)
def test_never_negative_and_bounded(state: dict[str, float]) -> None:
    after = step(**state)
    assert 0.0 <= after <= max(state["level"], state["base"] * state["ceiling"]) * (1.0 + 1e-12)


@given(STATES, st.sampled_from(["density_change", "bill_change", "loosened", "mood"]), reals(0.0, 1.0))
@settings(max_examples=300, deadline=None)
def test_rises_with_each_driver(state: dict[str, float], driver: str, more: float) -> None:
    raised = {**state, driver: state[driver] + more}
    assert step(**raised) >= step(**state) - 1e-9


@given(STATES, reals(0.0, 1.0))
@settings(max_examples=200, deadline=None)
def test_benefits_lower_it(state: dict[str, float], benefit: float) -> None:
    less, more = sorted((state["benefit"], benefit))
    assert step(**{**state, "benefit": more}) <= step(**{**state, "benefit": less}) + 1e-9


@given(STATES)
@settings(max_examples=200, deadline=None)
def test_without_slopes_and_mood_a_region_at_its_base_stays(state: dict[str, float]) -> None:
    silent = dict.fromkeys(("density_slope", "bill_slope", "loosening_slope", "mood", "benefit"), 0.0)
    assert step(**{**state, **silent, "level": state["base"]}) == pytest.approx(state["base"], rel=1e-12)


@given(reals(0.0, 30.0), reals(0.1, 5.0), reals(0.2, 4.0))
@settings(max_examples=100, deadline=None)
def test_decays_to_its_base(level: float, base: float, speed: float) -> None:
    gap = abs(level - base)
    for _ in range(12):
        level = step(level=level, base=base, speed=speed)
        assert abs(level - base) <= gap + 1e-12
        gap = abs(level - base)
    assert step(level=base, base=base, speed=speed) == pytest.approx(base)


def test_a_year_closes_the_gap_by_the_speed() -> None:
    level = 3.0
    for _ in range(12):
        level = step(level=level, speed=0.7)
    assert level == pytest.approx(1.0 + 2.0 * math.exp(-0.7))


def test_values_by_hand() -> None:
    # rise 0.5·2 + 0.1·3 + 0.2·0.5 = 1.4; under a ceiling of 10: 9 (1 − e^(−1.4/9)) = 1.296544
    moved = step(density_change=2.0, bill_change=3.0, loosened=0.5, speed=12.0 * math.log(2.0))
    assert moved == pytest.approx(1.0 + 1.296544 / 2.0, rel=1e-6)
    helped = step(density_change=2.0, bill_change=3.0, loosened=0.5, benefit=0.25, speed=12.0 * math.log(2.0))
    assert helped == pytest.approx(0.5 + 0.5 * 0.75 * 2.296544, rel=1e-6)
    assert step(bill_change=-20.0, speed=1e6) == pytest.approx(1.0 / 3.0)
    assert step(benefit=1.0, speed=1e6) == 0.0
    assert step(density_change=1e9, speed=1e6) == pytest.approx(10.0)
    assert step(density_change=5.0, ceiling=1.0, speed=1e6) == pytest.approx(1.0)


def test_mood_is_left_out_or_zero() -> None:
    values = [CALM[name] for name in NAMES[:-1]]
    assert step_index(*values) == step()


def test_mood_spreads_and_fades() -> None:
    assert mood(0.8, 36.0, 0.0) == 0.0
    assert mood(0.0, 36.0, 50.0) == 0.0
    assert mood(0.8, 36.0, 1.0) == pytest.approx(math.exp(0.8 / 12.0) - 1.0, rel=0.03)
    assert mood(0.8, 36.0, 1e6) == pytest.approx(math.exp(2.4) - 1.0)
    assert mood(-0.6, 36.0, 120.0) < mood(-0.6, 36.0, 12.0) < 0.0


@given(reals(-0.9, 0.9), reals(1.0, 200.0))
@settings(max_examples=100, deadline=None)
def test_mood_alone_multiplies_the_level(drift: float, months: float) -> None:
    spread = drift * 3.0 * (1.0 - math.exp(-months / 36.0))
    reached = step(mood=mood(drift, 36.0, months), speed=1e6, ceiling=1e9)
    assert reached == pytest.approx(math.exp(spread), rel=1e-6)


@given(STATES)
@settings(max_examples=200, deadline=None)
def test_what_is_opposed_never_vanishes(state: dict[str, float]) -> None:
    """Permit times scale with the level: it may become small, not nothing."""
    alive = {**state, "level": max(state["level"], 0.01), "benefit": min(state["benefit"], 0.9)}
    assert step(**alive) > 0.0


def test_factors_by_hand() -> None:
    assert stage_factor(4.0, 2.0, 0.5) == pytest.approx(math.sqrt(2.0))
    assert stage_factor(7.0, 2.0, 0.0) == 1.0
    assert stage_factor(0.0, 1.0, 0.0) == 1.0
    assert hazard_factor(3.0, 1.0, 1.0, 0.25) == pytest.approx(1.5)
    assert hazard_factor(0.0, 1.0, 1.0, 0.25) == pytest.approx(0.75)
    assert hazard_factor(9.0, 1.0, 1.0, 0.0) == 1.0
    assert moratorium_rate(3.0, 1.5, 0.01) == pytest.approx(0.01)
    assert moratorium_rate(1.0, 1.5, 0.01) == 0.0


def test_bill_change_has_an_open_sign() -> None:
    assert bill_change(2.0, 1.0, 6.0, 1.0) == pytest.approx(6.0)
    assert bill_change(2.0, 1.0, 6.0, 0.0) == 0.0
    assert bill_change(2.0, 1.0, 6.0, -0.5) == pytest.approx(6.0 * (math.sqrt(0.5) - 1.0))
    assert bill_change(2.0, 1.0, -2.0, 1.0) == pytest.approx(-2.0)
    assert bill_change(2.0, 0.0, 6.0, 1.0) == 0.0
    assert bill_change(1.0, 1.0, 6.0, 1.3) == 0.0

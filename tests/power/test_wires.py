"""Chance, duration and cost of the upgrade that a new large load needs: hand values, order, dates."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stargauge.errors import InputError
from stargauge.facts import load_registry
from stargauge.facts.derived_wires import MEASURE_NAMES
from stargauge.power.wires import (
    BREAKER,
    CLASSES,
    MEDIANS,
    MOST_MW,
    WIRES,
    class_of,
    load_wires_prior,
    upgrade_cost_bn,
    upgrade_months,
    wires_inputs,
)

Floats = NDArray[np.float64]
PRIOR = load_wires_prior()
REGISTRY = load_registry()
EARLY, LATE = date(2024, 12, 31), date(2026, 10, 5)

sizes_mw = st.floats(0.0, 12_000.0)
shares = st.floats(0.0, 1.0)
voltages = st.integers(0, len(CLASSES) - 1)


def drawn(futures: int, seed: int = 5, as_of: date = LATE) -> dict[str, Floats]:
    random = np.random.default_rng(seed)
    inputs = wires_inputs(REGISTRY.as_of(as_of))
    return {name: inputs[name].quantile(random.uniform(1e-6, 1 - 1e-6, futures)) for name in WIRES}


def steady(**changed: float) -> dict[str, Floats]:
    """Return one future of round numbers; `months_line=60` stands for `power.wires.months.line`."""
    values = {
        **dict(zip(MOST_MW, (100.0, 400.0, 1000.0), strict=True)),
        **dict(zip(MEDIANS, (24.0, 36.0, 60.0, 108.0), strict=True)),
        BREAKER: 30.0,
        "power.wires.network": 0.5,
        "power.wires.search": 0.0,
        "power.wires.emergency": 1.0,
        "power.wires.site_spread": 0.25,
        "power.wires.cost": 200.0,
    }
    values |= {f"power.wires.{name.replace('_', '.', 1)}": value for name, value in changed.items()}
    return {name: np.array([value]) for name, value in values.items()}


@given(sizes_mw, sizes_mw, voltages, shares, shares, st.floats(1.0, 1.2))
def test_the_chance_rises_with_the_size_within_a_class(
    one: float, other: float, voltage: int, network: float, search: float, emergency: float
) -> None:
    small, large = sorted((one, other))
    conventions = {"network": network, "search": search, "emergency": emergency}
    low = float(PRIOR.chance(small, voltage, **conventions))
    high = float(PRIOR.chance(large, voltage, **conventions))
    assert 0.0 <= low <= high + 1e-12
    assert high <= 1.0


@given(sizes_mw, voltages, shares, shares)
def test_search_and_firmer_limits_only_help(mw: float, voltage: int, network: float, search: float) -> None:
    alone = float(PRIOR.chance(mw, voltage, network=network))
    assert float(PRIOR.chance(mw, voltage, network=network, search=search)) <= alone + 1e-12
    assert float(PRIOR.chance(mw, voltage, network=network, emergency=1.2)) <= alone + 1e-12


def test_hand_values_of_the_table() -> None:
    """Counts of the shipped table, copied by hand."""
    assert float(PRIOR.chance(300, "345")) == pytest.approx(155 / 718)
    assert float(PRIOR.chance(1000, "500-765")) == pytest.approx((97 / 120 + 201 / 310) / 2)
    assert float(PRIOR.chance(1000, "500-765", network=1.0)) == pytest.approx(97 / 120)
    assert float(PRIOR.chance(300, "161-230", network=0.25)) == pytest.approx(
        0.25 * 506 / 605 + 0.75 * 645 / 751
    )
    assert float(PRIOR.chance(350, "345")) == pytest.approx((155 + 230) / 2 / 718)
    assert float(PRIOR.chance(12.5, "100-138", network=0.0)) == pytest.approx(227 / 6320 / 2)
    assert float(PRIOR.chance(300, "345", search=1.0)) == pytest.approx(28 / 718)
    assert float(PRIOR.chance(0, "100-138")) == 0.0


def test_the_345_kv_class_stands_in_one_network_alone() -> None:
    chances = PRIOR.chance(600, "345", network=np.array([0.0, 0.3, 1.0]))
    assert chances == pytest.approx(347 / 718)


def test_the_shortfall_is_the_mean_of_size_less_capacity() -> None:
    """By hand for a straight-line distribution: F rises to 227/6320 at 25 MW and to 664/6320 at 50 MW."""
    area = 25 * (0 + 227) / 2 + 25 * (227 + 664) / 2
    assert float(PRIOR.shortfall_mw(50, "100-138", network=0.0)) == pytest.approx(area / 664)
    assert float(PRIOR.shortfall_mw(0, "100-138")) == 0.0


@given(st.floats(1.0, 12_000.0), voltages, shares)
def test_the_shortfall_is_never_more_than_the_site(mw: float, voltage: int, network: float) -> None:
    short = float(PRIOR.shortfall_mw(mw, voltage, network=network))
    assert 0.0 <= short <= mw


def test_beyond_the_largest_size_all_further_mw_are_short() -> None:
    beyond = PRIOR.shortfall_mw([5000, 6000], "161-230")
    assert beyond[1] - beyond[0] == pytest.approx(1000)


@given(sizes_mw, voltages, shares)
def test_measures_are_shares(mw: float, voltage: int, network: float) -> None:
    found = PRIOR.measure_shares(mw, voltage, network=network)
    assert found.shape == (len(MEASURE_NAMES),)
    assert (found >= 0.0).all()
    assert found.sum() == pytest.approx(1.0)


def test_what_is_not_legal_is_said() -> None:
    with pytest.raises(ValueError, match='"230" is no class of voltage; known: 100-138, 161-230, 345'):
        PRIOR.chance(100, "230")
    with pytest.raises(ValueError, match="numbered from 0 to 3"):
        PRIOR.chance(100, 4)
    with pytest.raises(ValueError, match="at least 0 MW"):
        PRIOR.chance(-1.0, "345")
    with pytest.raises(ValueError, match="at least 0 MW"):
        PRIOR.chance(np.nan, "345")


def test_classes_of_sizes() -> None:
    assert class_of(np.array([0.0, 100.0, 100.1, 400.0, 999.0, 5000.0]), steady()).tolist() == [
        [0, 0, 1, 1, 2, 3]
    ]


def test_a_class_takes_no_less_than_the_ones_below_it() -> None:
    values = steady() | {MOST_MW[1]: np.array([50.0])}
    assert class_of(np.array([80.0, 101.0]), values).tolist() == [[0, 2]]


def months(
    site_mw: Floats, uniform: Floats, values: dict[str, Floats], relief: float = 0.0, **more: Floats
) -> Floats:
    futures = values[BREAKER].size
    return upgrade_months(PRIOR, site_mw, uniform, values, np.full(futures, relief), **more)


def test_months_are_0_exactly_where_none_is_needed() -> None:
    values = drawn(400)
    site_mw = np.array([40.0, 150.0, 600.0, 1400.0, 3000.0])
    uniform = np.random.default_rng(1).uniform(0, 1, (400, 5, 2))
    found = months(site_mw, uniform, values, relief=0.2)
    chance = PRIOR.chance(
        site_mw[None, :],
        class_of(site_mw, values),
        network=values["power.wires.network"][:, None],
        search=values["power.wires.search"][:, None],
        emergency=values["power.wires.emergency"][:, None],
    )
    assert ((found > 0.0) == (uniform[..., 0] < 0.8 * chance)).all()
    assert found[found > 0.0].min() > 5.0
    assert np.isfinite(found).all()


def test_relief_lowers_the_chance_and_changes_no_duration() -> None:
    values = drawn(500)
    site_mw = np.array([250.0, 900.0, 2000.0])
    uniform = np.random.default_rng(2).uniform(0, 1, (500, 3, 2))
    before, after = (months(site_mw, uniform, values, relief) for relief in (0.0, 0.4))
    assert (after > 0.0).sum() < (before > 0.0).sum()
    assert (after[after > 0.0] == before[after > 0.0]).all()
    assert not months(site_mw, uniform, values, relief=1.0).any()


def test_the_share_that_needs_one_is_the_chance() -> None:
    uniform = np.stack([(np.arange(1000) + 0.5) / 1000, np.full(1000, 0.5)], axis=-1)[None]
    found = months(np.full(1000, 750.0), uniform, steady())
    assert (found > 0.0).mean() == pytest.approx(479 / 718, abs=1e-3)


def test_the_second_uniform_picks_the_measure_and_the_place_in_it() -> None:
    """At 345 kV and 500 MW plans are 14 new conductors, 23 transformers and 3 lines, of 40."""
    ends = np.array([0.0, 14, 37, 40]) / 40
    middles = (ends[:-1] + ends[1:]) / 2
    uniform = np.stack([np.zeros(3), middles], axis=-1)[None]
    found = months(np.full(3, 500.0), uniform, steady())
    assert found[0] == pytest.approx([24.0, 36.0, 60.0])
    spread = months(np.full(1, 500.0), np.array([[[0.0, ends[1] * 0.8413447460685429]]]), steady())
    assert spread[0, 0] == pytest.approx(24.0 * np.exp(0.25))


def test_transformers_and_lines_wait_for_breakers_and_conductors_do_not() -> None:
    uniform = np.array([[[0.0, 7 / 40], [0.0, 25.5 / 40]]])
    found = months(np.full(2, 500.0), uniform, steady(months_breaker=50.0))
    assert found[0] == pytest.approx([24.0, 50.0])


def test_edges_of_the_uniforms_have_a_duration() -> None:
    for edge in (0.0, 1e-12, 1.0 - 1e-12, 1.0):
        found = months(np.array([3000.0]), np.array([[[0.0, edge]]]), steady())
        assert np.isfinite(found).all()
        assert found.min() > 0.0


def test_the_full_site_can_decide_on_the_voltage() -> None:
    uniform = np.array([[[0.5, 0.5]]])
    small = np.array([100.0])
    assert months(small, uniform, steady())[0, 0] > 0.0  # 57 % at 100 to 138 kV
    assert months(small, uniform, steady(), class_mw=np.array([2000.0]))[0, 0] == 0.0  # 1 % at 500 kV


def test_phases_of_a_site_share_their_fate() -> None:
    """With one pair of uniforms and one voltage, a site that needs an upgrade needs it when larger too."""
    values = drawn(300)
    site_mw = np.array([200.0, 600.0, 1200.0])
    uniform = np.repeat(np.random.default_rng(3).uniform(0, 1, (300, 1, 2)), 3, axis=1)
    needed = months(site_mw, uniform, values, class_mw=np.full(3, 1200.0)) > 0.0
    assert (needed[:, 1:] >= needed[:, :-1]).all()


def test_same_draws_same_answer() -> None:
    values = drawn(64)
    site_mw = np.array([300.0, 1500.0])
    uniform = np.random.default_rng(4).uniform(0, 1, (64, 2, 2))
    kept = {name: value.copy() for name, value in values.items()}
    once, again = months(site_mw, uniform, values), months(site_mw, uniform, values)
    assert (once == again).all()
    assert all((values[name] == kept[name]).all() for name in kept)
    one_by_one = np.concatenate([months(site_mw[[i]], uniform[:, [i]], values) for i in range(2)], axis=1)
    assert (one_by_one == once).all()


def test_wrong_shapes_and_relief_are_said() -> None:
    with pytest.raises(ValueError, match=r"must be \(1, 2, 2\) and \(1,\) for 2 phases"):
        months(np.array([1.0, 2.0]), np.zeros((1, 1, 2)), steady())
    with pytest.raises(ValueError, match="relief must be between -1 and 1"):
        months(np.array([1.0]), np.zeros((1, 1, 2)), steady(), relief=1.1)


def test_cost_by_hand_and_only_where_needed() -> None:
    site_mw = np.array([500.0, 500.0])
    cost = upgrade_cost_bn(PRIOR, site_mw, np.array([[True, False]]), steady())
    short = float(PRIOR.shortfall_mw(500, "345"))
    assert cost[0] == pytest.approx([short * 1000 * 200 / 1e9, 0.0])
    assert 0.03 < cost[0, 0] < 0.06


@pytest.mark.parametrize("as_of", [EARLY, LATE])
def test_every_input_is_known(as_of: date) -> None:
    inputs = wires_inputs(REGISTRY.as_of(as_of))
    assert set(inputs) == set(WIRES)
    for name in MOST_MW:
        assert inputs[name].quantile(1e-9) > 0.0


def test_no_input_before_its_facts() -> None:
    with pytest.raises(InputError, match=r"power\.wires"):
        wires_inputs(REGISTRY.as_of(date(2024, 12, 30)))


def test_facts_come_from_facts_known_before_them() -> None:
    ours = [fact for fact in REGISTRY if fact.feeds.startswith("power.wires.")]
    assert len(ours) == len(WIRES) + 5  # five inputs have an edition of 2024 and a later one
    for fact in ours:
        for origin in fact.derived_from:
            assert REGISTRY[origin].known_from <= fact.known_from, (fact.id, origin)


def test_bands_of_2024_are_no_narrower() -> None:
    early, late = (wires_inputs(REGISTRY.as_of(day)) for day in (EARLY, LATE))
    for name in WIRES:
        before, after = (float(np.ptp(inputs[name].quantile([0.05, 0.95]))) for inputs in (early, late))
        assert before >= after - 1e-9, name


def test_classes_do_not_cross() -> None:
    inputs = wires_inputs(REGISTRY.as_of(LATE))
    tops = [(float(inputs[name].quantile(1e-9)), float(inputs[name].quantile(1 - 1e-9))) for name in MOST_MW]
    assert all(below[1] <= above[0] + 1.0 for below, above in pairwise(tops))

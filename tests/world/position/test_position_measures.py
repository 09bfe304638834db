"""Position from raw amounts, against an oracle in plain Python, and what must hold of any amounts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from stargauge.errors import InputError
from stargauge.facts import Constant, load_registry
from stargauge.world.blocs import BLOCS, LAYERS
from stargauge.world.position import CLASSES, MEANINGS, TITLES, Thresholds, belongs_to, positions, thresholds

Floats = NDArray[np.float64]
SHIPPED = thresholds(load_registry())
EQUAL = Thresholds(0.5, 0.25, np.full(4, 0.25))

amounts = arrays(
    np.float64, (2, 7, 3), elements=st.one_of(st.just(0.0), st.floats(1e-3, 1e7, allow_nan=False))
)
layered = st.fixed_dictionaries(dict.fromkeys(LAYERS, amounts))


def oracle(columns: list[list[float]], majority: float = 0.5, pole: float = 0.25) -> str:
    """Return the class of a world from its four columns of shares, as the page of the world words it."""
    of_all = [sum(column[b] for column in columns) / 4 for b in range(7)]
    leaders = {max(range(7), key=lambda b: (column[b], -b)) for column in columns}
    ranked = sorted(range(7), key=lambda b: (-of_all[b], b))
    most, next_most = ranked[0], ranked[1]
    if leaders == {most} and of_all[most] > majority:
        return "unipolar"
    if leaders <= {most, next_most} and of_all[next_most] >= pole:
        return "bipolar"
    if of_all[most] > majority:
        return "primacy"
    if len(leaders) >= 2 and sum(of_all[b] for b in leaders) > majority:
        return "limited_multipolar"
    return "fragmented"


def world(**columns: list[float]) -> dict[str, Floats]:
    """Return one future at one time; a column that is shorter than seven blocs is filled with nothing."""
    return {
        layer: np.array((columns[layer] + [0.0] * 7)[:7], dtype=np.float64).reshape(1, 7, 1)
        for layer in LAYERS
    }


def kind(given: dict[str, Floats], limits: Thresholds = EQUAL, gulf: str = "own") -> str:
    told = positions(given, limits, gulf).kind[0, :, 0]
    assert told.sum() == 1.0
    return CLASSES[int(told.argmax())]


@settings(max_examples=60, deadline=None)
@given(layered)
def test_any_amounts_have_shares_that_make_one_and_one_class(given_amounts: dict[str, Floats]) -> None:
    found = positions(given_amounts, EQUAL)
    assert found.shares.min() >= 0.0
    assert found.shares.max() <= 1.0 + 1e-12
    np.testing.assert_allclose(found.shares.sum(axis=2), 1.0, rtol=1e-12)
    np.testing.assert_allclose(found.overall.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(found.kind.sum(axis=1), 1.0)
    assert found.poles.min() >= 1.0 - 1e-12
    assert found.poles.max() <= 7.0 + 1e-9
    assert found.concentration.min() >= 0.0
    assert found.concentration.max() <= 1.0 + 1e-12


@settings(max_examples=60, deadline=None)
@given(layered)
def test_poles_concentration_leader_and_class_are_those_of_plain_formulae(
    given_amounts: dict[str, Floats],
) -> None:
    found = positions(given_amounts, EQUAL)
    for f in range(2):
        for t in range(3):
            columns = []
            for row, layer in enumerate(LAYERS):
                column = [float(value) for value in given_amounts[layer][f, :, t]]
                total = math.fsum(column)
                shares = [value / total for value in column] if total else [1 / 7] * 7
                columns.append(shares)
                squares = math.fsum(share**2 for share in shares)
                assert found.poles[f, row, t] == pytest.approx(1 / squares)
                con = math.sqrt(max(0.0, (squares - 1 / 7) / (1 - 1 / 7)))
                assert found.concentration[f, row, t] == pytest.approx(con, abs=1e-7)
                np.testing.assert_allclose(found.shares[f, row, :, t], shares, rtol=1e-12)
                # Rounding may order equal shares either way; the one told is never behind.
                assert shares[int(found.leader[f, row, t])] == pytest.approx(max(shares), rel=1e-12)
            told = CLASSES[int(found.kind[f, :, t].argmax())]
            assert told == oracle([list(found.shares[f, row, :, t]) for row in range(4)])


@settings(max_examples=30, deadline=None)
@given(layered, st.floats(1e-3, 1e3))
def test_units_do_not_matter(given_amounts: dict[str, Floats], factor: float) -> None:
    once, again = (
        positions({layer: scale * values for layer, values in given_amounts.items()}, EQUAL)
        for scale in (1.0, factor)
    )
    np.testing.assert_allclose(once.shares, again.shares, rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(layered)
def test_a_gulf_counted_as_the_us_is_the_sum_of_both_and_leaves_seven(
    given_amounts: dict[str, Floats],
) -> None:
    own, merged = positions(given_amounts, EQUAL), positions(given_amounts, EQUAL, "us")
    us, gulf = BLOCS.index("US"), BLOCS.index("Gulf")
    np.testing.assert_allclose(merged.shares[:, :, us], own.shares[:, :, us] + own.shares[:, :, gulf])
    assert not merged.shares[:, :, gulf].any()
    others = [b for b in range(7) if b not in (us, gulf)]
    np.testing.assert_array_equal(merged.shares[:, :, others], own.shares[:, :, others])
    # Two blocs as one are never less concentrated, with n the same.
    assert (merged.concentration >= own.concentration - 1e-9).all()


def test_the_history_of_compute_gives_the_published_poles() -> None:
    """Shares whose sums of squares are those of compute by location at three dates."""
    for squares, poles, con in ((0.3176, 3.15, 0.45), (0.4587, 2.18, 0.61), (0.5405, 1.85, 0.68)):
        # One bloc at x, six at (1 - x) / 6, with the given sum of squares.
        x = (1 + math.sqrt(1 - 7 * (1 - 6 * squares))) / 7
        column = [x, *[(1 - x) / 6] * 6]
        found = positions({layer: np.array(column).reshape(1, 7, 1) for layer in LAYERS}, EQUAL)
        assert found.poles[0, 0, 0] == pytest.approx(poles, abs=0.005)
        assert found.concentration[0, 0, 0] == pytest.approx(con, abs=0.005)


def test_concentration_cannot_tell_one_pole_from_two() -> None:
    two = positions(world(**{layer: [0.5, 0.5] for layer in LAYERS}), EQUAL)
    one = positions(world(**{layer: [0.7, *[0.05] * 6] for layer in LAYERS}), EQUAL)
    assert two.concentration[0, 0, 0] == pytest.approx(one.concentration[0, 0, 0], abs=0.005)
    assert (int(two.kind[0, :, 0].argmax()), int(one.kind[0, :, 0].argmax())) == (
        CLASSES.index("bipolar"), CLASSES.index("unipolar"),
    )  # fmt: skip


STEP = 1e-9
FLAT = [1 / 7] * 7


@pytest.mark.parametrize(
    ("us", "told"),
    [(0.5 + STEP, "unipolar"), (0.5, "fragmented"), (0.5 - STEP, "fragmented")],
)
def test_over_half_of_all_is_what_one_pole_needs(us: float, told: str) -> None:
    rest = [(1 - us) / 6] * 6
    assert kind(world(**{layer: [us, *rest] for layer in LAYERS})) == told


@pytest.mark.parametrize(
    ("china", "told"),
    [(0.25 + STEP, "bipolar"), (0.25, "bipolar"), (0.25 - STEP, "fragmented")],
)
def test_each_of_two_poles_needs_a_quarter(china: float, told: str) -> None:
    rest = [(1 - 0.4 - china) / 5] * 5
    assert kind(world(**{layer: [0.4, china, *rest] for layer in LAYERS})) == told


def test_two_poles_may_share_the_layers_between_them() -> None:
    ahead, behind = [0.6, 0.3, 0.1], [0.3, 0.6, 0.1]
    assert kind(world(compute=ahead, models=ahead, applications=behind, rules=behind)) == "bipolar"


def test_a_third_leader_ends_a_bipolar_world() -> None:
    ahead, behind = [0.6, 0.3, 0.1], [0.3, 0.6, 0.1]
    rules = [0.3, 0.33, 0.34, 0.03]
    assert kind(world(compute=ahead, models=ahead, applications=behind, rules=rules)) == "limited_multipolar"


def test_a_us_of_compute_a_china_of_applications_and_an_eu_of_rules_is_limited_multipolar() -> None:
    given_world = world(
        compute=[0.74, 0.14, 0.04, 0.03, 0.02, 0.02, 0.01],
        models=[0.55, 0.35, 0.05, 0.02, 0.01, 0.01, 0.01],
        applications=[0.3, 0.4, 0.15, 0.1, 0.01, 0.02, 0.02],
        rules=[0.2, 0.2, 0.45, 0.1, 0.01, 0.02, 0.02],
    )
    assert kind(given_world) == "limited_multipolar"


@pytest.mark.parametrize(
    ("step", "told"), [(STEP, "primacy"), (0.0, "limited_multipolar"), (-STEP, "limited_multipolar")]
)
def test_over_half_without_every_layer_is_primacy(step: float, told: str) -> None:
    # The US holds 3/4 of three layers but for what brings its mean to a half; the EU leads rules.
    us = (2.0 - 0.2) / 3 + step
    rest = [(1 - us) / 6] * 6
    given_world = world(
        compute=[us, *rest], models=[us, *rest], applications=[us, *rest],
        rules=[0.2, 0.1, 0.5, 0.05, 0.05, 0.05, 0.05],
    )  # fmt: skip
    assert kind(given_world) == told


@pytest.mark.parametrize(("step", "told"), [(1e-6, "limited_multipolar"), (-1e-6, "fragmented")])
def test_leaders_that_hold_half_or_less_together_leave_it_fragmented(step: float, told: str) -> None:
    # US and China each lead two layers with x and are at y in the other two: together x + y.
    x, y = 0.3 + step, 0.2
    others = (1 - x - y) / 5
    us, china = [x, y, *[others] * 5], [y, x, *[others] * 5]
    limits = Thresholds(0.5, 0.26, np.full(4, 0.25))
    assert kind(world(compute=us, models=us, applications=china, rules=china), limits) == told


def test_a_world_without_anything_has_equal_shares() -> None:
    found = positions(world(**{layer: [] for layer in LAYERS}), EQUAL)
    np.testing.assert_allclose(found.shares, 1 / 7)
    assert kind(world(**dict.fromkeys(LAYERS, FLAT))) == "fragmented"


def test_wrong_amounts_are_refused() -> None:
    given_world = world(**dict.fromkeys(LAYERS, FLAT))
    with pytest.raises(ValueError, match="rules: an amount is negative or no number"):
        positions({**given_world, "rules": -given_world["rules"]}, EQUAL)
    with pytest.raises(ValueError, match="rules: an amount is negative or no number"):
        positions({**given_world, "rules": np.full((1, 7, 1), np.nan)}, EQUAL)
    del given_world["rules"]
    with pytest.raises(ValueError, match="amounts of compute, models, applications, rules are needed"):
        positions(given_world, EQUAL)


def test_thresholds_are_facts_that_can_be_overridden() -> None:
    assert (SHIPPED.majority, SHIPPED.pole) == (0.5, 0.25)
    np.testing.assert_allclose(SHIPPED.weights, 0.25)
    registry = load_registry()
    changed = registry.overridden(
        {"M-world-position-majority": Constant(0.6), "M-world-position-weight-rules": Constant(0.0)}
    )
    told = thresholds(changed)
    assert told.majority == 0.6
    np.testing.assert_allclose(told.weights, [1 / 3, 1 / 3, 1 / 3, 0.0])


def test_thresholds_that_are_none_say_so_all_at_once() -> None:
    weights = {f"M-world-position-weight-{layer}": Constant(0.0) for layer in LAYERS}
    wrong = load_registry().overridden({"M-world-position-majority": Constant(1.5), **weights})
    with pytest.raises(InputError) as caught:
        thresholds(wrong)
    assert "1.5 is no share; expected 0 to 1 (M-world-position-majority)" in str(caught.value)
    assert "expected weights of at least 0 that are not all 0" in str(caught.value)


def test_every_class_has_a_title_and_a_meaning() -> None:
    assert set(TITLES) == set(MEANINGS) == set(CLASSES)
    assert list(belongs_to("own")) == list(range(7))

"""Shapley values of pure functions: the axioms, and an enumeration of all orders as a second opinion."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stargauge.insight.attribution.shapley import (
    EMPTY,
    MOST_EXACT,
    along,
    coalitions,
    everyone,
    exact_shares,
    merged,
    paired_orders,
    sampled_shares,
    visited,
)

Floats = NDArray[np.float64]
Values = dict[int, Floats]


def game(players: int, worth: Callable[[set[int]], float]) -> Values:
    return {
        one: np.array([worth({p for p in range(players) if one >> p & 1})]) for one in coalitions(players)
    }


def by_all_orders(players: int, values: dict[int, int]) -> list[Fraction]:
    """Return the mean, over every order, of what each player adds, in exact arithmetic."""
    total = [Fraction(0)] * players
    for order in permutations(range(players)):
        here = 0
        for player in order:
            after = here + 2**player
            total[player] += values[after] - values[here]
            here = after
    return [one / factorial(players) for one in total]


GAMES = st.integers(1, 5).flatmap(
    lambda players: st.tuples(
        st.just(players), st.lists(st.integers(-1000, 1000), min_size=2**players, max_size=2**players)
    )
)


@given(GAMES)
def test_exact_shares_are_the_means_over_all_orders(drawn: tuple[int, list[int]]) -> None:
    players, worths = drawn
    values = dict(enumerate(worths))
    found = exact_shares(players, {one: np.array([float(worth)]) for one, worth in values.items()})
    expected = np.array([float(one) for one in by_all_orders(players, values)])
    np.testing.assert_allclose(found.value[:, 0], expected, rtol=0, atol=1e-10)
    assert np.all(found.least <= found.value + 1e-9)
    assert np.all(found.most >= found.value - 1e-9)


@given(GAMES, st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_shares_add_up_whatever_the_game_and_the_orders(
    drawn: tuple[int, list[int]], pairs: int, seed: int
) -> None:
    players, worths = drawn
    values = {one: np.array([1e2 * worth + 0.1, float(worth)]) for one, worth in enumerate(worths)}
    total = values[everyone(players)] - values[EMPTY]
    orders = paired_orders(np.random.default_rng(seed).random((pairs, players)))
    for shares in (exact_shares(players, values), sampled_shares(orders, values)):
        np.testing.assert_allclose(shares.value.sum(axis=0), total, rtol=0, atol=1e-9)


@given(GAMES, st.integers(0, 2**32 - 1))
def test_all_orders_sampled_are_exact(drawn: tuple[int, list[int]], seed: int) -> None:
    players, worths = drawn
    values = {one: np.array([float(worth)]) for one, worth in enumerate(worths)}
    orders = tuple(permutations(range(players)))
    np.testing.assert_allclose(
        sampled_shares(orders, values).value, exact_shares(players, values).value, atol=1e-9
    )


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_a_pair_of_reverses_is_exact_where_players_meet_two_by_two(players: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    alone, together = rng.normal(size=players), rng.normal(size=(players, players))
    values = game(
        players,
        lambda who: sum(alone[a] for a in who) + sum(together[a, b] for a in who for b in who if a < b),
    )
    orders = paired_orders(rng.random((1, players)))
    assert len(orders) == 2
    np.testing.assert_allclose(
        sampled_shares(orders, values).value, exact_shares(players, values).value, atol=1e-10
    )


def test_a_player_that_does_nothing_gets_exactly_nothing() -> None:
    rng = np.random.default_rng(4)
    worth = rng.normal(size=2**4)
    # Player 2 changes no value.
    values = {one: np.array([worth[one & ~0b100]]) for one in coalitions(4)}
    orders = paired_orders(rng.random((3, 4)))
    for shares in (exact_shares(4, values), sampled_shares(orders, values)):
        assert shares.value[2, 0] == 0.0
        assert shares.least[2, 0] == shares.most[2, 0] == 0.0


@pytest.mark.parametrize("players", [2, 3, 5])
def test_players_that_do_the_same_get_the_same(players: int) -> None:
    values = game(players, lambda who: float(len(who & {0, 1}) ** 2 + 3 * len(who)) ** 1.5)
    shares = exact_shares(players, values).value[:, 0]
    assert shares[0] == pytest.approx(shares[1], rel=1e-14)
    if players > 3:
        assert shares[2] == pytest.approx(shares[3], rel=1e-14)
        assert shares[2] != pytest.approx(shares[0])


def test_shares_of_a_sum_are_sums_of_shares() -> None:
    rng = np.random.default_rng(5)
    one, two = ({c: rng.normal(size=3) for c in coalitions(4)} for _ in range(2))
    both = {c: one[c] + two[c] for c in coalitions(4)}
    np.testing.assert_allclose(
        exact_shares(4, both).value, exact_shares(4, one).value + exact_shares(4, two).value, atol=1e-12
    )


def test_samples_converge_on_the_shapley_values() -> None:
    rng = np.random.default_rng(6)
    values = {one: rng.normal(size=1) for one in coalitions(5)}
    true = exact_shares(5, values).value
    few, many = (
        np.abs(
            sampled_shares(paired_orders(np.random.default_rng(7).random((pairs, 5))), values).value - true
        )
        for pairs in (4, 4000)
    )
    assert many.max() < 0.08
    assert many.max() < few.max()


def test_the_glove_game() -> None:
    """One left and two right gloves; a pair is worth 1: the left glove gets 2/3, each right one 1/6."""
    values = game(3, lambda who: float(0 in who and bool(who & {1, 2})))
    assert exact_shares(3, values).value[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_signs_that_depend_on_company_are_seen() -> None:
    # The second helps the first alone, and hurts where the third is there too.
    values = game(3, lambda who: {0: 0, 1: 1}.get(len(who & {1}), 0) * (1.0 if 2 not in who else -1.0))
    shares = exact_shares(3, values)
    assert (shares.least[1, 0], shares.most[1, 0]) == (-1.0, 1.0)
    assert shares.value[1, 0] == pytest.approx(0.0, abs=1e-15)


def test_orders_pass_from_nobody_to_everyone() -> None:
    assert along((2, 0, 1)) == (0b000, 0b100, 0b101, 0b111)
    assert visited([(0, 1, 2), (2, 1, 0)]) == (0b000, 0b001, 0b011, 0b100, 0b110, 0b111)
    assert along(()) == (0,)


@given(st.integers(0, 9), st.integers(1, 4), st.integers(0, 99))
def test_orders_come_beside_their_reverse(players: int, pairs: int, seed: int) -> None:
    orders = paired_orders(np.random.default_rng(seed).random((pairs, players)))
    assert all(sorted(order) == list(range(players)) for order in orders)
    if players > 1:
        assert len(orders) == 2 * pairs
        assert all(a == b[::-1] for a, b in zip(orders[::2], orders[1::2], strict=True))


def test_pillars_bring_all_their_levers_at_once() -> None:
    assert merged([(0, 2), (1,)]) == (0b000, 0b101, 0b010, 0b111)
    assert merged([]) == (0,)


def test_nobody_has_nothing_to_share() -> None:
    assert exact_shares(0, {0: np.array([3.0])}).value.shape == (0, 1)
    assert sampled_shares(((),), {0: np.array([3.0])}).value.shape == (0, 1)


def test_thirteen_players_are_too_many() -> None:
    assert len(coalitions(MOST_EXACT)) == 4096
    with pytest.raises(ValueError, match="13 players have 8,192 coalitions; at most 12 players"):
        coalitions(13)

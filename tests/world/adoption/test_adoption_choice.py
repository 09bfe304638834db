"""The choice of a stack: against a textbook nested logit, limits, and what removing a stack can never do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from stargauge.world.adoption.choice import (
    CHINA_OPEN,
    LARGEST_CHANGE,
    SOVEREIGN,
    US_CLOSED,
    US_OPEN,
    adjust,
    bounded,
    choose,
    installed_share,
)

NESTS = ((US_CLOSED,), (US_OPEN, CHINA_OPEN), (SOVEREIGN,))
FREE = (1.0, 1.0, 1.0, 1.0)

changes = st.tuples(*(st.floats(-6.0, 6.0) for _ in range(4)))
taus = st.floats(0.06, 1.0)
speeds = st.floats(0.0, 1.0)


@st.composite
def shares(draw: st.DrawFn) -> tuple[float, float, float, float]:
    parts = np.array([draw(st.floats(0.01, 1.0)) for _ in range(4)])
    return tuple((parts / parts.sum()).tolist())


def anew(share: tuple, change: tuple, tau: float, access: tuple = FREE) -> np.ndarray:
    home = [change[s] - change[US_CLOSED] for s in range(4)]
    return np.array(choose(share, access, home[US_OPEN], home[CHINA_OPEN], home[SOVEREIGN], tau, 1.0 / tau))


def textbook(share: tuple, change: tuple, tau: float, access: tuple = FREE) -> np.ndarray:
    """Return a nested logit with constants from Berry's inversion, over log utilities (Train 2009, ch. 4)."""
    utility = np.full(4, -np.inf)
    for nest in NESTS:
        total = sum(share[s] for s in nest)
        for s in nest:
            if access[s] > 0:
                constant = tau * np.log(share[s] / total) + np.log(total)
                utility[s] = constant + change[s] + np.log(access[s])
    inclusive = np.array([tau * logsumexp(utility[list(nest)] / tau) for nest in NESTS])
    by_nest = np.exp(inclusive - logsumexp(inclusive))
    result = np.zeros(4)
    for value, nest in zip(by_nest, NESTS, strict=True):
        weights = utility[list(nest)] / tau
        if np.isfinite(weights).any():
            result[list(nest)] = value * np.exp(weights - logsumexp(weights))
    return result


@given(shares(), changes, taus, st.tuples(*(st.sampled_from([0.0, 0.2, 1.0]) for _ in range(4))))
def test_the_choice_is_the_textbook_s_nested_logit(
    share: tuple, change: tuple, tau: float, access: tuple
) -> None:
    assume(any(access))
    np.testing.assert_allclose(
        anew(share, change, tau, access), textbook(share, change, tau, access), rtol=1e-10, atol=1e-12
    )


@given(shares(), changes)
def test_without_dissimilarity_it_is_the_multinomial_logit(share: tuple, change: tuple) -> None:
    weights = np.log(share) + np.array(change)
    np.testing.assert_allclose(anew(share, change, 1.0), np.exp(weights - logsumexp(weights)), atol=1e-12)


@given(shares(), taus)
def test_without_change_it_gives_the_shares_it_was_fitted_to(share: tuple, tau: float) -> None:
    np.testing.assert_allclose(anew(share, (0.0,) * 4, tau), share, atol=1e-13)
    np.testing.assert_allclose(anew(share, (1.7,) * 4, tau), share, atol=1e-13)


@given(shares(), st.tuples(*(st.floats(-1e6, 1e6) for _ in range(4))), taus)
def test_shares_add_up_whatever_changes(share: tuple, change: tuple, tau: float) -> None:
    chosen = anew(share, change, tau)
    assert np.isfinite(chosen).all()
    assert (chosen >= 0).all()
    assert (chosen <= 1 + 1e-12).all()
    assert chosen.sum() == pytest.approx(1.0, abs=1e-12)


@given(shares(), changes, taus, st.integers(0, 3), st.floats(0.0, 3.0))
def test_a_dearer_stack_loses_and_no_other_does(
    share: tuple, change: tuple, tau: float, stack: int, dearer: float
) -> None:
    worse = tuple(value - dearer * (s == stack) for s, value in enumerate(change))
    before, after = anew(share, change, tau), anew(share, worse, tau)
    assert after[stack] <= before[stack] + 1e-13
    assert (np.delete(after, stack) >= np.delete(before, stack) - 1e-13).all()


@given(shares(), changes, st.floats(0.06, 0.95))
def test_open_stacks_are_nearer_to_each_other_than_to_others(share: tuple, change: tuple, tau: float) -> None:
    better = tuple(value + 0.1 * (s == CHINA_OPEN) for s, value in enumerate(change))
    before, after = anew(share, change, tau), anew(share, better, tau)
    assume(before.min() > 1e-9)
    lost = np.log(after / before)
    assert lost[US_OPEN] <= lost[US_CLOSED] + 1e-12
    assert lost[US_CLOSED] == pytest.approx(lost[SOVEREIGN], abs=1e-9)


@given(shares(), changes, taus, st.integers(0, 3))
def test_removing_a_stack_never_lowers_another_s_share(
    share: tuple, change: tuple, tau: float, stack: int
) -> None:
    access = tuple(float(s != stack) for s in range(4))
    before, after = anew(share, change, tau), anew(share, change, tau, access)
    assert after[stack] == 0.0
    assert (np.delete(after, stack) >= np.delete(before, stack) - 1e-13).all()


@given(shares(), shares(), speeds)
def test_inertia_is_a_mean_of_before_and_anew(before: tuple, chosen: tuple, speed: float) -> None:
    expected = (1 - speed) * np.array(before) + speed * np.array(chosen)
    np.testing.assert_allclose(adjust(before, chosen, FREE, speed), expected, atol=1e-15)


def test_what_a_removed_stack_held_is_shared_out_in_proportion() -> None:
    after = adjust((0.5, 0.2, 0.2, 0.1), (0.6, 0.0, 0.3, 0.1), (1.0, 0.0, 1.0, 1.0), 0.0)
    np.testing.assert_allclose(after, (0.625, 0.0, 0.25, 0.125))


def test_where_nothing_can_be_had_nothing_changes() -> None:
    nothing = choose((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 1.0, 1.0), 0.0, 0.0, 0.0, 0.5, 2.0)
    assert nothing == (0.0,) * 4
    assert adjust((1.0, 0.0, 0.0, 0.0), nothing, (0.0, 1.0, 1.0, 1.0), 0.5) == (1.0, 0.0, 0.0, 0.0)


def test_a_stack_whose_holders_are_all_gone_starts_from_what_is_chosen() -> None:
    after = adjust((1.0, 0.0, 0.0, 0.0), (0.0, 0.2, 0.3, 0.5), (0.0, 1.0, 1.0, 1.0), 0.1)
    assert after == (0.0, 0.2, 0.3, 0.5)


@given(st.floats(0, 1), st.floats(-5, 5), st.floats(0, 1))
def test_the_installed_share_is_a_share_and_grows_with_the_own_utility(
    share: float, change: float, access: float
) -> None:
    found = installed_share(share, float(np.exp(change)), access)
    assert 0.0 <= found <= 1.0
    assert installed_share(share, float(np.exp(change + 0.5)), access) >= found - 1e-15
    assert installed_share(share, 1.0, 1.0) == pytest.approx(share, abs=1e-15)


@settings(max_examples=20)
@given(st.floats(allow_nan=False))
def test_changes_are_bounded(change: float) -> None:
    assert abs(bounded(change)) <= LARGEST_CHANGE

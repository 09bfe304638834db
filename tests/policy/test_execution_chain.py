"""Transition matrices of the chain of stages, against closed forms and another algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import expm

from stargauge.policy.execution.chain import STAGES, Hazards, generators, transitions

RATES = st.floats(0.0, 5.0)
TIMES = st.floats(0.0, 120.0)


def matrix(
    months: float,
    begin: float = 0.0,
    advance: float = 0.0,
    complete: float = 0.0,
    reverse: float = 0.0,
    skip: float = 0.0,
) -> NDArray[np.float64]:
    hazards = Hazards(*(np.array(one) for one in (begin, advance, complete, reverse, skip)))
    return transitions(generators(hazards), np.array(months))


@settings(max_examples=60, deadline=None)
@given(RATES, RATES, RATES, RATES, st.floats(0.0, 1.0), TIMES)
def test_it_is_the_exponential_of_the_generator(
    begin: float, advance: float, complete: float, reverse: float, skip: float, months: float
) -> None:
    hazards = Hazards(*(np.array(one) for one in (begin, advance, complete, reverse, skip)))
    rates = generators(hazards)
    assert np.allclose(rates.sum(axis=-1), 0.0, atol=1e-12)
    found = transitions(rates, np.array(months))
    assert np.allclose(found, expm(rates * months), atol=1e-10)
    assert found.min() >= 0.0
    assert np.allclose(found.sum(axis=-1), 1.0, atol=1e-14)


@pytest.mark.parametrize("months", [0.01, 1.0, 7.5, 60.0])
def test_the_plain_chain_has_a_closed_form(months: float) -> None:
    """Without reversal or skipping, times in the stages are independent exponentials."""
    a, b, c = 0.09, 0.05, 0.02
    found = matrix(months, a, b, c)
    assert found[0, 0] == pytest.approx(np.exp(-a * months), rel=1e-12)
    first = a / (b - a) * (np.exp(-a * months) - np.exp(-b * months))
    assert found[0, 1] == pytest.approx(first, rel=1e-10)
    rates = np.array([a, b, c])
    weights = [np.prod([r / (r - own) for r in rates if r != own]) for own in rates]
    through = 1.0 - sum(w * np.exp(-r * months) for w, r in zip(weights, rates, strict=True))
    assert found[0, 3] == pytest.approx(through, rel=1e-8, abs=1e-12)
    assert np.array_equal(np.tril(found, -1), np.zeros((STAGES, STAGES)))


@pytest.mark.parametrize("months", [0.5, 4.0, 40.0])
def test_two_stages_that_go_back_and_forth_have_a_closed_form(months: float) -> None:
    up, down = 0.08, 0.03
    found = matrix(months, begin=up, reverse=down)
    settled = up / (up + down)
    assert found[0, 1] == pytest.approx(settled * (1.0 - np.exp(-(up + down) * months)), rel=1e-11)


@pytest.mark.parametrize("months", [0.5, 4.0, 40.0])
def test_what_skips_never_stands_at_begun(months: float) -> None:
    found = matrix(months, begin=0.1, advance=0.2, skip=1.0)
    assert found[0, 1] == 0.0
    assert found[0, 2] == pytest.approx(1.0 - np.exp(-0.1 * months), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.2), TIMES, TIMES)
def test_two_times_in_a_row_are_their_sum(
    begin: float, advance: float, reverse: float, first: float, second: float
) -> None:
    def over(months: float) -> NDArray[np.float64]:
        return matrix(months, begin, advance, 0.1, reverse, 0.3)

    assert np.allclose(over(first) @ over(second), over(first + second), atol=1e-11)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), TIMES, st.floats(0.0, 24.0))
def test_without_reversal_stages_only_rise(
    begin: float, advance: float, complete: float, months: float, more: float
) -> None:
    """Every tail of the distribution grows with time and with each hazard."""

    def tails(time: float, factor: float = 1.0) -> NDArray[np.float64]:
        found = matrix(time, begin * factor, advance * factor, complete * factor, 0.0, 0.2)
        return 1.0 - np.cumsum(found, axis=-1)[:, :-1]

    assert np.all(tails(months + more) >= tails(months) - 1e-11)
    assert np.all(tails(months, 1.5) >= tails(months) - 1e-11)


def test_hazards_far_apart_are_held_together() -> None:
    hazards = Hazards(
        np.array([1e-9, 50.0]), np.array([1e-9, 1.0]), np.array([0.0, 1e-3]), np.zeros(2), np.zeros(2)
    )
    found = transitions(generators(hazards)[:, None], np.array([1e-3, 1.0, 100.0]))
    assert found.shape == (2, 3, 4, 4)
    assert np.all(np.isfinite(found))
    assert found[0, 0, 0, 0] == pytest.approx(1.0, abs=1e-11)
    assert found[1, 2, 0, 3] == pytest.approx(1.0 - np.exp(-0.1), rel=0.01)


def test_no_time_moves_nothing() -> None:
    assert np.array_equal(matrix(0.0, 0.3, 0.2, 0.1, 0.05, 0.5), np.eye(4))

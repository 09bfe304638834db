"""The search for the first load that fails, on margins that are known."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.grid.ac.search import MOST_POINTS, Search


def found(
    margin: Callable[[float], float], guess: float, upper: float = 1e4, tolerance: float = 0.5
) -> Search:
    search = Search(lambda mw: 1.0 if mw == 0 else margin(mw), upper, tolerance)
    search.result = search.run(guess)  # type: ignore[attr-defined]
    return search


@given(st.floats(1.0, 5000.0), st.floats(1.0, 9000.0), st.sampled_from([0.5, 1.0, 2.0]))
def test_the_bracket_holds_the_root(root: float, guess: float, power: float) -> None:
    search = found(lambda mw: 1 - (mw / root) ** power, guess)
    low, high = search.result
    assert low <= root <= high
    assert high - low <= 0.5 + 1e-9
    assert not search.again


@given(st.floats(5.0, 5000.0), st.floats(1.0, 9000.0))
def test_a_step_and_a_collapse_are_found_by_bisection(root: float, guess: float) -> None:
    low, high = found(lambda mw: 0.3 if mw < root else -math.inf, guess).result
    assert low < root <= high
    assert high - low <= 0.5 + 1e-9


def test_a_line_is_found_in_a_few_points() -> None:
    search = found(lambda mw: 0.05 - 0.0004 * mw, 140.0)
    assert len(search.tried) <= 10


def test_nothing_fails_up_to_the_upper_bound() -> None:
    search = found(lambda mw: 0.5, 100.0, upper=1234.0)
    assert search.result == (1234.0, None)


def test_loads_far_below_the_guess_are_found() -> None:
    low, high = found(lambda mw: 0.1 - mw, 3000.0, tolerance=0.01).result
    assert low <= 0.1 <= high <= 0.111


def test_a_smaller_load_that_fails_is_found_where_a_larger_one_passes() -> None:
    def margin(mw: float) -> float:
        return -1.0 if 35 < mw < 75 or mw > 120 else 0.2

    search = found(margin, 100.0)
    low, high = search.result
    assert low <= 35 <= high
    assert high - low <= 0.5
    assert any(75 <= load <= 120 for load in search.again)


def test_the_number_of_points_is_bounded() -> None:
    search = found(lambda mw: math.sin(mw * 1e3), 100.0, tolerance=1e-12)
    assert len(search.tried) <= MOST_POINTS + 2


@pytest.mark.parametrize("guess", [0.0, -5.0])
def test_a_guess_of_nothing_starts_at_the_tolerance(guess: float) -> None:
    assert found(lambda mw: 1 - mw / 7, guess).result[0] == pytest.approx(7, abs=0.5)

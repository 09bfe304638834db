"""Axes: ticks are round and cover the data, years are whole years, labels do not overlap."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stargauge.report.figures import round_ticks, tick_text, year_ticks
from stargauge.report.figures.axes import YEAR_WIDTH, Scale, spread

VALUES = st.floats(-1e9, 1e9, allow_nan=False)


@given(VALUES, VALUES, st.integers(2, 10))
def test_ticks_cover_the_range_evenly_and_rise(first: float, second: float, wanted: int) -> None:
    low, high = sorted((first, second))
    assume(high == low or high - low > 1e-6 * max(abs(low), abs(high)))
    ticks = round_ticks(low, high, wanted)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    steps = [after - before for before, after in pairwise(ticks)]
    assert min(steps) > 0
    assert max(steps) - min(steps) <= 1e-6 * max(steps)
    assert len(ticks) <= wanted + 3


@given(VALUES, st.integers(2, 10))
def test_steps_are_one_two_or_five_times_a_power_of_ten(high: float, wanted: int) -> None:
    assume(abs(high) > 1e-6)
    ticks = round_ticks(min(0.0, high), max(0.0, high), wanted)
    step = ticks[1] - ticks[0]
    mantissa = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - one) for one in (1, 2, 5)) < 1e-6
    assert 0.0 in ticks


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 9.773, (0, 2, 4, 6, 8, 10)),
        (0.0, 0.23, (0, 0.05, 0.1, 0.15, 0.2, 0.25)),
        (0.0, 195.0, (0, 50, 100, 150, 200)),
        (0.0, 0.0, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (0.0, 2e-308, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (-3.0, 7.0, (-4, -2, 0, 2, 4, 6, 8)),
    ],
)
def test_ticks_by_hand(low: float, high: float, ticks: tuple[float, ...]) -> None:
    assert round_ticks(low, high) == ticks


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (0.0, math.inf), (math.nan, 1.0)])
def test_a_range_without_ticks_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="has no ticks"):
        round_ticks(low, high)


@given(st.floats(1990, 2060), st.floats(0.1, 60), st.floats(60, 1000))
def test_years_are_whole_years_within_the_axis_with_room_for_each(
    first: float, length: float, width: float
) -> None:
    years = year_ticks(first, first + length, width)
    assert all(first <= year <= first + length for year in years)
    assert len(years) * YEAR_WIDTH <= max(width, YEAR_WIDTH)
    assert all(isinstance(year, int) for year in years)
    assert len({after - before for before, after in pairwise(years)}) <= 1


@pytest.mark.parametrize(
    ("value", "step", "written"),
    [(10_000.0, 5_000.0, "10,000"), (0.15000000000000002, 0.05, "0.15"), (-0.0, 2.0, "0"), (2.0, 0.5, "2.0")],
)
def test_tick_text(value: float, step: float, written: str) -> None:
    assert tick_text(value, step) == written


@given(VALUES, st.floats(1, 1e6), st.floats(-100, 100), st.floats(1, 500), st.floats(0, 1))
def test_a_scale_maps_ends_to_ends_and_between(
    low: float, span: float, start: float, length: float, at: float
) -> None:
    scale = Scale(low, low + span, start, start + length)
    assert scale(low) == start
    assert scale(low + at * span) == pytest.approx(start + at * length, abs=1e-3 * length)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6))
def test_labels_are_moved_apart_and_stay_inside(wanted: list[float]) -> None:
    placed = spread(sorted(wanted), 14.0, 0.0, 300.0)
    assert all(after - before >= 14.0 - 1e-9 for before, after in pairwise(placed))
    assert placed[-1] <= 300.0
    assert placed[0] >= -1e-9


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([10.0, 40.0, 90.0], 14.0, 0.0, 100.0) == [10.0, 40.0, 90.0]

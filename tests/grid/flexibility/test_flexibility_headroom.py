"""Headroom: the share is met exactly, laws that must hold, and a bisection over every hour as the judge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stargauge.errors import InputError
from stargauge.grid.flexibility import (
    APRIL_TO_OCTOBER,
    SeasonalPeaks,
    Seasons,
    curtailment_profile,
    flexible_headroom,
    headroom_by_year,
    seasonal_peaks,
)

START = np.datetime64("2019-12-20T00", "h")


def hours(count: int, step: int = 1) -> NDArray[np.datetime64]:
    return START + np.arange(0, count * step, step) * np.timedelta64(1, "h")


def year_of_hours() -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """A year with a high summer and a lower winter peak, drawn once."""
    generator = np.random.default_rng(7)
    hour = np.datetime64("2021-01-01T00", "h") + np.arange(8760) * np.timedelta64(1, "h")
    day = np.sin(np.arange(8760) * 2 * np.pi / 24)
    season = 1.0 - 0.5 * np.cos(np.arange(8760) * 2 * np.pi / 8760)
    return hour, np.round(800 + 150 * day + 250 * season + 60 * generator.standard_normal(8760))


def cut_share(
    hour: NDArray[np.datetime64], demand: NDArray[np.float64], load: float, peaks: SeasonalPeaks
) -> float:
    """The definition in a plain loop, by the month read off the calendar."""
    total = 0.0
    for when, value in zip(hour.astype(object), demand.tolist(), strict=True):
        limit = peaks.summer if 5 <= when.month <= 10 else peaks.winter
        total += min(load, max(0.0, max(value, 0.0) + load - limit))
    return total / (load * len(demand))


def bisected(
    hour: NDArray[np.datetime64], demand: NDArray[np.float64], share: float, peaks: SeasonalPeaks
) -> float:
    """The largest load within a share, by halving: knows nothing of sorting."""
    low, high = 0.0, 1.0
    while cut_share(hour, demand, high, peaks) <= share:
        high *= 2
        if high > 1e9:
            raise AssertionError("no load exceeds the share")
    for _ in range(80):
        middle = (low + high) / 2
        if middle <= 0 or cut_share(hour, demand, middle, peaks) <= share:
            low = middle
        else:
            high = middle
    return low


series = st.lists(st.integers(0, 400), min_size=2, max_size=40)
shares = st.floats(0.0, 0.9)


@settings(max_examples=60, deadline=None)
@given(values=series, share=shares, step=st.sampled_from([1, 24, 200]))
def test_bisection_over_every_hour_agrees(values: list[int], share: float, step: int) -> None:
    hour, demand = hours(len(values), step), np.array(values, dtype=float)
    ours = flexible_headroom(hour, demand, share, missing="omit")
    summer = Seasons().is_summer(hour)
    peaks = SeasonalPeaks(
        demand[summer].max(initial=-np.inf) if summer.any() else np.nan,
        demand[~summer].max() if (~summer).any() else np.nan,
    )
    # A share that is exactly a whole number of hours is met by rounding either way: leave those out.
    if abs(share * len(values) - round(share * len(values))) > 1e-9:
        assert ours == pytest.approx(bisected(hour, demand, share, peaks), rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(values=series, share=st.floats(0.001, 0.9), extra=st.tuples(st.integers(0, 300), st.integers(0, 300)))
def test_the_share_is_met_exactly(values: list[int], share: float, extra: tuple[int, int]) -> None:
    hour, demand = hours(len(values), 150), np.array(values, dtype=float)
    peaks = SeasonalPeaks(300.0 + extra[0], 300.0 + extra[1])
    load = flexible_headroom(hour, demand, share, peaks_mw=peaks, missing="omit")
    if load > 0:
        assert cut_share(hour, demand, load, peaks) == pytest.approx(share, rel=1e-9, abs=1e-12)
    else:
        at_peak = (
            Seasons().is_summer(hour) * peaks.summer + ~Seasons().is_summer(hour) * peaks.winter
        ) <= demand
        assert at_peak.mean() > share


@settings(max_examples=60, deadline=None)
@given(values=series, factor=st.sampled_from([0.5, 2.0, 8.0]))
def test_monotone_and_in_proportion(values: list[int], factor: float) -> None:
    hour, demand = hours(len(values), 100), np.array(values, dtype=float)
    levels = np.linspace(0.0, 0.9, 19)
    loads = flexible_headroom(hour, demand, levels, missing="omit")
    assert all(low <= high for low, high in pairwise(loads.tolist()))
    assert loads[0] == 0.0
    scaled = flexible_headroom(hour, factor * demand, levels, missing="omit")
    np.testing.assert_allclose(scaled, factor * loads, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(values=series, summer=st.integers(0, 900), winter=st.integers(0, 900))
def test_without_curtailment_it_is_the_smallest_gap(values: list[int], summer: int, winter: int) -> None:
    hour, demand = hours(len(values), 150), np.array(values, dtype=float)
    peaks = SeasonalPeaks(summer + 1.0, winter + 1.0)
    is_summer = Seasons().is_summer(hour)
    gap = np.where(is_summer, peaks.summer, peaks.winter) - demand
    load = flexible_headroom(hour, demand, 0.0, peaks_mw=peaks, missing="omit")
    assert load == pytest.approx(max(gap.min(), 0.0), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(values=series, share=shares)
def test_order_of_hours_in_a_season_does_not_matter(values: list[int], share: float) -> None:
    hour, demand = hours(len(values)), np.array(values, dtype=float)
    forth = flexible_headroom(hour, demand, share)
    assert flexible_headroom(hour, demand[::-1], share) == forth


def test_by_hand() -> None:
    # Peak 10; gaps 0, 2, 4, 10. With L = 4 the hours lose 4, 2, 0, 0: 6 of 16 possible MWh.
    hour, demand = hours(4), np.array([10.0, 8.0, 6.0, 0.0])
    assert flexible_headroom(hour, demand, 6 / 16) == pytest.approx(4.0, rel=1e-12)
    assert flexible_headroom(hour, demand, [0.0, 0.24, 6 / 16]).tolist() == pytest.approx([0.0, 0.0, 4.0])


def test_seasons_have_peaks_of_their_own_and_months_are_an_argument() -> None:
    hour, demand = year_of_hours()
    peaks = seasonal_peaks(hour, demand)
    month = np.array([when.month for when in hour.astype(object)])
    assert peaks.summer == demand[(month >= 5) & (month <= 10)].max()
    assert peaks.winter == demand[(month < 5) | (month > 10)].max()
    april = seasonal_peaks(hour, demand, seasons=APRIL_TO_OCTOBER)
    assert april.winter == demand[(month < 4) | (month > 10)].max()
    one = max(peaks)
    assert flexible_headroom(hour, demand, 0.01, peaks_mw=SeasonalPeaks(one, one)) > flexible_headroom(
        hour, demand, 0.01
    )


def test_demand_above_a_given_peak_cuts_the_new_load_whole_and_no_more() -> None:
    hour, demand = hours(4), np.array([12.0, 8.0, 6.0, 0.0])
    peaks = SeasonalPeaks(10.0, 10.0)
    assert flexible_headroom(hour, demand, 0.2, peaks_mw=peaks) == 0.0
    assert flexible_headroom(hour, demand, 0.25, peaks_mw=peaks) == pytest.approx(2.0)


def test_years_choose_peaks_and_hours() -> None:
    hour, demand = year_of_hours()
    two_hours = np.concatenate([hour, hour + np.timedelta64(8760, "h")])
    two = np.concatenate([demand, 1.5 * demand])
    assert flexible_headroom(two_hours, two, 0.005, years=(2021, 2021)) == flexible_headroom(
        hour, demand, 0.005
    )


def test_each_year_by_itself_has_the_peaks_of_all() -> None:
    hour, demand = year_of_hours()
    hours_of_two = np.concatenate([hour, hour + np.timedelta64(8760, "h")])
    two = np.concatenate([demand, 1.1 * demand])
    levels = [0.001, 0.01]
    found = headroom_by_year(hours_of_two, two, levels)
    assert list(found) == [2021, 2022]
    peaks = seasonal_peaks(hours_of_two, two)
    for year, loads in found.items():
        alone = flexible_headroom(hours_of_two, two, levels, years=(year, year), peaks_mw=peaks)
        np.testing.assert_array_equal(loads, alone)
    assert (found[2021] > found[2022]).all()


def test_gaps_are_refused_in_words_or_left_out() -> None:
    hour, demand = year_of_hours()
    demand[100:110] = np.nan
    kept = np.ones(8760, dtype=bool)
    kept[50:55] = False
    with pytest.raises(InputError) as caught:
        flexible_headroom(hour[kept], demand[kept], 0.005)
    text = str(caught.value)
    assert "demand_mw" in text
    assert "is not known in 15 of 8,760 hours, first 2021-01-03 02:00" in text
    assert 'missing="omit"' in text
    known = kept & ~np.isnan(demand)
    left = flexible_headroom(hour[kept], demand[kept], 0.005, missing="omit")
    assert left == flexible_headroom(hour[known], demand[known], 0.005, missing="omit")


def test_columns_of_polars_are_read() -> None:
    hour, demand = year_of_hours()
    frame = pl.DataFrame({"hour_utc": hour.astype("datetime64[us]"), "demand_mw": demand.astype(np.int32)})
    assert flexible_headroom(frame["hour_utc"], frame["demand_mw"], 0.005) == flexible_headroom(
        hour, demand, 0.005
    )
    times = [datetime(2021, 1, 1) + timedelta(hours=number) for number in range(48)]
    assert flexible_headroom(times, demand[:48], 0.1) == flexible_headroom(hour[:48], demand[:48], 0.1)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"curtailment": 50.0}, "curtailment", "50 is no share of the new load's energy"),
        ({"curtailment": -0.1}, "curtailment", "0 or more and below 1"),
        ({"curtailment": float("nan")}, "curtailment", "nan is no share"),
        ({"curtailment": "half"}, "curtailment", "no share"),
        ({"demand_mw": [1.0, 2.0]}, "demand_mw", "has shape (2,) for 3 hours"),
        ({"demand_mw": [1.0, -2.0, 3.0]}, "demand_mw", "is -2 MW in row 1; demand cannot be negative"),
        ({"demand_mw": [1.0, np.inf, 3.0]}, "demand_mw", "is infinite in row 1"),
        ({"demand_mw": ["a", "b", "c"]}, "demand_mw", "no number"),
        ({"demand_mw": [np.nan] * 3, "missing": "omit"}, "demand_mw", "is not known in any hour"),
        ({"hour_utc": [1, 2, 3]}, "hour_utc", "no column of dates and times (it is int64)"),
        ({"hour_utc": ["now", "then", "later"]}, "hour_utc", "no column of dates and times"),
        ({"hour_utc": hours(3)[::-1]}, "hour_utc", "comes after a later hour (row 1)"),
        ({"hour_utc": np.repeat(hours(1), 3)}, "hour_utc", "2019-12-20 00:00 comes twice (row 1)"),
        ({"hour_utc": hours(3).astype("datetime64[m]") + 5}, "hour_utc", "not whole hours"),
        ({"hour_utc": hours(0)}, "hour_utc", "has shape (0,)"),
        ({"hour_utc": [datetime(2020, 1, 1, tzinfo=UTC)] * 3}, "hour_utc", "has a time zone"),
        ({"years": (2024, 2016)}, "years", "not a first and a last year"),
        ({"years": (2030, 2031)}, "years", "no hour lies in 2030 to 2031"),
        ({"missing": "ignore"}, "missing", '"ignore" is neither refuse nor omit'),
        ({"peaks_mw": SeasonalPeaks(0.0, 5.0)}, "peaks_mw", "the summer peak is 0 MW; give MW above 0"),
    ],
)
def test_what_is_wrong_is_said_by_field(change: dict[str, object], field: str, words: str) -> None:
    given: dict[str, object] = {
        "hour_utc": hours(3),
        "demand_mw": [3.0, 2.0, 1.0],
        "curtailment": 0.1,
    } | change
    with pytest.raises(InputError) as caught:
        flexible_headroom(**given)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2
    assert [mistake.field for mistake in caught.value.mistakes] == [field]
    assert words in str(caught.value)


def test_all_mistakes_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        flexible_headroom(hours(3)[::-1], [1.0, -1.0, 2.0], 0.1, missing="no")  # type: ignore[call-overload]
    assert {mistake.field for mistake in caught.value.mistakes} == {"hour_utc", "demand_mw", "missing"}


def test_months_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InputError, match="different months from 1 to 12"):
        Seasons((5, 13))


def test_profile_by_hand() -> None:
    # Peak 10 in winter; a load of 4 is cut by 4, 2, 0, 3, 1, 0 MW: spells of 2 and 2 hours.
    hour, demand = hours(6), np.array([10.0, 8.0, 5.0, 9.0, 7.0, 0.0])
    profile = curtailment_profile(hour, demand, 4.0)
    assert profile.curtailment == pytest.approx(10 / 24)
    assert profile.year == profile.winter
    assert profile.summer.hours_per_year == 0
    assert profile.summer.energy_share == 0
    year = profile.year
    assert year.hours_per_year == pytest.approx(4 * 8766 / 6)
    assert year.mean_depth == pytest.approx(10 / 16)
    assert year.deepest == 1.0
    assert (year.longest_spell_hours, year.mean_spell_hours) == (2, 2.0)
    assert year.spell_shares == (0.0, 1.0, 0.0, 0.0, 0.0)
    assert year.kept_shares == (0.5, 0.25, 0.0)


def test_profile_agrees_with_headroom_and_a_gap_ends_a_spell() -> None:
    hour, demand = year_of_hours()
    for share in (0.001, 0.005, 0.05):
        load = flexible_headroom(hour, demand, share)
        profile = curtailment_profile(hour, demand, load)
        assert profile.curtailment == pytest.approx(share, rel=1e-10)
        assert profile.summer.energy_share + profile.winter.energy_share == pytest.approx(1.0)
        assert profile.year.hours_per_year * profile.year.mean_depth == pytest.approx(share * 8766, rel=1e-9)
        assert sum(profile.year.spell_shares) == pytest.approx(1.0)
    level = np.full(30, 10.0)
    level[-1] = 0.0
    assert curtailment_profile(hours(30), level, 5.0).year.longest_spell_hours == 29
    level[10] = np.nan
    broken = curtailment_profile(hours(30), level, 5.0, missing="omit")
    assert (broken.year.longest_spell_hours, broken.missing) == (18, 1)


def test_no_load_is_cut_nowhere_and_a_wrong_one_is_refused() -> None:
    hour, demand = year_of_hours()
    profile = curtailment_profile(hour, demand, 0.0)
    assert profile.curtailment == 0
    assert profile.year.longest_spell_hours == 0
    with pytest.raises(InputError, match="load_mw"):
        curtailment_profile(hour, demand, -1.0)

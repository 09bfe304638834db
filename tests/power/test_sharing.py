"""Who takes what of regional supply: lending by brute force, flexible and firm room by exact curves."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from stargauge.grid.flexibility import LoadDuration, headrooms, load_duration
from stargauge.model.flexibility import HIGH, LOW, SHARES, STEP, flexible_tables
from stargauge.power.sharing import firm_room, flexible_mw, neighbours_room, settle_one
from stargauge.power.transfers import settle

Floats = NDArray[np.float64]

PLACES = ("TEX", "NW", "MIDA")
RATIOS = (0.85, 1.1, 0.95)
"""Winter peaks over summer peaks of the places, as the tables are made for."""

CRUMB = 1e-9
SPARES = st.floats(-0.25, 1.4)
SOME = settings(max_examples=60, deadline=None)


def lend(room, pair, caps, tie=1.0) -> tuple[Floats, Floats, Floats]:
    """Return what is lent (from, to), imports and exports of one case."""
    count = len(room)
    lent, got, sent = np.full((count, count), np.nan), np.full(count, np.nan), np.full(count, np.nan)
    settle_one(
        np.asarray(room, float),
        np.asarray(pair, float),
        np.asarray(caps, float),
        tie,
        np.empty(count),
        np.empty(count),
        lent,
        got,
        sent,
    )
    return lent, got, sent


def test_neighbours_share_a_shortfall_in_proportion() -> None:
    """Region 0 lacks 50; 1 can lend 40 (limit), 2 can lend 60: 20 and 30."""
    lent, got, sent = lend([-50.0, 80.0, 60.0], [[0, 0, 0], [40, 0, 0], [100, 0, 0]], [1e9] * 3)
    assert lent[:, 0].tolist() == [0.0, 20.0, 30.0]
    assert got.tolist() == [50.0, 0.0, 0.0]
    assert sent.tolist() == [0.0, 20.0, 30.0]


def test_the_first_of_two_short_regions_is_served_first_and_power_passes_through_nobody() -> None:
    """1 has 60: 0 takes its 50, 2 gets the last 10. 3 has nothing to lend to 2, and 2 nothing to pass on."""
    pair = np.zeros((4, 4))
    pair[1, 0] = pair[1, 2] = pair[3, 2] = 100.0
    lent, got, _ = lend([-50.0, 60.0, -50.0, 0.0], pair, [1e9] * 4)
    assert (lent[1, 0], lent[1, 2]) == (50.0, 10.0)
    assert got.tolist() == [50.0, 0.0, 10.0, 0.0]


def test_a_factor_on_limits_counts_for_pairs_and_for_all_imports() -> None:
    pair = np.array([[0.0, 0.0], [40.0, 0.0]])
    assert lend([-100.0, 500.0], pair, [1e9, 0.0], tie=1.5)[1][0] == 60.0
    assert lend([-100.0, 500.0], 100.0 * pair, [40.0, 0.0], tie=1.5)[1][0] == 60.0


cases = st.integers(2, 5).flatmap(
    lambda count: st.tuples(
        st.lists(st.floats(-500.0, 500.0), min_size=count, max_size=count),
        st.lists(st.floats(0.0, 200.0), min_size=count * count, max_size=count * count),
        st.lists(st.floats(0.0, 300.0), min_size=count, max_size=count),
        st.floats(0.5, 2.0),
    )
)


@SOME
@given(cases)
def test_lending_is_what_brute_force_finds_region_by_region(case) -> None:
    """Each short region in turn gets the most its neighbours can lend: a linear programme says how much."""
    room, limits, caps, tie = case
    count = len(room)
    pair = np.array(limits).reshape(count, count) * (1.0 - np.eye(count))
    lent, got, sent = lend(room, pair, caps, tie)
    left = np.maximum(np.array(room), 0.0)
    for to in range(count):
        want = max(0.0, min(-room[to], tie * caps[to]))
        most = linprog(
            -np.ones(count),
            A_ub=np.ones((1, count)),
            b_ub=[want],
            bounds=[(0.0, min(left[o], tie * pair[o, to])) for o in range(count)],
        )
        assert got[to] == pytest.approx(-most.fun, abs=1e-6)
        can = np.minimum(left, tie * pair[:, to])
        if got[to] > 1e-6:
            np.testing.assert_allclose(lent[:, to] / got[to], can / can.sum(), atol=1e-9)
        left -= lent[:, to]
    np.testing.assert_allclose(lent.sum(axis=0), got, atol=1e-9)
    np.testing.assert_allclose(lent.sum(axis=1), sent, atol=1e-9)
    assert np.all(lent >= 0.0)
    assert np.all(left >= -1e-9), "no exporter ends short"
    assert np.all(sent[np.array(room) < 0.0] == 0.0), "who is short lends nothing"
    np.testing.assert_allclose(lent, settle(np.array([room]), tie * pair, tie * np.array(caps))[0], atol=1e-9)


@SOME
@given(cases, st.integers(0, 4))
def test_what_neighbours_can_still_send_is_within_what_is_left(case, region) -> None:
    room, limits, caps, tie = case
    count = len(room)
    region %= count
    pair = np.array(limits).reshape(count, count) * (1.0 - np.eye(count))
    lent, got, sent = lend(room, pair, caps, tie)
    spare = np.maximum(0.0, np.array(room) - sent)
    can = np.full(count, np.nan)
    more = neighbours_room(region, spare, pair, np.array(caps), tie, lent, got, can)
    assert 0.0 <= more <= can.sum() + 1e-9
    assert more <= max(0.0, tie * caps[region] - got[region]) + 1e-9
    assert np.all(can <= spare + 1e-9)
    assert np.all(can + lent[:, region] <= tie * pair[:, region] + 1e-9)
    assert can[region] == 0.0
    by_hand = np.minimum(spare, np.maximum(0.0, tie * pair[:, region] - lent[:, region])).sum()
    assert more == pytest.approx(max(0.0, min(by_hand, tie * caps[region] - got[region])), abs=1e-9)


@cache
def tables() -> Floats:
    """Return (shares, places, points, points) tables of flexible room."""
    return flexible_tables(PLACES, np.array(RATIOS)).room


@cache
def curves(place: int) -> LoadDuration:
    """Return the load-duration curve of a place, scaled to a summer peak of 1."""
    shape = load_duration(PLACES[place])
    return replace(
        shape,
        summer=replace(shape.summer, peak_mw=1.0),
        winter=replace(shape.winter, peak_mw=RATIOS[place]),
    )


def read(share: int, place: int, summer: float, winter: float) -> float:
    """Return flexible room read off the table, over the summer's peak."""
    return flexible_mw(tables()[share], place, LOW, STEP, summer, winter, 1.0)


def exact(share: int, place: int, summer: float, winter: float) -> float:
    """Return the same from the curve itself."""
    ratio = RATIOS[place]
    return float(
        headrooms(
            curves(place),
            SHARES[share],
            summer_limit_mw=1.0 + summer,
            winter_limit_mw=ratio * (1.0 + winter),
        )
    )


def corners(share: int, place: int, summer: float, winter: float) -> Floats:
    """Return the four points of a table around a reading."""
    last = tables().shape[2] - 2
    i, j = (int(min(max((spare - LOW) // STEP, 0), last)) for spare in (summer, winter))
    return tables()[share, place, i : i + 2, j : j + 2]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SHARES) - 1), st.integers(0, 2), SPARES, SPARES)
def test_flexible_room_is_never_above_the_exact_one_and_close_to_it(share, place, summer, winter) -> None:
    """Where all points around hold some room: only there is the exact function concave.

    Where room ends between two points, a straight line to 0 passes above it by at most half a step.
    """
    found, wanted = read(share, place, summer, winter), exact(share, place, summer, winter)
    if corners(share, place, summer, winter).min() > CRUMB:
        assert wanted - 0.015 <= found <= wanted + 1e-9
    else:
        assert abs(found - wanted) <= 0.5 * STEP


def test_flexible_room_is_exact_at_the_points_and_its_edge_holds_beyond() -> None:
    points = np.arange(tables().shape[2]) * STEP + LOW
    for i in (0, 5, 20, 36):
        assert read(2, 1, points[i], points[i]) == pytest.approx(tables()[2, 1, i, i], abs=1e-12)
    assert read(2, 1, 9.0, 9.0) == pytest.approx(tables()[2, 1, -1, -1], abs=1e-12)
    assert read(2, 1, 9.0, 9.0) <= exact(2, 1, 9.0, 9.0)
    # Below the lowest point next to nothing is left to be held by the edge.
    assert tables()[:, :, 0, 0].max() == pytest.approx(0.0, abs=1e-12)
    assert pytest.approx(LOW + STEP * (tables().shape[2] - 1)) == HIGH


def test_flexible_room_scales_with_the_peak() -> None:
    one = flexible_mw(tables()[3], 0, LOW, STEP, 0.1, 0.2, 1.0)
    assert flexible_mw(tables()[3], 0, LOW, STEP, 0.1, 0.2, 7e4) == pytest.approx(7e4 * one)


def room_of(share: int, place: int, summer: float, winter: float, load: float) -> float:
    return firm_room(
        tables()[share], place, LOW, STEP, summer, winter * RATIOS[place], 1.0, RATIOS[place], load
    )


situations = (
    st.integers(0, len(SHARES) - 1),
    st.integers(0, 2),
    st.floats(0.0, 1.2),
    st.floats(0.0, 1.2),
    st.floats(0.0, 1.0),
)


@SOME
@given(*situations)
def test_firm_room_leaves_the_flexible_load_whole(share, place, summer, winter, part) -> None:
    """But for the table's error: a reading along both axes at once is not quite concave between points."""
    load = part * read(share, place, summer, winter)
    firm = room_of(share, place, summer, winter, load)
    spare = min(summer, winter * RATIOS[place])
    assert 0.0 <= firm <= spare
    beside = read(share, place, summer - firm, winter - firm / RATIOS[place])
    assert beside >= load - 5e-3
    assert exact(share, place, summer - firm, winter - firm / RATIOS[place]) >= load - 5e-3


@SOME
@given(*situations)
def test_firm_room_is_close_to_the_most_that_leaves_it_whole(share, place, summer, winter, part) -> None:
    load = part * read(share, place, summer, winter)
    spare = min(summer, winter * RATIOS[place])
    low, high = 0.0, spare
    for _ in range(60):
        middle = 0.5 * (low + high)
        whole = read(share, place, summer - middle, winter - middle / RATIOS[place]) >= load
        low, high = (middle, high) if whole else (low, middle)
    found = room_of(share, place, summer, winter, load)
    assert found <= high + 2e-3
    assert found >= 0.85 * low - 5e-3


@SOME
@given(*situations, st.floats(0.0, 0.3))
def test_firm_room_rises_with_what_is_spare_and_falls_with_flexible_load(
    share, place, summer, winter, part, more
) -> None:
    load = part * read(share, place, summer, winter)
    here = room_of(share, place, summer, winter, load)
    assert room_of(share, place, summer + more, winter + more, load) >= here - 2e-3
    assert room_of(share, place, summer, winter, load + more) <= here + 2e-3


def test_firm_room_by_hand() -> None:
    assert room_of(2, 0, -0.1, 0.3, 0.0) == 0.0
    assert room_of(2, 0, 0.1, 0.3, 0.0) == pytest.approx(0.1)
    assert room_of(2, 0, 0.1, 0.3, 1e-6) == pytest.approx(0.1), "a crumb of flexible load takes no firm room"
    whole = read(2, 0, 0.1, 0.3)
    assert room_of(2, 0, 0.1, 0.3, whole) == pytest.approx(0.0, abs=1e-9)
    assert room_of(2, 0, 0.1, 0.3, 2.0 * whole) == 0.0

"""Compiled steps of one phase, against values by hand and numerical integration: clocks, land, the queue."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.delivery.clocks import progress, reach, stage_end
from stargauge.delivery.phases import AT_WORK, DROPPED, LAND_ENDS, NEVER_BEGUN, land_step
from stargauge.delivery.queue import NOBODY, join_queue, note_ready

speeds = st.lists(st.floats(0.2, 5.0), min_size=1, max_size=24)
SOME = settings(max_examples=60, deadline=None)


def clock(speed: list[float]) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(speed)])[None, None]


@SOME
@given(speeds, st.floats(-10.0, 40.0))
def test_progress_is_the_integral_of_speed(speed: list[float], time: float) -> None:
    edges = np.arange(len(speed) + 1.0)
    inside = np.clip(time, 0.0, len(speed))
    done = np.interp(inside, edges, clock(speed)[0, 0]) + (time - inside)
    assert progress(clock(speed), 0, 0, time) == pytest.approx(done, abs=1e-9)


@SOME
@given(speeds, st.floats(-10.0, 40.0), st.floats(0.0, 30.0))
def test_a_stage_ends_when_its_work_is_done(speed: list[float], begin: float, work: float) -> None:
    integral = clock(speed)
    end = stage_end(integral, False, 0, 0, begin, work)
    assert progress(integral, 0, 0, end) - progress(integral, 0, 0, begin) == pytest.approx(work, abs=1e-8)
    assert reach(integral, 0, 0, progress(integral, 0, 0, end)) == pytest.approx(end, abs=1e-8)
    assert stage_end(integral, True, 0, 0, begin, work) == begin + work


@pytest.mark.parametrize(
    ("work", "hazard", "left", "begin_hazard", "begin_left", "expected"),
    [
        (5.0, 0.0, 1.0, 0.0, 1.0, (AT_WORK, 4.0)),
        (1.0, 0.0, 1.0, 0.0, 1.0, (LAND_ENDS, 3.0)),
        (2.0, 0.0, 1.0, 0.0, 1.0, (AT_WORK, 4.0)),  # ends with the step: in the next, at once
        (5.0, 1.0, 0.5, 0.0, 1.0, (DROPPED, 2.5)),
        (1.0, 1.0, 1.5, 0.0, 1.0, (LAND_ENDS, 3.0)),  # would be dropped at 3.5
        (5.0, 0.0, 1.0, 4.0, 1.0, (NEVER_BEGUN, 2.5)),
        (5.0, 1.0, 0.5, 8.0, 1.0, (NEVER_BEGUN, 2.25)),
        (5.0, 1.0, 0.25, 8.0, 2.0, (DROPPED, 2.25)),
    ],
)
def test_what_ends_a_step_of_land_first(
    work: float,
    hazard: float,
    left: float,
    begin_hazard: float,
    begin_left: float,
    expected: tuple[int, float],
) -> None:
    """A step from month 2 to 4 in which two months of work are done."""
    assert land_step(2.0, 4.0, 2.0, work, hazard, left, begin_hazard, begin_left) == expected


@SOME
@given(st.lists(st.floats(-5.0, 15.0).map(lambda month: round(month, 1)), min_size=1, max_size=30))
def test_the_queue_is_served_by_time_and_then_by_number(months: list[float]) -> None:
    ready = np.array(months)
    first, following = np.full(12, NOBODY), np.full(ready.size, NOBODY)
    for phase in range(ready.size):
        note_ready(ready, phase, first, following)
    queue, waiting = np.full(ready.size, NOBODY), 0
    for month in range(12):
        waiting = join_queue(ready, month, first, following, queue, waiting)
        seen = [p for p in np.lexsort((np.arange(ready.size), ready)) if ready[p] < month + 1]
        # What was ready before the start counts to month 0, by time as well.
        assert queue[:waiting].tolist() == seen

"""Months late by cause, worked by hand. All numbers are sums of binary fractions, so equality is exact."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pipelines import Case
from simpy_reference import Pipeline

from stargauge.delivery import CAUSE_NAMES, Cause

HORIZON = 24
NEVER = math.inf

# Every phase stands at the start of land and permits in month 0; limits: row 0 headroom, row 1 chips.
#
#                  plan: end of           work, months
# name             land build energised   land power construction fit-out   what happens
PHASES = {
    "critical":  ((4.0, 10.0, 13.0),      (6.0,  5.0,   9.0,        3.0)),  # 6 | 11, 15 | 18
    "tie":       ((4.0, 10.0, 13.0),      (4.0, 10.0,  10.0,        2.0)),  # 4 | 14, 14 | 16
    "early":     ((4.0, 10.0, 13.0),      (5.0,  3.0,   4.0,        2.0)),  # 5 |  8,  9 | 11
    "waiting":   ((3.0,  8.0, 10.5),      (3.0,  5.0,   4.0,        2.5)),  # 3 |  8,  7 | 10.5, served in 15
    "cancelled": ((4.0, 10.0, 13.0),      (4.0,  9.0,   9.0,        3.0)),  # 4 | given up at 5.5
    "censored":  ((4.0, 10.0, 13.0),      (9.0,  9.0,  12.0,        4.0)),  # 9 | 18, 21 | 25, after the end
}  # fmt: skip

# Only "waiting" is under limits. Headroom comes in month 13, chips in month 15:
#   10.5 to 13  neither is there: headroom, first in the order of ties   2.5 months
#   13 to 15    headroom is there, chips are not                         2 months
# Only "cancelled" is exposed: land 1/16 a month, building 1/8; its draw is 7/16:
#   4 months of land use up 4/16; the 3/16 left last 1.5 months of building: month 5.5.
ENERGISED = {
    "critical": 18.0,
    "tie": 16.0,
    "early": 11.0,
    "waiting": 15.0,
    "cancelled": NEVER,
    "censored": NEVER,
}

# Lateness at the end of land, of building, at ready, and when energised; what each step is charged to:
#   critical   2 -> 5 -> 5          permits 2, construction 3 (power ended 4 months before it)
#   tie        0 -> 4 -> 3          power 4 (first in the order of ties), less 1 won back in fit-out
#   early      1 -> -1 -> -2        permits 1, won back by the end of building; two months early
#   waiting    0 -> 0 -> 0 -> 4.5   headroom 2.5, chips 2
CHARGED = {
    "critical": {Cause.PERMITS: 2.0, Cause.CONSTRUCTION: 3.0},
    "tie": {Cause.POWER: 3.0},
    "early": {},
    "waiting": {Cause.HEADROOM: 2.5, Cause.CHIPS: 2.0},
    "cancelled": {},
    "censored": {},
}


def _pipeline(plans: np.ndarray, **arrays: object) -> Pipeline:
    count = len(plans)
    plain = {
        "status": np.zeros(count, np.int64),
        "status_month": np.zeros(count),
        "since_month": np.zeros(count),
        "build_start": np.full(count, math.nan),
        "plan": plans,
        "facility_mw": np.full(count, 100.0),
        "it_mw": np.full(count, 80.0),
        "group": np.arange(count, dtype=np.int64),
        "domestic": np.ones(count, np.int64),
        "limit_index": np.full((count, 3), -1, np.int64),
        "limit_need": np.full((count, 3), 100.0),
        "free_before": 0.0,
        "counted_from": 0.0,
        "horizon": HORIZON,
        "groups": count,
        "exposed": np.zeros((count, 3)),
    }
    return Pipeline(**{**plain, **arrays})  # type: ignore[arg-type]


def _case(pipeline: Pipeline, durations: np.ndarray, **luck: object) -> Case:
    count = len(durations)
    plain = {
        "durations": durations[None],
        "speed": np.ones((1, 4, HORIZON)),
        "hazard": np.zeros((1, 3)),
        "cancel_work": np.full((1, count), math.inf),
        "lapsed": np.zeros((1, count), np.bool_),
        "size": np.ones((1, count)),
        "available": np.full((1, 3, HORIZON), math.inf),
    }
    return Case(pipeline=pipeline, **{**plain, **luck})  # type: ignore[arg-type]


def _from(month: int, amount: float = 100.0) -> np.ndarray:
    """Return a cumulative limit that comes in one piece in a month."""
    return np.where(np.arange(HORIZON) >= month, amount, 0.0)


@pytest.fixture(scope="module")
def worked() -> dict[str, np.ndarray]:
    names = list(PHASES)
    limit_index = np.full((6, 3), -1, np.int64)
    limit_index[names.index("waiting"), :2] = (0, 1)
    exposed = np.zeros((6, 3))
    exposed[names.index("cancelled")] = 1.0
    patience = np.full((1, 6), math.inf)
    patience[0, names.index("cancelled")] = 7 / 16
    case = _case(
        _pipeline(np.array([plan for plan, _ in PHASES.values()]), limit_index=limit_index, exposed=exposed),
        np.array([work for _, work in PHASES.values()]),
        hazard=np.array([[1 / 16, 1 / 8, 1.0]]),
        cancel_work=patience,
        available=np.stack([_from(13), _from(15), _from(0)])[None],
    )
    return {name: array[0] for name, array in case.kernel().items()}


@pytest.mark.parametrize("name", PHASES)
def test_each_month_is_charged_to_its_cause(worked: dict[str, np.ndarray], name: str) -> None:
    row = list(PHASES).index(name)
    found = {cause: worked["charges"][row, cause] for cause in Cause if worked["charges"][row, cause] != 0.0}
    assert found == CHARGED[name]
    assert worked["energised_month"][row] == ENERGISED[name]
    if ENERGISED[name] < NEVER:
        planned = PHASES[name][0][2]
        assert sum(found.values()) == max(0.0, ENERGISED[name] - planned)


def test_what_is_cancelled_and_what_is_cut_off_are_told_apart(worked: dict[str, np.ndarray]) -> None:
    assert worked["cancelled_month"].tolist() == [NEVER, NEVER, NEVER, NEVER, 5.5, NEVER]
    assert worked["energised_share"].tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]


def test_paths_step_at_the_end_of_the_month(worked: dict[str, np.ndarray]) -> None:
    total = worked["group_mw"].sum(axis=0)
    assert total[10] == 0.0
    assert total[11] == 100.0  # early, ready on the first instant of month 11
    assert total[15] == 200.0  # waiting
    assert total[16] == 300.0  # tie
    assert total[18:].tolist() == [400.0] * 6  # critical
    np.testing.assert_array_equal(worked["domestic_it_mw"], total * 0.8)


def test_every_cause_has_a_name_and_the_order_of_ties_is_fixed() -> None:
    assert list(CAUSE_NAMES) == list(Cause)
    assert [cause.name.lower() for cause in Cause] == [
        "permits", "power", "construction", "fitout", "headroom", "chips", "capital",
    ]  # fmt: skip


def test_parts_wait_for_the_limit_that_binds_each() -> None:
    """40 of 100 MW at once, 60 at month 12; the wait is that of the last part: 11 to 12."""
    case = _case(
        _pipeline(np.array([[3.0, 7.0, 9.0]]), limit_index=np.array([[0, -1, -1]])),
        np.array([[3.0, 4.0, 4.0, 4.0]]),
        available=(_from(0, 40.0) + _from(12, 60.0))[None, None],
    )
    out = case.kernel()
    assert out["group_mw"][0, 0, 10:13].tolist() == [0.0, 40.0, 100.0]
    assert out["energised_month"][0, 0] == 12.0
    assert out["charges"][0, 0].tolist() == [0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0]


def test_time_won_back_is_taken_from_what_was_charged_last() -> None:
    """Permits 3 late, power 2 more, then fit-out wins 4 back: power 0 and permits 1 remain."""
    case = _case(_pipeline(np.array([[2.0, 6.0, 12.0]])), np.array([[5.0, 6.0, 5.0, 2.0]]))
    out = case.kernel()
    assert out["energised_month"][0, 0] == 13.0
    assert out["charges"][0, 0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_waiting_that_ends_before_the_plan_is_not_late() -> None:
    case = _case(
        _pipeline(np.array([[3.0, 7.0, 20.0]]), limit_index=np.array([[0, -1, -1]])),
        np.array([[3.0, 4.0, 4.0, 4.0]]),
        available=_from(15)[None, None],
    )
    out = case.kernel()
    assert out["energised_month"][0, 0] == 15.0
    assert not out["charges"].any()


def test_waits_are_charged_in_the_order_they_happen() -> None:
    """Ready at 8, planned for 11. Chips bind from 8 to 13, headroom from 13 to 15.

    Three of the five months for chips are not late; the other two and both of headroom are.
    """
    headroom = _from(0, 60.0) + _from(15, 40.0)  # room for 60 MW until month 15
    chips = _from(13)  # none until month 13
    case = _case(
        _pipeline(np.array([[2.0, 6.0, 11.0]]), limit_index=np.array([[0, 1, -1]])),
        np.array([[2.0, 4.0, 4.0, 2.0]]),
        available=np.stack([headroom, chips])[None],
    )
    out = case.kernel()
    assert out["energised_month"][0, 0] == 15.0
    expected = [0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 0.0]
    assert out["charges"][0, 0].tolist() == expected


def test_a_phase_in_fit_out_keeps_the_delay_of_its_building() -> None:
    """Building began at 2 (plan 1) and ended at 8 (plan 6); fit-out of 4 ends at 12 (plan 9)."""
    case = _case(
        _pipeline(
            np.array([[1.0, 6.0, 9.0]]),
            status=np.array([2]),
            status_month=np.array([9.0]),
            since_month=np.array([8.0]),
            build_start=np.array([2.0]),
        ),
        np.array([[99.0, 99.0, 99.0, 4.0]]),
    )
    out = case.kernel()
    assert out["energised_month"][0, 0] == 12.0
    assert out["charges"][0, 0].tolist() == [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0]


def test_a_cancellation_after_the_end_of_the_run_has_not_happened_yet() -> None:
    case = _case(
        _pipeline(np.array([[1.0, 6.0, 9.0]]), exposed=np.ones((1, 3))),
        np.array([[40.0, 9.0, 9.0, 9.0]]),
        hazard=np.full((1, 3), 1 / 8),
        cancel_work=np.full((1, 1), 4.0),  # month 32 of a run of 24
    )
    assert case.kernel()["cancelled_month"][0, 0] == NEVER

"""Months late by cause, worked by hand. All numbers are sums of binary fractions, so equality is exact."""

from __future__ import annotations

import math

import numpy as np
import pytest
from worlds import World, random_world

from stargauge.delivery import CAUSE_NAMES, Cause
from stargauge.delivery.phases import GRID, NO_LIMIT, ON_SITE
from stargauge.model.arrays import SUPPLIED

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


def _world(plans: np.ndarray, durations: np.ndarray, **changes: object) -> World:
    """Return a world of one future without limits, hazards or opposition, phases standing at month 0."""
    count = len(plans)
    plain = random_world(0, phases=count, futures=1, regions=2, months=HORIZON, hazards=0.0, opposed=False)
    quiet = {
        "status": np.zeros(count, np.int64),
        "status_month": np.zeros(count),
        "since_month": np.zeros(count),
        "build_start": np.full(count, math.nan),
        "plan": plans,
        "facility_mw": np.full(count, 100.0),
        "it_mw": np.full(count, 80.0),
        "group": np.arange(count, dtype=np.int64),
        "domestic": np.ones(count, np.int64),
        "exposed": np.zeros((count, 3)),
        "power": np.full(count, NO_LIMIT),
        "committed": np.zeros(count, np.bool_),
        "thinned": np.zeros(count, np.bool_),
        "chip_row": np.full(count, -1),
        "capital_row": np.full(count, -1),
        "durations": durations[None],
        "upgrade": np.zeros((1, count)),
        "cancel_work": np.full((1, count), math.inf),
        "begin_hazard": np.zeros((1, count)),
        "halt_work": np.full((1, count), math.inf),
        "absent": np.zeros((1, count), np.bool_),
        "region": np.zeros((1, count), np.int64),
        "orders": np.zeros((1, count), np.bool_),
        "mode": np.full(2, SUPPLIED),
        "pair_mw": np.zeros((2, 2)),
        "used_mw": np.zeros((2, HORIZON)),
        "permit_exponent": np.zeros(1),
    }
    return plain.but(**{**quiet, **changes}, now=0.0, groups=count)


def _from(month: int, amount: float = 100.0) -> np.ndarray:
    """Return a cumulative limit that comes in one piece in a month."""
    return np.where(np.arange(HORIZON) >= month, amount, 0.0)


def _headroom(path: np.ndarray) -> np.ndarray:
    """Return a path for the first of two regions."""
    return np.stack([path, np.zeros(HORIZON)])


def _chips(path: np.ndarray) -> np.ndarray:
    return np.stack([0.8 * path, np.zeros(HORIZON)])[None]


def _run(world: World) -> dict[str, np.ndarray]:
    return world.run()._asdict()


@pytest.fixture(scope="module")
def worked() -> dict[str, np.ndarray]:
    names = list(PHASES)
    waiting = np.array([name == "waiting" for name in names])
    exposed = np.zeros((6, 3))
    exposed[names.index("cancelled")] = 1.0
    patience = np.full((1, 6), math.inf)
    patience[0, names.index("cancelled")] = 7 / 16
    world = _world(
        np.array([plan for plan, _ in PHASES.values()]),
        np.array([work for _, work in PHASES.values()]),
        exposed=exposed,
        hazard=np.array([[1 / 16, 1 / 8, 1.0]]),
        cancel_work=patience,
        power=np.where(waiting, GRID, NO_LIMIT),
        chip_row=np.where(waiting, 0, -1),
        supplied_mw=_headroom(_from(13)),
        chips_mw_it=_chips(_from(15)),
    )
    return {name: array[0] for name, array in _run(world).items()}


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
        "permits", "power", "construction", "fitout", "headroom", "chips", "capital", "equipment",
    ]  # fmt: skip


def test_parts_wait_for_the_limit_that_binds_each() -> None:
    """40 of 100 MW at once, 60 at month 12; the wait is that of the last part: 11 to 12."""
    world = _world(
        np.array([[3.0, 7.0, 9.0]]),
        np.array([[3.0, 4.0, 4.0, 4.0]]),
        power=np.full(1, GRID),
        supplied_mw=_headroom(_from(0, 40.0) + _from(12, 60.0)),
    )
    out = _run(world)
    assert out["group_mw"][0, 0, 10:13].tolist() == [0.0, 40.0, 100.0]
    assert out["energised_month"][0, 0] == 12.0
    assert out["charges"][0, 0].tolist() == [0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0]
    assert out["waiting_mw"][0, 0, 0, 10:13].tolist() == [0.0, 60.0, 0.0]


def test_time_won_back_is_taken_from_what_was_charged_last() -> None:
    """Permits 3 late, power 2 more, then fit-out wins 4 back: power 0 and permits 1 remain."""
    out = _run(_world(np.array([[2.0, 6.0, 12.0]]), np.array([[5.0, 6.0, 5.0, 2.0]])))
    assert out["energised_month"][0, 0] == 13.0
    assert out["charges"][0, 0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_waiting_that_ends_before_the_plan_is_not_late() -> None:
    world = _world(
        np.array([[3.0, 7.0, 20.0]]),
        np.array([[3.0, 4.0, 4.0, 4.0]]),
        power=np.full(1, GRID),
        supplied_mw=_headroom(_from(15)),
    )
    out = _run(world)
    assert out["energised_month"][0, 0] == 15.0
    assert not out["charges"].any()


def test_waits_are_charged_in_the_order_they_happen() -> None:
    """Ready at 8, planned for 11. Chips bind from 8 to 13, headroom from 13 to 15.

    Three of the five months for chips are not late; the other two and both of headroom are.
    """
    world = _world(
        np.array([[2.0, 6.0, 11.0]]),
        np.array([[2.0, 4.0, 4.0, 2.0]]),
        power=np.full(1, GRID),
        chip_row=np.zeros(1, np.int64),
        # Room for 60 MW until month 15, no chips until month 13.
        supplied_mw=_headroom(_from(0, 60.0) + _from(15, 40.0)),
        chips_mw_it=_chips(_from(13)),
    )
    out = _run(world)
    assert out["energised_month"][0, 0] == 15.0
    assert out["charges"][0, 0].tolist() == [0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0]


def test_plant_that_is_not_delivered_is_a_cause_of_its_own() -> None:
    """Ready at 10.5, planned for then; plant for the whole phase is delivered in month 14."""
    world = _world(
        np.array([[3.0, 8.0, 10.5]]),
        np.array([[3.0, 5.0, 4.0, 2.5]]),
        power=np.full(1, ON_SITE),
        onsite_mw=_from(14)[None],
    )
    out = _run(world)
    assert out["energised_month"][0, 0] == 14.0
    assert out["charges"][0, 0].tolist() == [0.0] * 7 + [3.5]
    assert out["onsite_mw"][0, 0, 13:16].tolist() == [0.0, 100.0, 100.0]


def test_plant_ordered_while_waiting_ends_the_wait_for_headroom() -> None:
    """Ready at 9, no headroom: ordered in month 9, there after 3.5 months: served in month 13."""
    world = _world(
        np.array([[3.0, 7.0, 9.0]]),
        np.array([[3.0, 4.0, 4.0, 2.0]]),
        power=np.full(1, GRID),
        supplied_mw=_headroom(np.zeros(HORIZON)),
        orders=np.ones((1, 1), np.bool_),
        onsite_lead=np.full((1, 1), 3.5),
        onsite_mw=np.full((1, HORIZON), 1000.0),
        connects=np.zeros(1),
    )
    out = _run(world)
    assert out["energised_month"][0, 0] == 13.0
    assert out["charges"][0, 0].tolist() == [0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0]
    assert out["plant_mw"][0, 12:14].tolist() == [0.0, 100.0]


def test_wires_are_part_of_power() -> None:
    """Power takes 4 months of its own and an upgrade 9: building ends at 12, five months after its plan."""
    world = _world(
        np.array([[3.0, 7.0, 9.0]]), np.array([[3.0, 4.0, 4.0, 2.0]]), upgrade=np.full((1, 1), 9.0)
    )
    out = _run(world)
    assert out["energised_month"][0, 0] == 14.0
    assert out["charges"][0, 0].tolist() == [0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_a_phase_in_fit_out_keeps_the_delay_of_its_building() -> None:
    """Building began at 2 (plan 1) and ended at 8 (plan 6); fit-out of 4 ends at 12 (plan 9)."""
    world = _world(
        np.array([[1.0, 6.0, 9.0]]),
        np.array([[99.0, 99.0, 99.0, 4.0]]),
        status=np.array([2]),
        status_month=np.array([9.0]),
        since_month=np.array([8.0]),
        build_start=np.array([2.0]),
    )
    out = _run(world)
    assert out["energised_month"][0, 0] == 12.0
    assert out["charges"][0, 0].tolist() == [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]


def test_a_cancellation_after_the_end_of_the_run_has_not_happened_yet() -> None:
    for now in (0.0, 40.0):
        world = _world(
            np.array([[1.0, 6.0, 9.0]]),
            np.array([[40.0, 9.0, 9.0, 9.0]]),
            exposed=np.ones((1, 3)),
            hazard=np.full((1, 3), 1 / 8),
            cancel_work=np.full((1, 1), 4.0),  # month 32 of a run of 24
        ).but(now=now)
        assert _run(world)["cancelled_month"][0, 0] == NEVER


def test_a_moratorium_halts_the_work_and_not_the_hazard() -> None:
    """Opposition stands at twice its base from month 1 on: 1/8 a month, its draw used up at month 3.

    Six months without work; land of 6 months ends at 12. A hazard of 1/16 a month with a draw of 1/2 ends it
    at 8 if it counts while work is halted.
    """
    world = _world(
        np.array([[1.0, 6.0, 9.0]]),
        np.array([[6.0, 1.0, 1.0, 1.0]]),
        exposed=np.ones((1, 3)),
        hazard=np.zeros((1, 3)),
        halt_work=np.full((1, 1), 1 / 4),
        base=np.ones(2),
        closing=np.ones(1),
        density_slope=np.zeros(1),
        bill_slope=np.zeros(1),
        loosening_slope=np.ones(1),
        drift=np.zeros(1),
        ceiling=np.full(1, 1.0 + 1e9),
        benefit=np.zeros((1, HORIZON)),
        loosened=np.ones((1, HORIZON)),
        moratorium_rate=np.full(1, 1 / 8),
        moratorium_months=np.full(1, 6.0),
    )
    assert _run(world)["energised_month"][0, 0] == pytest.approx(14.0, abs=1e-6)
    dropped = world.but(
        hazard=np.full((1, 3), 1 / 16), hazard_share=np.zeros(1), cancel_work=np.full((1, 1), 1 / 2)
    )
    assert _run(dropped)["cancelled_month"][0, 0] == 8.0

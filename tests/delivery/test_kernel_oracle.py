"""The kernel against a second implementation, event by event, on the same durations, limits and luck."""

from __future__ import annotations

import numpy as np
import pytest
from pipelines import Case, assert_same, changed, model_case, random_case

from stargauge.model import prepare
from stargauge.scenario import changed as changed_scenario
from stargauge.scenario import load_scenario


@pytest.mark.parametrize("tightness", [0.2, 0.6, 1.1, 5.0])
@pytest.mark.parametrize("levers", [False, True], ids=["levers idle", "levers moving"])
def test_random_pipelines_give_the_same_paths(levers: bool, tightness: float) -> None:
    waits = 0
    for seed in range(6):
        case = random_case(seed, levers=levers, tightness=tightness, futures=5, sizes=seed % 2 == 0)
        waits += assert_same(case, case.kernel())
    assert waits > 0 or tightness > 1.0, "the limits never bind: the case shows nothing"


@pytest.mark.parametrize("kinds", [(), (0,), (1,), (2,), (0, 1), (1, 2)], ids=str)
def test_every_choice_of_limits(kinds: tuple[int, ...]) -> None:
    case = random_case(77, kinds=kinds, tightness=0.4, futures=8)
    assert (assert_same(case, case.kernel()) > 0) == bool(kinds)


def test_the_random_cases_hold_what_they_are_for() -> None:
    """All limits bind; phases are energised in parts, cancelled, never begun, and cut by the horizon."""
    binding: set[int] = set()
    partial = cancelled = censored = free = 0
    for seed in range(6):
        case = random_case(seed, tightness=0.6, futures=5)
        for future, outcome in enumerate(case.reference()):
            binding |= {kind for _, _, kind in outcome.waits}
            partial += int(np.sum((outcome.energised_share > 0.0) & (outcome.energised_share < 1.0)))
            cancelled += int(np.isfinite(outcome.cancelled_month).sum())
            free += int(np.sum(outcome.ready_month < case.pipeline.free_before))
            begun = ~case.lapsed[future] & np.isinf(outcome.cancelled_month)
            censored += int(np.sum(begun & np.isinf(outcome.ready_month)))
    assert binding == {0, 1, 2}
    assert min(partial, cancelled, censored, free) > 0, (partial, cancelled, censored, free)


def test_ties_are_served_in_the_order_of_phases() -> None:
    """Ready at the same instant: the first phase takes all of a limit that is too small for both."""
    case = random_case(5, phases=6, futures=1, hazards=0.0, lapse=0.0, kinds=(2,))
    case = Case(
        pipeline=changed(
            case.pipeline,
            status=np.full(6, 2),
            status_month=np.full(6, 10.25),
            since_month=np.full(6, 9.0),
            facility_mw=np.full(6, 100.0),
            limit_index=np.tile([-1, -1, 5], (6, 1)),
            limit_need=np.full((6, 3), 100.0),
        ),
        durations=np.full((1, 6, 4), 2.25),
        speed=case.speed,
        hazard=case.hazard,
        cancel_work=case.cancel_work,
        lapsed=case.lapsed,
        size=case.size,
        available=np.full_like(case.available, 250.0),
    )
    out = case.kernel()
    assert_same(case, out)
    assert out["energised_share"][0].tolist() == [1.0, 1.0, 0.5, 0.0, 0.0, 0.0]
    assert out["energised_month"][0, :2].tolist() == [11.25, 11.25]


def test_a_negative_limit_blocks_and_gives_nothing_back() -> None:
    case = random_case(9, tightness=0.5, futures=3)
    case = Case(**{**case.__dict__, "available": case.available - 2000.0})
    out = case.kernel()
    assert_same(case, out)
    assert np.all(out["energised_share"] >= 0.0)


@pytest.mark.slow
def test_the_default_scenario_gives_the_same_paths() -> None:
    """220 futures of `us-2026`, as the model prepares and draws them, phase by phase."""
    prepared = prepare(load_scenario("us-2026"))
    for block in (0, 1):
        case = model_case(prepared, block, 110)
        assert case.identity
        assert assert_same(case, case.kernel()) > 0, "no limit binds in the default scenario"


@pytest.mark.slow
def test_levers_at_work_give_the_same_paths() -> None:
    levers = {"permitting_time": 0.9, "interconnection_time": [{"from": "2027-03", "intensity": 0.7}]}
    case = model_case(prepare(changed_scenario(load_scenario("us-2026"), levers=levers)), 3, 40)
    assert not case.identity
    assert_same(case, case.kernel())


def test_announced_dates_give_the_same_paths() -> None:
    prepared = prepare(load_scenario("announced"))
    case = model_case(prepared, 0, 2)
    out = case.kernel()
    assert_same(case, out)
    # A date that passed without power on is kept on the as-of date at the earliest.
    planned = np.maximum(prepared.delivery.arrays.plan[:, 2], prepared.delivery.now)
    np.testing.assert_allclose(out["energised_month"][0], np.where(planned < 132, planned, np.inf), atol=1e-9)

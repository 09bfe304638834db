"""The course of the plan in a run: exact in law, bound to its actions, moved by packages the right way."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stargauge.facts import load_registry
from stargauge.policy import Course, draw_course, expected_worth, levels, modelled_levers, prepare_course
from stargauge.policy.paths import LeverPaths, lever_paths
from stargauge.policy.plan import load_strategy
from stargauge.scenario import LEVERS, Scenario, changed, load_scenario
from stargauge.streams import uniforms

Floats = NDArray[np.float64]
FUTURES = 4096
PILLAR_TWO = ("permitting_time", "interconnection_time", "transmission_capacity", "dispatchable_supply")


def luck(name: str, shape: tuple[int, ...]) -> Floats:
    return uniforms(3, "policy.execution", name, 0, shape)


def scenario(**policy: Any) -> Scenario:
    return changed(load_scenario("us-2026"), policy=policy)


@cache
def _known() -> Any:
    return load_registry()


def course(asked: tuple[str, ...] = tuple(LEVERS), **policy: Any) -> Course:
    one = scenario(**policy)
    return prepare_course(one, one.apply(_known()), asked, luck)


@cache
def plain() -> Course:
    return course()


def drawn(one: Course, futures: int = FUTURES) -> Floats:
    return levels(one, draw_course(one, luck, futures))


def row(one: Course, found: Floats, lever: str) -> Floats:
    return found[:, one.levers.index(lever)]


def test_levels_are_intensities_that_stand_still_up_to_the_as_of_month() -> None:
    found = drawn(plain())
    assert found.shape == (FUTURES, len(plain().levers), 132)
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    first = plain().first
    assert scenario().months()[first] == "2026-10"
    assert np.all(found[:, :, : first + 1] == found[:, :, :1])
    assert set(plain().levers) == {a.lever for a in load_strategy().actions if a.lever}


@pytest.mark.parametrize("month", [21, 30, 71, 131])
def test_walked_futures_have_the_law_of_the_transition_matrices(month: int) -> None:
    """The chain is walked move by move; its mean must be that of expm(Q t), lever by lever."""
    one, found = plain(), drawn(plain())[:, :, month]
    now, then = expected_worth(one, month)
    worth = np.array([then[one.lever == place].mean() for place in range(len(one.levers))])
    error = found.std(axis=0, ddof=1) / np.sqrt(FUTURES)
    assert np.all(np.abs(found.mean(axis=0) - worth) <= 4.5 * error + 1e-12)
    assert np.all((now >= 0.0) & (now <= 1.0))


def test_expected_worth_follows_packages() -> None:
    one = course(PILLAR_TWO, off=["P2.1"], delay={"P2.2": "24 months"}, force={"P2.2.1": "in force"})
    found = drawn(one)[:, :, 71]
    _, then = expected_worth(one, 71)
    for place, lever in enumerate(one.levers):
        mean = then[one.lever == place].mean()
        error = found[:, place].std(ddof=1) / np.sqrt(FUTURES)
        assert abs(found[:, place].mean() - mean) <= 4.5 * error + 1e-12, lever
    undone = plain().without(["permitting_time"])
    _, then = expected_worth(undone, 71)
    assert np.all(then[undone.lever == undone.levers.index("permitting_time")] == 0.0)


def test_a_longer_run_goes_on_where_a_shorter_one_ends_and_a_smaller_block_is_a_prefix() -> None:
    short = scenario()
    long = changed(short, end="2045-12")
    longer = prepare_course(long, long.apply(_known()), PILLAR_TWO, luck)
    shorter = course(PILLAR_TWO)
    assert np.array_equal(drawn(longer, 64)[:, :, :132], drawn(shorter, 64))
    assert np.array_equal(drawn(shorter, 16), drawn(shorter, 64)[:16])


def test_asking_for_another_lever_moves_no_draw() -> None:
    alone, among = course(("federal_land",)), plain()
    assert alone.levers == ("federal_land",)
    assert np.array_equal(drawn(alone, 64)[:, 0], row(among, drawn(among, 64), "federal_land"))


def test_an_action_more_moves_no_other() -> None:
    """The draws of an action are those of its name, wherever it stands."""
    one = course(("construction_workforce", "federal_land"))
    rows = np.flatnonzero(one.lever == one.levers.index("federal_land"))
    fewer = replace(
        one,
        levers=("federal_land",),
        actions=tuple(one.actions[place] for place in rows),
        lever=np.zeros(rows.size, dtype=np.int64),
        group=one.group[rows],
        start=one.start[:, rows],
        switches=replace(
            one.switches,
            still=one.switches.still[rows],
            delay=one.switches.delay[rows],
            least=one.switches.least[rows],
        ),
        undone=np.zeros(1, dtype=np.bool_),
    )
    assert np.array_equal(drawn(fewer, 64)[:, 0], row(one, drawn(one, 64), "federal_land"))


def test_frozen_is_all_off_and_none_is_nothing() -> None:
    frozen, off = drawn(course(execution="frozen"), 64), drawn(course(off=["I", "II", "III"]), 64)
    assert np.array_equal(frozen, off)
    assert np.all(frozen == frozen[:, :, :1])
    assert np.array_equal(frozen[:, :, 0], drawn(plain(), 64)[:, :, 0])
    none = drawn(course(execution="none"), 64)
    first = plain().first
    assert np.array_equal(none[:, :, : first + 1], frozen[:, :, : first + 1])
    assert np.all(none[:, :, first + 1 :] == 0.0)
    undone = drawn(plain().without(plain().levers), 64)
    assert np.array_equal(undone, none)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(["II", "P2.1", "DOE", "P2.1.3", "permitting_time"]))
def test_off_is_frozen_to_the_bit_for_the_levers_it_names_whole_and_moves_no_other(name: str) -> None:
    switched, before = course(PILLAR_TWO, off=[name]), course(PILLAR_TWO)
    found, usual = drawn(switched, 64), drawn(before, 64)
    for place in range(len(switched.levers)):
        mine = switched.lever == place
        if switched.switches.still[mine].all():
            assert np.all(found[:, place] == usual[:, place, :1])
        elif not switched.switches.still[mine].any():
            assert np.array_equal(found[:, place], usual[:, place])


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["II", "P2.1", "DOE", "P2.1.3"]),
    st.sampled_from(["begun", "partly in force", "in force"]),
    st.sampled_from([None, "2027-06", "2030-01"]),
)
def test_force_never_lowers_and_holds_from_its_month(name: str, stage: str, since: str | None) -> None:
    forced = course(PILLAR_TWO, force={name: {"stage": stage, **({"from": since} if since else {})}})
    found, usual = drawn(forced, 64), drawn(course(PILLAR_TWO), 64)
    begin = scenario().months().index(since or "2026-11")
    assert np.array_equal(found[:, :, :begin], usual[:, :, :begin])
    assert np.all(found >= usual)
    least = forced.switches.least[:, -1]
    floor = np.array([forced.values[least[forced.lever == p]].mean() for p in range(len(forced.levers))])
    assert np.all(found[:, :, begin:] >= floor[None, :, None] - 1e-12)


def test_a_delay_shifts_and_a_delay_of_nothing_is_none() -> None:
    usual, late = drawn(course(PILLAR_TWO), 64), drawn(course(PILLAR_TWO, delay={"II": "12 months"}), 64)
    assert np.array_equal(drawn(course(PILLAR_TWO, delay={"II": 0}), 64), usual)
    first = plain().first
    assert np.all(late[:, :, : first + 13] == usual[:, :, first : first + 1])
    assert np.array_equal(late[:, :, first + 12 :], usual[:, :, first : 132 - 12])
    both = drawn(course(PILLAR_TWO, delay={"II": "3 months", "P2.1": "1 year", "P2.2": "1 year"}), 64)
    assert np.array_equal(both, late)


def test_before_the_release_nothing_is_driven_and_it_is_said() -> None:
    early = changed(load_scenario("us-2026"), as_of="2024-12-31", start="2024-06")
    one = prepare_course(early, early.apply(_known()), PILLAR_TWO, luck)
    assert one.levers == ()
    assert "released on 2025-07-23, after the as-of date 2024-12-31; no lever of it is in force" in one.remark
    paths = lever_paths(early, one, draw_course(one, luck, 8))
    assert not paths.beyond("permitting_time", -0.2).any()


def test_after_the_edition_the_plan_goes_on_from_what_was_last_collected() -> None:
    later = changed(load_scenario("us-2026"), as_of="2027-10-05")
    one = prepare_course(later, later.apply(_known()), PILLAR_TWO, luck)
    assert one.since == pytest.approx(12.0)
    now, _ = expected_worth(one, one.first)
    _, then = expected_worth(course(PILLAR_TWO), scenario().months().index("2027-10"))
    assert now == pytest.approx(then)
    assert drawn(one)[:, :, 0].mean(axis=0) == pytest.approx(
        [now[one.lever == place].mean() for place in range(len(one.levers))], abs=0.02
    )


def _paths(levers: dict[str, Any], **policy: Any) -> LeverPaths:
    one = changed(load_scenario("us-2026"), levers=levers, policy=policy)
    made = prepare_course(one, one.apply(_known()), modelled_levers(), luck)
    return lever_paths(one, made, draw_course(made, luck, 64))


def test_a_step_takes_the_place_of_the_plan_from_its_month_on() -> None:
    steps = {"permitting_time": [{"from": "2028-01", "intensity": 0.25}]}
    own, usual = _paths(steps), _paths({})
    month = scenario().months().index("2028-01")
    found, before = own.beyond("permitting_time", -0.2), usual.beyond("permitting_time", -0.2)
    assert np.array_equal(found[:, :month], before[:, :month])
    assert np.all(found[:, month:] == 0.25)
    assert np.array_equal(own.beyond("federal_land", -0.1), usual.beyond("federal_land", -0.1))
    assert own.beyond("flexible_load").shape == (1, 132)
    level = own.in_force("permitting_time")
    assert level[:, -1] == pytest.approx(level[:, 0] + 0.25 * (1.0 - level[:, 0]))
    with pytest.raises(KeyError):
        own.in_force("flexible_load")


def test_intensity_beyond_today_reproduces_the_scale_of_the_effect() -> None:
    """(1 - e L(t)) / (1 - e L(now)) = 1 - e l(t)."""
    paths, size = _paths({}), np.linspace(0.0, 0.4, 64)
    level = paths.in_force("permitting_time")
    expected = (1.0 - size[:, None] * level) / (1.0 - size[:, None] * level[:, :1])
    removed = paths.strength("permitting_time", {"lever.permitting_time.effect": size})
    assert 1.0 - removed == pytest.approx(expected, rel=1e-12)
    plain_difference = paths.beyond("permitting_time")
    assert plain_difference == pytest.approx(level - level[:, :1], abs=1e-15)


def test_frozen_leaves_no_trace_and_none_takes_back() -> None:
    assert not _paths({}, execution="frozen").beyond("permitting_time", -0.2).any()
    undone = _paths({}, execution="none").beyond("permitting_time", -0.2)
    assert np.all(undone <= 0.0)
    assert undone[:, -1].mean() < -0.3

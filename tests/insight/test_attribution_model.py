"""Attribution on the model itself: shared luck, exact zeros, sums, the same bits however computed."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stargauge.ensemble import RunStopped
from stargauge.errors import InputError
from stargauge.facts import load_registry
from stargauge.insight.attribution import Attribution, attribution, lever_game
from stargauge.insight.attribution.game import month_after
from stargauge.insight.attribution.shapley import coalitions
from stargauge.insight.outcomes import find_outcomes
from stargauge.insight.trials import with_levers
from stargauge.model import Prepared, draw, prepare, simulate, simulate_block
from stargauge.policy import POSITION_LEVERS, modelled_levers, read_levers
from stargauge.policy.plan import load_strategy
from stargauge.scenario import LEVERS, Scenario, changed, load_scenario

OUTCOMES = ("facility_mw:2030", "shortfall_mw:2030", "chance_by_end:STG-2025-01", "months_standing:STG-MI")
FEW = {"permitting_time": 0.8, "flexible_load": 1.0, "adoption": 1.0, "transmission_capacity": 0.0}


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The default scenario with the plan frozen, so that its levers alone are at work."""
    return changed(load_scenario("us-2026"), policy={"execution": "frozen"})


@pytest.fixture(scope="module")
def planned() -> Scenario:
    return load_scenario("us-2026")


@pytest.fixture(scope="module")
def few(base: Scenario) -> Scenario:
    return changed(base, levers=FEW)


@pytest.fixture(scope="module")
def answer(few: Scenario) -> Attribution:
    return attribution(few, OUTCOMES, exact=True, futures=200, workers=1)


def same(a: Any, b: Any, where: str = "") -> None:
    """Assert that two values are alike to the bit, part by part."""
    assert type(a) is type(b), where
    if isinstance(a, np.ndarray):
        assert a.dtype == b.dtype, where
        assert a.shape == b.shape, where
        assert a.tobytes() == b.tobytes(), where
    elif is_dataclass(a) and not isinstance(a, type):
        for field in fields(a):
            same(getattr(a, field.name), getattr(b, field.name), f"{where}.{field.name}")
    elif isinstance(a, dict):
        assert list(a) == list(b), where
        for key in a:
            same(a[key], b[key], f"{where}[{key}]")
    elif isinstance(a, tuple | list):
        assert len(a) == len(b), where
        for index, (one, two) in enumerate(zip(a, b, strict=True)):
            same(one, two, f"{where}[{index}]")
    else:
        assert a == b or (a != a and b != b), where


@pytest.fixture(scope="module")
def prepared(base: Scenario) -> Prepared:
    return prepare(base)


def test_other_levers_on_a_prepared_scenario_are_as_prepared_with_them(
    base: Scenario, prepared: Prepared
) -> None:
    """Nothing that is made ready reads a lever, so it need not be made ready again; every part, every bit."""
    steps = [{"from": "2027-03", "intensity": 0.4}, {"from": "2029-01", "intensity": 1.0}]
    scenario = changed(base, levers=dict.fromkeys(modelled_levers(), steps))
    afresh, reused = prepare(scenario), with_levers(prepared, scenario.levers)
    same(afresh, reused, "prepared")
    draws = draw(prepared, 1, 32)
    same(draw(afresh, 1, 32), draws, "draws")
    same(simulate(afresh, draws), simulate(reused, draws), "result")


def test_levers_are_read_when_a_block_is_simulated(prepared: Prepared, few: Scenario) -> None:
    off, on = (simulate_block(one, 0, 32).paths for one in (prepared, with_levers(prepared, few.levers)))
    assert not np.array_equal(off, on)


def test_players_are_the_levers_in_force(few: Scenario, base: Scenario, prepared: Prepared) -> None:
    game = lever_game(few, prepared.course)
    assert game.players == ("permitting_time", "flexible_load")
    assert set(game.idle) == set(modelled_levers()) - set(game.players)
    assert not game.full_force
    assert not game.two_readings
    assert game.pillars == (("II", (0,)), ("", (1,)))
    whole = lever_game(base, prepared.course, full_force=True)
    assert whole.full_force
    assert set(whole.players) == set(modelled_levers())
    assert whole.in_words("federal_land") == [{"from": "2026-11", "intensity": 1.0}]


def test_a_coalition_is_the_scenario_with_the_others_off(few: Scenario, prepared: Prepared) -> None:
    game = lever_game(few, prepared.course)
    for coalition in coalitions(2):
        levers = game.levers(coalition)
        assert set(levers) == set(few.levers)
        for place, name in enumerate(game.players):
            assert levers[name][0].intensity == (FEW[name] if coalition >> place & 1 else 0.0)
        assert levers["adoption"] == few.levers["adoption"]


def test_full_force_begins_in_the_month_after_the_as_of_date(base: Scenario, prepared: Prepared) -> None:
    assert month_after(base.as_of) == "2026-11"
    assert month_after(load_scenario("us-2026").as_of.replace(month=12)) == "2027-01"
    with pytest.raises(InputError, match=r"2026-10, and the levers would begin in 2026-11"):
        lever_game(changed(base, end="2026-10"), prepared.course, full_force=True)


PLAN_LEVERS = (
    "permitting_time", "interconnection_time", "transmission_capacity", "dispatchable_supply", "federal_land",
    "construction_workforce",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole_plan(planned: Scenario) -> Attribution:
    return attribution(planned, ("facility_mw:2030", "chance:STG-MI"), futures=64, workers=1)


def test_by_default_the_plan_is_at_work_and_off_is_frozen(whole_plan: Attribution) -> None:
    """Nobody at work is the scenario with the plan frozen, everybody the scenario as it is: separate runs."""
    assert tuple(told.lever for told in whole_plan.players) == PLAN_LEVERS
    assert {told.pillar for told in whole_plan.players} == {"II"}
    told = whole_plan.outcome("facility_mw:2030")
    for execution, value in (("fitted", told.full), ("frozen", told.off), ("none", told.never)):
        one = prepare(changed(load_scenario("us-2026"), policy={"execution": execution}))
        (outcome,) = find_outcomes(one, ["facility_mw:2030"])
        assert outcome.of(simulate_block(one, 0))[:64].mean() == pytest.approx(value)
    assert sum(share.value for share in told.levers) == pytest.approx(told.total, rel=0, abs=1e-9)
    assert sum(one.never or 0.0 for one in told.pillars) == pytest.approx(told.never_total, rel=0, abs=1e-9)
    assert told.never is not None
    assert told.never < told.off < told.full


def test_actions_add_up_to_their_lever(whole_plan: Attribution) -> None:
    for one, month in zip(whole_plan.outcomes, ("2030-12", "2028-12"), strict=True):
        assert one.month <= "2035-12"
        if one.name == "facility_mw:2030":
            assert one.month == month
        for share in one.levers:
            told = next(player for player in whole_plan.players if player.lever == share.lever)
            assert {action.action for action in share.actions} == set(told.actions)
            assert sum(a.value for a in share.actions) == pytest.approx(share.value, rel=0, abs=1e-9)
            assert sum(a.part for a in share.actions) == pytest.approx(1.0)
    told = {player.lever: player for player in whole_plan.players}["permitting_time"]
    assert told.now is not None
    assert told.then is not None
    assert 0.0 < told.now < told.then < 1.0


def test_every_action_of_the_plan_is_told_somewhere(whole_plan: Attribution) -> None:
    told = [action for player in whole_plan.players for action in player.actions]
    told += [action for actions in whole_plan.untold.values() for action in actions]
    assert sorted(told) == sorted(action.id for action in load_strategy().actions)


def test_an_action_switched_off_gets_nothing_and_a_step_takes_the_lever_from_its_actions(
    planned: Scenario,
) -> None:
    scenario = changed(
        planned, policy={"off": ["P2.1.1", "P2.5"]}, levers={"federal_land": 0.5, "flexible_load": 0.5}
    )
    told = attribution(scenario, ("facility_mw:2030",), futures=16, workers=1)
    assert "construction_workforce" in told.idle
    shares = {share.lever: share for share in told.outcomes[0].levers}
    assert shares["federal_land"].actions == shares["flexible_load"].actions == ()
    by_name = {action.action: action for action in shares["permitting_time"].actions}
    assert (by_name["P2.1.1"].part, by_name["P2.1.1"].value) == (0.0, 0.0)
    assert by_name["P2.1.2"].part > 0.2
    assert {pillar.pillar for pillar in told.outcomes[0].pillars} == {"II", ""}
    assert sum(p.never or 0.0 for p in told.outcomes[0].pillars) == pytest.approx(
        told.outcomes[0].never_total, rel=0, abs=1e-9
    )


def test_full_force_is_a_yardstick_of_its_own(planned: Scenario) -> None:
    told = attribution(planned, ("facility_mw:2030",), full_force=True, futures=4, workers=1)
    assert len(told.players) == len(modelled_levers())
    assert told.outcomes[0].never is None
    shares = {share.lever: share for share in told.outcomes[0].levers}
    assert all(action.worth_then == 1.0 for action in shares["permitting_time"].actions)
    assert shares["flexible_load"].actions == ()


def test_levers_of_position_play_where_position_is_asked_for(planned: Scenario) -> None:
    told = attribution(planned, ("model_share:2030",), futures=2, workers=1)
    assert {player.lever for player in told.players} == {*PLAN_LEVERS, *POSITION_LEVERS}
    assert {pillar.pillar for pillar in told.outcomes[0].pillars} == {"I", "II", "III"}
    assert told.elsewhere == ()


@pytest.mark.parametrize(
    "switched",
    [
        {"levers": {"permitting_time": 1.0}},
        {"levers": {"permitting_time": 0.0}},
        {"policy": {"off": ["DOE"]}},
        {"policy": {"off": ["P2.1"], "force": {"P2.2.3": "in force"}}},
        {"policy": {"execution": "none"}},
    ],
    ids=str,
)
def test_no_plan_at_all_is_the_same_world_whatever_a_scenario_switches(
    planned: Scenario, whole_plan: Attribution, switched: dict[str, Any]
) -> None:
    """What the scenario froze or took into its own hands was never decided either."""
    told = attribution(changed(planned, **switched), ("facility_mw:2030",), futures=64, workers=1)
    one, whole = told.outcomes[0], whole_plan.outcome("facility_mw:2030")
    assert one.never == whole.never
    assert one.never_total is not None
    assert sum(pillar.never or 0.0 for pillar in one.pillars) == pytest.approx(one.never_total, abs=1e-9)
    if "execution" in switched.get("policy", {}):
        assert one.never_total == 0.0


def test_a_pillar_at_a_standstill_counts_in_the_second_reading_alone(planned: Scenario) -> None:
    still = changed(planned, policy={"off": ["open_models"]})
    game = lever_game(still, prepare(still).course, position=True)
    assert game.pillars[0] == ("I", ())
    assert game.undone(0).never == game.planned
    assert set(game.undone(0b110).never) == {"open_models"}
    assert game.undone(0b111).never == ()
    told = attribution(still, ("model_share:2030",), futures=2, workers=1).outcomes[0].pillars[0]
    assert (told.pillar, told.levers, told.value, told.sum_of_levers) == ("I", (), 0.0, 0.0)
    assert told.never is not None


def test_before_the_plan_nothing_is_shared_out_and_it_is_said(planned: Scenario) -> None:
    told = attribution(changed(planned, as_of="2025-06-30"), ("facility_mw:2030",), futures=4, workers=1)
    assert told.players == ()
    assert "released on 2025-07-23" in told.remark


def test_shares_add_up_and_are_those_of_separate_runs(
    answer: Attribution, few: Scenario, prepared: Prepared
) -> None:
    """The four coalitions of two levers, run as scenarios of their own."""
    means = {}
    for one in coalitions(2):
        levers = {n: v for p, (n, v) in enumerate(list(FEW.items())[:2]) if one >> p & 1}
        result = simulate_block(with_levers(prepared, changed(few, levers=levers).levers), 0)
        row = [series.name for series in prepared.series].index("energised_facility_mw:US")
        means[one] = result.paths[:200, row, prepared.months.index("2030-12")].mean()
    told = answer.outcome("facility_mw:2030")
    shares = {share.lever: share.value for share in told.levers}
    first = ((means[1] - means[0]) + (means[3] - means[2])) / 2.0
    assert shares["permitting_time"] == pytest.approx(first, abs=1e-9)
    assert shares["flexible_load"] == pytest.approx(means[3] - means[0] - first, abs=1e-9)
    assert told.off == pytest.approx(means[0])
    for one in answer.outcomes:
        assert sum(share.value for share in one.levers) == pytest.approx(one.total, rel=0, abs=1e-9)
        assert sum(pillar.value for pillar in one.pillars) == pytest.approx(one.total, rel=0, abs=1e-9)


def test_a_lever_whose_effect_is_nothing_adds_exactly_nothing(base: Scenario) -> None:
    known = load_registry().as_of(base.as_of)
    fact = known.input("lever.flexible_load.effect").id
    scenario = changed(base, levers={"flexible_load": 1.0, "federal_land": 1.0}, facts={fact: 0.0})
    for method in (True, False):
        told = attribution(scenario, OUTCOMES, exact=method, futures=64, workers=1)
        for one in told.outcomes:
            idle = next(share for share in one.levers if share.lever == "flexible_load")
            assert (idle.value, idle.standard_error, idle.nothing) == (0.0, 0.0, 1.0)


def test_no_lever_in_force_shares_out_nothing(base: Scenario) -> None:
    told = attribution(
        changed(base, levers={"federal_land": 0.0}), ("facility_mw:2030",), futures=8, workers=1
    )
    assert told.players == ()
    assert told.outcomes[0].total == 0.0
    assert told.outcomes[0].levers == told.outcomes[0].pillars == ()
    assert told.simulations == 1


def test_actions_are_those_of_the_plan(answer: Attribution) -> None:
    strategy = load_strategy()
    for told in answer.players:
        assert told.actions == tuple(action.id for action in strategy.actions_of_lever(told.lever))
    assert len(answer.players[0].actions) > 0
    assert answer.players[1].actions == ()
    assert set(answer.tracked) == set(LEVERS) - set(read_levers())
    assert set(answer.elsewhere) == set(read_levers()) - set(modelled_levers())


def test_equal_bits_in_processes(few: Scenario) -> None:
    alone, together = (attribution(few, OUTCOMES, futures=300, workers=count) for count in (1, 2))
    assert together.to_dict() == alone.to_dict()


def test_an_exact_study_goes_on_where_it_was_stopped(
    answer: Attribution, few: Scenario, tmp_path: Path
) -> None:
    file = tmp_path / "levers.checkpoint"
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if done:
            raise KeyboardInterrupt

    with pytest.raises(RunStopped, match=r"4 of 8 simulations are stored in .*levers\.checkpoint; give the"):
        attribution(few, OUTCOMES, exact=True, futures=300, workers=1, checkpoint=file, progress=stop)
    assert seen == [(0, 8), (4, 8)]
    with pytest.raises(InputError, match="300 there, 301 here"):
        attribution(few, OUTCOMES, exact=True, futures=301, workers=1, checkpoint=file)
    seen.clear()
    again = attribution(
        few,
        OUTCOMES,
        exact=True,
        futures=300,
        workers=1,
        checkpoint=file,
        progress=lambda *at: seen.append(at),
    )
    assert seen == [(4, 8), (8, 8)]
    assert not file.exists()
    assert again.to_dict() == attribution(few, OUTCOMES, exact=True, futures=300, workers=1).to_dict()


def test_fewer_futures_are_the_first_of_more(few: Scenario, answer: Attribution) -> None:
    less = attribution(few, OUTCOMES, exact=True, futures=2, workers=1)
    assert less.futures == 2
    assert less.outcomes[0].off != answer.outcomes[0].off
    names = [outcome.name for outcome in less.outcomes]
    assert names == list(OUTCOMES)


def test_the_answer_is_plain_data(answer: Attribution) -> None:
    plain = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert plain["method"] == "exact"
    assert "frozen" in plain["off_means"][0]
    assert "nothing behind the lever is in force" in plain["off_means"][1]
    assert [one["name"] for one in plain["outcomes"]] == list(OUTCOMES)
    assert set(plain["beyond_target"]) <= set(OUTCOMES)


def test_all_mistakes_at_once(base: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        attribution(base, futures=1, workers=0)
    assert "--futures                    1 is out of range; expected a whole number from 2" in str(
        caught.value
    )
    assert "--workers                    0 is too few" in str(caught.value)


@pytest.mark.slow
def test_the_default_attribution_is_within_five_percent(base: Scenario) -> None:
    told = attribution(base, ("facility_mw:2030", "facility_mw:end", "shortfall_mw:2030"), futures=1024)
    for one in told.outcomes:
        assert one.largest_error < 0.05
        assert sum(share.value for share in one.levers) == pytest.approx(one.total, rel=0, abs=1e-9)


@pytest.mark.slow
def test_a_sample_of_orders_is_within_its_errors_of_all_coalitions(base: Scenario) -> None:
    names = (
        "permitting_time",
        "interconnection_time",
        "flexible_load",
        "retirement_deferral",
        "federal_land",
    )
    scenario = changed(base, levers=dict.fromkeys(names, 1.0))
    exact, drawn = (attribution(scenario, OUTCOMES, exact=way, futures=512) for way in (True, False))
    for true, one in zip(exact.outcomes, drawn.outcomes, strict=True):
        assert one.total == true.total
        for a, b in zip(true.levers, one.levers, strict=True):
            assert abs(a.value - b.value) <= 3.0 * max(a.standard_error, b.standard_error) + 1e-9

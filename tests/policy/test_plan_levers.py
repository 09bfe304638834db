"""Levers: each is in one group, has its actions, and an effect only where a fact gives its size."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from plan_files import CHINA, US

from stargauge.errors import InputError
from stargauge.facts import Registry, load_registry
from stargauge.policy import POSITION_LEVERS
from stargauge.policy import read_levers as levers_read
from stargauge.policy.plan import effect_input, lever_lines, load_strategy, plan_levers, strategy_names
from stargauge.policy.plan.levers import LEVER_TABLE, read_levers
from stargauge.scenario.levers import LEVERS

EDITION = date(2026, 10, 5)

WITH_EFFECT = {
    "permitting_time",
    "interconnection_time",
    "transmission_capacity",
    "dispatchable_supply",
    "federal_land",
    "construction_workforce",
    "retirement_deferral",
    "flexible_load",
    "community_benefit",
    *POSITION_LEVERS,
}
"""Levers that something in a run reads, each with an input that a fact feeds."""

IN_OWN_UNITS = {"export_packages": "bn_USD"}


def test_every_lever_of_a_strategy_is_in_one_group() -> None:
    declared = {row.lever: row for row in read_levers()}
    assert set(declared) == set(LEVERS)
    for name in strategy_names():
        for action in load_strategy(name).actions:
            assert not action.lever or action.lever in declared
    for row in declared.values():
        assert bool(row.acts_on) != bool(row.tracked_because), row.lever


def test_a_lever_that_acts_has_a_fact_with_a_source_and_a_size() -> None:
    lines = lever_lines(load_strategy(US), load_registry(), EDITION)
    assert {line.name for line in lines if line.state == "sourced"} == WITH_EFFECT
    for line in lines:
        assert (line.fact is None) == (line.state == "tracked") == bool(line.because)
        if line.fact is not None:
            assert line.fact.feeds == effect_input(line.name)
            assert line.unit == IN_OWN_UNITS.get(line.name, "ratio")
            assert line.fact.source
            assert line.acts_on


def test_what_the_model_uses_is_declared_with_an_effect() -> None:
    declared = {row.lever for row in read_levers() if row.acts_on}
    assert set(levers_read()) == declared


def test_a_fact_that_feeds_a_lever_is_declared() -> None:
    """An effect that somebody sources must not stay in the group that is only tracked."""
    declared = {effect_input(row.lever) for row in read_levers() if row.acts_on}
    fed = {fact.feeds for fact in load_registry().facts}
    assert {name for name in fed if name.startswith("lever.")} <= declared
    assert declared <= fed


def test_actions_behind_levers_are_those_of_the_strategy() -> None:
    us = load_strategy(US)
    lines = {line.name: line for line in lever_lines(us, load_registry(), EDITION)}
    named = [name for line in lines.values() for name in line.actions]
    assert sorted(named) == sorted(action.id for action in us.actions if action.lever)
    assert lines["federal_land"].actions == ("P2.1.5",)
    assert lines["transmission_capacity"].actions == ("P2.2.2", "P2.2.4")
    for name in ("retirement_deferral", "flexible_load", "community_benefit"):
        assert lines[name].actions == ()
        assert lines[name].pillar == ""


def test_on_a_day_before_an_effect_was_known_it_is_tracked() -> None:
    early = {line.name: line for line in lever_lines(load_strategy(CHINA), load_registry(), date(2022, 6, 1))}
    assert all(line.state == "tracked" for line in early.values())
    assert early["federal_land"].because == "no size of its effect was known on 2022-06-01"
    assert early["federal_land"].acts_on
    bare = lever_lines(load_strategy(US), Registry([]), EDITION)
    assert all(line.state == "tracked" and line.because for line in bare)


def test_the_answer_is_plain_data() -> None:
    found = {one["lever"]: one for one in plan_levers().to_dict()}
    effect = found["permitting_time"]["effect"]
    assert effect["input"] == "lever.permitting_time.effect"
    assert effect["fact"] == load_registry().input("lever.permitting_time.effect").id
    assert effect["distribution"]["kind"] == "triangular"
    assert found["research"]["effect"] is None
    assert found["research"]["because"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("capital,,,no source separates public money from the private money that it draws", "capital,,,",
         "capital is in neither group"),
        ("federal_land,share", "federal_lnd,share", '"federal_lnd" is no lever of a scenario'),
        ("federal_land,share", "federal_lnd,share", "federal_land is missing"),
        ("talent,,,no source", "research,,,no source", '"research" stands twice'),
        ("talent,,,no source", "talent,something,an.input,no source", "a lever is in one group"),
        ("lever.federal_land.effect", "", "federal_land needs both what it acts on and the input"),
        ("tracked_because", "why", "no such column"),
    ],
)  # fmt: skip
def test_a_wrong_table_of_levers_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "levers.csv"
    text = LEVER_TABLE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        read_levers(path)

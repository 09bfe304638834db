"""What the commands of the plan answer: selections, screens, data, days."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_files import CHINA, US, event, judgement, strategy
from rich.console import Console

from stargauge.cli.days import day as read_day
from stargauge.cli.plan import plan_app
from stargauge.errors import InputError
from stargauge.policy.plan import (
    PlanAnswer,
    load_strategy,
    plan,
    plan_levers,
    plan_status,
    plan_timeline,
    stages,
    strategy_names,
)
from stargauge.policy.plan.answer import ActionLine
from stargauge.policy.plan.status import action_stage

WIDTH = 100


def screen(answer: object) -> str:
    file = io.StringIO()
    Console(file=file, width=WIDTH, highlight=False).print(answer.render())  # type: ignore[attr-defined]
    return file.getvalue()


@pytest.mark.parametrize(
    ("query", "kind", "count"),
    [
        (None, "all", 103),
        ("", "all", 103),
        ("P2.2.3", "action", 1),
        ("p2.2.3", "action", 1),
        ("2.2.3", "action", 1),
        ("P2.2", "section", 4),
        ("a grid that keeps pace", "section", 4),
        ("grid", "section", 4),
        ("2", "pillar", 29),
        ("iii", "pillar", 16),
        ("pillar 1", "pillar", 58),
        ("permitting_time", "lever", 5),
        ("permitting time", "lever", 5),
        ("flexible-load", "lever", 0),
        ("DOE", "agency", 19),
        ("department of energy", "agency", 19),
        ("wetlands", "words", 1),
    ],
)
def test_words_lead_to_actions(query: str | None, kind: str, count: int) -> None:
    answer = plan(query)
    assert (answer.kind, len(answer.lines)) == (kind, count)


@pytest.mark.parametrize("query", ["P9.9.9", "permiting_time", "nobody", "\x1b[2J"])
def test_words_that_fit_nothing_are_told(query: str) -> None:
    with pytest.raises(InputError) as caught:
        plan(query)
    text = str(caught.value)
    assert "is no action, section, pillar, agency or lever of America's AI Action Plan" in text
    assert text.replace("\n", "").isprintable()
    if query == "permiting_time":
        assert "did you mean permitting_time" in text


def test_the_data_lists_every_action_with_pillar_section_stage_page_and_evidence() -> None:
    listed = json.loads(json.dumps(plan().to_dict()))
    assert isinstance(listed, list)
    assert len(listed) == 103
    for one in listed:
        assert one["pillar"] in (1, 2, 3)
        assert one["section"]
        assert one["stage"] in (0, 1, 2, 3)
        assert one["page"]
        for step in one["evidence"]:
            assert step["source"]
            assert step["direction"] in ("advances", "works_against", "mixed")
    assert {one["id"]: one["stage"] for one in listed} == stages(load_strategy(US))
    moved = next(one for one in listed if one["id"] == "P1.2.2")
    assert moved["since"] == "2025-12-11"
    assert any(step["why"] == "judged" and step["judged_because"] for step in moved["evidence"])


def test_counts_of_the_status_add_up() -> None:
    found = plan_status().to_dict()
    assert found["actions"] == 103
    assert found["distinct"] == 102
    assert sum(found["counts"]) == 103
    for parts in (found["pillars"], found["sections"]):
        assert [sum(counts) for counts in zip(*(one["counts"] for one in parts), strict=True)] == found[
            "counts"
        ]
    assert len(found["sections"]) == 30
    assert len(found["by_action"]) == 103
    assert found["digest"] == load_strategy(US).digest


def test_what_moved_lately_is_what_differs_from_before() -> None:
    day = date(2026, 3, 31)
    before, after = (stages(load_strategy(US), one) for one in (date(2025, 12, 31), day))
    moved = {line.action.id for line, _ in plan_status(day).moved((day - date(2025, 12, 31)).days)}
    assert {name for name in after if after[name] != before[name]} <= moved


def test_the_timeline_counts_what_the_panel_counts() -> None:
    answer = plan_timeline()
    found = answer.to_dict()
    assert found["counts"][-1] == list(plan_status().counts())
    assert all(sum(one) == 103 for one in found["counts"])
    assert found["lineage"][0]["date"] == "2019-02-11"
    assert all(one["date"] > found["as_of"] for one in found["ahead"])
    assert answer.panel.quarters[0] == "2025Q3"
    chart = screen(answer)
    assert "2025Q3" in chart
    for pillar, size in (("Pillar 1", 58), ("Pillar 2", 29), ("Pillar 3", 16)):
        row = chart.split(pillar)[1].splitlines()[1]
        assert sum(row.count(mark) for mark in "·░▒█") == size


def test_a_long_programme_shows_its_last_quarters() -> None:
    chart = screen(plan_timeline(strategy=CHINA))
    assert "2022Q1" not in chart
    assert "2026Q4" in chart


@pytest.mark.parametrize("name", strategy_names())
@pytest.mark.parametrize("as_of", [None, date(2025, 12, 31), date(2030, 1, 1)])
def test_screens_fit_and_name_the_next_command(name: str, as_of: date | None) -> None:
    answers = [plan(None, as_of, name), plan_status(as_of, name), plan_timeline(as_of, name)]
    answers.append(plan_levers(as_of, name))
    answers += [plan(action.id, as_of, name) for action in load_strategy(name).actions[:40:7]]
    for answer in answers:
        shown = screen(answer)
        assert max(len(line) for line in shown.splitlines()) <= WIDTH
        assert "stargauge plan" in shown
        json.dumps(answer.to_dict())


def test_later_than_the_edition_the_screen_says_where_collecting_ended() -> None:
    assert "events collected up to 2026-10-05" in screen(plan_status(date(2027, 1, 1)))
    assert "nothing later than 2026-10-05" in screen(plan_status())


def test_before_the_release_there_was_no_plan() -> None:
    for answer in (plan_status, plan_timeline, plan_levers):
        with pytest.raises(InputError, match=r"on 2025-07-22 there was no plan: .* released on 2025-07-23"):
            answer(date(2025, 7, 22))
    assert sum(plan_status(date(2025, 7, 23)).counts()) == 103


def test_one_action_shows_each_event_its_rule_and_its_source() -> None:
    shown = " ".join(screen(plan("P3.3.2")).split())
    assert "begun, stage 1" in shown
    assert "contrary_rule" in shown
    assert "weak evidence" in shown
    assert "Morgan Lewis" in shown
    judged = " ".join(screen(plan("P1.2.2")).split())
    assert "judged to show 3: the memorandum is the change of purchasing rules" in judged
    assert "No event on record bears on it" in screen(plan("P1.12.6"))


def test_every_reason_has_words_on_the_screen() -> None:
    made = strategy(
        [
            event("E1", "rule", day="2025-01-01"),
            event("E2", "rule", day="2025-08-01"),
            event("E3", "award", day="2025-09-01"),
            event("E4", "court_block", "works_against", day="2025-10-01"),
            event("E5", "suspension", "works_against", day="2025-11-01", undoes="E2"),
            event("E6", "law", day="2025-12-01", grade="C"),
            event("E7", "delay", "works_against", day="2026-01-01"),
            event("E8", "meeting", day="2026-02-01"),
        ],
        [judgement("E8", 3)],
    )
    line = ActionLine(made.actions[0], made.sections[0], action_stage(made, "A1"))
    answer = PlanAnswer(made, date(2026, 10, 5), "action", "", (line,))
    shown = " ".join(screen(answer).split())
    for words in ("known before the release", "undone by a later event", "undoes E2", "weak evidence"):
        assert words in shown
    assert "moves it from 2 to 1" in shown
    assert "judged to show 3: a reason; moves it from 1 to 3" in shown


def test_texts_of_a_strategy_are_never_markup() -> None:
    made = strategy([event("E1", "rule").model_copy(update={"event": "[bold]loud[/bold] [link=x]"})])
    lines = tuple(
        ActionLine(action, made.sections[0], action_stage(made, action.id)) for action in made.actions
    )
    answer = PlanAnswer(made, date(2026, 10, 5), "action", "", lines[:1])
    assert "[bold]loud[/bold] [link=x]" in screen(answer)


@given(ordinal=st.integers(date(2025, 7, 23).toordinal(), date(2026, 12, 31).toordinal()))
@settings(max_examples=15, deadline=None)
def test_no_answer_holds_anything_later_than_its_day(ordinal: int) -> None:
    day = date.fromordinal(ordinal)
    for one in plan(as_of=day).to_dict():
        assert all(step["known_from"] <= day.isoformat() for step in one["evidence"])
        assert one["since"] is None or one["since"] <= day.isoformat()
    timeline = plan_timeline(day).to_dict()
    assert all(one["known_from"] <= day.isoformat() for one in timeline["lineage"] + timeline["ahead"])
    assert timeline["days"][-1] <= day.isoformat()
    for lever in plan_levers(day).to_dict():
        assert lever["effect"] is None or lever["effect"]["known_from"] <= day.isoformat()


# The command line.


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    plan_app(list(words), result_action="return_value", exit_on_error=False)
    return capsys.readouterr().out


def test_commands_print_the_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(run(capsys, "--json")) == plan().to_dict()
    assert json.loads(run(capsys, "P2.1", "--json")) == plan("P2.1").to_dict()
    as_of = ("--as-of", "2026-03-31", "--json")
    assert json.loads(run(capsys, "status", *as_of)) == plan_status(date(2026, 3, 31)).to_dict()
    assert (
        json.loads(run(capsys, "timeline", "--strategy", CHINA, "--json"))
        == plan_timeline(strategy=CHINA).to_dict()
    )
    assert json.loads(run(capsys, "levers", "--json")) == plan_levers().to_dict()
    assert "103 actions" in run(capsys)


def test_a_day_that_is_none() -> None:
    with pytest.raises(InputError, match='"soon" is no day; write YYYY-MM-DD'):
        read_day("--as-of", "soon")
    assert read_day("--as-of", None) is None

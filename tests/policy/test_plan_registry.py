"""The shipped strategies: counts, pages, agencies, own words, and the collected tables they came from."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from plan_files import CHINA, US, rows, shared

from stargauge.policy.plan import STAGE_WORDS, Strategy, action_stage, load_strategy, stages, strategy_names
from stargauge.policy.plan.loading import DATA_FOLDER
from stargauge.scenario.levers import LEVERS

COPIED_WORDS = 8


@pytest.fixture(scope="module")
def us() -> Strategy:
    return load_strategy(US)


def test_the_plan_has_103_actions_in_30_sections_and_three_pillars(us: Strategy) -> None:
    assert len(us.actions) == 103
    assert len(us.sections) == 30
    assert Counter(us.pillar_of(action.id) for action in us.actions) == {1: 58, 2: 29, 3: 16}
    assert {action.section for action in us.actions} == {section.id for section in us.sections}


def test_one_action_is_kept_and_marked_as_a_repeat(us: Strategy) -> None:
    assert [(one.id, one.repeats) for one in us.actions if one.repeats] == [("P3.7.3", "P3.6.4")]
    first, again = (action_stage(us, name) for name in ("P3.6.4", "P3.7.3"))
    assert again.stage == first.stage
    assert [step.event.id for step in again.steps] == [step.event.id for step in first.steps]


def test_every_action_has_page_stage_and_section(us: Strategy) -> None:
    pages = [action.page for action in us.actions]
    assert all(page is not None and 3 <= page <= 23 for page in pages)
    assert pages == sorted(page for page in pages if page is not None)
    found = stages(us)
    assert list(found) == [action.id for action in us.actions]
    assert set(found.values()) <= set(range(len(STAGE_WORDS)))
    for action in us.actions:
        assert re.fullmatch(rf"{re.escape(action.section)}\.\d+", action.id)


def test_agencies_are_stated_implied_or_absent(us: Strategy) -> None:
    assert Counter(action.agencies_basis for action in us.actions) == {"stated": 79, "implied": 17, "none": 7}
    used = {name for action in us.actions for name in action.agencies}
    parents = {agency.part_of for agency in us.agencies if agency.part_of}
    assert {agency.id for agency in us.agencies} == used | parents


def test_every_event_has_source_licence_grade_and_is_not_later_than_the_edition(us: Strategy) -> None:
    for event in us.events:
        assert event.source
        assert event.licence
        assert event.known_from <= us.identity.edition
        assert event.address or event.confidence != "A"
    assert {event.direction for event in us.events} == {"advances", "works_against", "mixed"}


def test_lineage_runs_from_the_initiative_of_2019_to_the_release(us: Strategy) -> None:
    days = [one.date for one in us.lineage]
    assert days == sorted(days)
    assert us.lineage[0].date.isoformat() == "2019-02-11"
    kinds = Counter(one.kind for one in us.lineage)
    assert kinds["revocation"] == 3
    assert kinds["release"] == 1
    assert kinds["comment_call"] >= 1


def test_levers_are_those_of_scenarios() -> None:
    for name in strategy_names():
        for action in load_strategy(name).actions:
            assert action.lever in {"", *LEVERS}


def test_a_second_strategy_loads_with_the_same_files() -> None:
    assert strategy_names()[0] == US
    assert [load_strategy(name).id for name in strategy_names()] == list(strategy_names())
    assert CHINA in strategy_names()
    china = load_strategy(CHINA)
    assert china.identity.place == "China"
    assert {path.name for path in (DATA_FOLDER / CHINA).iterdir()} == {
        path.name for path in (DATA_FOLDER / US).iterdir()
    }
    found = stages(china)
    assert set(found.values()) == {0, 1, 2, 3}
    assert all(action.page is None for action in china.actions)


def test_an_action_added_later_is_not_there_before() -> None:
    china = load_strategy(CHINA)
    later = [action for action in china.actions if action.added is not None]
    assert later
    for action in later:
        assert action.added is not None
        day = action.added.replace(day=action.added.day - 1)
        assert action.id not in {one.id for one in china.as_of(day).actions}
        assert action.id in {one.id for one in china.as_of(action.added).actions}


# Against the collected tables, where they are at hand.


def test_actions_match_the_collected_table(us: Strategy) -> None:
    table = rows(shared("actions.csv"))
    assert [row["id"] for row in table] == [action.id for action in us.actions]
    for row, action in zip(table, us.actions, strict=True):
        assert int(row["pillar"]) == us.pillar_of(action.id)
        assert int(row["plan_page"]) == action.page
        assert row["agencies_basis"] == action.agencies_basis
        agencies = "" if row["lead_agencies"] == "unassigned" else row["lead_agencies"]
        assert tuple(filter(None, agencies.split(";"))) == action.agencies
        assert row["lever"].replace("none", "") == action.lever


def test_events_match_the_collected_table(us: Strategy) -> None:
    """Every row is an event; four are our own: two before the release, one split off, one undone later."""
    signs = {"+": "advances", "-": "works_against", "0": "mixed"}
    table = Counter(
        (row["date"], signs[row["direction"]], row["confidence"]) for row in rows(shared("status.csv"))
    )
    ours = Counter((event.written, event.direction, event.confidence) for event in us.events)
    assert not table - ours
    assert sum((ours - table).values()) == 4
    named = {action for row in rows(shared("status.csv")) for action in row["action_ids"].split(";")}
    assert named <= {action for event in us.events for action in event.actions}


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def runs_of(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[at : at + COPIED_WORDS]) for at in range(len(words) - COPIED_WORDS + 1)}


@pytest.mark.parametrize("name", ["plan_text.txt", "plan_bullets.csv", "actions.csv"])
def test_no_eight_words_in_a_row_are_copied(us: Strategy, name: str) -> None:
    published = runs_of(shared(name).read_text(encoding="utf-8", errors="replace"))
    assert len(published) > 100
    for text in [
        *(action.text for action in us.actions),
        *(section.title for section in us.sections),
        *(event.event for event in us.events),
    ]:
        assert not runs_of(text) & published, text

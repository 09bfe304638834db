"""Screens fit 100 columns, answer first and end with sources and the next command; JSON survives."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import get_args

import pytest
from rich.console import Console
from track_rows import ROOT

from stargauge.facts import SAME_LEVEL
from stargauge.track import TrackAnswer, Verdict, track, track_all
from stargauge.track.contradictions import WINDOW_DAYS

NAMES = [status.name for status in track_all()]


def shown(answer: TrackAnswer) -> list[str]:
    file = io.StringIO()
    Console(width=100, file=file, force_terminal=False, color_system=None).print(answer.render())
    return file.getvalue().splitlines()


@pytest.mark.parametrize("events", [False, True])
@pytest.mark.parametrize("as_of", [None, date(2026, 1, 21), date(2027, 1, 1)])
@pytest.mark.parametrize("name", [None, "Stargate", "Colossus", "Meta Hyperion", "EU AI gigafactories"])
def test_no_line_is_longer_than_100_columns(name: str | None, as_of: date | None, events: bool) -> None:
    lines = shown(track(name, as_of, events))
    assert max(map(len, lines)) <= 100
    assert lines[-1].startswith("Next     stargauge ")


@pytest.mark.parametrize("name", NAMES)
def test_every_programme_has_a_screen(name: str) -> None:
    lines = shown(track(name))
    assert lines[0].startswith(name)
    assert max(map(len, lines)) <= 100
    assert "source" in lines[-2]
    assert "--events" in lines[-2]


def test_the_overview_answers_first() -> None:
    lines = shown(track())
    assert lines[0].startswith("On 2026-10-05 power is on at 8 of 27 tracked sites: ")
    assert "MW facility" in lines[0]
    assert "MW IT" in lines[0]
    assert lines[1].startswith("Of 15 pledges with MW, sites and a deadline: ")
    stargate = next(line for line in lines if line.startswith("Stargate (US)"))
    assert stargate.split() == [
        "Stargate", "(US)", "10,000", "facility", "2029-01", "590", "421", "5.9", "%",
        "2026-11-01", "1,180", "Abilene",
    ]  # fmt: skip
    assert "43 pledges" in lines[-2]


def test_the_screen_of_stargate_says_what_the_record_says() -> None:
    text = "\n".join(shown(track("Stargate")))
    for part in (
        "promised        2025-01-21: ",
        "10,000 MW facility by 2029-01-20 · 500 bn USD · 100,000 jobs · open",
        "energised       590 MW facility / 421 MW IT, at 1 of 7 sites",
        "5.9 % of the 10,000 MW facility promised",
        "4 of 8 buildings, since 2026-05-23",
        "claimed         618 MW (2026-09-10, basis not stated)",
        "disagrees with 590 MW facility / 421 MW IT",
        "235 days before",
        "15.95 bn USD of 263 bn USD planned",
        "Abilene 1,180 MW 2026-07-01 -> 2026-11-01: 123 days later",
        "Reports that disagree",
        "stargauge track Stargate --events",
    ):
        assert part in text, part


def test_a_share_names_the_sites_that_count_where_they_are_not_all() -> None:
    text = "\n".join(shown(track("Fairwater")))
    assert "1,301 MW facility / 1,005 MW IT, at 2 of 2 sites" in text
    assert "110 % of the 400 MW facility promised: 442 MW count, at Mount Pleasant" in text


def test_the_event_screen_lists_every_event_with_its_source() -> None:
    answer = track("Stargate", events=True)
    text = " ".join(" ".join(shown(answer)).split())
    for event in answer.statuses[0].events:
        assert " ".join(event.event.split()) in text
        assert f"[{event.grade}]" in text


def test_an_empty_day_says_so() -> None:
    lines = shown(track(as_of=date(2019, 1, 1)))
    assert lines[0] == "On 2019-01-01 no programme was on record."


@pytest.mark.parametrize("name", [None, "Stargate", "France"])
def test_json_survives_a_round_trip(name: str | None) -> None:
    answer = track(name).to_dict()
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["as_of"] == "2026-10-05"
    assert all(status["as_of"] == "2026-10-05" for status in answer["statuses"])


def test_json_keeps_facility_and_it_apart() -> None:
    (status,) = track("Stargate").to_dict()["statuses"]
    assert status["energised_facility_mw"] == 590.0
    assert status["energised_it_mw"] == 421.0
    assert status["headline"]["id"] == "STG-2025-01"
    assert len(status["events"]) == len(track("Stargate").statuses[0].events)


def test_how_the_words_led_there_is_said() -> None:
    assert shown(track("abilene"))[1] == "abilene is a site of Stargate (US)"
    assert shown(track("abilene", events=True))[1] == "abilene is a site of Stargate (US)"


def test_the_page_on_track_names_every_verdict_rule_and_line() -> None:
    page = " ".join((ROOT / "docs" / "track.md").read_text(encoding="utf-8").split())
    for verdict in get_args(Verdict):
        assert f"*{verdict}*" in page
    for part in (f"within {WINDOW_DAYS} days", f"{SAME_LEVEL:.0%}".replace("%", " %"), "in a larger step"):
        assert part in page
    for label in ("promised", "energised", "claimed", "begun before", "money in place"):
        assert f"| {label} |" in page

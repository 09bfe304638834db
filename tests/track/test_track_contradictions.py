"""Contradictions that are on record are found, each once, and no others."""

from __future__ import annotations

import re
from datetime import date

import pytest
from track_rows import rows

from stargauge.track import Contradiction, track_all, track_programme
from stargauge.track.events import same_figure

MARK = re.compile(r"\b(contradicts|higher than|lower than)\b")


def found(programme: str, as_of: date | None = None) -> dict[str, Contradiction]:
    return {one.said.id: one for one in track_programme(programme, as_of).contradictions}


def sides(one: Contradiction) -> list[str]:
    return [report.id for report in one.against]


def test_every_marked_event_stands_in_exactly_one_contradiction() -> None:
    marked = [row["event_id"] for row in rows("events") if MARK.search(row["bearing"])]
    shown: list[str] = []
    for status in track_all():
        for one in status.contradictions:
            shown += {report.id for report in (one.said, *one.against) if report.id in marked}
    for event in marked:
        # An event can be contradicted itself as well as contradict something else.
        assert 1 <= shown.count(event) <= 2, event


def test_nothing_but_marked_events_and_claims_of_other_mw_is_a_contradiction() -> None:
    marked = {row["event_id"] for row in rows("events") if MARK.search(row["bearing"])}
    for status in track_all():
        disputed = {claim.event.event_id for claim in status.claims if claim.agrees is False}
        for one in status.contradictions:
            involved = {report.id for report in (one.said, *one.against)}
            assert involved & (marked | disputed), one


def test_the_operators_618_mw_stand_against_590_facility_and_421_it() -> None:
    one = found("Stargate")["EV075"]
    assert one.about == "Abilene"
    assert one.rules == ("marked", "MW")
    (tracker,) = one.against
    assert (one.said.mw, tracker.mw, tracker.it_mw) == (618.0, 590.0, 421.0)
    assert tracker.side == "tracker"
    assert one.said.source
    assert tracker.source
    claim = track_programme("Stargate").claims[-1]
    assert (claim.mw, claim.basis, claim.agrees) == (618.0, "not stated", False)


def test_who_contradicts_whom_at_stargate() -> None:
    pairs = {said: sides(one) for said, one in found("Stargate").items()}
    tracker = pairs.pop("EV059")
    assert len(tracker) == 1
    assert found("Stargate")["EV059"].condition == "unless read as contracts"
    assert pairs == {
        "STG-2025-01": ["EV004", "EV010", "EV011", "EV045"],
        "EV010": ["EV012", "EV013"],
        "STG-NM": ["EV026"],
        "EV032": ["schedule", "EV033"],
        "EV046": ["EV047"],
        "EV075": ["abilene@2026-09-10"],
    }


def test_the_first_gigawatt_stands_against_what_was_seen_and_what_stood() -> None:
    one = found("Colossus")["EV039"]
    assert [report.mw for report in one.against] == [350.0, 323.0]
    assert one.rules == ("marked", "MW")


def test_a_round_claim_near_the_trackers_figure_agrees() -> None:
    claims = {claim.event.event_id: claim for claim in track_programme("Stargate").claims}
    assert claims["EV047"].agrees  # 200 MW said, 211 MW IT stood
    assert claims["EV058"].agrees
    assert "EV058" not in found("Stargate")


def test_the_same_claim_disagreed_with_what_the_tracker_said_at_the_time() -> None:
    then = found("Stargate", date(2026, 4, 30))["EV058"]
    assert [(report.mw, report.side) for report in then.against[:1]] == [(590.0, "tracker")]


@pytest.mark.parametrize("event", ["EV031", "EV059", "EV067", "EV011"])
def test_promises_contracts_and_jobs_are_no_claims_of_mw_in_operation(event: str) -> None:
    assert event not in {claim.event.event_id for status in track_all() for claim in status.claims}


@pytest.mark.parametrize(
    "programme", ["Meta Hyperion", "Rainier", "Stargate UAE", "Crusoe Goodnight", "France"]
)
def test_no_false_ones(programme: str) -> None:
    assert track_programme(programme).contradictions == ()


@pytest.mark.parametrize(
    ("said", "stood", "same"),
    [
        (618, 590, False),
        (618, 610, True),
        (200, 211, True),
        (200, 295, False),
        (1000, 946, True),
        (0, 0, True),
    ],
)
def test_what_counts_as_one_figure(said: float, stood: float, same: bool) -> None:
    assert same_figure(said, stood) is same

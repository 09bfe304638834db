"""Nothing known later shows: by examples, by poisoned tables, and for any day."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from track_rows import LAST_DAY, editions, energised_on_record, rows, standing

from stargauge.facts import Tables, load_registry, load_tables
from stargauge.track import known_records, track, track_all, track_programme
from stargauge.track.sites import site_status

DAYS = st.dates(min_value=date(2025, 1, 21), max_value=date(2026, 12, 31))
SITES = sorted({row["site_id"] for row in rows("site_aliases")})


@given(as_of=DAYS, site_id=st.sampled_from(SITES))
@settings(max_examples=60, deadline=None)
def test_energised_mw_is_what_the_newest_known_edition_says_stands(as_of: date, site_id: str) -> None:
    site = site_status(site_id, site_id, known_records(as_of, load_tables(), load_registry()))
    known = editions(site_id, as_of)
    if not known:
        assert site.edition is None
        assert not site.energised_facility_mw
        return
    assert site.edition == known[-1][0]
    facility, it = standing(site_id, as_of)
    assert site.energised_facility_mw is not None
    assert site.energised_it_mw is not None
    if it is not None:
        assert site.energised_it_mw == pytest.approx(it)
        facility = facility if facility is not None else energised_on_record(site_id, as_of, it)
    if facility is not None:
        assert site.energised_facility_mw == pytest.approx(facility)
    else:
        assert site.energised_facility_mw > site.energised_it_mw or site.energised_it_mw == 0.0
    assert all(step.since <= as_of for step in site.steps)
    assert [step.facility_mw for step in site.steps] == sorted(step.facility_mw for step in site.steps)


def poisoned(tables: Tables, as_of: date) -> Tables:
    """Return tables in which every cell that became known after a day is another one."""
    later = pl.col("known_from") > as_of
    text = pl.lit("POISON")

    def swap(frame: pl.DataFrame, when: pl.Expr, columns: tuple[str, ...]) -> pl.DataFrame:
        changed = [
            pl.when(when)
            .then(text if frame.schema[name] == pl.String else pl.lit(66_666).cast(frame.schema[name]))
            .otherwise(pl.col(name))
            .alias(name)
            for name in columns
        ]
        return frame.with_columns(changed)

    status_later = pl.col("status_at") > as_of
    pledges = swap(tables.pledges, later, ("promised", "promised_mw", "due_mw", "source"))
    pledges = swap(
        pledges,
        pl.col("mw_known_from") > as_of,
        ("promised_mw", "promised_mw_note", "due_mw", "deadline_note", "judged", "untestable_because"),
    )
    pledges = swap(pledges, status_later, ("status", "note", "judged", "delivered_mw", "untestable_because"))
    return replace(
        tables,
        pledges=pledges,
        events=swap(tables.events, later, ("event", "quantity", "bearing", "kind")),
        sites=swap(tables.sites, later, ("operator_claim", "note", "energised_facility_mw", "source")),
        vintages=swap(tables.vintages, later, ("it_mw", "facility_mw", "buildings_operational", "source")),
    )


@given(as_of=DAYS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_becomes_known_later_changes_nothing(as_of: date) -> None:
    plain = json.dumps(track(as_of=as_of).to_dict())
    changed = json.dumps(track(as_of=as_of, tables=poisoned(load_tables(), as_of)).to_dict())
    assert "POISON" not in changed
    assert plain == changed


@pytest.mark.parametrize("as_of", [date(2025, 7, 23), date(2026, 1, 21), date(2026, 5, 1), LAST_DAY])
def test_no_event_pledge_edition_or_date_is_later_than_the_day(as_of: date) -> None:
    known = {row["event_id"]: row["known_from"] for row in rows("events")}
    for status in track_all(as_of):
        for event in status.events:
            assert known[event.event_id] <= as_of.isoformat()
            assert event.on <= event.known_from <= as_of
        assert all(pledge.announced_on <= as_of for pledge in status.pledges)
        assert all(pledge.status_at is None or pledge.status_at <= as_of for pledge in status.pledges)
        for site in status.sites:
            assert site.edition is None or site.edition <= as_of
            assert site.since is None or site.since <= as_of
        for one in status.contradictions:
            assert all(side.on is None or side.on <= as_of for side in (one.said, *one.against))
        for step in status.schedule:
            assert all(said.edition <= as_of for said in step.said)


def test_in_july_2025_only_what_was_said_by_then_is_shown() -> None:
    status = track_programme("Stargate", date(2025, 7, 23))
    assert [pledge.id for pledge in status.pledges] == ["STG-2025-01", "STG-ABI-1", "STG-2025-07-ORCL"]
    assert [site.site_id for site in status.sites] == ["abilene"]
    assert status.energised_facility_mw is None
    assert {one.said.id for one in status.contradictions} == {"STG-2025-01", "EV010"}


def test_the_mw_of_january_2025_are_on_record_from_september() -> None:
    before, after = (
        next(one for one in track_programme("Stargate", day).pledges if one.id == "STG-2025-01")
        for day in (date(2025, 9, 22), date(2025, 9, 23))
    )
    assert before.announced == after.announced == "2025-01-21"
    assert before.capital_usd_b == after.capital_usd_b == 500.0
    assert (before.promised_mw, before.due_mw, before.deadline, before.share) == (None, None, None, None)
    assert (before.verdict, before.untestable_because) == ("not testable", "no MW were on record by then")
    assert (after.promised_mw, after.due_mw, after.verdict) == (10_000.0, 10_000.0, "open")


def test_an_image_is_known_from_the_edition_that_reports_it() -> None:
    for event in track_programme("Stargate").events:
        quoted = re.search(r"vintage (\d{4}-\d{2}-\d{2})", event.source)
        if quoted is not None:
            assert event.known_from.isoformat() == quoted[1]
    before = track_programme("Stargate", date(2026, 9, 1))
    assert "EV001" not in {event.event_id for event in before.events}
    # That building had begun is known all the same: the first edition has a row for that day.
    assert before.sites[0].construction_start == date(2024, 5, 31)


def test_state_and_notes_of_a_pledge_are_those_of_their_day() -> None:
    later = {one.id: one for one in track_programme("Stargate").pledges}["STG-ABI-2"]
    before = {one.id: one for one in track_programme("Stargate", date(2025, 12, 31)).pledges}["STG-ABI-2"]
    assert (later.state, before.state) == ("withdrawn", "announced")
    assert later.untestable_because
    assert before.untestable_because == before.status == before.note == ""


def test_abilene_as_the_tracker_first_put_it_and_then_took_it_back() -> None:
    april = track_programme("Stargate", date(2026, 4, 30))
    assert april.energised_facility_mw == 590.0
    assert april.sites[0].it_basis == "ratio"
    now = track_programme("Stargate")
    taken_back = [one for one in now.corrections if one.edition == date(2026, 4, 3)]
    assert [(one.site_id, one.said_mw, one.now_mw) for one in taken_back] == [("abilene", 590.0, 295.0)]


def test_a_day_before_any_record_is_empty_for_all_and_an_error_for_one() -> None:
    from stargauge.errors import InputError

    assert track_all(date(2019, 1, 1)) == ()
    with pytest.raises(InputError) as caught:
        track_programme("Stargate", date(2024, 1, 1))
    assert str(caught.value) == (
        "track has 1 mistake; nothing was looked up.\n"
        "  as_of                        nothing was on record of Stargate (US) on 2024-01-01; "
        "choose a later day"
    )


def test_a_forecast_day_that_has_passed_is_marked() -> None:
    late = track_programme("Stargate", date(2026, 12, 1)).sites[0].ahead[0]
    assert late.on == date(2026, 11, 1)
    assert late.overdue
    assert not track_programme("Stargate").sites[0].ahead[0].overdue

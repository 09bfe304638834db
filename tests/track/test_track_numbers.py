"""Promised and energised, pinned against the tables and against sums worked out here."""

from __future__ import annotations

from datetime import date

import pytest
from track_rows import LAST_DAY, editions, rows

from stargauge.track import ProgrammeStatus, track_all, track_programme


@pytest.fixture(scope="module")
def stargate() -> ProgrammeStatus:
    return track_programme("stargate")


@pytest.fixture(scope="module")
def everything() -> tuple[ProgrammeStatus, ...]:
    return track_all()


def test_the_newest_day_on_record_is_the_default(stargate: ProgrammeStatus) -> None:
    known = [row["known_from"] for name in ("events", "pledges", "sites") for row in rows(name)]
    known += [row["vintage"] for row in rows("forecast_vintages")]
    assert stargate.as_of.isoformat() == max(known)


def test_stargate_stands_at_590_facility_and_421_it_mw_at_one_of_seven_sites(
    stargate: ProgrammeStatus,
) -> None:
    assert (stargate.energised_facility_mw, stargate.energised_it_mw) == (590.0, 421.0)
    assert stargate.sites_energised == 1
    assert len(stargate.sites) == 7
    abilene = stargate.sites[0]
    assert (abilene.site_id, abilene.buildings, abilene.buildings_planned) == ("abilene", 4.0, 8.0)
    assert abilene.since == date(2026, 5, 23)
    assert (abilene.facility_basis, abilene.it_basis) == ("reported", "reported")


def test_stargate_is_measured_by_its_first_pledge(stargate: ProgrammeStatus) -> None:
    main = stargate.headline
    assert main is not None
    assert (main.id, main.promised_mw, main.basis) == ("STG-2025-01", 10_000.0, "facility")
    assert (main.capital_usd_b, main.promised_jobs) == (500.0, 100_000)
    assert main.deadline == date(2029, 1, 20)
    assert main.verdict == "open"
    assert main.share == pytest.approx(0.059)


def test_stargates_events_are_those_the_table_names(stargate: ProgrammeStatus) -> None:
    sites = {row["site_id"] for row in rows("site_keys") if row["programme"] == "Stargate (US)"}
    expected = {
        row["event_id"]
        for row in rows("events")
        if row["site_id"] in sites
        or (not row["site_id"] and row["programme"] == "Stargate")
        or "affects Abilene" in row["bearing"]
    }
    assert {event.event_id for event in stargate.events} == expected
    assert [event.on for event in stargate.events] == sorted(event.on for event in stargate.events)
    assert all(event.kind and event.source for event in stargate.events)


def test_an_event_marked_as_not_of_a_programme_belongs_to_none(
    everything: tuple[ProgrammeStatus, ...],
) -> None:
    shown = {event.event_id for status in everything for event in status.events}
    loose = {row["event_id"] for row in rows("events")} - shown
    assert loose == {row["event_id"] for row in rows("events") if row["programme"] == "not Stargate"}


def test_every_pledge_and_every_site_is_in_exactly_one_programme(
    everything: tuple[ProgrammeStatus, ...],
) -> None:
    pledges = [pledge.id for status in everything for pledge in status.pledges]
    sites = [site.site_id for status in everything for site in status.sites]
    assert sorted(pledges) == sorted(row["id"] for row in rows("pledges"))
    assert sorted(sites) == sorted(row["site_id"] for row in rows("site_keys"))


def test_programmes_without_a_site_are_tracked(everything: tuple[ProgrammeStatus, ...]) -> None:
    without = {status.name: status for status in everything if not status.sites}
    for name in ("SoftBank France", "EU AI gigafactories (InvestAI)", "China East Data West Compute"):
        assert without[name].energised_facility_mw is None
        assert without[name].share is None
        assert without[name].headline is not None


def test_facility_and_it_mw_are_apart_and_sum_over_sites(everything: tuple[ProgrammeStatus, ...]) -> None:
    for status in everything:
        facility = [
            one.energised_facility_mw for one in status.sites if one.energised_facility_mw is not None
        ]
        it = [one.energised_it_mw for one in status.sites if one.energised_it_mw is not None]
        assert status.energised_facility_mw == (pytest.approx(sum(facility)) if facility else None)
        assert status.energised_it_mw == (pytest.approx(sum(it)) if it else None)
        for site in status.sites:
            if site.energised_it_mw:
                assert site.energised_facility_mw is not None
                assert 1.0 < site.energised_facility_mw / site.energised_it_mw < 1.6


def test_energised_agrees_with_the_description_of_each_site(everything: tuple[ProgrammeStatus, ...]) -> None:
    described = {row["site_id"]: row["energised_facility_mw"] for row in rows("sites")}
    for status in everything:
        for site in status.sites:
            if described.get(site.site_id):
                assert site.energised_facility_mw == pytest.approx(float(described[site.site_id]), abs=0.5)


@pytest.mark.parametrize(
    ("programme", "pledge", "verdict", "days"),
    [
        ("Fairwater", "MS-FW-WI", "kept late", 16),  # 400 MW due 2026-03-31, 442 MW on 2026-04-16
        ("Colossus", "XAI-C2", "missed so far", 158),  # 1,500 MW due 2026-04-30, 1,276 MW stand
        ("Stargate", "STG-ABI-1", "missed so far", 66),  # 1,200 MW due 2026-07-31, 590 MW stand
        ("Stargate", "STG-2025-01", "open", None),
        ("Humain", "HUMAIN-1", "open", None),
        ("Stargate", "STG-2026-04-10GW", "not testable", None),
    ],
)
def test_verdicts(programme: str, pledge: str, verdict: str, days: int | None) -> None:
    found = {one.id: one for one in track_programme(programme).pledges}[pledge]
    assert (found.verdict, found.days_late) == (verdict, days)
    assert found.untestable_because if verdict == "not testable" else found.due_mw


def test_a_pledge_past_its_day_at_sites_without_a_record_is_not_called_missed() -> None:
    found = track_programme("Humain", date(2031, 6, 1)).pledges[0]
    assert found.verdict == "not on record"


def test_a_level_within_two_per_cent_is_reached() -> None:
    wanted = {one.id: one for one in track_programme("Stargate").pledges}["STG-ABI-1"]
    planned = [step for step in track_programme("Stargate").sites[0].ahead if step.facility_mw == 1180.0]
    assert wanted.due_mw == 1200.0
    assert planned[0].facility_mw >= 0.98 * wanted.due_mw


def test_what_began_before_the_pledge_is_shown_with_and_without(stargate: ProgrammeStatus) -> None:
    before = stargate.begun_before
    assert before is not None
    assert [(one.site_id, one.construction_start) for one in before.sites] == [("abilene", date(2024, 5, 31))]
    assert before.sites[0].days_before == (date(2025, 1, 21) - date(2024, 5, 31)).days
    assert (before.without_facility_mw, before.without_it_mw) == (0.0, 0.0)
    assert track_programme("Stargate UAE").begun_before is None


def test_money_in_place_is_the_sum_of_the_sites_estimates(stargate: ProgrammeStatus) -> None:
    sites = {row["site_id"] for row in rows("site_keys") if row["programme"] == "Stargate (US)"}
    kept = [row for row in rows("sites") if row["site_id"] in sites and row["capital_delivered_usd_b"]]
    assert stargate.money.in_place_usd_b == pytest.approx(
        sum(float(row["capital_delivered_usd_b"]) for row in kept)
    )
    assert stargate.money.planned_usd_b == pytest.approx(
        sum(float(row["capital_planned_usd_b"]) for row in kept)
    )
    assert {deal.event_id for deal in stargate.money.deals} == {
        row["event_id"] for row in rows("events") if row["site_id"] in sites and row["kind"] == "finance"
    }


def test_next_steps_are_the_newest_editions_forecasts(stargate: ProgrammeStatus) -> None:
    assert stargate.next_step is not None
    assert (stargate.next_step.site_id, stargate.next_step.on) == ("abilene", date(2026, 11, 1))
    for site in stargate.sites:
        last = editions(site.site_id, LAST_DAY)[-1][1][-1]
        assert last["kind"] == "forecast"
        assert site.ahead[-1].on == date.fromisoformat(last["date"])
        assert site.ahead[-1].origin == "tracker"
        assert site.ahead[-1].it_mw == pytest.approx(float(last["it_mw"]), rel=0.001)


def test_a_pledge_for_a_site_no_edition_names_dates_its_next_step() -> None:
    (ports,) = track_programme("SoftBank PORTS").sites
    assert ports.ahead[0].origin == "pledge"
    assert (ports.ahead[0].facility_mw, ports.ahead[0].on) == (800.0, date(2028, 3, 31))
    assert ports.ahead[-1].origin == "none"


def test_an_older_count_of_buildings_does_not_describe_a_revised_site() -> None:
    (prometheus,) = track_programme("Prometheus").sites
    assert prometheus.energised_it_mw == pytest.approx(471.0)
    assert prometheus.facility_basis == "ratio"
    assert prometheus.buildings is None

"""What each edition said of every step, and the slip, against a published table of slips."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from track_rows import LAST_DAY, SLIPS, editions, rows

from stargauge.track import StepRecord, reached_on, track_all, track_programme

SITE_OF = {row["vintage_site"]: row["site_id"] for row in rows("site_aliases")}


def numbers(of_day: list[dict[str, str]]) -> list[dict[str, object]]:
    return [
        {"date": date.fromisoformat(row["date"]), "facility_mw": float(row["facility_mw"] or "nan")}
        for row in of_day
    ]


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    if not SLIPS.exists():
        pytest.skip("the published table of slips does not stand beside the repository")
    with SLIPS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_published_date_is_recomputed(published: list[dict[str, str]]) -> None:
    for row in published:
        known = dict(editions(SITE_OF[row["site"]], LAST_DAY))
        of_day = known[date.fromisoformat(row["vintage"])]
        reached = reached_on(numbers(of_day), float(row["threshold_mw"]))
        assert reached == date.fromisoformat(row["estimated_date"]), row


def test_steps_of_the_record_slip_as_published(published: list[dict[str, str]]) -> None:
    steps = {(step.site_id, step.facility_mw): step for status in track_all() for step in status.schedule}
    compared = 0
    for row in published:
        wanted = float(row["threshold_mw"])
        site_id = SITE_OF[row["site"]]
        first = min(other["vintage"] for other in published if other["site"] == row["site"])
        near = [step for (site, mw), step in steps.items() if site == site_id and 0 <= mw / wanted - 1 < 0.02]
        for step in (one for one in near if one.said[0].edition.isoformat() == first):
            said = {one.edition: one for one in step.said}
            one = said[date.fromisoformat(row["vintage"])]
            assert one.kind == row["kind_at_vintage"], row
            assert one.on == date.fromisoformat(row["estimated_date"]), row
            assert step.said[0].on is not None
            assert (one.on - step.said[0].on).days == int(row["slip_days_vs_first_vintage"])
            compared += 1
    assert compared >= 30


def step_of(programme: str, site_id: str, mw: float) -> StepRecord:
    steps = track_programme(programme).schedule
    return next(step for step in steps if step.site_id == site_id and step.facility_mw == mw)


def test_abilenes_eight_buildings_moved_by_123_days() -> None:
    step = step_of("Stargate", "abilene", 1180.0)
    assert [one.on for one in step.said][:1] == [date(2026, 7, 1)]
    assert step.said[-1].on == date(2026, 11, 1)
    assert step.slip_days == 123


def test_a_step_that_left_the_plan_has_no_slip() -> None:
    step = step_of("Stargate", "abilene", 2121.0)
    assert step.said[0].on == date(2027, 3, 3)
    assert step.said[-1].kind == "not planned"
    assert step.slip_days is None


def test_a_coarser_edition_is_not_a_slip() -> None:
    # Until September 2026 the site had one step to 196 MW and one to the whole; then every building its own.
    step = step_of("Stargate", "shackelford", 392.0)
    assert step.said[0].edition == date(2026, 9, 15)
    assert step.slip_days == 0


def test_every_step_was_forecast_once_and_dates_do_not_precede_the_record() -> None:
    for status in track_all():
        for step in status.schedule:
            assert step.said[0].kind in ("past", "forecast")
            assert any(one.kind == "forecast" for one in step.said), step
            assert [one.edition for one in step.said] == sorted(one.edition for one in step.said)
            assert all(one.on <= one.edition for one in step.said if one.kind == "past" and one.on)


def test_reached_on_passes_over_rows_without_a_figure() -> None:
    series = [
        {"date": date(2026, 1, 1), "facility_mw": None, "it_mw": 50.0},
        {"date": date(2026, 3, 1), "facility_mw": 100.0, "it_mw": None},
    ]
    assert reached_on(series, 100.0) == date(2026, 3, 1)
    assert reached_on(series, 50.0, "it_mw") == date(2026, 1, 1)
    assert reached_on(series, 101.0) is None

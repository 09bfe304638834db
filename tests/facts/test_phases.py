"""The seven rules by which phases are derived, each on a table one can read; then the shipped tables.

Reference medians here: 12 months of building, 6 of fit-out. Facility MW per IT MW where not given: 1.5.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest
from site_tables import records

from stargauge.facts import (
    DAYS_PER_MONTH,
    SAME_LEVEL,
    Phase,
    ReferenceMonths,
    SiteRecords,
    derive_phases,
    load_tables,
    planned_milestones,
    site_phases,
)

REFERENCE = ReferenceMonths(construction=12.0, fitout=6.0)
RATIO = 1.5


def phases(vintages: str, pledges: str = "", as_of: str = "2026-12-31") -> list[Phase]:
    return site_phases(records(vintages, pledges), "here", date.fromisoformat(as_of), REFERENCE, RATIO)


def shown(found: list[Phase], *fields: str) -> list[str]:
    """Return a line a phase: kind, MW and the level reached, then the fields named; months cut to YYYY-MM."""

    def word(value: Any) -> str:
        if isinstance(value, date):
            return f"{value:%Y-%m-%d}"
        return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    return [
        " ".join(word(getattr(phase, name)) for name in ("kind", "facility_mw", "cumulative_mw", *fields))
        for phase in found
    ]


# Rule 1: energised.


def test_each_rise_of_the_past_is_one_energised_phase() -> None:
    found = phases(
        """
        2026-01-10  2024-06-01  past    0    0
        2026-01-10  2025-03-01  past  100   80
        2026-01-10  2025-06-01  past  100   80
        2026-01-10  2025-09-01  past  250  200
        """
    )
    assert shown(found, "it_mw", "energised", "stage", "stage_basis") == [
        "energised 100 100 80 2025-03-01 energised observed",
        "energised 150 250 120 2025-09-01 energised observed",
    ]
    assert [phase.opens_site for phase in found] == [True, False]


def test_a_later_revision_cuts_earlier_rows_down() -> None:
    found = phases(
        """
        2026-01-10  2025-03-01  past  100   80
        2026-01-10  2025-06-01  past  400  320
        2026-01-10  2025-09-01  past  250  200
        """
    )
    assert shown(found, "energised") == ["energised 100 100 2025-03-01", "energised 150 250 2025-06-01"]


def test_a_revision_below_the_first_phase_leaves_one_phase() -> None:
    found = phases(
        """
        2026-01-10  2025-03-01  past  100   80
        2026-01-10  2025-06-01  past  400  320
        2026-01-10  2025-09-01  past   60   48
        """
    )
    assert shown(found, "energised") == ["energised 60 60 2025-03-01"]


def test_a_site_shut_down_has_no_energised_phase() -> None:
    assert phases("2026-01-10 2025-03-01 past 100 80\n2026-01-10 2025-09-01 past 0 0") == []


def test_a_rise_of_less_than_two_per_cent_is_no_phase_but_is_not_lost() -> None:
    found = phases("2026-01-10 2025-03-01 past 100 80\n2026-01-10 2025-09-01 past 101 81")
    assert shown(found, "it_mw", "energised") == ["energised 101 101 81 2025-03-01"]


# Rule 2: steps.


def test_each_forecast_above_the_highest_before_it_is_a_step() -> None:
    found = phases(
        """
        2026-01-10  2025-03-01  past      100   80
        2026-01-10  2026-09-01  forecast  200  160
        2026-01-10  2026-11-01  forecast  190  152
        2026-01-10  2027-02-01  forecast  203  162
        2026-01-10  2027-09-01  forecast  500  400
        """
    )
    assert shown(found, "forecast") == [
        "energised 100 100 -",
        "step 100 200 2026-09-01",
        "step 300 500 2027-09-01",
    ]


def test_the_newest_vintage_by_the_date_counts_and_later_ones_do_not() -> None:
    table = """
        2026-01-10  2025-03-01  past      100   80
        2026-01-10  2026-06-01  past      100   80
        2026-01-10  2026-09-01  forecast  200  160
        2026-05-20  2025-03-01  past      100   80
        2026-05-20  2026-04-01  past      120   96
        2026-05-20  2027-03-01  forecast  300  240
        """
    assert shown(phases(table, as_of="2026-05-19"), "vintage")[-1] == "step 100 200 2026-01-10"
    assert shown(phases(table, as_of="2026-05-20"), "vintage") == [
        "energised 100 100 2026-05-20",
        "energised 20 120 2026-05-20",
        "step 180 300 2026-05-20",
    ]
    assert phases(table, as_of="2026-01-09") == []


# Rule 3: detail kept.

OLD = """
    2026-01-10  2025-03-01  past      100   80
    2026-01-10  2025-09-01  past      250  200
    2026-01-10  2026-11-01  forecast  400  320
    2026-01-10  2027-06-01  forecast  600  480
"""


def test_a_vintage_with_todays_level_alone_keeps_the_dates_before_it() -> None:
    found = phases(OLD + "2026-07-28 2026-07-28 past 250 200\n")
    assert shown(found, "energised", "vintage") == [
        "energised 100 100 2025-03-01 2026-07-28",
        "energised 150 250 2025-09-01 2026-07-28",
    ]


def test_levels_with_the_same_it_megawatts_keep_the_facility_megawatts_reported_with_them() -> None:
    found = phases(OLD + "2026-07-28 2026-07-28 past - 200\n")
    assert shown(found, "it_mw")[-1] == "energised 150 250 120"


def test_a_new_level_is_dated_by_the_vintage_that_saw_it() -> None:
    found = phases(OLD + "2026-07-28 2026-07-28 past 400 320\n")
    assert shown(found, "energised")[-1] == "energised 150 400 2026-07-28"


@pytest.mark.parametrize(
    ("end", "steps"),
    [
        ("2027-06-01 forecast 600 480", ["step 150 400 2026-11-01", "step 200 600 2027-06-01"]),
        ("2027-05-01 forecast 600 480", ["step 150 400 2026-11-01", "step 200 600 2027-05-01"]),
        ("2027-07-01 forecast 600 480", ["step 350 600 2027-07-01"]),
        ("2027-06-01 forecast 900 720", ["step 650 900 2027-06-01"]),
    ],
    ids=["the same end", "sooner", "later: the steps between are off", "another size: likewise"],
)
def test_a_vintage_with_the_last_step_alone_keeps_the_steps_between(end: str, steps: list[str]) -> None:
    found = phases(OLD + f"2026-07-28 2026-07-28 past 250 200\n2026-07-28 {end}\n")
    assert shown([phase for phase in found if phase.kind == "step"], "forecast") == steps


def test_steps_whose_date_has_passed_unmet_are_not_kept() -> None:
    found = phases(OLD.replace("2026-11-01", "2026-07-01") + "2026-07-28 2026-07-28 past 250 200\n"
                   "2026-07-28 2027-06-01 forecast 600 480\n")  # fmt: skip
    assert shown([phase for phase in found if phase.kind == "step"]) == ["step 350 600"]


# Rules 4 and 5: what pledges add.


def test_a_larger_pledge_leaves_a_rest_without_a_date() -> None:
    found = phases(OLD, "2025-02-01 facility 1000 1000 2028-12-31")
    assert shown(found, "forecast", "stage", "it_basis")[-1] == "rest 400 1000 - land ratio"
    assert found[-1].it_mw == pytest.approx(400 / RATIO)


@pytest.mark.parametrize(
    "pledge",
    [
        "2025-02-01 facility 625 625 2028-12-31",  # within 5 %
        "2026-06-01 facility 1000 1000 2028-12-31",  # made later
        "2025-02-01 contract 1000 1000 2028-12-31",  # no megawatts of a site
    ],
)
def test_no_rest_without_a_larger_pledge_made_by_then(pledge: str) -> None:
    assert "rest" not in {phase.kind for phase in phases(OLD, pledge, as_of="2026-03-01")}


def test_a_pledge_in_it_megawatts_counts_at_the_ratio_of_its_site() -> None:
    found = phases(OLD, "2025-02-01 it 800 800 2028-12-31")
    assert shown(found)[-1] == "rest 400 1000"  # 600 facility MW for 480 of IT: 1.25


def test_a_site_no_vintage_names_is_its_smallest_dated_pledge_and_a_rest() -> None:
    found = phases(
        "",
        """
        2025-02-01  facility  3000   500  2027-12-31
        2025-08-01  facility  1200  1200  2029-12-31
        """,
    )
    assert shown(found, "forecast", "stage_since") == [
        "pledged 500 500 2027-12-31 2026-07-01",
        "rest 2500 3000 - 2025-02-01",
    ]
    assert found[0].announced == date(2025, 2, 1)


def test_a_pledge_without_a_deadline_is_all_rest() -> None:
    assert shown(phases("", "2025-02-01 facility 700 - -"), "stage", "stage_basis") == [
        "rest 700 700 land observed"
    ]


# Rule 6: the stage. The status date is the vintage's; fit-out takes 6 months, building 12 before it.


@pytest.mark.parametrize(
    ("forecast", "stage", "since"),
    [
        ("2026-03-01", "fitout", "2025-08-30"),
        ("2026-07-10", "fitout", "2026-01-08"),
        ("2026-07-14", "construction", "2025-01-12"),
        ("2027-07-11", "construction", "2026-01-09"),
        ("2027-07-14", "land", "2025-02-01"),
        ("2029-01-01", "land", "2025-02-01"),
    ],
)
def test_the_stage_is_the_one_the_plan_says(forecast: str, stage: str, since: str) -> None:
    found = phases(
        f"2026-01-10 2025-03-01 past 100 80\n2026-01-10 {forecast} forecast 300 240\n",
        "2025-02-01 facility 100 100 2025-12-31",
    )
    assert shown(found, "stage", "stage_since", "stage_basis")[1] == f"step 200 300 {stage} {since} inferred"


def test_building_of_the_first_phase_began_when_the_site_was_seen_building() -> None:
    table = """
        2026-01-10  2024-04-01  past        0    0
        2026-01-10  2025-09-01  past        0    0
        2026-01-10  2027-01-01  forecast  100   80
        2026-01-10  2027-12-01  forecast  200  160
        """
    found = phases(table)
    assert shown(found, "stage", "stage_since", "construction_start") == [
        "step 100 100 construction 2024-04-01 2024-04-01",
        "step 100 200 land 2024-04-01 2024-04-01",
    ]


def test_building_is_not_planned_before_the_site_was_seen_building() -> None:
    """Back-cast, the second step would have begun in September 2024."""
    found = phases(
        """
        2026-01-10  2025-02-01  past        0    0
        2026-01-10  2025-12-01  past      100   80
        2026-01-10  2026-07-20  forecast  200  160
        """
    )
    assert shown(found, "stage", "stage_since")[1] == "step 100 200 construction 2025-02-01"


def test_planned_milestones_keep_their_order_and_distances() -> None:
    end = date(2027, 3, 1)
    plain = planned_milestones(end, None, False, REFERENCE)
    assert plain.energised - plain.fitout_start == timedelta(days=round(6 * DAYS_PER_MONTH))
    assert plain.fitout_start - plain.build_start == timedelta(days=round(12 * DAYS_PER_MONTH))
    early, late, after = date(2024, 1, 1), date(2026, 1, 1), date(2026, 12, 1)
    assert planned_milestones(end, early, True, REFERENCE).build_start == early
    assert planned_milestones(end, early, False, REFERENCE) == plain
    assert planned_milestones(end, late, False, REFERENCE).build_start == late
    assert planned_milestones(end, after, True, REFERENCE) == plain


# Rule 7: what was promised.

AHEAD = """
    2026-01-10  2025-03-01  past      100   80
    2026-01-10  2026-09-01  forecast  200  160
    2026-05-20  2025-03-01  past      100   80
    2026-05-20  2026-04-01  past      100   80
    2026-05-20  2027-02-01  forecast  200  160
"""


@pytest.mark.parametrize(
    ("pledges", "promised"),
    [
        ("", "2026-09-01"),  # the older vintage, not the newest
        ("2025-06-01 facility 200 200 2026-03-31", "2026-03-31"),  # a pledge before any vintage
        ("2025-06-01 facility 219 219 2026-03-31", "2026-03-31"),  # at most 10 % above the level
        ("2025-06-01 facility 197 197 2026-03-31", "2026-03-31"),  # at most 2 % below it
        ("2025-06-01 facility 190 190 2026-03-31", "2026-09-01"),  # too small
        ("2025-06-01 facility 900 900 2026-03-31", "2026-09-01"),  # larger, but another names the level
        ("2026-12-01 facility 200 200 2026-03-31", "2026-09-01"),  # made later
    ],
)
def test_the_promise_is_the_first_published_for_that_much_power(pledges: str, promised: str) -> None:
    assert shown(phases(AHEAD, pledges, as_of="2026-06-01"), "promised")[1] == f"step 100 200 {promised}"


def test_where_nobody_names_the_level_any_larger_promise_counts() -> None:
    found = phases("2026-01-10 2025-03-01 past 100 80", "2024-06-01 facility 900 900 2027-12-31")
    assert shown(found, "promised") == ["energised 100 100 2027-12-31", "rest 800 900 2027-12-31"]


# The shipped tables.


@cache
def _shipped() -> SiteRecords:
    tables = load_tables()
    return SiteRecords(tables.vintages, tables.pledges, tables.site_aliases, tables.site_keys)


def _dates() -> list[date]:
    return [*sorted(set(load_tables().vintages["vintage"])), date(2026, 12, 31)]


def test_every_site_of_a_vintage_has_an_alias_and_a_key() -> None:
    tables = load_tables()
    aliases = dict(zip(tables.site_aliases["vintage_site"], tables.site_aliases["site_id"], strict=True))
    assert set(tables.vintages["site"]) <= set(aliases)
    assert set(aliases.values()) <= set(tables.site_keys["site_id"])


def test_energised_phases_add_up_to_what_each_vintage_says_stands() -> None:
    """For every vintage and site, to the MW, worked out from the table's last past row."""
    frame = load_tables().vintages.filter(pl.col("kind") == "past").sort("date")
    aliases = load_tables().site_aliases
    checked = 0
    for vintage in _dates()[:-1]:
        derived: dict[str, float] = {}
        for phase in derive_phases(_shipped(), vintage, REFERENCE, RATIO):
            if phase.vintage == vintage and phase.kind == "energised":
                derived[phase.site_id] = derived.get(phase.site_id, 0.0) + phase.facility_mw
        rows = frame.filter(pl.col("vintage") == vintage).group_by("site", maintain_order=True).last()
        for row in rows.iter_rows(named=True):
            site = aliases.filter(aliases["vintage_site"] == row["site"])["site_id"][0]
            if row["facility_mw"] is None:
                continue
            assert derived.get(site, 0.0) == pytest.approx(row["facility_mw"], rel=SAME_LEVEL), (
                vintage,
                site,
            )
            checked += 1
    assert checked > 50


def test_the_last_step_of_a_vintage_is_its_last_forecast() -> None:
    frame = load_tables().vintages.filter(pl.col("kind") == "forecast").sort("date")
    aliases = load_tables().site_aliases
    for vintage in _dates()[:-1]:
        top: dict[str, float] = {}
        for phase in derive_phases(_shipped(), vintage, REFERENCE, RATIO):
            if phase.vintage == vintage and phase.kind in ("energised", "step"):
                top[phase.site_id] = phase.cumulative_mw
        highest = frame.filter(pl.col("vintage") == vintage).group_by("site").agg(pl.col("facility_mw").max())
        for row in highest.drop_nulls().iter_rows(named=True):
            site = aliases.filter(aliases["vintage_site"] == row["site"])["site_id"][0]
            assert top[site] >= row["facility_mw"] * (1 - SAME_LEVEL), (vintage, site)


@pytest.mark.parametrize("as_of", _dates(), ids=str)
def test_shipped_phases_are_sound(as_of: date) -> None:
    found = derive_phases(_shipped(), as_of, REFERENCE, RATIO)
    assert len({phase.phase_id for phase in found}) == len(found)
    height: dict[str, float] = {}
    for phase in found:
        assert phase.facility_mw > 0.0, phase
        assert phase.it_mw > 0.0, phase
        assert phase.it_mw <= phase.facility_mw, phase
        height[phase.site_id] = height.get(phase.site_id, 0.0) + phase.facility_mw
        assert phase.cumulative_mw == pytest.approx(height[phase.site_id])
        assert phase.stage_since <= (phase.vintage or as_of), phase
        assert (phase.energised is not None) == (phase.kind == "energised")
        assert phase.energised is None or phase.energised <= as_of
        assert (phase.forecast is not None) == (phase.kind in ("step", "pledged"))
        assert phase.vintage is None or phase.vintage <= as_of


@pytest.mark.parametrize("as_of", _dates()[:-1], ids=str)
def test_nothing_known_later_enters(as_of: date) -> None:
    """The tables cut to the date give the very same phases."""
    tables = load_tables()
    cut = SiteRecords(
        tables.vintages.filter(pl.col("known_from") <= as_of),
        tables.pledges.filter(pl.col("known_from") <= as_of),
        tables.site_aliases,
        tables.site_keys,
    )
    assert derive_phases(cut, as_of, REFERENCE, RATIO) == derive_phases(_shipped(), as_of, REFERENCE, RATIO)

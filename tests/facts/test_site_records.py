"""What is on record of a site, and what of it could be known on a date."""

from __future__ import annotations

from datetime import date

import pytest
from site_tables import records

RATIO = 1.5
TABLE = """
    2026-01-10  2025-03-01  past      100   80
    2026-01-10  2025-09-01  past      200    -
    2026-01-10  2026-11-01  forecast  400  320
    2026-05-20  2025-03-01  past      100   80
    2026-05-20  2026-11-01  forecast    -  400
"""
FIRST, SECOND = date(2026, 1, 10), date(2026, 5, 20)


def test_levels_are_split_into_past_and_ahead_in_order_of_date() -> None:
    shuffled = "\n".join(reversed(TABLE.strip().splitlines()))
    for table in (TABLE, shuffled):
        past, ahead = records(table).levels("here", FIRST, RATIO)
        assert [(level.on.isoformat(), level.facility_mw) for level in past] == [
            ("2025-03-01", 100.0),
            ("2025-09-01", 200.0),
        ]
        assert [level.facility_mw for level in ahead] == [400.0]


def test_a_missing_number_follows_from_the_newest_row_that_gives_both() -> None:
    past, _ = records(TABLE).levels("here", FIRST, RATIO)
    assert [level.reported_it for level in past] == [True, False]
    assert past[1].it_mw == pytest.approx(200.0 * 320.0 / 400.0)
    _, ahead = records(TABLE).levels("here", SECOND, RATIO)
    assert ahead[0].facility_mw == pytest.approx(400.0 * 100.0 / 80.0)
    assert ahead[0].reported_it


def test_a_ratio_is_never_taken_from_a_later_vintage() -> None:
    table = "2026-01-10 2025-03-01 past 100 -\n2026-05-20 2025-03-01 past 100 50"
    past, _ = records(table).levels("here", FIRST, RATIO)
    assert past[0].it_mw == pytest.approx(100.0 / RATIO)


@pytest.mark.parametrize(
    ("on", "stands", "expected"),
    [
        ("2025-02-28", 0.0, 0.0),
        ("2025-03-01", 100.0, 100.0),
        ("2025-12-31", 200.0, 200.0),
        ("2026-10-31", 200.0, 200.0),
        ("2026-11-01", 200.0, 400.0),
    ],
)
def test_what_a_vintage_says_of_a_day(on: str, stands: float, expected: float) -> None:
    day = date.fromisoformat(on)
    assert records(TABLE).standing_mw("here", FIRST, day, RATIO) == stands
    assert records(TABLE).forecast_mw("here", FIRST, day, RATIO) == expected


def test_pledges_are_those_for_this_site_alone_made_by_then() -> None:
    kept = records(
        "",
        """
        2025-02-01  facility   500   500  2027-12-31
        2025-06-01  it         800     -           -
        2025-08-01  contract  9000  9000  2029-12-31
        2026-08-01  facility  4000  4000  2029-12-31
        2025-01-01  facility   700   700  2028-12-31  there
        """,
        sites=("here", "there"),
    )
    found = kept.pledges("here", date(2026, 1, 1), RATIO)
    assert [(promise.published.isoformat(), promise.facility_mw) for promise in found.dated] == [
        ("2025-02-01", 500.0)
    ]
    assert found.largest_mw == 800.0 * RATIO
    assert found.announced == date(2025, 2, 1)
    assert kept.pledges("here", date(2025, 1, 1), RATIO).announced is None


def test_a_pledge_counts_in_mw_from_the_day_its_mw_are_on_record() -> None:
    kept = records("", "2025-01-21/2025-09-23 facility 900 500 2029-12-31")
    before = kept.pledges("here", date(2025, 9, 22), RATIO)
    assert (before.dated, before.largest_mw, before.announced) == ((), 0.0, date(2025, 1, 21))
    after = kept.pledges("here", date(2025, 9, 23), RATIO)
    assert [promise.published for promise in after.dated] == [date(2025, 9, 23)]
    assert (after.largest_mw, after.announced) == (900.0, date(2025, 1, 21))


def test_a_pledge_over_several_sites_is_no_pledge_for_one_of_them() -> None:
    row = "2025-02-01 facility 500 500 2027-12-31"
    kept = records("", row, sites=("here", "there"))
    assert kept.pledges("there", date(2026, 1, 1), RATIO).largest_mw == 0.0


def test_sites_and_vintages_come_in_order() -> None:
    kept = records(TABLE, sites=("there", "here"))
    assert kept.site_ids == ("here", "there")
    assert kept.vintages("here") == (FIRST, SECOND)
    assert kept.vintages("there") == ()

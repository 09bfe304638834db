"""No text shown as of a day holds a date later than that day, unless it is about the future by its name."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from stargauge.facts import load_tables
from stargauge.track.records import WRITTEN_LATER

FORWARD = {
    "pledges": {"promised", "promised_mw_note", "deadline_note", "status", "note"},
    "events": {"event", "quantity_note"},
    "sites": {"promised", "projected_full_note", "projection_source", "power_supply", "note"},
    "compute_programmes": {"metric", "target_note", "value_text", "note"},
    "headroom": set(),
    "background_shares": set(),
    "site_keys": set(),
}
"""Texts that speak of deadlines and forecasts. In them only a date in brackets says when something was said;
in every other text any date does."""

PROVENANCE = {"source", "address", "licence"}
"""Where a row was read, which may well be a later report of an earlier day."""

PLANNED = {("EV064", "2026-07-17"), ("saline", "Dec 2027")}
"""Dates that look told and lie ahead all the same: a memo asked for, the full load of a contract."""

KEYS = ("id", "event_id", "site_id", "metric", "region")
"""Columns that name a row, the first that a table has."""

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_DATE = re.compile(
    r"(?:\b(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? |\bQ(?P<quarter>[1-4]) )?"
    r"(?<![\d.,])(?P<year>20[0-4]\d)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?![\d,%])"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")


def dates(text: str) -> Iterator[tuple[str, date]]:
    """Yield the dates of a text as written, each with the first day it may mean."""
    for found in _DATE.finditer(text):
        month = int(found["month"] or 1)
        if found["name"]:
            month = MONTHS[found["name"].lower()]
        elif found["quarter"]:
            month = 3 * int(found["quarter"]) - 2
        if 1 <= month <= 12:
            yield found[0], date(int(found["year"]), month, int(found["day"] or 1))


def told(table: str, field: str, text: str) -> Iterator[tuple[str, date]]:
    """Yield the dates of a text that say when something was said or done."""
    if field not in FORWARD[table]:
        yield from dates(text)
        return
    for inner in _BRACKETS.findall(text):
        yield from dates(inner)
    if table == "events":
        yield from (one for one in dates(text) if len(one[0]) == len("2025-01-21"))


def shown_from(table: str, field: str, row: dict[str, Any]) -> date:
    """Return the first day on which a field is shown."""
    if table == "site_keys":
        return date.min
    if table == "pledges" and field in WRITTEN_LATER and row["status_at"] is not None:
        return max(row["known_from"], row["status_at"])
    known: date = row["known_from"]
    return known


def later(table: str, frame: pl.DataFrame) -> list[tuple[str, str, str]]:
    """Return key, field and date of every text that tells more than was known when it is shown."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String and name not in PROVENANCE]
    key = next(name for name in KEYS if name in frame.columns)
    return [
        (row[key], field, written)
        for row in frame.iter_rows(named=True)
        for field in texts
        for written, day in told(table, field, row[field])
        if day > shown_from(table, field, row) and (row[key], written) not in PLANNED
    ]


@pytest.mark.parametrize("table", FORWARD)
def test_no_text_tells_what_was_not_known_when_it_is_shown(table: str) -> None:
    assert later(table, getattr(load_tables(), table)) == []


@pytest.mark.parametrize(
    ("table", "field", "text", "found"),
    [
        ("pledges", "promised", "3.3 bn USD, plus 4 bn (Sept 2035)", ["Sept 2035"]),
        ("pledges", "promised", "first 100 MW in Q2 2035 (2034-11-05)", ["2034-11-05"]),
        ("pledges", "promised", "200 MW live in 2035 and 5 GW by 2040", []),
        ("pledges", "partners", "Blue Owl since Oct 2035", ["Oct 2035"]),
        ("pledges", "promised_jobs_note", "6400 on site (2036)", ["2036"]),
        ("events", "event", "missed its 2035-10-23 date", ["2035-10-23"]),
        ("events", "bearing", "moves to 2035", ["2035"]),
        ("site_keys", "note", "on hold since April 2026", ["April 2026"]),
        ("site_keys", "note", "2040 MW, 1,203 jobs, 12.2035", ["2040"]),
    ],
)
def test_it_is_found_where_it_stands(table: str, field: str, text: str, found: list[str]) -> None:
    frame = getattr(load_tables(), table).head(1).with_columns(pl.lit(text).alias(field))
    assert [written for _, name, written in later(table, frame) if name == field] == found


def test_the_terms_of_a_pledge_are_never_known_before_it() -> None:
    pledges = load_tables().pledges
    assert pledges.filter(pl.col("mw_known_from") < pl.col("known_from")).height == 0
    stated = pledges.filter(pl.col("mw_known_from") > pl.col("known_from"))
    assert dict(stated.select("id", "mw_known_from").iter_rows()) == {
        "STG-2025-01": date(2025, 9, 23),
        "STG-LOR": date(2026, 5, 23),
        "STG-MI": date(2025, 12, 31),
        "AMZ-RAI": date(2025, 10, 29),
        "MS-FW-WI": date(2025, 9, 30),
        "CN-EDWC": date(2023, 12, 31),
    }


def test_money_and_jobs_are_those_of_the_announcement() -> None:
    rows = {row["id"]: row for row in load_tables().pledges.iter_rows(named=True)}
    assert rows["MS-FW-WI"]["promised_capital_usd_b"] == 3.3
    assert rows["AMZ-RAI"]["promised_capital_usd_b"] == 11.0
    for key in ("STG-ABI-1", "STG-2025-07-ORCL", "STG-LOR", "STG-MI", "META-HYP-2", "CRU-TAL", "CN-EDWC"):
        assert rows[key]["promised_capital_usd_b"] is None, key
    for key in ("STG-ABI-1", "STG-UAE"):
        assert rows[key]["promised_jobs"] is None, key


def test_the_land_next_to_abilene_is_a_site_of_its_own() -> None:
    event = load_tables().events.row(by_predicate=pl.col("event_id") == "EV050", named=True)
    assert event["site_id"] == "crusoe-abilene-ms"

"""The record tables: types, cross-references, and what is said when a row does not fit."""

from __future__ import annotations

import shutil
from dataclasses import fields
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from stargauge.errors import InputError
from stargauge.facts import Tables, load_tables, read_tables
from stargauge.facts.frames import TABLE_FILES, frame_of
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.rows import Pledge


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped tables that a test may break."""
    for file, _ in TABLE_FILES.values():
        shutil.copy(TABLES_FOLDER / file, tmp_path / file)
    return tmp_path


def change(folder: Path, file: str, key: str, **cells: str | None) -> None:
    """Change cells of the first row whose first column is `key`."""
    frame = pl.read_csv(folder / file, infer_schema=False)
    place = frame[frame.columns[0]].to_list().index(key)
    for name, value in cells.items():
        column = frame[name].to_list()
        column[place] = value
        frame = frame.with_columns(pl.Series(name, column, dtype=pl.String))
    frame.write_csv(folder / file)


def mistakes(folder: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(InputError) as caught:
        read_tables(folder)
    assert caught.value.consequence == "no table was loaded"
    return [(m.line, m.field, m.message) for m in caught.value.mistakes]


def test_columns_have_the_types_of_their_row_class() -> None:
    tables = load_tables()
    assert tables.pledges.schema["deadline"] == pl.Date
    assert tables.pledges.schema["due_mw"] == pl.Float64
    assert tables.pledges.schema["testable"] == pl.Boolean
    assert tables.pledges.schema["promised_jobs"] == pl.Int64
    assert tables.pledges.schema["basis"] == pl.String
    assert tables.vintages.schema["vintage"] == pl.Date
    assert tables.vintages.schema["it_mw"] == pl.Float64
    for field in fields(Tables):
        frame: pl.DataFrame = getattr(tables, field.name)
        assert frame.columns == list(TABLE_FILES[field.name][1].model_fields), field.name
        assert frame.height > 0, field.name


def test_an_empty_frame_has_types_too() -> None:
    frame = frame_of(Pledge, [])
    assert frame.height == 0
    assert frame.schema["known_from"] == pl.Date


@pytest.mark.parametrize(
    ("file", "key", "cells", "expected"),
    [
        ("pledges.csv", "STG-ABI-1", {"due_mw": "many"}, (8, "due_mw", '"many" is not a number')),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"due_mw": "-5"},
            (8, "due_mw", '"-5": input should be greater than or equal to 0'),
        ),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"basis": "IT"},
            (
                8,
                "basis",
                "\"IT\" is not one of 'facility', 'it', 'generation', 'contract', 'systems', 'chips' "
                "or 'other'",
            ),
        ),
        ("pledges.csv", "STG-ABI-1", {"deadline": None}, (8, "row", "a testable pledge needs deadline")),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"basis": "generation", "counts_sites": None},
            (8, "row", "a testable pledge needs counts_sites, a basis of facility or it"),
        ),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"testable": "false"},
            (8, "row", "a pledge that is not testable must say so in untestable_because"),
        ),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"testable": "maybe"},
            (8, "testable", '"maybe" is neither true nor false'),
        ),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"counts_sites": "abilene moon"},
            (8, "counts_sites", '"moon" is no site'),
        ),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"mw_known_from": "2025-02"},
            (8, "row", "mw_known_from (2025-02-28) is before known_from (2025-03-31)"),
        ),
        (
            "pledges.csv",
            "STG-ABI-1",
            {"mw_known_from": None},
            (8, "mw_known_from", "is missing"),
        ),
        ("pledges.csv", "STG-ABI-1", {"part_of": "STG"}, (8, "part_of", '"STG" is no pledge')),
        ("pledges.csv", "STG-ABI-1", {"id": "STG-SHA"}, (10, "key", '"STG-SHA" is used twice')),
        ("sites.csv", "abilene", {"lat": "91"}, (2, "lat", '"91": input should be less than or equal to 90')),
        (
            "sites.csv",
            "abilene",
            {"buildings_planned": "2.5"},
            (2, "buildings_planned", '"2.5" is not a whole number'),
        ),
        ("events.csv", "EV001", {"site_id": "moon"}, (2, "site_id", '"moon" is no site')),
        (
            "events.csv",
            "EV001",
            {"date": "May 2024"},
            (2, "date", '"May 2024" is not a date; write 2025, 2025-07 or 2025-07-23'),
        ),
        ("headroom.csv", "PJM", {"region": "PJM"}, (6, "region", '"PJM" is no EIA-930 region')),
        ("background_shares.csv", "CAL", {"share": "nan"}, None),
    ],
)
def test_one_mistake(
    folder: Path, file: str, key: str, cells: dict[str, str | None], expected: tuple[int, str, str] | None
) -> None:
    change(folder, file, key, **cells)
    found = mistakes(folder)
    if expected is not None:
        assert found == [expected]


def test_mistakes_of_several_tables_come_at_once(folder: Path) -> None:
    change(folder, "pledges.csv", "STG-ABI-1", due_mw="x")
    change(folder, "sites.csv", "abilene", country=None)
    assert [(line, field) for line, field, _ in mistakes(folder)] == [
        (2, "sites.csv: country"),
        (8, "pledges.csv: due_mw"),
    ]


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "events.csv").unlink()
    assert mistakes(folder) == [(0, "file", "cannot be read: No such file or directory")]


def test_the_shipped_tables_agree_with_each_other() -> None:
    tables = load_tables()
    sites = set(tables.site_keys["site_id"])
    assert set(tables.sites["site_id"]) <= sites
    assert set(tables.vintages["site"]) == set(tables.site_aliases["vintage_site"])
    assert set(tables.site_aliases["site_id"]) <= sites
    regions = set(tables.regions["region"])
    assert tables.regions.height == 13
    assert set(tables.balancing_authorities["region"]) == regions
    assert set(tables.state_regions["region"]) == regions
    assert tables.state_regions.height == 48
    assert set(tables.background_shares["region"]) == regions


def test_no_position_is_finer_than_a_town() -> None:
    tables = load_tables()
    for frame in (tables.sites, tables.pledges):
        placed = frame.filter(pl.col("lat").is_not_null())
        assert placed.filter(pl.col("position_basis") == "").height == 0
        for name in ("lat", "lon"):
            assert placed[name].round(2).equals(placed[name])
    assert tables.sites["lat"].null_count() == 0


def test_no_date_of_record_is_later_than_the_edition() -> None:
    tables = load_tables()
    for name in ("pledges", "sites", "events", "vintages", "compute_programmes"):
        assert getattr(tables, name)["known_from"].max() <= date(2026, 10, 5), name


def test_a_vintage_forecasts_nothing_before_itself() -> None:
    ahead = load_tables().vintages.filter(pl.col("kind") == "forecast")
    assert ahead.filter(pl.col("date") < pl.col("vintage")).height == 0

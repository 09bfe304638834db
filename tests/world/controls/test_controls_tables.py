"""The tables of the rules: what they hold, and what is said when a row does not fit."""

from __future__ import annotations

import csv
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from stargauge.errors import InputError
from stargauge.world.controls.countries import places
from stargauge.world.controls.limits import Limits
from stargauge.world.controls.tables import DATA_FOLDER, FILES, SOURCES_UNTIL, load_controls, read_controls


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the tables that a test may break."""
    for file, _ in FILES.values():
        shutil.copy(DATA_FOLDER / file, tmp_path / file)
    return tmp_path


def change(folder: Path, file: str, key: str, **cells: str) -> None:
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    row = next(row for row in rows if key in row.values())
    row.update(cells)
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_every_row_has_a_source_a_grade_and_terms() -> None:
    tables = load_controls()
    for row in (*tables.chips, *tables.rules, *tables.countries):
        assert row.source
        assert row.licence
        assert row.known_from <= SOURCES_UNTIL
        assert row.address or row.confidence in ("unverified", "C", "B", "A")
    assert len(tables.chips) == 62
    assert len(tables.rules) == 21


def test_files_are_plain_text_with_unix_line_ends() -> None:
    assert sorted(path.name for path in DATA_FOLDER.iterdir()) == sorted(file for file, _ in FILES.values())
    for path in DATA_FOLDER.iterdir():
        content = path.read_bytes()
        assert b"\r" not in content
        content.decode("utf-8")


def test_thresholds_are_those_the_code_asks_for() -> None:
    assert [row.limit for row in load_controls().limits] == [field.name for field in fields(Limits)]


def test_groups_from_memory_say_so() -> None:
    rows = {(row.code, row.first_day): row for row in load_controls().countries}
    for row in rows.values():
        if "memory" in row.source:
            assert row.confidence == "unverified"
    assert rows["CN", None].groups == "D:1 D:4 D:5"
    by_group = {
        group: {row.code for row in rows.values() if group in row.groups.split()}
        for group in ("A:1", "A:5", "A:6", "D:1", "D:4", "D:5")
    }
    assert len(by_group["A:5"]) == 38  # 37, and the UAE from 10 July 2026
    assert by_group["A:6"] == {"AL", "CY", "IL", "MT", "MX", "SG", "ZA", "TW"}
    assert not by_group["A:5"] & by_group["A:6"]
    assert not by_group["D:5"] & (by_group["A:5"] | by_group["A:6"])
    assert by_group["A:1"] == by_group["A:5"] - {"IS", "AE"} | {"MX", "ZA", "US"}


def test_most_places_have_a_name_and_unknown_groups() -> None:
    known = {row.code for row in load_controls().countries}
    assert len(places()) == 249
    assert known < set(places())


@pytest.mark.parametrize(
    ("file", "key", "cells", "expected"),
    [
        (
            "accelerators.csv",
            "NVIDIA H20",
            {"fp16_tflops": "many"},
            (10, "fp16_tflops", '"many" is not a number'),
        ),
        ("accelerators.csv", "NVIDIA H20", {"source": ""}, (10, "source", "a number without a source")),
        (
            "accelerators.csv",
            "NVIDIA H20",
            {"chip": "NVIDIA B100"},
            (13, "chip", '"NVIDIA B100" is used twice'),
        ),
        (
            "rules.csv",
            "affiliates-2025",
            {"suspended_until": ""},
            (14, "row", "a suspension needs its first and its last day"),
        ),
        (
            "rules.csv",
            "chips-2022",
            {"in_force": "2024-01-01"},
            (3, "row", "last_day is before the rule was in force"),
        ),
        (
            "rules.csv",
            "chips-2022",
            {"in_force": "", "last_day": ""},
            (3, "row", "a rule that is applied needs"),
        ),
        ("limits.csv", "tpp_a", {"rule": "chips-2021"}, (4, "rule", '"chips-2021" is no rule')),
        ("limits.csv", "tpp_a", {"value": "-1"}, (4, "value", '"-1": input should be greater than 0')),
        ("countries.csv", "AL", {"groups": "Z:9"}, (5, "row", "no such country group: Z:9")),
        ("countries.csv", "AL", {"code": "ZZ"}, (5, "code", '"ZZ" is no place')),
        ("countries.csv", "AL", {"code": "AF"}, (5, "first_day", '"AF" has a row for that day already')),
    ],
)
def test_what_is_said_when_a_row_does_not_fit(
    folder: Path, file: str, key: str, cells: dict[str, str], expected: tuple[int, str, str]
) -> None:
    change(folder, file, key, **cells)
    with pytest.raises(InputError) as caught:
        read_controls(folder)
    (mistake,) = caught.value.mistakes
    line, field, message = expected
    assert (mistake.field, mistake.line) == (field, line)
    assert mistake.message.startswith(message)
    assert caught.value.consequence == "no rule was loaded"


def test_the_digest_changes_with_any_byte(folder: Path) -> None:
    assert read_controls(folder).digest == load_controls().digest
    change(folder, "limits.csv", "tpp_a", value="4801")
    assert read_controls(folder).digest != load_controls().digest

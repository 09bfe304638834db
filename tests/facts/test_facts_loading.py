"""What is said of a table that is wrong: every mistake, with its line and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from facts_rows import COLUMNS, row, write_table

from stargauge.errors import InputError
from stargauge.facts import fact_schema, read_registry
from stargauge.facts import record as record_module

MISTAKES = [
    (row(source=" "), "source", "a number without a source does not load; name the primary source"),
    (row(source=""), "source", "a number without a source does not load; name the primary source"),
    (
        row(licence=""),
        "licence",
        "every row needs a licence; write the terms, or 'facts re-typed, link only'",
    ),
    (row(unit="MW"), "unit", "MW is power, expected time for duration, for example month"),
    (row(unit="moth"), "unit", 'unknown unit "moth"; did you mean month?'),
    (row(quantity="durration"), "quantity", 'unknown quantity "durration"; did you mean duration?'),
    (row(true_at="soon"), "true_at", '"soon" is not a date; write 2025, 2025-07 or 2025-07-23'),
    (row(known_from="2025-02-30"), "known_from", '"2025-02-30" is not a date: no such day'),
    (row(known_from=""), "known_from", "is missing"),
    (
        row(distribution="triangular", parameters="low=9; mode=5; high=7"),
        "parameters",
        "low (9) must not exceed mode (5)",
    ),
    (
        row(distribution="trianglar", parameters="1"),
        "parameters",
        'unknown distribution "trianglar"; did you mean triangular?',
    ),
    (row(parameters=""), "parameters", "is missing"),
    (row(confidence="E"), "confidence", "\"E\" is not one of 'A', 'B', 'C', 'D' or 'unverified'"),
    (
        row(id="two words"),
        "id",
        '"two words" may hold letters, digits and _ . ( ) + - only, on one line',
    ),
    (row(derived_from="Z9"), "derived_from", '"Z9" is no fact'),
    (row(feeds="delivery.x"), "chosen_because", "a fact that feeds the model must say why it was chosen"),
]


@pytest.mark.parametrize(
    ("cells", "field", "message"), MISTAKES, ids=[f"{m[1]}-{m[2][:30]}" for m in MISTAKES]
)
def test_one_mistake(tmp_path: Path, cells: dict[str, str], field: str, message: str) -> None:
    path = write_table(tmp_path / "broken.csv", [cells])
    with pytest.raises(InputError) as caught:
        read_registry([path])
    assert [(m.line, m.field, m.message) for m in caught.value.mistakes] == [(2, field, message)]
    assert str(caught.value).splitlines()[0] == "broken.csv has 1 mistake; no fact was loaded."
    assert caught.value.exit_code == 2


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    first = write_table(
        tmp_path / "one.csv", [row(id="A", source="", unit=""), row(id="B"), row(id="C", licence="")]
    )
    second = write_table(tmp_path / "two.csv", [row(id="D", true_at="x")])
    with pytest.raises(InputError) as caught:
        read_registry([first, second])
    found = [(m.line, m.field) for m in caught.value.mistakes]
    assert found == [
        (2, "one.csv: source"),
        (2, "one.csv: unit"),
        (2, "two.csv: true_at"),
        (4, "one.csv: licence"),
    ]
    assert caught.value.source == "one.csv, two.csv"


def test_an_id_used_twice_is_named_with_its_first_place(tmp_path: Path) -> None:
    first = write_table(tmp_path / "one.csv", [row(), row(id="T2"), row()])
    with pytest.raises(InputError) as caught:
        read_registry([first])
    assert [(m.line, m.field, m.message) for m in caught.value.mistakes] == [
        (4, "id", '"T1" is already used in line 2')
    ]
    other = write_table(tmp_path / "two.csv", [row()])
    good = write_table(tmp_path / "one.csv", [row()])
    with pytest.raises(InputError, match=r'"T1" is already used in one\.csv, line 2'):
        read_registry([good, other])


def test_a_line_is_that_of_the_row_although_cells_may_span_lines(tmp_path: Path) -> None:
    path = write_table(tmp_path / "one.csv", [row(note="two\nlines"), row(id="T2", source="")])
    with pytest.raises(InputError) as caught:
        read_registry([path])
    assert [(m.line, m.field) for m in caught.value.mistakes] == [(2, "note"), (4, "source")]


def test_a_column_that_does_not_exist_is_named_once(tmp_path: Path) -> None:
    columns = [name if name != "source" else "sorce" for name in COLUMNS]
    cells = {("sorce" if name == "source" else name): value for name, value in row().items()}
    path = write_table(tmp_path / "one.csv", [cells, {**cells, "id": "T2"}], columns)
    with pytest.raises(InputError) as caught:
        read_registry([path])
    assert next((m.line, m.field, m.message) for m in caught.value.mistakes) == (
        1,
        "sorce",
        "no such column; did you mean source?",
    )


@pytest.mark.parametrize(
    ("content", "line", "field", "message"),
    [
        (b"", 1, "file", "is empty; expected a header line with column names"),
        (b" \n\n", 1, "file", "is empty; expected a header line with column names"),
        (b"id,title\nA,caf\xe9\n", 2, "file", "is not UTF-8 text (byte 0xe9); save it as UTF-8"),
        (b"\xff\xfe\x00\x01", 1, "file", "is not UTF-8 text (byte 0xff); save it as UTF-8"),
        (b"id,title,id\nA,b,c\n", 1, "id", "this column name is used twice"),
        (b"id,title\nA,b,c\n", 2, "row", "has 3 cells, expected 2"),
        (b'id,title\nA,"b\n', 2, "row", "is not CSV: unexpected end of data"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes, line: int, field: str, message: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_registry([path])
    assert (line, field, message) in [(m.line, m.field, m.message) for m in caught.value.mistakes]


def test_a_missing_file_and_one_far_too_large(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file or directory"):
        read_registry([tmp_path / "absent.csv"])
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(InputError, match="is larger than 20 MB; not a table"):
        read_registry([large])


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = write_table(tmp_path / "one.csv", [row()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert [fact.id for fact in read_registry([path])] == ["T1"]


def test_the_published_schema_is_the_one_of_the_code() -> None:
    published = Path(record_module.__file__).with_name("schema.json")
    assert json.loads(published.read_text(encoding="utf-8")) == json.loads(json.dumps(fact_schema()))
    assert {"source", "licence", "known_from", "unit"} <= set(fact_schema()["required"])

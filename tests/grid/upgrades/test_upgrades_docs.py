"""The page on upgrades names every measure and its facts, and shows what a run gives."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from stargauge.facts import load_registry
from stargauge.grid import load
from stargauge.grid.upgrades import upgrades_for
from stargauge.grid.upgrades.command import upgrades
from stargauge.grid.upgrades.measures import MEASURES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "upgrades.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_every_measure_is_explained(measure: object) -> None:
    assert f"| {measure.name} |" in PAGE


def test_every_fact_named_exists() -> None:
    registry = load_registry()
    named = set(re.findall(r"`((?:GRID-|T1|X0)[A-Za-z0-9-]+)`", PAGE)) - {"GRID-line-cost-KV"}
    assert len(named) >= 8
    for name in named:
        assert name in registry, name


def test_the_plan_shown_is_what_a_run_gives() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(upgrades("case24_ieee_rts", bus=7, mw="400MW").render())
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    for line in lines[2:]:  # the first sentence tells how long it took
        assert line in PAGE, line


def test_no_number_is_cut_off_where_names_are_long() -> None:
    """Seven-digit bus numbers: the columns of names fold, those of numbers do not give way."""
    network = load("case24_ieee_rts")
    renamed = replace(
        network,
        bus_id=network.bus_id + 3_000_000,
        branch_name=tuple(f"300{name.replace('-', '-300')}" for name in network.branch_name),
    )
    plan = upgrades_for(renamed, 3_000_007, 400.0)
    console = Console(file=io.StringIO(), width=100)
    console.print(plan.render())
    said = console.file.getvalue()  # type: ignore[attr-defined]
    for row in plan.frame.iter_rows(named=True):
        for number in (
            f"{row['binds_mw']:,.1f}",
            f"{row['unlocks_mw']:,.1f}",
            f"{row['months_median'] / 12:.1f}",
        ):
            assert number in said
    assert re.search(r"mn USD +years *$", said, re.MULTILINE)
    assert "…" not in said

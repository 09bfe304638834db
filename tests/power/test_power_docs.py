"""The page on power: its tables are what the code computes, its numbers are those of the shipped facts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import stargauge.power as power
from stargauge.facts import load_registry, load_tables
from stargauge.facts.power_tables import POWER_FILES, load_power_tables
from stargauge.power import (
    adequacy_check,
    bill_effects,
    power_backtest,
    power_table,
    prepare_power,
    settle,
    shortfall_mw,
)
from stargauge.power.answer import answer_months
from stargauge.power.desk import AS_OF, run_blocks
from stargauge.power.outlooks import outlook_table

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "power.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\s+", " ", PAGE)


def test_the_steps_of_the_naive_sum() -> None:
    for step in adequacy_check().steps:
        which = " ".join(step.short) or "none"
        assert f"| {step.counting} | {len(step.short)} | {step.short_mw / 1000:.1f} | {which} |" in PAGE


def test_the_bridge() -> None:
    for row in adequacy_check().rows:
        line = (
            f"| {row.region} | {row.area} | {row.ours:.1f} | {row.basis:+.1f} | {row.demand:+.1f} | "
            f"{row.unexplained:+.1f} | {row.published:.1f} | {row.by_place:+.1f} |"
        )
        assert line in PAGE


def test_the_backtest() -> None:
    found = power_backtest()
    for one in found.completions:
        mark = " (hindcast)" if one.hindcast else ""
        line = (
            f"| {one.as_of} | {one.evidence}{mark} | {one.window} | {one.group} | "
            f"{one.median:.1f} ({one.low:.1f} to {one.high:.1f}) | {one.actual:.1f} | {one.naive:.1f} |"
        )
        assert line in PAGE
    for row in found.tightness:
        line = (
            f"| {row.region} | {row.delivery} | {row.median:.1f} ({row.low:.1f} to {row.high:.1f}) | "
            f"{row.actual:+.1f} | {row.naive:+.1f} | {row.load_between:.1f} |"
        )
        assert line in PAGE


def test_both_outlooks() -> None:
    registry = load_registry()
    for one in outlook_table(load_power_tables(), load_tables(), registry):
        mode = registry.input(f"power.demand.growth.{one.region}").distribution.parameters["mode"]
        low, middle, high = one.eia
        start = f"| {one.region} | {one.eia_gross:.2f} | {middle:.2f} ({low:.2f} to {high:.2f}) |"
        line = next(line for line in PAGE.splitlines() if line.startswith(start))
        assert line.endswith(f"| {mode:.2f} |")
        assert one.operator is None or f"| {one.operator:.2f} |" in line


def test_what_futures_show() -> None:
    prepared = prepare_power(load_registry(), None, answer_months(), AS_OF)
    block = next(run_blocks(prepared, 256))
    end_of_2030 = 71
    assert np.median(block.added_mw[:, :, end_of_2030].sum(axis=1)) == pytest.approx(280_000, rel=0.02)
    assert "some 280 GW are completed" in FLAT
    missing = {}
    for year, month in ((2026, 18), (2030, 66), (2035, 126)):
        room = block.headroom_mw[:, :, month]
        lent = settle(room, prepared.limits.pair_mw, prepared.limits.import_mw)
        missing[year] = float(np.median(shortfall_mw(room, np.zeros_like(room), lent).sum(axis=1)))
    assert missing[2026] == pytest.approx(0.0, abs=1.0)
    assert missing[2030] == pytest.approx(0.0, abs=1.0)
    assert missing[2035] == pytest.approx(7_000, abs=500)
    assert "in 2026 and 2030 in the median future, and 7 GW is in 2035" in FLAT


def test_coal_against_owners_dates() -> None:
    prepared = prepare_power(load_registry(), None, answer_months(), AS_OF)
    coal = power.TECHNOLOGIES.index("coal")
    alone = [np.zeros_like(path) for path in (prepared.pipeline.retiring, prepared.pipeline.held)]
    alone[0][:, coal] = prepared.pipeline.retiring[:, coal]
    alone[1][:, coal] = prepared.pipeline.held[:, coal]
    only = replace(prepared, pipeline=replace(prepared.pipeline, retiring=alone[0], held=alone[1]))
    block = next(run_blocks(only, 256))
    found = [np.quantile(block.retired_mw[:, month] / 1000.0, [0.05, 0.5, 0.95]) for month in (71, 131)]
    told = [f"{middle:.0f} GW ({low:.0f} to {high:.0f})" for low, middle, high in found]
    assert f"Coal falls by {told[0]} to the end of 2030 and {told[1]} to 2035" in FLAT
    rows = load_power_tables().retirements.filter(pl.col("category") == "stock").sort("year")
    stock = dict(rows.select("year", "mw").iter_rows())
    assert round((stock[2026] - stock[2030]) / 1000) == 24
    assert round((stock[2026] - stock[2035]) / 1000) == 40


def test_the_headroom_table() -> None:
    table = power_table()
    total = {one.year: one for one in table.total}
    for region in (*power.REGIONS, "sum"):
        cells = []
        for year in (2026, 2028, 2030, 2035):
            one = total[year] if region == "sum" else table.of(region, year)
            cells.append(f"{one.band[2]:.1f} ({one.band[0]:.0f} to {one.band[-1]:.0f})".replace("-", "−"))
        assert f"| {region} | {' | '.join(cells)} |" in PAGE


def test_bill_effects_as_told() -> None:
    found = {one.region: one for one in bill_effects(load_power_tables(), load_registry())}
    for region, words in (
        ("MIDA", "PJM +7.6 % (3.7 to 13.4)"),
        ("TEX", "Texas +2.7 % (−0.7 to 7.7)"),
        ("NE", "Elsewhere +0.3 % (−2.0 to 2.8)"),
    ):
        one = found[region]
        shown = f"{100 * one.middle:+.1f} % ({100 * one.low:.1f} to {100 * one.high:.1f})".replace("-", "−")
        assert shown in words
        assert words in FLAT


def test_numbers_in_the_prose() -> None:
    prepared = prepare_power(load_registry(), None, answer_months(), AS_OF)
    assert f"{prepared.fleet_mw.sum():,.0f} MW" == "1,360,968 MW"
    for words in ("1,360,968 MW", "290,507 MW", "0.917 of the peak", "CAISO's 3,371 MW", "36 pair limits"):
        assert words in FLAT
    assert np.count_nonzero(prepared.limits.pair_mw) == 36
    assert prepared.pipeline.held.sum() == pytest.approx(4_900, abs=60)
    assert "Units held by order (4.9 GW)" in FLAT
    peak = prepared.base.mw[power.REGIONS.index("MIDW"), 0]
    assert (137.5 / 124.7 - 1.081) * peak == pytest.approx(2_900, abs=50)
    assert "it would take another 2.9 GW" in FLAT


def test_the_page_names_what_it_documents() -> None:
    for name in (
        "prepare_power",
        "draw",
        "simulate",
        "settle",
        "shortfall_mw",
        "power_table",
        "adequacy_check",
    ):
        assert name in power.__all__
        assert name in PAGE
    assert "power_sources.csv" in PAGE
    assert all(file.startswith("power_") for file, _ in POWER_FILES.values())

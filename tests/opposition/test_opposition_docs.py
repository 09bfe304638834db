"""The page on opposition: its tables are what the code computes, its numbers are those of the facts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stargauge.facts import Constant, Triangular, load_registry, load_tables
from stargauge.facts.opposition_tables import load_opposition_series
from stargauge.facts.power_tables import load_power_tables
from stargauge.opposition import UNCERTAIN, OppositionCheck, opposition_check
from stargauge.opposition.check import (
    AS_THEY_ARE,
    FIGHTS,
    HINDCAST,
    MORATORIA,
    NO_REACH,
    PAST,
    READINGS,
    tell,
)
from stargauge.opposition.counts import run_priors
from stargauge.opposition.drivers import MONTHS, Drivers, drivers
from stargauge.opposition.screen import period

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "opposition.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\s+", " ", PAGE)


@cache
def answer() -> OppositionCheck:
    return opposition_check()


@cache
def drove() -> Drivers:
    return drivers(load_registry(), load_tables(), load_power_tables())


@pytest.mark.parametrize("name", UNCERTAIN)
def test_the_priors(name: str) -> None:
    digits = ".4f" if UNCERTAIN[name] == "1/month" else ".2g"
    bands = [
        f"{one.median:{digits}} ({one.low:{digits}} to {one.high:{digits}})"
        for one in answer().priors
        if one.name == name
    ]
    assert f"| `{name}` | {UNCERTAIN[name]} | {bands[0]} | {bands[1]} |" in PAGE


def test_the_check() -> None:
    for series in PAST:
        for one in answer().of(series.name).predictions:
            line = (
                f"| {series.name} | {period(one.first_day, one.last_day)} | "
                f"{one.median:.0f} ({one.low:.0f} to {one.high:.0f}) | {one.observed:.0f} | "
                f"{100.0 * one.percentile:.0f} | {'in' if one.inside else 'out'} |"
            )
            assert line in PAGE


def test_the_readings() -> None:
    for series in PAST:
        told = [answer().of(series.name, reading) for reading in READINGS]
        cells = " | ".join(f"{one.inside}/{len(one.predictions)}{'!' if one.fails else ''}" for one in told)
        assert f"| {series.name} | {period(*series.base)}: {told[0].base_count:.0f} | {cells} |" in PAGE


def test_july_2026() -> None:
    for one in answer().told:
        if one.as_of != HINDCAST and one.reading == AS_THEY_ARE:
            told = one.predictions[0]
            line = (
                f"| {one.series.name} | {one.base_count:.0f} | "
                f"{told.median:.0f} ({told.low:.0f} to {told.high:.0f}) | {told.observed:.0f} | "
                f"{100.0 * told.percentile:.0f} |"
            )
            assert line in PAGE


def test_the_outlook() -> None:
    for one in answer().outlook:
        multiples = (one.level, one.hazard, one.permit)
        cells = " | ".join(f"{middle:.2f} ({low:.2f} to {high:.2f})" for low, middle, high in multiples)
        low, middle, high = one.moratorium
        line = (
            f"| {one.rate:g} % a year | {one.years} | {cells} | {middle:.3f} ({low:.3f} to {high:.3f}) | "
            f"{100.0 * one.worse:.0f} % |"
        )
        assert line in PAGE
    assert all(0.0 < one.worse < 0.5 for one in answer().outlook)


def test_numbers_in_the_text() -> None:
    facts = drove()
    first, end = MONTHS.index((2024, 1)), MONTHS.index((2026, 7))
    begun = (facts.begun_mw[end] - facts.begun_mw[first]) / 1000.0
    assert f"({begun:.0f} GW begun from January 2024 to June 2026)" in FLAT
    assert f"{facts.lead_months:.1f} months before operation" in FLAT
    year = MONTHS.index((2025, 1))
    share = 100.0 * (facts.begun_mw[year + 12] - facts.begun_mw[year]) / facts.peak_mw.sum()
    assert f"In 2025 the nation began {share:.1f} % of its peak" in FLAT
    levels = answer().levels
    assert f"({max(levels.values()):.2f} in MIDW, {min(levels.values()):.2f} in TEX)" in FLAT
    blocked = [f"{100.0 * one.percentile:.0f}" for one in answer().of("blocked or delayed").predictions]
    assert f"percentiles {blocked[0]}, {blocked[1]} and {blocked[2]}" in FLAT
    fights, cancelled = answer().of("fights begun"), answer().of("cancelled or defeated")
    assert f"({fights.inside} of 8 and {cancelled.inside} of 8)" in FLAT
    assert (
        f"without growing reach fights stand at {answer().of('fights begun', NO_REACH).inside} of 8" in FLAT
    )


def test_the_level_was_several_times_that_of_2024() -> None:
    runs = run_priors(load_registry(), drove(), HINDCAST, MONTHS.index((2024, 1)), 2000, 0)
    assert np.median(runs.factor["one"][:, MONTHS.index((2026, 6))]) > 3.0


def test_the_first_priors_fell_short_as_told() -> None:
    first = {
        "opposition.density_slope": Triangular(0.0, 0.5, 3.0),
        "opposition.bill_slope": Triangular(0.0, 0.1, 0.6),
        "opposition.ceiling": Triangular(3.0, 10.0, 40.0),
        "opposition.drift": Constant(0.0),
    }
    registry = load_registry()
    early = registry.overridden({one.id: first[one.feeds] for one in registry if one.feeds in first})
    found = tell(early, load_opposition_series(), drove(), HINDCAST, (FIGHTS, MORATORIA), (2024, 1), 4000)
    fights, moratoria = (one for one in found if one.reading == AS_THEY_ARE)
    assert f"fights stood at {fights.inside} of 8 and moratoria at {moratoria.inside} of 6" in FLAT


def test_counts_in_the_text() -> None:
    series = load_opposition_series().filter(pl.col("place") == "US")

    def counts(metric: str, source: str) -> dict[str, float]:
        rows = series.filter((pl.col("metric") == metric) & pl.col("source").str.starts_with(source))
        return {period(row["first_day"], row["last_day"]): row["value"] for row in rows.iter_rows(named=True)}

    watch = counts("projects blocked or delayed", "Data Center Watch")
    assert (watch["2025Q2"], watch["2026Q1"], watch["2026Q2"]) == (20, 75, 45)
    fights = counts("local fights begun", "Datacenter")
    assert (fights["2024Q1"], fights["2026Q2"]) == (3, 411)
    assert 4.5 < fights["2026Q1"] / fights["2025Q3"] < 5.5
    assert sum(value for name, value in fights.items() if name >= "2025") == 1183
    passed, enacted = (
        counts("moratoria passed", "Datacenter"),
        counts("data-centre moratoria enacted", "Bommarito"),
    )

    def held(year: str) -> float:
        kept = [name for name in enacted if name.startswith(year) and "Q" in name]
        return sum(passed[name] for name in kept) / sum(enacted[name] for name in kept)

    assert [round(held(year), 2) for year in ("2024", "2025")] == [0.25, 0.94]
    assert held("2026") == pytest.approx(1.4, abs=0.05)
    registry = load_registry()
    assert registry["O-contested"].distribution.median == 99
    assert registry["O-planned"].distribution.median == 770

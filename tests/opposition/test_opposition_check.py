"""The prior-predictive check: it fails wrong priors, fits nothing on what it tests and hides no miss."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from stargauge.facts import Constant, Registry, load_registry, load_tables
from stargauge.facts.opposition_tables import load_opposition_series
from stargauge.facts.power_tables import load_power_tables
from stargauge.opposition import OppositionCheck, opposition_check
from stargauge.opposition.check import (
    AS_THEY_ARE,
    FIGHTS,
    HINDCAST,
    LATEST,
    NO_INDEX,
    PAST,
    READINGS,
    SCORED,
    Told,
    coverage_chance,
    percentile,
    tell,
)
from stargauge.opposition.counts import run_priors, simulate_counts
from stargauge.opposition.drivers import MONTHS, Drivers, drivers

START = (2024, 1)
DRAWS = 600


@cache
def answer() -> OppositionCheck:
    return opposition_check(futures=DRAWS)


@cache
def drove() -> Drivers:
    return drivers(load_registry(), load_tables(), load_power_tables())


def wrong(**values: float) -> Registry:
    """Return the facts with some inputs of opposition set to one number in every edition."""
    names = {f"opposition.{name}": value for name, value in values.items()}
    registry = load_registry()
    return registry.overridden(
        {fact.id: Constant(names[fact.feeds]) for fact in registry if fact.feeds in names}
    )


def told_by(registry: Registry, frame: pl.DataFrame | None = None) -> Told:
    rows = load_opposition_series() if frame is None else frame
    found = tell(registry, rows, drove(), HINDCAST, (FIGHTS,), START, DRAWS)
    return next(one for one in found if one.reading == AS_THEY_ARE)


def test_a_prior_that_explodes_fails() -> None:
    told = told_by(wrong(drift=6.0, ceiling=1e5, speed=12.0))
    assert told.fails
    assert told.inside <= 3
    assert all(one.observed < one.low for one in told.predictions if not one.inside)


def test_a_prior_without_any_path_fails() -> None:
    told = told_by(wrong(density_slope=0.0, bill_slope=0.0, drift=0.0, **{"check.reach": 1.0}))
    assert told.fails
    assert told.inside <= 3
    assert all(one.observed > one.high for one in told.predictions if not one.inside)


def test_a_prior_that_only_falls_fails() -> None:
    assert told_by(wrong(density_slope=0.0, bill_slope=0.0, drift=-2.0)).fails


def test_other_counts_would_have_failed() -> None:
    """The band is no net that catches all: counts ten times as high or a tenth fall outside."""
    frame = load_opposition_series()
    tested = pl.col("first_day") >= FIGHTS.first_told
    for factor in (10.0, 0.05):
        changed = frame.with_columns(
            pl.when(tested).then((pl.col("value") * factor).round()).otherwise(pl.col("value")).alias("value")
        )
        assert told_by(load_registry(), changed).fails


def test_counts_tested_move_no_prediction() -> None:
    frame = load_opposition_series()
    changed = frame.with_columns(
        pl.when(pl.col("first_day") >= FIGHTS.first_told).then(7.0).otherwise(pl.col("value")).alias("value")
    )
    before, after = told_by(load_registry()), told_by(load_registry(), changed)
    assert [(one.low, one.median, one.high) for one in before.predictions] == [
        (one.low, one.median, one.high) for one in after.predictions
    ]


def test_base_windows_lie_before_what_is_told() -> None:
    for series in PAST:
        assert series.base[1] < series.first_told
        assert series.base[0] < series.base[1]


def test_no_edition_of_a_prior_is_later_than_its_date() -> None:
    registry = load_registry()
    for name in ("opposition.density_slope", "opposition.drift", "opposition.check.reach"):
        assert registry.as_of(HINDCAST).input(name).known_from <= HINDCAST
    later = {fact.id: Constant(0.0) for fact in registry if fact.known_from > HINDCAST}
    kept = {
        name: value for name, value in later.items() if (registry[name].feeds or "").startswith("opposition.")
    }
    changed = told_by(registry.overridden(dict(kept)))
    assert changed.predictions == told_by(registry).predictions


def test_every_series_is_told_in_every_reading() -> None:
    found = {(one.series.name, one.reading) for one in answer().told if one.as_of == HINDCAST}
    assert found == {(series.name, reading) for series in PAST for reading in READINGS}
    for one in answer().told:
        assert one.predictions, one.series.name
        assert one.base_count > 0.0
        for told in one.predictions:
            assert told.low <= told.median <= told.high
            assert 0.0 <= told.percentile <= 1.0
            assert told.inside == (told.low <= told.observed <= told.high)


def test_only_eight_windows_are_scored() -> None:
    scored = {one.series.name for one in answer().told if one.scored}
    assert scored == {"fights begun", "cancelled or defeated"}
    text = "\n".join(answer().verdict)
    assert text.count(f"single predictions: fewer than {SCORED}") == 4


def test_misses_are_told() -> None:
    check = answer()
    assert "moratoria enacted: MISSES" in "\n".join(check.verdict)
    last = check.of("moratoria enacted").predictions[-2:]
    assert all(one.percentile > 0.99 for one in last)
    assert check.of("fights begun", NO_INDEX).fails
    with pytest.raises(KeyError, match="fires"):
        check.of("fires")


def test_coverage_chance_by_hand() -> None:
    assert coverage_chance(8, 8) == pytest.approx(1.0)
    assert coverage_chance(0, 2) == pytest.approx(0.04)
    assert coverage_chance(1, 2) == pytest.approx(1.0 - 0.64)


def test_percentile_counts_ties_half() -> None:
    assert percentile(np.array([1.0, 2.0, 2.0, 5.0]), 2.0) == pytest.approx(0.5)
    assert percentile(np.array([1.0, 2.0]), 9.0) == 1.0


def test_a_flat_index_gives_exposure_alone() -> None:
    """With no path and no reach the mean count is the base count times the ratio of MW begun."""
    flat = wrong(density_slope=0.0, bill_slope=0.0, drift=0.0)
    facts = drove()
    runs = replace(run_priors(flat, facts, HINDCAST, 12, 60_000, 0), size=1e9)
    assert np.allclose(runs.factor["one"], 1.0)
    sample = simulate_counts(runs, facts, "flat", (12, 18), 100.0, [(39, 42)], "one", grows=False)
    ratio = facts.exposed[39:42].sum() / facts.exposed[12:18].sum()
    assert sample.mean() == pytest.approx(100.5 * ratio, rel=0.01)


def test_drivers_are_those_of_the_facts() -> None:
    facts = drove()
    registry = load_registry()
    assert facts.lead_months == pytest.approx(15.0 + 4.9)
    assert facts.shares.sum() == pytest.approx(1.0)
    assert np.all(np.diff(facts.begun_mw) > 0.0)
    start = MONTHS.index(START)
    assert np.all(facts.density_change(start)[:, :start] == 0.0)
    year = facts.delivered_mw[MONTHS.index((2026, 1))] - facts.delivered_mw[MONTHS.index((2025, 1))]
    chip = registry.input("compute.chip_supply").to("GW_chip/year").median * 1000.0
    ratio = (
        registry.input("compute.it_per_chip").distribution.median
        * registry.input("delivery.facility_per_it").distribution.median
        * registry.input("compute.us_share").distribution.median
    )
    assert year == pytest.approx(chip * ratio)


def test_same_seed_same_answer() -> None:
    first, second = opposition_check(futures=50, seed=3), opposition_check(futures=50, seed=3)
    assert first.to_dict() == second.to_dict()
    assert opposition_check(futures=50, seed=4).to_dict() != first.to_dict()
    with pytest.raises(ValueError, match="0 draws were asked for; at least 1"):
        opposition_check(futures=0)


def test_plain_data_and_screen() -> None:
    data = json.loads(json.dumps(answer().to_dict()))
    assert set(data) == {"futures", "verdict", "caveats", "series", "priors", "levels", "outlook", "check"}
    assert {one["as_of"] for one in data["check"]} == {HINDCAST.isoformat(), LATEST.isoformat()}
    assert all(one["because"] and one["source"] for one in data["priors"])
    stream = io.StringIO()
    Console(file=stream, width=100, color_system=None).print(answer().render())
    lines = stream.getvalue().splitlines()
    assert max(len(line) for line in lines) <= 100
    shown = stream.getvalue()
    for words in ("fights begun", "OUT", "hindcast", "MISSES", "opposition.drift", "Heatmap Pro B"):
        assert words in shown
    assert "None" not in shown
    assert "nan" not in shown


def test_windows_have_names() -> None:
    from stargauge.opposition.screen import period

    assert period(date(2025, 4, 1), date(2025, 6, 30)) == "2025Q2"
    assert period(date(2025, 7, 1), date(2025, 12, 31)) == "2025H2"
    assert period(date(2024, 1, 1), date(2024, 12, 31)) == "2024"
    assert period(date(2026, 7, 1), date(2026, 7, 30)) == "2026-07"
    assert period(date(2023, 1, 1), date(2025, 3, 31)) == "2023-01 to 2025-03"

"""The facts of opposition: every input as of each date, wide priors with a zero, and the series counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stargauge.errors import InputError
from stargauge.facts import REGIONS, load_registry, load_tables
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.opposition_tables import load_opposition_series, read_opposition_series
from stargauge.opposition import FIXED, OPPOSITION_UNITS, UNCERTAIN, opposition_inputs
from stargauge.opposition.inputs import CHECK

DAYS = (date(2024, 12, 31), date(2025, 7, 23), date(2026, 10, 5))
ENDS = np.array([1e-9, 1.0 - 1e-9])


@pytest.mark.parametrize("day", DAYS)
def test_every_input_is_known(day: date) -> None:
    inputs = opposition_inputs(load_registry().as_of(day))
    assert set(inputs.fixed) == set(FIXED)
    assert set(inputs.uncertain) == set(UNCERTAIN)
    assert all(np.isfinite(value) for value in inputs.fixed.values())


def test_before_any_edition_the_input_is_named() -> None:
    with pytest.raises(InputError, match=r"opposition\.level\.CAL"):
        opposition_inputs(load_registry().as_of(date(2020, 1, 1)))


SIZES = {
    "opposition.speed",
    "opposition.ceiling",
    "opposition.moratorium.months",
    "opposition.hazard_share",
}
"""Inputs without a path of their own: what they scale can vanish."""


@pytest.mark.parametrize("name", sorted(UNCERTAIN.keys() - SIZES))
@pytest.mark.parametrize("day", DAYS)
def test_every_path_can_vanish(name: str, day: date) -> None:
    low, high = load_registry().as_of(day).input(name).to(UNCERTAIN[name]).quantile(ENDS)
    assert low <= 1e-4
    assert high > 0.0


@pytest.mark.parametrize("name", ["opposition.bill_exponent", "opposition.drift"])
def test_open_signs_hold_both(name: str) -> None:
    for day in DAYS:
        low, high = (
            load_registry().as_of(day).input(name).to(UNCERTAIN[name]).quantile(np.array([0.05, 0.95]))
        )
        assert low < 0.0 < high


def test_the_ceiling_is_above_the_base() -> None:
    for day in DAYS:
        assert load_registry().as_of(day).input("opposition.ceiling").distribution.quantile(ENDS)[0] >= 1.0


def test_what_is_fed_is_declared_and_judgement_says_so() -> None:
    fed = [fact for fact in load_registry() if fact.feeds in {**OPPOSITION_UNITS, **CHECK}]
    assert {fact.feeds for fact in fed} == {*OPPOSITION_UNITS, *CHECK}
    for fact in fed:
        assert fact.confidence == "D"
        assert fact.source == "Stargauge estimate"
        assert fact.address == "docs/opposition.md"


def test_levels_are_means_of_one_over_the_load() -> None:
    """The regional split is the root of fights over load, brought to a mean of 1."""
    series = load_opposition_series()
    fights = dict(
        series.filter((pl.col("metric") == "local fights begun") & (pl.col("place") != "US"))
        .select("place", "value")
        .iter_rows()
    )
    shares = load_tables().background_shares.filter(pl.col("region") != "")
    newest = shares.filter(pl.col("known_from") == shares["known_from"].max())
    load = dict(newest.select("region", "share").iter_rows())
    total = sum(fights.values())
    raw = {region: (fights[region] / total / load[region]) ** 0.5 for region in REGIONS}
    mean = sum(raw[region] * load[region] for region in REGIONS) / sum(load.values())
    levels = opposition_inputs(load_registry().as_of(DAYS[-1])).fixed
    for region in REGIONS:
        assert levels[f"opposition.level.{region}"] == pytest.approx(raw[region] / mean, abs=0.006)
    early = opposition_inputs(load_registry().as_of(DAYS[0])).fixed
    assert {early[f"opposition.level.{region}"] for region in REGIONS} == {1.0}


def test_the_counts_people_quote() -> None:
    series = load_opposition_series()

    def value(metric: str, first: str, place: str = "US") -> float:
        found = series.filter(
            (pl.col("metric") == metric)
            & (pl.col("first_day") == date.fromisoformat(first))
            & (pl.col("place") == place)
        )
        assert found.height == 1, (metric, first)
        return float(found["value"][0])

    assert value("projects blocked or delayed", "2023-01-01") == 16
    assert value("projects blocked or delayed", "2026-01-01") == 75
    assert value("local fights begun", "2026-04-01") == 411
    assert value("data-centre moratoria enacted", "2026-01-01") == 72
    assert value("data centres cancelled after local opposition", "2025-07-01") == 21
    assert value("moratoria proposed or passed", "2025-01-01", "MIDW") == 133


def test_facts_and_series_agree() -> None:
    registry, series = load_registry(), load_opposition_series()
    national = series.filter(pl.col("place") == "US")

    def total(metric: str, year: int, last_month: int = 12) -> float:
        rows = national.filter(
            (pl.col("metric") == metric)
            & (pl.col("first_day").dt.year() == year)
            & (pl.col("last_day").dt.month() <= last_month)
        )
        return float(rows["value"].sum())

    assert registry["O-fights-2024"].distribution.median == total("local fights begun", 2024)
    assert registry["O-fights-2026"].distribution.median == total("local fights begun", 2026, 6)
    for year in (2023, 2024, 2025):
        counted = total("data centres cancelled after local opposition", year)
        assert registry[f"O-cancelled-{year}"].distribution.median == counted


def test_a_broken_series_is_told_all_at_once(tmp_path: Path) -> None:
    text = (TABLES_FOLDER / "opposition_series.csv").read_text(encoding="utf-8").splitlines()
    twice = [text[0], text[1], text[1], text[2].replace(",US,", ",MARS,")]
    (tmp_path / "opposition_series.csv").write_text("\n".join(twice) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_opposition_series(tmp_path)
    assert '"projects blocked or delayed" stands twice for this place and period' in str(told.value)
    assert '"MARS" is neither US nor an EIA-930 region' in str(told.value)
    late = text[1].replace("2025-03-31", "2022-03-31")
    (tmp_path / "opposition_series.csv").write_text(f"{text[0]}\n{late}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"last_day \(2022-03-31\) is before first_day \(2023-01-01\)"):
        read_opposition_series(tmp_path)

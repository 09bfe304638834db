"""The shipped tables: close to the hours, whole, and the same bytes when built again."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from stargauge.errors import InputError, StoreError
from stargauge.grid.flexibility import (
    SeasonalPeaks,
    curtailment_profile,
    flexible_headroom,
    load_duration,
    load_level,
    load_spells,
    shipped,
)
from stargauge.grid.flexibility.building import SPELL_LEVELS, YEARS, bin_edges
from stargauge.grid.flexibility.duration import LoadDuration, SeasonCurve, bin_means
from stargauge.grid.flexibility.hourly import HourlyDemand, read_hourly
from stargauge.grid.flexibility.places import places
from stargauge.grid.flexibility.seasons import MAY_TO_OCTOBER

HOURLY = Path(__file__).parents[4] / "shared" / "facts" / "demand" / "eia930_hourly_demand_mw.parquet"
WITHIN = 0.005
LARGEST_BYTES = 400_000

needs_hours = pytest.mark.skipif(
    not HOURLY.exists(), reason=f"the hourly data are not at ../shared: {HOURLY.name}"
)


@pytest.fixture(scope="module")
def hourly() -> HourlyDemand:
    return read_hourly(HOURLY)


def curve_of(hour: np.ndarray, demand: np.ndarray) -> LoadDuration:
    edges = bin_edges()
    shares = np.concatenate([[0.0], (edges[1:] + edges[:-1]) / 2, [1.0]])
    summer = MAY_TO_OCTOBER.is_summer(hour)
    seasons = [
        SeasonCurve(float(demand[where].max()), int(where.sum()), shares, bin_means(demand[where], edges))
        for where in (summer, ~summer)
    ]
    return LoadDuration("made up", seasons[0], seasons[1])


def made_up_years() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(11)
    hour = np.datetime64("2016-01-01T00", "h") + np.arange(4 * 8766) * np.timedelta64(1, "h")
    when = np.arange(hour.size)
    demand = 900 + 180 * np.sin(when * 2 * np.pi / 24) - 260 * np.cos(when * 2 * np.pi / 8766)
    return hour, demand + 70 * generator.standard_normal(hour.size)


@needs_hours
def test_headroom_from_the_table_is_that_from_the_hours(hourly: HourlyDemand) -> None:
    levels = np.geomspace(0.001, 0.05, 30)
    worst = {}
    for code, place in places().items():
        exact = flexible_headroom(hourly.hour_utc, hourly.of(place), levels, years=YEARS, missing="omit")
        worst[code] = float(np.abs(load_duration(code).headroom(levels) / exact - 1).max())
    assert len(worst) == 67
    assert max(worst.values()) < WITHIN, max(worst, key=lambda code: worst[code])


@needs_hours
def test_spells_are_those_of_the_hours(hourly: HourlyDemand) -> None:
    for code in ("PJM", "TAL", "SW"):
        demand = hourly.of(places()[code])
        for level in load_spells(code):
            profile = curtailment_profile(hourly.hour_utc, demand, level.headroom_mw, years=YEARS)
            assert profile.curtailment == pytest.approx(level.curtailment, rel=0.02)
            assert profile.year.hours_per_year == pytest.approx(level.year.hours_per_year, rel=0.03, abs=0.1)
            assert profile.winter.longest_spell_hours == pytest.approx(
                level.winter.longest_spell_hours, abs=1
            )
            assert profile.summer.energy_share == pytest.approx(level.summer.energy_share, abs=2e-3)


@needs_hours
def test_load_levels_are_quantiles_of_the_hours(hourly: HourlyDemand) -> None:
    shares = np.array([0.0, 0.001, 0.01, 0.05, 0.2, 0.5, 0.9, 1.0])
    year = hourly.hour_utc.astype("datetime64[Y]").astype(int) + 1970
    for code, place in places().items():
        demand = hourly.of(place)[year >= YEARS[0]]
        demand = demand[~np.isnan(demand)]
        expected = np.quantile(demand, 1 - shares) / demand.max()
        np.testing.assert_allclose(load_level(code, shares), expected, atol=0.01, err_msg=code)


def test_tables_are_whole_small_and_what_their_notes_say() -> None:
    told = shipped.notes()
    assert told["licence"] == "CC BY 4.0"
    assert "Ruggles, Farnham and Wongel (2025)" in told["authors"]
    assert told["doi"] == "10.5281/zenodo.3517196"
    assert set(told["demand_sha256"]) == set(places())
    files = [shipped.FOLDER / name for name in (shipped.CURVES, shipped.SPELLS, shipped.NOTES)]
    assert sum(path.stat().st_size for path in files) < LARGEST_BYTES
    for path in files:
        assert b"\r" not in path.read_bytes()
    for code in places():
        curves = load_duration(code)
        for curve in (curves.summer, curves.winter):
            assert curve.levels[0] == 1.0
            assert (np.diff(curve.levels) < 0).all()
            assert (curve.shares[0], curve.shares[-1]) == (0.0, 1.0)
        assert tuple(level.curtailment for level in load_spells(code)) == SPELL_LEVELS
        loads = [level.headroom_mw for level in load_spells(code)]
        assert loads == sorted(loads)
        longest = [level.year.longest_spell_hours for level in load_spells(code)]
        assert longest == sorted(longest)


def test_a_changed_table_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some.csv").write_text("changed\n")
    notes = {"files": {"some.csv": hashlib.sha256(b"shipped\n").hexdigest()}}
    (tmp_path / shipped.NOTES).write_text(json.dumps(notes))
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    shipped.notes.cache_clear()
    with pytest.raises(StoreError, match=r"some\.csv differs from the table that was shipped"):
        shipped.notes()
    shipped.notes.cache_clear()


def test_a_curve_answers_as_the_hours_do_also_with_growth_and_firm_load() -> None:
    hour, demand = made_up_years()
    curves = curve_of(hour, demand)
    limits = SeasonalPeaks(1700.0, 1500.0)
    for growth, added in ((1.0, 0.0), (1.05, 40.0), (0.9, 120.0), (1.2, 0.0)):
        for share in (0.001, 0.005, 0.03):
            exact = flexible_headroom(hour, growth * demand + added, share, peaks_mw=limits)
            ours = curves.headroom(share, growth=growth, added_mw=added, limits_mw=limits)
            assert ours == pytest.approx(exact, rel=WITHIN, abs=0.001 * curves.peak_mw), growth
    assert curves.hours_curtailed(curves.headroom(0.005)) == pytest.approx(
        curtailment_profile(hour, demand, flexible_headroom(hour, demand, 0.005)).year.hours_per_year / 8766,
        rel=0.02,
    )


def test_what_must_hold_of_every_curve() -> None:
    for code in ("PJM", "CISO", "NSB", "TEX"):
        curves = load_duration(code)
        levels = np.linspace(0.0, 0.95, 40)
        loads = curves.headroom(levels)
        assert loads[0] == 0.0
        assert (np.diff(loads) > 0).all()
        assert isinstance(curves.headroom(0.01), float)
        wide = SeasonalPeaks(curves.peaks_mw.summer + 50, curves.peaks_mw.winter + 80)
        assert curves.headroom(0.0, limits_mw=wide) == pytest.approx(50.0, abs=0.01)
        # Firm load that is added takes room from the new load, and no more than itself from a given limit.
        assert curves.headroom(0.01, added_mw=30.0, limits_mw=wide) < curves.headroom(0.01, limits_mw=wide)
        double = SeasonalPeaks(2 * curves.peaks_mw.summer, 2 * curves.peaks_mw.winter)
        assert curves.headroom(0.01, growth=2.0, limits_mw=double) == pytest.approx(2 * curves.headroom(0.01))
        assert curves.headroom(0.0, growth=3.0) == 0.0
        assert load_level(code, 0.0) == pytest.approx(1.0)
        shares = np.linspace(0, 1, 50)
        assert (np.diff(load_level(code, shares)) < 0).all()


def test_what_makes_no_sense_is_refused_in_words() -> None:
    curves = load_duration("PJM")
    with pytest.raises(InputError, match=r"1\.5 is no share of hours, 0 to 1"):
        curves.load_level([0.1, 1.5])
    with pytest.raises(InputError, match="share_of_hours"):
        load_level("PJM", -0.1)
    with pytest.raises(InputError) as caught:
        curves.headroom(0.01, growth=0.0, added_mw=float("inf"), limits_mw=SeasonalPeaks(1.0, float("nan")))
    assert {mistake.field for mistake in caught.value.mistakes} == {"growth", "added_mw", "limits_mw"}
    with pytest.raises(InputError, match="did you mean PACW"):
        load_duration("PACX")


@pytest.fixture
def script() -> ModuleType:
    path = Path(__file__).parents[3] / "scripts" / "build_load_duration.py"
    spec = importlib.util.spec_from_file_location("build_load_duration", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_says_what_it_needs(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main([]) == 2
    assert "Usage: python scripts/build_load_duration.py FILE" in capsys.readouterr().out
    assert script.main([str(tmp_path / "absent.parquet")]) == 2
    assert "there is no such file" in capsys.readouterr().out


@needs_hours
def test_the_script_writes_the_tables(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    assert script.main([str(HOURLY)]) == 0
    for name in (shipped.CURVES, shipped.SPELLS, shipped.NOTES):
        assert (tmp_path / name).read_bytes() == (shipped.FOLDER / name).read_bytes()

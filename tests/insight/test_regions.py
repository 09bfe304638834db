"""Power by region: every number is that of the stored files, read a second way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from stargauge.ensemble import Store
from stargauge.errors import StoreError
from stargauge.insight import NATION, NOT_MODELLED, Answers, RegionalAnswers, regional_answers
from stargauge.insight.regions import LEVELS, TECHNOLOGIES
from stargauge.power import REGIONS
from stargauge.runs import run
from stargauge.scenario import Scenario, changed, load_scenario, parse_scenario

LIMITS = ("headroom", "chips", "capital", "equipment")


@dataclass
class Ran:
    folder: Path
    scenario: Scenario
    answers: Answers

    def series(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "series.parquet")

    def paths(self, name: str) -> Any:
        frame = pl.read_parquet(self.folder / "paths.parquet").filter(pl.col("series") == name)
        return frame.pivot(on="month", index="future", values="value").sort("future")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    scenario = changed(load_scenario("us-2026"), futures=96)
    folder = tmp_path_factory.mktemp("regions") / "run"
    return Ran(folder, scenario, run(scenario, folder, workers=1).answers)


@pytest.fixture(scope="module")
def regional(ran: Ran) -> RegionalAnswers:
    return ran.answers.regional


def test_there_are_all_regions_and_all_years(regional: RegionalAnswers) -> None:
    assert tuple(one.region for one in regional.regions) == REGIONS
    assert regional.years == tuple(range(2026, 2036))
    assert tuple(one.year for one in regional.supply) == regional.years
    assert regional.nation.region == NATION
    assert {one.headroom for one in (*regional.regions, regional.nation)} == {"modelled"}


def test_levels_are_those_of_july_in_the_store(ran: Ran, regional: RegionalAnswers) -> None:
    rows = {(row["series"], row["month"]): row for row in ran.series().iter_rows(named=True)}
    found = 0
    for one in (*regional.regions, regional.nation):
        for year in one.years:
            for name in LEVELS:
                band = getattr(year, name)
                row = rows.get((f"{name}:{one.region}", f"{year.year}-07"))
                assert (band is None) == (row is None)
                if row is not None:
                    told = (band.mean, band.p05, band.p50, band.p95)
                    assert told == (row["mean"], row["p05"], row["p50"], row["p95"])
                    found += 1
    assert found == 14 * 10 * 6 + 13 * 10 * 2


def test_what_waits_is_a_mean_over_the_year_from_the_as_of_month_on(
    ran: Ran, regional: RegionalAnswers
) -> None:
    known = ran.series().filter(pl.col("month") >= "2026-10")
    means = known.with_columns(year=pl.col("month").str.slice(0, 4).cast(pl.Int64))
    grouped = means.group_by("series", "year").agg(pl.col("mean").mean())
    expected = {(row["series"], row["year"]): row["mean"] for row in grouped.iter_rows(named=True)}
    for one in (*regional.regions, regional.nation):
        for year in one.years:
            assert tuple(year.waiting_mw) == LIMITS
            for limit, mw in year.waiting_mw.items():
                assert mw == pytest.approx(expected[f"waiting_{limit}_mw:{one.region}", year.year])


def test_what_binds_is_what_most_wait_for_and_no_small_thing(regional: RegionalAnswers) -> None:
    for one in (*regional.regions, regional.nation):
        for year in one.years:
            most = max(year.waiting_mw.values())
            if year.binds is None:
                assert most < regional.least_waiting_mw
            else:
                assert year.waiting_mw[year.binds] == most >= regional.least_waiting_mw
        binding = [year for year in one.years if year.binds is not None]
        assert (one.binds_first, one.binds_first_year) == (
            (binding[0].binds, binding[0].year) if binding else (None, None)
        )
        power = [year.year for year in binding if year.binds == "headroom"]
        assert one.power_binds_from == (power[0] if power else None)
    assert regional.nation.of(2027).binds == "chips"
    assert regional.nation.of(2035).binds == "headroom"


def test_the_nation_waits_for_what_its_regions_wait_for(regional: RegionalAnswers) -> None:
    for year in regional.years:
        for limit in LIMITS:
            total = sum(one.of(year).waiting_mw[limit] for one in regional.regions)
            assert regional.nation.of(year).waiting_mw[limit] == pytest.approx(total, abs=1e-6)


def test_the_chance_of_being_short_is_the_share_of_futures(ran: Ran, regional: RegionalAnswers) -> None:
    assert regional.stored_futures == 96
    for code in ("MIDA", "TEX", NATION):
        frame = ran.paths(f"shortfall_mw:{code}")
        for year in (2026, 2030, 2035):
            short = int((frame[f"{year}-07"] > 0.0).sum())
            assert regional.of(code).of(year).shortfall_chance == pytest.approx(short / 96)
    for year in regional.years:
        worst = max(one.of(year).shortfall_chance for one in regional.regions)
        assert regional.nation.of(year).shortfall_chance >= worst


def test_additions_add_up_by_technology_and_by_year(ran: Ran, regional: RegionalAnswers) -> None:
    series = ran.series()
    end = series.filter(pl.col("month") == "2035-12")
    means = dict(zip(end["series"], end["mean"], strict=True))
    for name in TECHNOLOGIES:
        total = sum(one.added_mw[name] for one in regional.supply)
        assert total == pytest.approx(means[f"supply_added_mw:{name}"])
    for one in regional.supply:
        assert one.added_total_mw.mean == pytest.approx(sum(one.added_mw.values()))
        for amount in (one.added_total_mw, one.retired_mw, one.supply_capital_usd_b):
            assert 0.0 <= amount.p10 <= amount.p90
    for name, source in (
        ("retired_mw", "supply_retired_mw"),
        ("supply_capital_usd_b", "supply_capital_usd_b"),
        ("onsite_capital_usd_b", "onsite_capital_usd_b"),
    ):
        total = sum(getattr(one, name).mean for one in regional.supply)
        assert total == pytest.approx(means[f"{source}:{NATION}"])
    first = series.filter(pl.col("series").str.starts_with("supply_added_mw") & (pl.col("mean") > 0.0))
    assert regional.supply_from == first["month"].min()


def test_the_range_of_a_year_is_that_of_the_sum_in_each_future(ran: Ran, regional: RegionalAnswers) -> None:
    total = np.zeros(96)
    for name in TECHNOLOGIES:
        frame = ran.paths(f"supply_added_mw:{name}")
        total += (frame["2030-12"] - frame["2029-12"]).to_numpy()
    amount = next(one for one in regional.supply if one.year == 2030).added_total_mw
    assert [amount.p10, amount.p90] == pytest.approx(np.quantile(total, (0.1, 0.9)))
    assert amount.mean == pytest.approx(total.mean())


def test_wires_are_the_end_value(ran: Ran, regional: RegionalAnswers) -> None:
    values = pl.read_parquet(ran.folder / "ends-00000.parquet")[f"wires_usd_b:{NATION}"].to_numpy()
    assert regional.wires_usd_b.mean == pytest.approx(values.mean())
    assert regional.wires_usd_b.p95 == pytest.approx(np.quantile(values, 0.95))


def test_before_the_as_of_date_opposition_is_known(regional: RegionalAnswers) -> None:
    for one in regional.regions:
        level = one.of(2026).opposition_level
        assert level is not None
        assert level.p05 == pytest.approx(level.p95, abs=0.02)
    assert regional.nation.of(2030).opposition_level is None
    assert regional.nation.of(2030).bill_effect_percent is None


def test_answers_are_plain_data(ran: Ran, regional: RegionalAnswers) -> None:
    plain = json.loads(json.dumps(ran.answers.to_dict()))["regional"]
    assert plain == json.loads(json.dumps(regional.to_dict()))
    assert [one["region"] for one in plain["regions"]] == list(REGIONS)
    assert plain["regions"][0]["years"][0]["firm_headroom_mw"].keys() == {"mean", "p05", "p50", "p95"}
    with pytest.raises(KeyError):
        regional.of("ERCOT")
    with pytest.raises(KeyError):
        regional.nation.of(2050)


LIMITED = """stargauge: 1
name: limited
extends: us-2026
end: 2028-11
limits:
  headroom:
    - {region: TEX, path: {"2027": 12 GW, "2028": 20 GW}}
    - {region: MIDA, off: true}
"""


def test_headroom_a_scenario_gives_or_takes_away_is_said_so(tmp_path: Path) -> None:
    scenario = changed(parse_scenario(LIMITED, "limited.yaml"), futures=8)
    regional = run(scenario, tmp_path / "run", workers=1).answers.regional
    sources = {one.region: one.headroom for one in (*regional.regions, regional.nation)}
    assert sources["TEX"] == "supplied by the scenario"
    assert sources["MIDA"] == sources[NATION] == "without limit"
    assert sources["CAL"] == "modelled"
    texas, free = regional.of("TEX").of(2028), regional.of("MIDA").of(2028)
    assert texas.firm_headroom_mw is not None
    assert texas.firm_headroom_mw.p50 == pytest.approx(20_000.0, rel=1e-3)
    assert texas.flexible_headroom_mw is free.firm_headroom_mw is free.flexible_headroom_mw is None
    assert regional.nation.of(2028).firm_headroom_mw is None
    assert free.binds != "headroom"
    # 2028 ends after its July and before its December.
    assert regional.years[-1] == 2028
    assert regional.supply[-1].year == 2027
    assert regional_answers(Store.open(tmp_path / "run"), scenario) == regional


def test_an_older_run_says_what_to_do() -> None:
    store = SimpleNamespace(folder="old", record=SimpleNamespace(series=[]))
    with pytest.raises(StoreError) as caught:
        regional_answers(store, load_scenario("us-2026"))  # type: ignore[arg-type]
    assert str(caught.value) == (
        "the run in old holds no power by region as it is told now: it is older than this version; run it "
        "again with --fresh"
    )


def test_what_is_left_out_is_said_with_its_reason() -> None:
    assert len(set(NOT_MODELLED)) == len(NOT_MODELLED)
    for words in NOT_MODELLED:
        what, _, why = words.partition(": ")
        assert what
        assert why
        assert not words.endswith(".")
    text = " ".join(NOT_MODELLED)
    for gone in ("the headroom path is supplied", "hazards do not yet rise"):
        assert gone not in text
    for said in ("answer of supply to shortage", "from a prior", "crews", "opposition to power plants"):
        assert said in text

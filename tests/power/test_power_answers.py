"""The answers: bridge to published margins, back-test, table, bill effect, costs; as data and on a screen."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from stargauge.errors import InputError
from stargauge.facts import load_registry
from stargauge.facts.power_tables import load_power_tables
from stargauge.power import (
    REGIONS,
    AdequacyCheck,
    PowerBacktest,
    PowerTable,
    adequacy_check,
    bill_effects,
    power_backtest,
    power_table,
)
from stargauge.power.backtest import auctions, built_2025, fleet_change
from stargauge.power.bill import share_of_bills
from stargauge.power.bridge import published_margins
from stargauge.power.costs import cost_table
from stargauge.power.inputs import OVERRUN_OF


def screen(answer: AdequacyCheck | PowerBacktest | PowerTable) -> str:
    text = StringIO()
    Console(width=140, file=text).print(answer.render())
    return text.getvalue()


@pytest.fixture(scope="module")
def check() -> AdequacyCheck:
    return adequacy_check()


@pytest.fixture(scope="module")
def backtest() -> PowerBacktest:
    return power_backtest()


@pytest.fixture(scope="module")
def table() -> PowerTable:
    return power_table(futures=128)


def test_every_bridge_adds_up_exactly(check: AdequacyCheck) -> None:
    for row in check.rows:
        assert row.generation + row.demand_response + row.imports == pytest.approx(row.ours, abs=1e-9)
        assert row.on_their_basis + row.unexplained == pytest.approx(row.published, abs=1e-9)
    assert [row.region for row in check.rows] == list(REGIONS)


def test_where_bases_agree_the_margin_is_within_three_points(check: AdequacyCheck) -> None:
    agreeing = [row for row in check.rows if row.bases_agree]
    assert [row.region for row in agreeing] == ["MIDA", "MIDW", "NY"]
    for row in agreeing:
        assert abs(row.unexplained) <= 3.0, row


def test_the_published_margins_are_those_of_the_tables() -> None:
    found = {one.region: one for one in published_margins(load_power_tables())}
    assert found["MIDA"].percent == pytest.approx(100.0 * ((134_311 + 11_933) / 159_329 - 1.0))
    assert found["MIDW"].percent == pytest.approx(100.0 * (135.6 / 124.7 - 1.0))
    assert found["NY"].percent == 22.3
    assert found["TEX"].peak_mw == 94_700.0


def test_why_a_naive_sum_left_eight_regions_short(check: AdequacyCheck) -> None:
    counts = [len(step.short) for step in check.steps]
    assert counts == [8, 1, 0, 0, 3]
    assert check.steps[0].short == ("CAR", "CENT", "FLA", "MIDA", "NE", "NW", "NY", "TEN")
    assert check.steps[0].short_mw == pytest.approx(33_718, abs=50)
    assert check.steps[-1].short_mw < 0.1 * check.steps[0].short_mw


def test_counting_by_place_explains_the_centre(check: AdequacyCheck) -> None:
    row = check.row("CENT")
    assert row.unexplained > 10.0
    assert row.by_place > 0.6 * row.unexplained


def test_the_check_on_a_screen_and_as_data(check: AdequacyCheck) -> None:
    text = screen(check)
    assert "Regions short in summer 2026, counted step by step" in text
    assert "unexplained" in text
    plain = json.loads(json.dumps(check.to_dict()))
    assert len(plain["bridge"]) == 13
    assert plain["naive"][0]["short"][0] == "CAR"


def test_completions_are_scored_against_what_was_published(backtest: PowerBacktest) -> None:
    built = built_2025(load_power_tables())
    assert built["solar"] == 27.2
    assert built["battery"] == 15.0
    assert sum(built.values()) == pytest.approx(53.0)
    assert {one.actual for one in backtest.completions if one.window == "2025" and one.group == "solar"} == {
        27.2
    }


def test_only_the_end_of_2024_is_a_hindcast(backtest: PowerBacktest) -> None:
    assert {one.as_of.isoformat() for one in backtest.completions if one.hindcast} == {"2024-12-31"}
    assert len(backtest.completions) == 16


def test_the_forecast_beats_the_year_before_where_the_plan_is_whole(backtest: PowerBacktest) -> None:
    for window, evidence in (
        ("2025", "long-run rates alone"),
        ("2025", "owners' plan of February 2025"),
        ("2026 to May", "owners' plan of February 2026"),
    ):
        ours, naive = backtest.errors(window, evidence)
        assert ours < naive, evidence


def test_it_is_shown_where_the_forecast_loses(backtest: PowerBacktest) -> None:
    ours, naive = backtest.errors("2026 to May", "advanced plans of March 2025")
    assert ours > naive
    assert "advanced plans of March 2025" in screen(backtest)
    assert "(hindcast)" in screen(backtest)
    json.dumps(backtest.to_dict())


def test_auctions_by_hand() -> None:
    found = {(region, year): (actual, naive) for region, year, actual, naive in auctions(load_power_tables())}
    assert found["MIDA", "2026/27"][0] == pytest.approx(0.139)
    assert found["MIDA", "2027/28"][0] == pytest.approx(-6.623)
    assert found["MIDA", "2027/28"][1] == pytest.approx((1.185 / 1.178 - 1.0) * 0.938 * 153.883)
    assert found["MIDW", "2025/26"] == (2.6, 4.6)
    assert found["MIDW", "2026/27"][0] == pytest.approx(135.6 - 137.5)


def test_new_load_between_is_near_what_pjm_expects(backtest: PowerBacktest) -> None:
    """PJM's own large-load adjustment is 6.4, 10.8 and 16.2 GW for these summers."""
    found = {row.delivery: row.load_between for row in backtest.tightness if row.region == "MIDA"}
    for delivery, adjustment in (("2026/27", 6.403), ("2027/28", 10.785), ("2028/29", 16.242)):
        assert found[delivery] == pytest.approx(adjustment, abs=3.0)


def test_changes_of_the_fleet_leave_nothing_out() -> None:
    from datetime import date

    change = fleet_change(load_power_tables(), date(2024, 12, 31), date(2025, 12, 31))
    assert change["solar"] == pytest.approx(28.38, abs=0.01)


def test_the_table_covers_regions_and_years(table: PowerTable) -> None:
    assert len(table.headroom) == 13 * 10
    assert {one.region for one in table.headroom} == set(REGIONS)
    for one in table.headroom:
        assert list(one.band) == sorted(one.band)
        assert 0.0 <= one.winter_binds <= 1.0
        assert 0.0 <= one.short <= 1.0
    assert table.of("CAR", 2030).winter_binds > 0.5
    assert table.of("CAL", 2030).winter_binds == 0.0


def test_one_region_is_the_row_of_all(table: PowerTable) -> None:
    alone = power_table("NE", futures=128)
    assert alone.of("NE", 2030) == table.of("NE", 2030)
    assert {one.region for one in alone.headroom} == {"NE"}
    assert [one.region for one in alone.bill] == ["NE"]
    text = screen(alone)
    assert "Firm headroom of NE" in text
    assert "without plants of their own" in text


def test_a_table_of_no_region_is_refused() -> None:
    with pytest.raises(InputError, match='"ERCOT" is no EIA-930 region'):
        power_table("ERCOT")


def test_the_table_on_a_screen_and_as_data(table: PowerTable) -> None:
    text = screen(table)
    for words in ("Firm headroom of 13 regions", "capital, bn USD", "turbines bind", "Part of the bill"):
        assert words in text
    plain = json.loads(json.dumps(table.to_dict()))
    assert plain["new_load_from"] == "2026-08"
    assert plain["edition"] == "plan_2026_07"


def test_holding_plants_open_leaves_more(table: PowerTable) -> None:
    held = power_table(futures=128, deferral=np.ones(132))
    for ours, theirs in zip(held.headroom, table.headroom, strict=True):
        assert ours.band[2] >= theirs.band[2] - 1e-9
    assert held.nation[4].retired[1] < table.nation[4].retired[1]


def test_the_bill_effect_is_open_in_sign_except_in_pjm() -> None:
    found = {one.region: one for one in bill_effects(load_power_tables(), load_registry())}
    assert set(found) == set(REGIONS)
    assert found["MIDA"].low > 0.0
    for region, one in found.items():
        assert one.low <= one.middle <= one.high
        if region != "MIDA":
            assert one.low < 0.0 < one.high, region
        assert one.because
        assert one.evidence
    assert found["MIDA"].high > 4.0 * found["MIDW"].high


def test_pjm_by_arithmetic() -> None:
    """9.3 bn USD of 2025/26 and 6.3 of 2028/29 over 794 TWh at 13.68 cents: inside the band."""
    low, high = share_of_bills(6.3, 793.9, 13.68), share_of_bills(9.3, 793.9, 13.68)
    assert (low, high) == (pytest.approx(0.058, abs=0.001), pytest.approx(0.0856, abs=0.001))
    band = load_registry().input("power.bill.MIDA").distribution.parameters
    assert band["low"] < low < high < band["high"]
    assert share_of_bills(1.0, 100.0, 10.0) == pytest.approx(0.1)


def test_dollars_a_month_by_hand() -> None:
    one = bill_effects(load_power_tables(), load_registry())[REGIONS.index("MIDA")]
    assert one.price_cents_kwh == 13.68
    assert one.dollars_a_month[1] == pytest.approx(136.8 * one.middle)


REFERENCE = {
    "nuclear": (2.20, 0.55),
    "fossil": (1.16, 0.14),
    "wind": (1.13, 0.07),
    "solar": (1.01, 0.02),
    "geothermal": (1.34, 0.19),
}
"""Mean of cost at the end over cost at the decision, and share of projects at 1.5 or more."""


@pytest.mark.parametrize("kind", sorted(set(OVERRUN_OF.values())))
def test_overruns_have_the_mean_and_the_tail_of_their_class(kind: str) -> None:
    overrun = load_registry().input(f"power.overrun.{kind}").distribution
    mean, tail = REFERENCE[kind]
    assert overrun.mean == pytest.approx(mean, abs=0.01)
    assert overrun.quantile(1.0 - tail) == pytest.approx(1.5, abs=0.01)


def test_costs_by_hand() -> None:
    found = {one.technology: one for one in cost_table(load_registry())}
    gas = found["gas_cc"]
    assert gas.fixed_usd_kw_year == 31.8
    price = load_registry().input("power.gas_price").distribution.median
    assert gas.running_usd_mwh == pytest.approx(2.04 + 6.238 / 3.41214 * price)
    assert found["solar"].running_usd_mwh is None
    assert found["nuclear"].overrun[2] > 3.0
    assert all(asdict(one)["overnight_usd_kw"][0] > 500.0 for one in found.values())


def test_the_screen_says_that_it_is_supply_before_load(table: PowerTable) -> None:
    text = screen(table)
    assert "This is supply before new AI load." in text
    assert text.rstrip().endswith("stargauge power --run FOLDER")
    assert screen(power_table("TEX", futures=16)).rstrip().endswith("stargauge power TEX --run FOLDER")

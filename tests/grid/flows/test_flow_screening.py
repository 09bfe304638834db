"""Screening of single outages against networks rebuilt for each of them."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
from flow_oracle import dense_flows, islands, splits
from grid_strategies import networks, random_network
from hypothesis import given, settings

from stargauge.errors import InputError
from stargauge.grid.catalogue import load
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.screening import screen_outages
from stargauge.grid.network import Network

few = settings(max_examples=25, deadline=None)


def respond(network: Network, alive: np.ndarray, skip: int | None) -> np.ndarray:
    """Return the injection (n,) once what is left of one island is balanced by what is left of its units."""
    dispatch = prepare(network).dispatch
    unit = np.array(dispatch.unit_mw)
    kept = alive[network.unit_bus]
    if skip is not None:
        kept[skip] = False
    unit[~kept] = 0.0
    demand = -(dispatch.injection_mw - np.bincount(network.unit_bus, dispatch.unit_mw, network.buses))
    demand[~alive] = 0.0
    missing = demand.sum() - unit.sum()
    room = (
        np.where(kept, dispatch.headroom_mw, 0.0) if missing > 0 else np.where(kept, np.maximum(unit, 0), 0)
    )
    if abs(missing) > 1e-9:
        if abs(missing) > room.sum() + 1e-9:
            return np.full(network.buses, np.nan)
        unit = unit + missing * room / room.sum()
    return np.bincount(network.unit_bus, unit, network.buses) - demand


def worst(network: Network, flow: np.ndarray, alive: np.ndarray) -> tuple[float, int]:
    loading = np.where(alive, np.abs(flow) / network.rate_a, 0.0)
    return float(loading.max()), int((loading > 1 + 1e-9).sum())


@few
@given(networks())
def test_every_branch_and_bridge_as_in_a_rebuilt_network(network: Network) -> None:
    model = prepare(network)
    table = screen_outages(network, kinds=("branch", "bridge")).outages
    rows = {row["outage"]: row for row in table.iter_rows(named=True)}
    assert len(rows) == network.branches
    whole = np.ones(network.branches, dtype=bool)
    capacity = np.bincount(network.unit_bus, network.unit_pmax_mw, network.buses)
    for branch in range(network.branches):
        row = rows[network.branch_name[branch]]
        alive = whole.copy()
        alive[branch] = False
        if not splits(network, branch):
            flow = dense_flows(network, model.dispatch.injection_mw, (branch,))[:, 0]
            assert row["kind"] == "branch"
        else:
            label = islands(network, (branch,))
            sides = [label == label[network.branch_from[branch]], label == label[network.branch_to[branch]]]
            main = max(sides, key=lambda side: capacity[side].sum())
            lost_load = network.bus_load_mw[~main].sum()
            assert row["kind"] == "bridge"
            assert row["lost_load_mw"] == pytest.approx(lost_load, abs=1e-9)
            injection = respond(network, main, None)
            if np.isnan(injection).any():
                assert row["short_mw"] > 0
                assert not row["secure_consequential_excluded"]
                continue
            flow = dense_flows(network, np.where(main, injection, 0.0), (branch,))[:, 0]
            alive &= main[network.branch_from] & main[network.branch_to]
            flow = np.where(alive, flow, 0.0)
            clean = row["overloads"] == 0
            assert row["secure_consequential_excluded"] == clean
            assert row["secure_radial_counted"] == (clean and lost_load <= 1e-6)
        loading, over = worst(network, flow, alive)
        assert row["loading"] == pytest.approx(loading, abs=1e-7)
        assert row["overloads"] == over


@few
@given(networks(islands=2))
def test_every_unit_as_in_a_rebuilt_network(network: Network) -> None:
    table = screen_outages(network, kinds=("unit",)).outages
    rows = {row["outage"]: row for row in table.iter_rows(named=True)}
    model = prepare(network)
    for unit in range(network.units):
        if model.dispatch.unit_mw[unit] == 0.0:
            assert network.unit_name[unit] not in rows  # it does not run, so it cannot be lost
            continue
        row = rows[network.unit_name[unit]]
        own = network.interconnect == network.interconnect[network.unit_bus[unit]]
        injection = np.array(model.dispatch.injection_mw)
        answer = respond(network, own, unit)
        if np.isnan(answer).any():
            assert row["short_mw"] > 0
            continue
        injection[own] = answer[own]
        flow = dense_flows(network, injection)[:, 0]
        inside = own[network.branch_from]
        loading, over = worst(network, flow, inside)
        assert row["loading"] == pytest.approx(loading, abs=1e-7)
        assert row["overloads"] == over
        assert row["short_mw"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("ends", [(0, 14), (2, 7)])
def test_a_dc_line_lost_is_made_good_on_both_of_its_sides(ends: tuple[int, int]) -> None:
    network = random_network(
        21, islands=2, dc_from=[ends[0]], dc_to=[ends[1]], dc_p_mw=[6.0], dc_loss_mw=[0.5], dc_pmax_mw=[50.0]
    )
    row = screen_outages(network, kinds=("dc",)).outages.row(0, named=True)
    dispatch = prepare(network).dispatch
    injection = np.array(dispatch.injection_mw)
    injection[ends[0]] += 6.0
    injection[ends[1]] -= 5.5
    for island in (0, 1):
        own = network.interconnect == island
        missing = -injection[own].sum()
        room = dispatch.headroom_mw if missing > 0 else np.maximum(dispatch.unit_mw, 0.0)
        room = np.where(own[network.unit_bus], room, 0.0)
        injection += np.bincount(network.unit_bus, missing * room / room.sum(), network.buses)
    flow = dense_flows(network, injection)[:, 0]
    loading, over = worst(network, flow, np.ones(network.branches, dtype=bool))
    assert row["kind"] == "dc"
    assert row["loading"] == pytest.approx(loading, abs=1e-8)
    assert row["overloads"] == over


def test_texas_three_outages_overload_the_worst_by_two_and_a_half_percent() -> None:
    table = screen_outages(load("case_ACTIVSg2000"))
    over = table.overloads
    assert over.height == 3
    shown = [
        (row["element"].split("#")[0], row["outage"].split("#")[0], round(row["loading"] * 100, 2))
        for row in over.iter_rows(named=True)
    ]
    assert shown == [
        ("6360-3101", "6156-3104", 102.58),
        ("8136-8145", "8126-5049", 101.77),
        ("1008-1032", "1082-1038", 100.16),
    ]
    counts = dict(table.outages.group_by("kind").len().iter_rows())
    assert counts["branch"] == 2756
    assert counts["bridge"] == 450


def test_the_west_one_outage_overloads() -> None:
    table = screen_outages(load("case_ACTIVSg10k"), kinds=("branch",))
    assert table.overloads.height == 1
    row = table.overloads.row(0, named=True)
    assert (row["element"], row["outage"]) == ("28330-28391", "29025-29024")
    assert round(row["loading"] * 100, 2) == 101.13


def test_illinois_nothing_overloads() -> None:
    table = screen_outages(load("case_ACTIVSg200"), kinds=("branch",))
    assert table.overloads.height == 0
    assert round(table.outages["loading"][0] * 100, 2) == 74.23


def test_limits_after_an_outage_are_those_asked_for() -> None:
    network = load("case_ACTIVSg2000")
    assert screen_outages(network, kinds=("branch",), limits=Ratings(1.1)).overloads.height == 0
    strict = screen_outages(network, kinds=("branch",), limits=Ratings(0.9))
    assert strict.overloads.height > 3
    assert "rate A × 0.9 after an outage" in strict.rule


def test_ties_are_neither_lost_nor_monitored() -> None:
    network = random_network(13, ties=4)
    table = screen_outages(network)
    ties = {network.branch_name[i] for i in np.flatnonzero(network.is_tie)}
    assert not ties & set(table.outages.filter(pl.col("kind") != "unit")["outage"])
    assert not ties & set(table.outages["element"].drop_nulls())


def test_threads_do_not_change_a_screening() -> None:
    network = random_network(17, buses=40, extra=40)
    one, three = (screen_outages(network, threads=count) for count in (1, 3))
    assert one.outages.equals(three.outages)
    assert one.overloads.equals(three.overloads)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(InputError, match='"line" is no kind of outage; known: branch, unit, dc, bridge'):
        screen_outages(random_network(1), kinds=("line",))  # type: ignore[arg-type]


def test_a_screening_shows_and_gives_itself_as_data() -> None:
    from rich.console import Console

    table = screen_outages(load("case_ACTIVSg200"))
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(table.render(5))
    text = console.export_text()
    assert "173 branch, 38 unit, 72 bridge" in text
    assert "rule: limits rate A before and after an outage" in text
    data = table.to_dict()
    assert len(data["outages"]) == 173 + 38 + 72
    assert data["overloads"] == []

"""Base flows, bridges and the dispatch against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from flow_oracle import dense_flows, splits
from grid_strategies import networks, random_network
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.errors import InputError
from stargauge.grid.catalogue import load
from stargauge.grid.flows.dispatch import balance
from stargauge.grid.flows.model import AccuracyError, prepare, without
from stargauge.grid.network import Network

few = settings(max_examples=40, deadline=None)


@few
@given(networks(islands=2), st.booleans())
def test_flows_equal_a_dense_solve(network: Network, twice: bool) -> None:
    model = prepare(network)
    expected = dense_flows(network, model.dispatch.injection_mw)[:, 0]
    np.testing.assert_allclose(model.flow, expected, rtol=1e-9, atol=1e-8)


@few
@given(networks(negative=True))
def test_negative_reactances_keep_their_sign(network: Network) -> None:
    model = prepare(network)
    expected = dense_flows(network, model.dispatch.injection_mw)[:, 0]
    np.testing.assert_allclose(model.flow, expected, rtol=1e-6, atol=1e-6)


@few
@given(networks())
def test_bridges_are_the_branches_whose_loss_splits_the_network(network: Network) -> None:
    expected = [splits(network, branch) for branch in range(network.branches)]
    assert prepare(network).is_bridge.tolist() == expected


@pytest.mark.parametrize("case", ["case24_ieee_rts", "case30", "case39"])
def test_cases_equal_a_dense_solve(case: str) -> None:
    network = load(case)
    model = prepare(network)
    expected = dense_flows(network, model.dispatch.injection_mw)[:, 0]
    np.testing.assert_allclose(model.flow, expected, atol=1e-9)


def test_flows_do_not_depend_on_the_order_of_buses_and_so_on_the_reference() -> None:
    network = random_network(3, buses=14, extra=12)
    order = np.random.default_rng(0).permutation(network.buses)
    place = np.argsort(order)
    moved = Network.from_arrays(
        name="moved",
        bus_id=network.bus_id[order],
        bus_load_mw=network.bus_load_mw[order],
        branch_from=place[network.branch_from],
        branch_to=place[network.branch_to],
        branch_x=network.branch_x,
        branch_shift_deg=network.branch_shift_deg,
        rate_a=network.rate_a,
        unit_bus=place[network.unit_bus],
        unit_p_mw=network.unit_p_mw,
        unit_pmax_mw=network.unit_pmax_mw,
    )
    np.testing.assert_allclose(prepare(moved).flow, prepare(network).flow, atol=1e-9)


def test_losses_are_taken_back_pro_rata_to_output_in_each_interconnect() -> None:
    network = random_network(5, islands=2)
    dispatch = balance(network)
    for island in (0, 1):
        own = network.interconnect[network.unit_bus] == island
        ratio = dispatch.unit_mw[own] / network.unit_p_mw[own]
        assert np.ptp(ratio) < 1e-12
        assert dispatch.injection_mw[network.interconnect == island].sum() == pytest.approx(0, abs=1e-9)
    assert "MW of losses taken back from units pro rata to output" in dispatch.rule


def test_a_deficit_is_raised_pro_rata_to_headroom_and_never_beyond_it() -> None:
    network = random_network(5)
    low = Network.from_arrays(
        name="low",
        bus_id=network.bus_id,
        bus_load_mw=network.bus_load_mw,
        branch_from=network.branch_from,
        branch_to=network.branch_to,
        branch_x=network.branch_x,
        unit_bus=network.unit_bus,
        unit_p_mw=network.unit_p_mw * 0.9,
        unit_pmax_mw=network.unit_pmax_mw,
    )
    dispatch = balance(low)
    assert np.all(dispatch.unit_mw <= low.unit_pmax_mw)
    raised = (dispatch.unit_mw - low.unit_p_mw) / (low.unit_pmax_mw - low.unit_p_mw)
    assert np.ptp(raised) < 1e-12


def test_a_load_no_unit_can_meet_is_refused_with_its_interconnect() -> None:
    network = random_network(5, islands=2, unit_pmax_mw=np.full(6, 1.0), unit_p_mw=np.full(6, 1.0))
    with pytest.raises(InputError) as caught:
        prepare(network)
    text = str(caught.value)
    assert text.count("units.p_mw") == 2
    assert "the interconnect of bus 13 lacks" in text
    assert "its units can only add 0.0 MW" in text


def ring(surplus: float) -> Network:
    return Network.from_arrays(
        name="ring",
        bus_id=[1, 2, 3],
        branch_from=[0, 1, 0],
        branch_to=[1, 2, 2],
        branch_x=[0.1, 0.1, -0.2 * (1 + surplus)],
        bus_load_mw=[0.0, 10.0, 10.0],
        unit_bus=[0],
        unit_p_mw=[20.0],
        unit_pmax_mw=[50.0],
    )


@pytest.mark.parametrize("surplus", [0.0, 1e-15, 1e-13])
def test_reactances_that_cancel_to_nothing_are_refused_instead_of_answered(surplus: float) -> None:
    with pytest.raises(
        AccuracyError, match=r"the matrix of ring is singular near bus \d: look for reactances"
    ):
        prepare(ring(surplus))


def test_reactances_that_nearly_cancel_are_answered() -> None:
    network = ring(0.1)
    expected = dense_flows(network, prepare(network).dispatch.injection_mw)[:, 0]
    np.testing.assert_allclose(prepare(network).flow, expected, rtol=1e-9)


def test_a_tie_keeps_its_reactance_but_is_no_element_and_no_outage() -> None:
    network = random_network(11, ties=3)
    model = prepare(network)
    expected = dense_flows(network, model.dispatch.injection_mw)[:, 0]
    np.testing.assert_allclose(model.flow, expected, rtol=1e-7, atol=1e-7)
    assert not (model.is_element & network.is_tie).any()
    assert not (model.is_bridge & network.is_tie).any()
    assert any("3 ties inside substations are neither monitored nor lost" in note for note in model.notes)


def test_ties_without_reactance_are_contracted_and_their_flow_clears_every_bus() -> None:
    kinds, x = ["line"] * 5 + ["tie"] * 2, [0.1, 0.2, 0.1, 0.3, 0.2, 0.0, 0.0]
    network = Network.from_arrays(
        name="tied",
        bus_id=[1, 2, 3, 4, 5, 6],
        branch_from=[0, 1, 2, 0, 4, 2, 4],
        branch_to=[1, 2, 0, 3, 1, 3, 5],
        branch_x=x,
        branch_kind=kinds,
        bus_load_mw=[0.0, 10.0, 5.0, 20.0, 0.0, 7.0],
        unit_bus=[0],
        unit_p_mw=[42.0],
        unit_pmax_mw=[90.0],
    )
    model = prepare(network)
    flow = np.array(model.flow)
    assert np.isnan(flow[5:]).all()
    flow[5:] = model.short_flow()
    left = model.dispatch.injection_mw - np.bincount(network.branch_from, flow, 6)
    np.testing.assert_allclose(left + np.bincount(network.branch_to, flow, 6), 0.0, atol=1e-9)
    assert "2 branches without reactance contracted" in model.notes


@few
@given(networks(), st.integers(0, 10**6))
def test_a_branch_taken_out_is_as_if_it_had_never_been(network: Network, pick: int) -> None:
    model = prepare(network)
    losable = np.flatnonzero(model.is_outage)
    if not losable.size:
        return
    branch = int(losable[pick % losable.size])
    expected = dense_flows(network, model.dispatch.injection_mw, (branch,))[:, 0]
    np.testing.assert_allclose(without(model, branch).flow, expected, rtol=1e-7, atol=1e-7)


def test_a_bridge_cannot_be_taken_out() -> None:
    model = prepare(random_network(2, extra=0))
    with pytest.raises(InputError, match="cannot be taken out: it is a tie, or its loss splits the network"):
        without(model, 0)

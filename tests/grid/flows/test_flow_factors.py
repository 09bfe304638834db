"""PTDF and LODF on demand: against rebuilt networks, and against published numbers of the six-bus case."""

from __future__ import annotations

import numpy as np
import pytest
from flow_oracle import dense_flows
from grid_strategies import networks, random_network
from hypothesis import given, settings

from stargauge.errors import InputError
from stargauge.grid.catalogue import load
from stargauge.grid.flows.factors import lodf_columns, lodf_rows, ptdf_columns, ptdf_rows
from stargauge.grid.flows.model import prepare
from stargauge.grid.network import Network

few = settings(max_examples=30, deadline=None)


def dense_ptdf(network: Network, slack: int) -> np.ndarray:
    injection = np.eye(network.buses)
    injection[slack] -= 1.0
    return dense_flows(network, injection, shifts=False)


@few
@given(networks())
def test_ptdf_rows_and_columns_equal_dense_ones(network: Network) -> None:
    slack = np.zeros(network.buses)
    slack[1] = 1.0
    expected = dense_ptdf(network, 1)
    branches = np.arange(network.branches)
    np.testing.assert_allclose(ptdf_rows(network, branches, slack), expected, atol=1e-9)
    np.testing.assert_allclose(ptdf_columns(network, range(network.buses), slack), expected, atol=1e-9)


def test_ptdf_with_a_distributed_slack_takes_out_by_its_weights() -> None:
    network = random_network(8)
    weight = np.random.default_rng(0).random(network.buses)
    expected = dense_ptdf(network, 0)
    expected = expected - (expected @ (weight / weight.sum()))[:, None]
    np.testing.assert_allclose(ptdf_rows(network, range(network.branches), weight), expected, atol=1e-9)


@few
@given(networks())
def test_flow_after_an_outage_is_flow_plus_factor_times_what_was_lost(network: Network) -> None:
    model = prepare(network)
    outages = np.flatnonzero(model.is_outage)
    columns = lodf_columns(network, outages)
    for column, branch in enumerate(outages):
        expected = dense_flows(network, model.dispatch.injection_mw, (int(branch),))[:, 0]
        found = model.flow + columns[:, column] * model.flow[branch]
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


@few
@given(networks(negative=True))
def test_lodf_with_negative_reactances_equals_a_rebuilt_network(network: Network) -> None:
    model = prepare(network)
    for branch in np.flatnonzero(model.is_outage):
        after = dense_flows(network, model.dispatch.injection_mw, (int(branch),))[:, 0]
        found = model.flow + lodf_columns(network, [int(branch)])[:, 0] * model.flow[branch]
        np.testing.assert_allclose(found, after, rtol=1e-5, atol=1e-5)


@few
@given(networks(islands=2))
def test_rows_are_the_columns_read_across(network: Network) -> None:
    everything = range(network.branches)
    np.testing.assert_allclose(lodf_rows(network, everything), lodf_columns(network, everything), atol=1e-8)


def test_both_circuits_of_a_pair_have_the_same_factors() -> None:
    network = random_network(4, extra=6, shifters=False)
    first, second = network.branches - 2, network.branches - 1
    x = np.array(network.branch_x)
    x[second] = x[first]
    twin = random_network(4, extra=6, shifters=False, branch_x=x)
    rows = ptdf_rows(twin, [first, second])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-12)
    columns = lodf_columns(twin, [first, second])
    others = np.delete(np.arange(twin.branches), [first, second])
    np.testing.assert_allclose(columns[others, 0], columns[others, 1], atol=1e-12)
    assert columns[first, 1] == pytest.approx(columns[second, 0])


def test_the_column_of_a_bridge_is_no_number_and_never_a_finite_one() -> None:
    network = load("case30")
    model = prepare(network)
    bridges = np.flatnonzero(model.is_bridge)
    names = {network.branch_name[b].split("#")[0] for b in bridges}
    assert names == {"9-11", "12-13", "25-26"}
    assert np.isnan(lodf_columns(network, bridges)).all()
    assert np.isnan(lodf_rows(network, [0])[:, bridges]).all()


def test_ties_have_no_factors_and_the_error_says_so() -> None:
    network = random_network(11, ties=2)
    tie = int(np.flatnonzero(network.is_tie)[0])
    with pytest.raises(InputError) as caught:
        ptdf_rows(network, [tie, 99])
    assert "is a tie and has no factors" in str(caught.value)
    assert "branch index 99 does not exist" in str(caught.value)
    with pytest.raises(InputError, match="needs one weight for each of"):
        ptdf_rows(random_network(11), [0], slack=np.zeros(network.buses))


class TestSixBuses:
    """Wood and Wollenberg's six-bus case, bus 1 as reference, as computed by others, to four places."""

    def index(self, network: Network, name: str) -> int:
        return next(i for i, n in enumerate(network.branch_name) if n.split("#")[0] == name)

    def test_shift_factors(self) -> None:
        network = load("case6ww")
        slack = np.eye(6)[0]
        names = ("1-2", "1-4", "3-6")
        rows = ptdf_rows(network, [self.index(network, name) for name in names], slack)
        expected = [
            [0.0, -0.4706, -0.4026, -0.3149, -0.3217, -0.4064],
            [0.0, -0.3149, -0.2949, -0.5044, -0.2711, -0.2960],
            [0.0, -0.0077, 0.3695, -0.0023, 0.0150, -0.3433],
        ]
        np.testing.assert_allclose(rows, expected, atol=6e-5)

    def test_outage_factors(self) -> None:
        network = load("case6ww")
        column = lodf_columns(network, [self.index(network, "1-2")])[:, 0]
        expected = {
            "1-4": 0.5948,
            "1-5": 0.4052,
            "2-3": -0.1029,
            "2-4": -0.5884,
            "2-5": -0.1875,
            "2-6": -0.1213,
            "3-5": -0.1175,
            "3-6": 0.0146,
            "4-5": 0.0065,
            "5-6": 0.1067,
        }
        for name, value in expected.items():
            assert column[self.index(network, name)] == pytest.approx(value, abs=6e-5), name
        row = lodf_rows(network, [self.index(network, "1-2")])[0]
        for name, value in {"1-4": 0.6353, "1-5": 0.5427, "2-4": -0.5031}.items():
            assert row[self.index(network, name)] == pytest.approx(value, abs=6e-5), name

"""N-1-1 of a bus against networks from which the first outage is missing altogether."""

from __future__ import annotations

import numpy as np
import pytest
from grid_strategies import random_network
from hosting_oracle import brute_force

from stargauge.errors import InputError
from stargauge.grid.catalogue import load
from stargauge.grid.flows.model import prepare
from stargauge.grid.hosting.second_outage import second_outages
from stargauge.grid.network import Network


def missing(network: Network, branch: int) -> Network:
    kept = np.arange(network.branches) != branch
    return Network.from_arrays(
        name="missing",
        bus_id=network.bus_id,
        bus_load_mw=network.bus_load_mw,
        branch_from=network.branch_from[kept],
        branch_to=network.branch_to[kept],
        branch_x=network.branch_x[kept],
        branch_shift_deg=network.branch_shift_deg[kept],
        rate_a=network.rate_a[kept],
        unit_bus=network.unit_bus,
        unit_p_mw=network.unit_p_mw,
        unit_pmax_mw=network.unit_pmax_mw,
    )


@pytest.mark.parametrize("seed", [3, 14, 15])
def test_every_first_outage_as_if_the_branch_had_never_been(seed: int) -> None:
    network = random_network(seed, buses=10, extra=10)
    first = np.flatnonzero(prepare(network).is_outage)
    table = second_outages(network, 5, first=first.tolist())
    found = dict(zip(table.frame["first"], table.frame["n11_mw"], strict=True))
    for branch in first:
        truth = brute_force(missing(network, int(branch)), 0.03)
        expected = truth.tightest(1)[4, 0]
        assert found[network.branch_name[branch]] == pytest.approx(expected, rel=1e-6), branch
    assert table.frame["n11_mw"].is_sorted()


def test_first_outages_are_those_that_carry_the_load_unless_named() -> None:
    table = second_outages(load("case_ACTIVSg200"), 7)
    assert table.chosen_by == f"the {table.frame.height} branches that carry at least 3 % of the load"
    assert table.n1_mw == pytest.approx(227.89, abs=0.005)
    assert table.frame["n11_mw"][0] < table.n1_mw
    assert set(table.frame["notice"]) == {"synthetic network, not a finding about this place"}
    assert table.to_dict()["rows"][0]["first"] == table.frame["first"][0]


def test_a_bridge_is_no_first_outage() -> None:
    network = random_network(3, extra=0)
    with pytest.raises(InputError, match="branch index 0 cannot be lost without splitting the network"):
        second_outages(network, 5, first=[0])

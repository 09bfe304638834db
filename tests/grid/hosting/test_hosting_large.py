"""Large networks: every pair of element and outage for a few buses, with no threshold and no pruning."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.grid.catalogue import load
from stargauge.grid.flows.factors import lodf_rows
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.network import Network

Floats = NDArray[np.float64]
CUTOFF = 0.03
CHUNK = 256


def transfers(model: DcModel, buses: NDArray[np.int64]) -> Floats:
    """Return what 1 MW of load at each bus, served pro rata to headroom, puts on each branch, (m, buses)."""
    network = model.network
    offered = np.bincount(network.unit_bus, model.dispatch.headroom_mw, network.buses)
    columns = []
    for bus in buses:
        own = network.interconnect == network.interconnect[bus]
        injection = np.where(own, offered, 0.0) / offered[own].sum()
        injection[bus] -= 1.0
        columns.append(np.nan_to_num(model.transfer(injection)[1]))
    return np.stack(columns, axis=1)


def exhaustive(network: Network, buses: NDArray[np.int64]) -> Floats:
    """Return the N-1 capacity of each bus from every row of the LODF, MW; rates A before and after."""
    model = prepare(network)
    factor = transfers(model, buses)
    flow, limit = np.nan_to_num(model.flow), network.rate_a
    lost = np.flatnonzero(model.is_outage)
    element = np.flatnonzero(model.is_element & np.isfinite(limit))
    offered = np.bincount(network.unit_bus, model.dispatch.headroom_mw, network.buses)
    in_reach = [offered[network.interconnect == network.interconnect[bus]].sum() for bus in buses]
    best = np.array(in_reach)

    def take(share: Floats, after: Floats, bound: Floats) -> None:
        height = np.abs(share)
        room = np.where(share > 0, bound - after, bound + after)
        counted = (height >= CUTOFF) & (np.abs(after) <= bound + 1e-7)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(counted, np.maximum(room, 0.0) / height, np.inf)
        np.minimum(best[index : index + 1], value.min(initial=np.inf), out=best[index : index + 1])

    for index in range(buses.size):
        take(factor[element, index], flow[element], limit[element])
    meshed = element[~model.is_bridge[element]]
    for first in range(0, meshed.size, CHUNK):
        rows = meshed[first : first + CHUNK]
        outage = lodf_rows(model, rows)[:, lost]
        outage[rows[:, None] == lost[None, :]] = np.nan  # a lost branch is no element
        after = flow[rows][:, None] + outage * flow[lost]
        for index in range(buses.size):
            share = factor[rows, index][:, None] + outage * factor[lost, index]
            take(share, after, np.broadcast_to(limit[rows][:, None], share.shape))
    return best


@pytest.mark.slow
def test_the_west_for_a_few_buses_by_every_pair_there_is() -> None:
    network = load("case_ACTIVSg10k")
    buses = np.random.default_rng(5).choice(network.buses, 8, replace=False)
    table = hosting_capacity(network, buses=network.bus_id[buses].tolist()).frame
    np.testing.assert_allclose(table["n1_mw"], exhaustive(network, buses), rtol=1e-7)


def test_ten_thousand_buses_fit_the_time_and_memory_they_are_promised() -> None:
    """Ten times what the benchmark measures, so that a busy machine does not fail it."""
    table = hosting_capacity(load("case_ACTIVSg10k"))
    assert table.frame.height == 10_000
    assert table.seconds < 30
    assert 100 < table.frame["n1_mw"].median() < 200

"""Large networks: every pair of element and outage for a few buses, with no threshold and no pruning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def exhaustive(
    network: Network, buses: NDArray[np.int64], rows_of: NDArray[np.int64] | None = None
) -> Floats:
    """Return the N-1 capacity of each bus from every row of the LODF, MW; rates A before and after.

    With `rows_of` only these elements are taken after an outage, so that the answer is an upper bound.
    """
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
    own = np.isin(network.interconnect[network.branch_from[element]], network.interconnect[buses])
    meshed = element[~model.is_bridge[element] & own] if rows_of is None else rows_of
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


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_ten_thousand_buses_fit_the_memory_they_are_promised() -> None:
    """In a process of its own: 2 GiB are promised for eight times as many buses."""
    program = (
        "from stargauge.grid import load; from stargauge.grid.hosting import hosting_capacity; "
        "frame = hosting_capacity(load('case_ACTIVSg10k')).frame; "
        "status = dict(line.split(':', 1) for line in open('/proc/self/status')); "
        "print(frame.height, frame['n1_mw'].median(), status['VmHWM'].split()[0])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    buses, median, peak_kib = (float(word) for word in said.split())
    assert buses == 10_000
    assert 100 < median < 200
    assert peak_kib < 2**20


@pytest.mark.slow
def test_texas_in_the_embedded_grid_by_every_pair_there_is() -> None:
    network = load("usa")
    own = np.flatnonzero(network.interconnect == 2)
    buses = np.random.default_rng(11).choice(own, 3, replace=False)
    table = hosting_capacity(network, buses=network.bus_id[buses].tolist()).frame
    np.testing.assert_allclose(table["n1_mw"], exhaustive(network, buses), rtol=1e-6)


@pytest.mark.slow
def test_the_east_of_the_embedded_grid_by_what_binds_and_a_sample() -> None:
    """The row of what binds gives the capacity; 400 other rows, with all 60,000 outages, none below it."""
    network = load("usa")
    model = prepare(network)
    rng = np.random.default_rng(12)
    own = np.flatnonzero(network.interconnect == 0)
    buses = rng.choice(own, 6, replace=False)
    table = hosting_capacity(network, buses=network.bus_id[buses].tolist()).frame
    n1 = table["n1_mw"].to_numpy()
    place = {name: index for index, name in enumerate(network.branch_name)}
    binding = np.array(sorted({place[name] for name in table["element"] if name != "source"}))
    meshed = binding[~model.is_bridge[binding]]
    np.testing.assert_allclose(n1, exhaustive(network, buses, meshed), rtol=1e-6)
    element = np.flatnonzero(model.is_outage & np.isfinite(network.rate_a))
    east = element[network.interconnect[network.branch_from[element]] == 0]
    sample = rng.choice(east, 400, replace=False)
    assert (n1 <= exhaustive(network, buses, sample) * (1 + 1e-6)).all()

"""Hosting capacity against every outage solved afresh with dense matrices: no factor, no screening."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stargauge.grid.catalogue import load
from stargauge.grid.flows.dispatch import balance
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.network import Network

Floats = NDArray[np.float64]

CUTOFF = 0.03
CASES = ("case24_ieee_rts", "case30", "case39")


def flows(network: Network, injection: Floats, shifted: bool, out: int | None = None) -> Floats:
    """Return the DC flows of injections (n, k), MW, with one branch out; (m, k)."""
    there = np.ones(network.branches, dtype=bool)
    if out is not None:
        there[out] = False
    susceptance = network.base_mva / (network.branch_x * network.branch_tap) * there
    incidence = np.zeros((network.branches, network.buses))
    rows = np.arange(network.branches)
    incidence[rows, network.branch_from] = 1.0
    incidence[rows, network.branch_to] -= 1.0
    fixed = -susceptance * np.deg2rad(network.branch_shift_deg) if shifted else np.zeros(network.branches)
    weighted = susceptance[:, None] * incidence
    angle = np.linalg.pinv(incidence.T @ weighted, hermitian=True) @ (
        injection - (incidence.T @ fixed)[:, None]
    )
    return weighted @ angle + fixed[:, None]


def splits(network: Network, out: int) -> bool:
    kept = np.arange(network.branches) != out
    ends = (network.branch_from[kept], network.branch_to[kept])
    graph = coo_array((np.ones(kept.sum()), ends), shape=(network.buses, network.buses))
    return bool(connected_components(graph, directed=False)[0] > 1)


def brute_force(network: Network) -> tuple[Floats, Floats]:
    """Return what each bus can take before any outage and whatever branch is lost, MW."""
    dispatch = balance(network)
    share = np.bincount(network.unit_bus, dispatch.headroom_mw, network.buses)
    most = share.sum()
    transfer = np.repeat((share / most)[:, None], network.buses, axis=1) - np.eye(network.buses)
    before = network.rate_a
    after = np.where(np.isnan(network.rate_b), network.rate_a, network.rate_b)

    def room(limit: Floats, out: int | None) -> Floats:
        flow = flows(network, dispatch.injection_mw[:, None], True, out)
        factor = flows(network, transfer, False, out)
        counted = (np.abs(factor) >= CUTOFF) & (np.abs(flow) <= limit[:, None])
        if out is not None:
            counted[out] = False
        with np.errstate(divide="ignore", invalid="ignore"):
            margin = (limit[:, None] - np.sign(factor) * flow) / np.abs(factor)
        found: Floats = np.where(counted, margin, np.inf).min(axis=0)
        return found

    base = np.minimum(room(before, None), most)
    secure = base.copy()
    for out in range(network.branches):
        if not splits(network, out):
            secure = np.minimum(secure, room(after, out))
    return base, secure


@pytest.mark.parametrize("case", CASES)
def test_every_bus_takes_what_brute_force_says(case: str) -> None:
    network = load(case)
    base, secure = brute_force(network)
    table = hosting_capacity(network, cutoff=CUTOFF, threads=1).frame
    assert table["bus"].to_list() == network.bus_id.tolist()
    np.testing.assert_allclose(table["n0_mw"].to_numpy(), base, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(table["n1_mw"].to_numpy(), secure, rtol=1e-6, atol=1e-6)
    assert np.all(secure <= base)
    assert np.any(secure < 0.9 * base)

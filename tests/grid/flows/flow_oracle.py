"""DC flows by dense matrices built afresh: slow, plain, and sharing nothing with the code it checks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.network import Network

Floats = NDArray[np.float64]


def dense_flows(
    network: Network, injection: Floats, out: tuple[int, ...] = (), shifts: bool = True
) -> Floats:
    """Return the flows (m, k) of injections (n, k), MW, with branches out; every island by itself."""
    there = np.ones(network.branches, dtype=bool)
    there[list(out)] = False
    b = network.base_mva / (network.branch_x * network.branch_tap) * there
    incidence = np.zeros((network.branches, network.buses))
    incidence[np.arange(network.branches), network.branch_from] += 1.0
    incidence[np.arange(network.branches), network.branch_to] -= 1.0
    fixed = -b * np.deg2rad(network.branch_shift_deg) if shifts else np.zeros(network.branches)
    right = np.asarray(injection, dtype=float).reshape(network.buses, -1) - (incidence.T @ fixed)[:, None]
    matrix = incidence.T @ (b[:, None] * incidence)
    angle = np.zeros_like(right)
    for part in np.unique(islands(network, out)):
        own = np.flatnonzero(islands(network, out) == part)[1:]  # the first bus is the reference
        angle[own] = np.linalg.solve(matrix[np.ix_(own, own)], right[own])
    return b[:, None] * (incidence @ angle) + fixed[:, None]


def islands(network: Network, out: tuple[int, ...] = ()) -> NDArray[np.int64]:
    """Return the island of each bus with branches out, by merging ends one branch at a time."""
    label = np.arange(network.buses)
    for branch in range(network.branches):
        if branch in out:
            continue
        a, b = label[network.branch_from[branch]], label[network.branch_to[branch]]
        if a != b:
            label[label == b] = a
    return label


def splits(network: Network, branch: int) -> bool:
    """Return whether the loss of a branch splits an island."""
    return np.unique(islands(network, (branch,))).size > np.unique(islands(network)).size

"""Ties: unrated links inside one substation, contracted so that the buses they join are one node.

A tie is what the network calls one. It can be no monitored element and no outage; what flows through it is
still reported, see `tie_flows`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

if TYPE_CHECKING:
    from stargauge.grid.network import Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def tie_nodes(network: Network) -> tuple[Ints, int]:
    """Return the node of each bus (n,), one for all buses that ties join, and the number of nodes.

    Nodes are numbered by their first bus.
    """
    tie = network.is_tie
    if not tie.any():
        return np.arange(network.buses, dtype=np.int64), network.buses
    ends = (network.branch_from[tie], network.branch_to[tie])
    graph = coo_array((np.ones(ends[0].size, dtype=np.int8), ends), (network.buses, network.buses))
    count, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    number = np.empty(count, dtype=np.int64)
    number[label[np.sort(first)]] = np.arange(count)
    return number[label], int(count)


def tie_flows(network: Network, surplus: Floats) -> Floats:
    """Return the flow of each tie (ties,), MW from its from end, that clears what each bus has over.

    Args:
        network: The network.
        surplus: (n,) injection less what leaves on other branches, MW; adds up to 0 over each node.

    Ties that form a ring share it by their reactances; where the file states 0, by the smallest one stated.
    """
    tie = np.flatnonzero(network.is_tie)
    reactance = np.abs(network.branch_x[tie])
    stated = reactance[reactance > 0]
    reactance = np.where(reactance > 0, reactance, stated.min() if stated.size else 1.0)
    tail, head = network.branch_from[tie], network.branch_to[tie]
    node, _ = tie_nodes(network)
    _, reference = np.unique(node, return_index=True)
    index = np.full(network.buses, -1, dtype=np.int64)
    free = np.ones(network.buses, dtype=bool)
    free[reference] = False
    index[free] = np.arange(int(free.sum()))
    if not free.any():
        return np.zeros(tie.size)
    rows = np.concatenate([tail, head, tail, head])
    columns = np.concatenate([tail, head, head, tail])
    values = np.concatenate([1 / reactance, 1 / reactance, -1 / reactance, -1 / reactance])
    kept = free[rows] & free[columns]
    size = int(free.sum())
    matrix = coo_array((values[kept], (index[rows[kept]], index[columns[kept]])), (size, size)).tocsc()
    potential = np.zeros(network.buses)
    potential[free] = splu(matrix).solve(surplus[free])
    flow: Floats = (potential[tail] - potential[head]) / reactance
    return flow

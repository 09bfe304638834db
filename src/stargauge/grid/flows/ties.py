"""Ties: unrated links inside one substation. They are neither monitored nor lost; no bus is radial by one.

A tie keeps the reactance its file states: where it lies in a loop, contracting it would move flows (by up to
196 MW in a test grid of ten thousand buses). Only ties without reactance are contracted, because nothing else
can be done with them. A tie that is a bridge makes no difference either way.
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


def shorts(network: Network) -> NDArray[np.bool_]:
    """Return which branches have no reactance, (m,): their ends are one node."""
    return np.asarray(network.branch_x == 0.0)


def nodes_of(network: Network) -> tuple[Ints, int]:
    """Return the node of each bus (n,), one for all buses that shorts join, and the number of nodes.

    Nodes are numbered by their first bus.
    """
    tie = shorts(network)
    if not tie.any():
        return np.arange(network.buses, dtype=np.int64), network.buses
    ends = (network.branch_from[tie], network.branch_to[tie])
    graph = coo_array((np.ones(ends[0].size, dtype=np.int8), ends), (network.buses, network.buses))
    count, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    number = np.empty(count, dtype=np.int64)
    number[label[np.sort(first)]] = np.arange(count)
    return number[label], int(count)


def short_flows(network: Network, surplus: Floats) -> Floats:
    """Return the flow of each short (shorts,), MW from its from end, that clears what each bus has over.

    Args:
        network: The network.
        surplus: (n,) injection less what leaves on other branches, MW; adds up to 0 over each node.

    Shorts that form a ring share it as if their reactances were equal: nothing says otherwise.
    """
    tie = np.flatnonzero(shorts(network))
    tail, head = network.branch_from[tie], network.branch_to[tie]
    node, _ = nodes_of(network)
    _, reference = np.unique(node, return_index=True)
    index = np.full(network.buses, -1, dtype=np.int64)
    free = np.ones(network.buses, dtype=bool)
    free[reference] = False
    index[free] = np.arange(int(free.sum()))
    if not free.any():
        return np.zeros(tie.size)
    rows = np.concatenate([tail, head, tail, head])
    columns = np.concatenate([tail, head, head, tail])
    values = np.repeat([1.0, -1.0], 2 * tie.size)
    kept = free[rows] & free[columns]
    size = int(free.sum())
    matrix = coo_array((values[kept], (index[rows[kept]], index[columns[kept]])), (size, size)).tocsc()
    potential = np.zeros(network.buses)
    potential[free] = splu(matrix).solve(surplus[free])
    flow: Floats = potential[tail] - potential[head]
    return flow

"""Bridges of a graph with parallel edges: the edges whose loss splits it, and the forest that hangs on them.

Bridges are found on the graph, never from the size of a distribution factor: near a bridge the factor is a
division by rounding errors and can look like an innocent number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Walk(NamedTuple):
    """A depth-first walk from node 0 of a connected graph.

    Attributes:
        is_bridge: (m,) whether the loss of an edge splits the graph.
        order: (n,) nodes in the order they were met; a node's descendants follow it without a gap.
        parent: (n,) node from which each was met, -1 at the root.
        parent_edge: (n,) edge from the parent, -1 at the root.
        met: (n,) place of each node in `order`.
        last: (n,) place in `order` of the last descendant.
    """

    is_bridge: NDArray[np.bool_]
    order: Ints
    parent: Ints
    parent_edge: Ints
    met: Ints
    last: Ints


@kernel
def incidence(nodes: int, tail: Ints, head: Ints) -> tuple[Ints, Ints]:
    """Return the edges at each node: pointers (n + 1,) into a list of edges (2m,)."""
    edges = tail.size
    start = np.zeros(nodes + 1, np.int64)
    for edge in range(edges):
        start[tail[edge] + 1] += 1
        start[head[edge] + 1] += 1
    for node in range(nodes):
        start[node + 1] += start[node]
    place = start[:-1].copy()
    incident = np.empty(2 * edges, np.int64)
    for edge in range(edges):
        incident[place[tail[edge]]] = edge
        place[tail[edge]] += 1
        incident[place[head[edge]]] = edge
        place[head[edge]] += 1
    return start, incident


@kernel
def walk(nodes: int, tail: Ints, head: Ints) -> Walk:
    """Return a depth-first walk of a connected graph with its bridges (Tarjan 1974, without recursion).

    Args:
        nodes: Number of nodes.
        tail: (m,) one end of each edge; no edge may join a node to itself.
        head: (m,) the other end.
    """
    start, incident = incidence(nodes, tail, head)
    met = np.full(nodes, -1, np.int64)
    low = np.zeros(nodes, np.int64)
    parent = np.full(nodes, -1, np.int64)
    parent_edge = np.full(nodes, -1, np.int64)
    is_bridge = np.zeros(tail.size, np.bool_)
    order = np.empty(nodes, np.int64)
    last = np.zeros(nodes, np.int64)
    upcoming = start[:-1].copy()
    stack = np.empty(nodes, np.int64)
    stack[0] = 0
    met[0] = 0
    order[0] = 0
    time = 1
    top = 0
    while top >= 0:
        node = stack[top]
        if upcoming[node] < start[node + 1]:
            edge = incident[upcoming[node]]
            upcoming[node] += 1
            if edge == parent_edge[node]:
                continue  # by edge, not by node: a parallel edge is a way back
            other = tail[edge] + head[edge] - node
            if met[other] < 0:
                parent[other] = node
                parent_edge[other] = edge
                met[other] = time
                low[other] = time
                order[time] = other
                time += 1
                top += 1
                stack[top] = other
            elif met[other] < low[node]:
                low[node] = met[other]
        else:
            last[node] = time - 1
            top -= 1
            if top >= 0:
                above = stack[top]
                if low[node] < low[above]:
                    low[above] = low[node]
                if low[node] > met[above]:
                    is_bridge[parent_edge[node]] = True
    return Walk(is_bridge, order, parent, parent_edge, met, last)


@kernel
def contract(steps: Walk) -> tuple[Ints, int]:
    """Return the class of each node (n,) once every bridge is contracted, and the number of classes.

    Class 0 holds the root of the walk.
    """
    label = np.empty(steps.order.size, np.int64)
    count = 0
    for node in steps.order:
        edge = steps.parent_edge[node]
        if edge >= 0 and steps.is_bridge[edge]:
            label[node] = label[steps.parent[node]]
        else:
            label[node] = count
            count += 1
    return label, count


@kernel
def subtree_sums(steps: Walk, values: Floats) -> Floats:
    """Return, for each node, the sum of `values` (n,) over it and its descendants in the walk."""
    sums = values.copy()
    for place in range(steps.order.size - 1, 0, -1):
        node = steps.order[place]
        sums[steps.parent[node]] += sums[node]
    return sums

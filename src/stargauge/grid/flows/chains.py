"""Series chains: nodes with exactly two lines carry what passes and need no row of the matrix.

A chain between two junctions is one super-edge whose reactance is the sum of its lines'. Collapsing chains is
exact, and it makes the negative reactances of three-winding transformers vanish into positive sums.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.bridges import incidence
from stargauge.grid.flows.compilation import kernel
from stargauge.grid.flows.sums import sum_by

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CANCELLING = 1e-6
"""A chain whose reactances cancel to less than this share of their sizes keeps its nodes: it is rounding."""


class Chains(NamedTuple):
    """Lines joined to super-edges between junctions.

    Attributes:
        is_junction: (n,) nodes that keep a row of the matrix.
        super_of_line: (m,) super-edge of each line.
        direction: (m,) +1 where the line points from the start of its super-edge to the end, else -1.
        place: (m,) place of the line in its super-edge, from 0.
        start: (s,) junction at which each super-edge starts.
        end: (s,) junction at which it ends; the same one for a loop on a single junction.
        super_of_node: (n,) super-edge a chain node lies in, -1 for junctions.
        node_place: (n,) number of lines before a chain node.
    """

    is_junction: NDArray[np.bool_]
    super_of_line: Ints
    direction: Ints
    place: Ints
    start: Ints
    end: Ints
    super_of_node: Ints
    node_place: Ints


@kernel
def _trace(nodes: int, tail: Ints, head: Ints, is_junction: NDArray[np.bool_]) -> Chains:
    pointer, incident = incidence(nodes, tail, head)
    lines = tail.size
    super_of_line = np.full(lines, -1, np.int64)
    direction = np.zeros(lines, np.int64)
    place = np.zeros(lines, np.int64)
    start = np.empty(lines, np.int64)
    end = np.empty(lines, np.int64)
    super_of_node = np.full(nodes, -1, np.int64)
    node_place = np.zeros(nodes, np.int64)
    count = 0
    for junction in range(nodes):
        if not is_junction[junction]:
            continue
        for first in range(pointer[junction], pointer[junction + 1]):
            line = incident[first]
            if super_of_line[line] >= 0:
                continue
            node = junction
            passed = 0
            while True:
                super_of_line[line] = count
                place[line] = passed
                passed += 1
                if tail[line] == node:
                    direction[line] = 1
                    node = head[line]
                else:
                    direction[line] = -1
                    node = tail[line]
                if is_junction[node]:
                    break
                super_of_node[node] = count
                node_place[node] = passed
                onward = incident[pointer[node]]
                line = incident[pointer[node] + 1] if onward == line else onward
            start[count] = junction
            end[count] = node
            count += 1
    return Chains(
        is_junction,
        super_of_line,
        direction,
        place,
        start[:count].copy(),
        end[:count].copy(),
        super_of_node,
        node_place,
    )


def collapse(nodes: int, tail: Ints, head: Ints, reactance: Floats) -> tuple[Chains, Floats]:
    """Return the chains of a graph without bridges and the reactance of each super-edge, (s,).

    Args:
        nodes: Number of nodes; node 0 is always kept as a junction, to be the reference.
        tail: (m,) from end of each line.
        head: (m,) to end of each line.
        reactance: (m,) reactance of each line, per MW or per unit, not 0.
    """
    is_junction = np.bincount(np.concatenate([tail, head]), minlength=nodes) != 2
    is_junction[0] = True
    while True:
        chains = _trace(nodes, tail, head, is_junction)
        total = sum_by(chains.super_of_line, reactance, chains.start.size)
        if not total.size:  # a tree contracts to one node
            return chains, total
        size = sum_by(chains.super_of_line, np.abs(reactance), chains.start.size)
        cancelling = np.abs(total) < CANCELLING * size
        inside = (chains.super_of_node >= 0) & cancelling[chains.super_of_node]
        if not inside.any():
            return chains, total
        is_junction = is_junction | inside

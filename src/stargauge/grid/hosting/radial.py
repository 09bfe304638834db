"""From core nodes to all nodes: what bridges add to the limits, and which buses one bridge can cut off.

A bridge carries all that passes between its sides, whatever else is lost. A load behind it needs the source's
share in front of it, and a load in front of it draws on the source's share behind it; both can bind.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.bridges import Walk
from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.hosting.board import EXCLUDE, NONE, TIE, Board, place, place_base, room
from stargauge.grid.hosting.certificate import read_in
from stargauge.grid.hosting.desk import Found
from stargauge.grid.hosting.margins import TOLERANCE_MW

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Bridges(NamedTuple):
    """Branches of an island as bridges see them.

    Attributes:
        tail: (m,) from node.
        flow: (m,) base flow, MW.
        before: (m,) limit before an outage, MW.
        after: (m,) limit after an outage, MW.
        behind: (nodes,) source's share at each node and its descendants in the walk.
        above: (nodes,) nearest node at or above each one whose parent edge is a bridge, -1 if none.
        first_outage: Lowest branch that can be lost without splitting the island, `NONE` if none.
    """

    tail: Ints
    flow: Floats
    before: Floats
    after: Floats
    behind: Floats
    above: Ints
    first_outage: int


@kernel
def bridge_above(steps: Walk) -> Ints:
    """Return, for each node, the nearest node at or above it whose parent edge is a bridge; -1 if none."""
    above = np.full(steps.order.size, -1, np.int64)
    for node in steps.order:
        edge = steps.parent_edge[node]
        if edge < 0:
            continue
        above[node] = node if steps.is_bridge[edge] else above[steps.parent[node]]
    return above


@inner
def _consider(board: Board, lane: int, factor: float, edge: int, bridges: Bridges, rule: int) -> None:
    """Enter what one bridge allows one node that puts `factor` of its load on it."""
    flow = bridges.flow[edge]
    before = bridges.before[edge]
    after = bridges.after[edge] if bridges.first_outage != NONE else np.inf
    share = abs(factor)
    if abs(flow) > min(before, after) + TOLERANCE_MW and factor * flow > 0.0:
        board.over[lane] += 1
    left_out = False
    if before < np.inf:
        up, down, over = room(before, flow, rule)
        left_out = over and rule == EXCLUDE
        if not left_out:
            value = (up if factor > 0.0 else down) / share
            place_base(board, lane, value, share, edge)
            place(board, lane, value, share, edge, NONE)
    # A higher limit after an outage never binds first, unless the lower one before it is left out.
    if after < before or (left_out and after < np.inf):
        up, down, over = room(after, flow, rule)
        if not (over and rule == EXCLUDE):
            value = (up if factor > 0.0 else down) / share
            place(board, lane, value, share, edge, bridges.first_outage)


@inner
def _lowest_value(factor: float, edge: int, bridges: Bridges, rule: int) -> float:
    """Return a lower bound of the MW that a bridge allows: 0 where it is over a limit."""
    flow = bridges.flow[edge]
    limit = bridges.before[edge]
    if bridges.first_outage != NONE:
        limit = min(limit, bridges.after[edge])
    up, down, over = room(limit, flow, rule)
    if over:
        return -1.0
    return (up if factor > 0.0 else down) / abs(factor)


@kernel
def spread(
    steps: Walk,
    row_of_node: Ints,
    wanted: Ints,
    found: Found,
    bridges: Bridges,
    cutoff: float,
    rule: int,
    board: Board,
) -> None:
    """Fill the board, one column for each wanted node, from the limits of its core node and all bridges.

    Args:
        steps: Walk of the island.
        row_of_node: (nodes,) row of each node's core node in `found`.
        wanted: Nodes to fill in.
        found: Limits of core nodes.
        bridges: The bridges.
        cutoff: Smallest |factor| that counts.
        rule: What becomes of elements over their limit before the load.
        board: Room for one column for each wanted node.
    """
    # Bridges with enough of the source behind them can bind for every load in front of them. Sorted by what
    # they allow, a node needs to look only until its own limits are tighter.
    count = 0
    outside = np.empty(steps.order.size, np.int64)
    value = np.empty(steps.order.size)
    for node in range(steps.order.size):
        edge = steps.parent_edge[node]
        if edge < 0 or not steps.is_bridge[edge] or bridges.behind[node] < cutoff:
            continue
        if bridges.before[edge] == np.inf and bridges.after[edge] == np.inf:
            continue
        outside[count] = node
        factor = bridges.behind[node] if bridges.tail[edge] == node else -bridges.behind[node]
        value[count] = _lowest_value(factor, edge, bridges, rule)
        count += 1
    order = np.argsort(value[:count])
    for lane in range(wanted.size):
        target = wanted[lane]
        read_in(board, lane, found, row_of_node[target])
        node = bridges.above[target]
        while node >= 0:
            edge = steps.parent_edge[node]
            into = 1.0 - bridges.behind[node]
            if into >= cutoff:
                factor = -into if bridges.tail[edge] == node else into
                _consider(board, lane, factor, edge, bridges, rule)
            node = bridges.above[steps.parent[node]]
        for index in order:
            bar = max(board.bar[0, lane], board.base_value[0, lane] * (1.0 + TIE))
            if value[index] > bar:
                break
            node = outside[index]
            if steps.met[node] <= steps.met[target] <= steps.last[node]:
                continue
            edge = steps.parent_edge[node]
            factor = bridges.behind[node] if bridges.tail[edge] == node else -bridges.behind[node]
            _consider(board, lane, factor, edge, bridges, rule)


@kernel
def cut_off_by(steps: Walk, losable: NDArray[np.bool_], capacity: Floats) -> Ints:
    """Return the bridge whose loss leaves each node (n,) without the main part of the island; -1 if none.

    The main part is the side with more generating capacity; with equal capacity, the one with more nodes.
    Where several bridges do so, the nearest one towards the root of the walk is named.

    Args:
        steps: Walk of the island.
        losable: (m,) branches that can be lost: a tie cuts nothing off.
        capacity: (nodes,) generating capacity at each node and its descendants, MW.
    """
    nodes = steps.order.size
    result = np.full(nodes, -1, np.int64)
    total = capacity[steps.order[0]]
    above = np.full(nodes, -1, np.int64)  # nearest node at or above whose parent edge is a bridge to be lost
    main = -1  # the smallest subtree that is the main part: nodes outside it are cut off by its bridge
    is_main = np.zeros(nodes, np.bool_)
    for node in steps.order:
        edge = steps.parent_edge[node]
        if edge < 0:
            continue
        if not (steps.is_bridge[edge] and losable[edge]):
            above[node] = above[steps.parent[node]]
            continue
        above[node] = node
        inside = capacity[node]
        size = steps.last[node] - steps.met[node] + 1
        if inside > total - inside or (inside == total - inside and 2 * size > nodes):
            is_main[node] = True
            if main < 0 or size < steps.last[main] - steps.met[main] + 1:
                main = node
    for node in range(nodes):
        behind = above[node]
        while behind >= 0 and is_main[behind]:
            behind = above[steps.parent[behind]]
        if behind >= 0:
            result[node] = steps.parent_edge[behind]
        elif main >= 0 and not steps.met[main] <= steps.met[node] <= steps.last[main]:
            result[node] = steps.parent_edge[main]
    return result

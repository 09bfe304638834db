"""What the loss of injections does to every line: units, and what hangs on a bridge, sixteen at a time.

The loss of p MW at a node, made good by a source, changes flows as a load of p MW there would. Units and
islanded parts that belong to the source themselves no longer respond: that scales the amount.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.bridges import Walk
from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import ALL, WIDTH, at, everywhere, load, lowest, store
from stargauge.grid.flows.outages import Slate, Worst, new_slate, record, settle_block
from stargauge.grid.flows.reduction import Reduction
from stargauge.grid.flows.sweeps import backward, forward, inject
from stargauge.grid.flows.threads import Workers
from stargauge.grid.flows.web import Web, web_of

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]


class Events(NamedTuple):
    """Losses of injection on one island; all (events,).

    Attributes:
        node: Node at which the injection is lost.
        amount: MW of load there that has the same effect; negative for a loss of load.
        first: First place in the walk of the part that is islanded by the event; 1 where none is.
        last: Last place of it; 0 where none is.
        outside: Whether the islanded part is all but that stretch of the walk.
    """

    node: Ints
    amount: Floats
    first: Ints
    last: Ints
    outside: NDArray[np.bool_]


class Over(NamedTuple):
    """Branches of an island over their limit after an event; all (pairs,).

    Attributes:
        branch: Branch of the island.
        event: Event.
        flow: Flow after it, MW.
    """

    branch: SmallInts
    event: SmallInts
    flow: Floats


@kernel
def _lose_on_lines(
    factor: Factor,
    web: Web,
    near: SmallInts,
    near_share: Floats,
    far: SmallInts,
    far_share: Floats,
    chain: SmallInts,
    chain_line: Ints,
    core_of_event: Ints,
    amount: Floats,
    flow: Floats,
    limit: Floats,
    source: Floats,
    tolerance: float,
    offset: int,
    stride: int,
    slate: Slate,
    worst: Worst,
) -> tuple[SmallInts, SmallInts, Floats]:
    """Lose the injections of every `stride`-th block; return lines over their limit with event and flow."""
    row_count = factor.start.size - 1
    slate.x[row_count] = 0.0
    room = 1024
    line_of = np.empty(room, np.int32)
    event_of = np.empty(room, np.int32)
    flow_of = np.empty(room)
    found = 0
    for first in range(offset * WIDTH, amount.size, stride * WIDTH):
        width = min(WIDTH, amount.size - first)
        active = ALL if width == WIDTH else (1 << width) - 1
        row = row_count
        store(slate.lane, 0, everywhere(0.0))
        store(slate.lane, 1, everywhere(0.0))
        store(slate.lane, 4, everywhere(0.0))
        for lane in range(WIDTH):
            slate.super_edge[lane] = -1
        for lane in range(width):
            core = core_of_event[first + lane]
            slate.lane[1, lane] = amount[first + lane]
            row = inject(slate.x, slate.touched, near[core], lane, near_share[core], row)
            if chain[core] >= 0:
                row = inject(slate.x, slate.touched, far[core], lane, far_share[core], row)
                slate.super_edge[lane] = chain[core]
                slate.edge_line[lane] = chain_line[core]
                slate.lane[0, lane] = far_share[core]
                slate.marked[chain[core]] = 1
        forward(factor, slate.x, slate.touched, row)
        backward(factor, slate.x, slate.touched, 0)
        amounts = load(slate.lane, 1)
        for group in range(web.pair_low.size):
            drop = load(slate.x, at(web.pair_low, group)) - load(slate.x, at(web.pair_high, group))
            for super_edge in range(at(web.super_start, group), at(web.super_start, group + 1)):
                for line in range(at(web.line_start, super_edge), at(web.line_start, super_edge + 1)):
                    bound = at(limit, line)
                    if bound == np.inf:
                        continue
                    share = at(source, line) - drop * at(web.susceptance, super_edge)
                    if at(slate.marked, super_edge):
                        _local_part(slate, super_edge, line)
                        share = share + load(slate.lane, 5)
                    after = share * amounts + at(flow, line)
                    over = record(slate, worst, first, line, bound, after, bound + tolerance, active)
                    if over == 0:
                        continue
                    store(slate.lane, 2, after)
                    while over:
                        lane = lowest(over)
                        over &= over - 1
                        if found == line_of.size:
                            room = 2 * found
                            more_lines = np.empty(room, np.int32)
                            more_events = np.empty(room, np.int32)
                            more_flows = np.empty(room)
                            more_lines[:found] = line_of
                            more_events[:found] = event_of
                            more_flows[:found] = flow_of
                            line_of = more_lines
                            event_of = more_events
                            flow_of = more_flows
                        line_of[found] = line
                        event_of[found] = first + lane
                        flow_of[found] = slate.lane[2, lane]
                        worst.overloads[first + lane] += 1
                        found += 1
        settle_block(slate, worst, first, width)
    return line_of[:found].copy(), event_of[:found].copy(), flow_of[:found].copy()


@inner
def _local_part(slate: Slate, super_edge: int, line: int) -> None:
    """Write to row 5 of `lane` what buses inside a chain draw on its lines besides the drop across it."""
    for lane in range(WIDTH):
        part = 0.0
        if slate.super_edge[lane] == super_edge:
            share = slate.lane[0, lane]
            part = 1.0 - share if line < slate.edge_line[lane] else -share
        slate.lane[5, lane] = part


@kernel
def _lose_on_bridges(
    steps: Walk,
    tail: Ints,
    flow: Floats,
    limit: Floats,
    behind: Floats,
    events: Events,
    tolerance: float,
    worst: Worst,
) -> tuple[SmallInts, SmallInts, Floats]:
    """Do the same for bridges, which the reduced matrix does not hold; `worst.line` becomes a branch here."""
    nodes = np.empty(steps.order.size, np.int64)
    count = 0
    for node in range(steps.order.size):
        edge = steps.parent_edge[node]
        if edge >= 0 and steps.is_bridge[edge] and limit[edge] < np.inf:
            nodes[count] = node
            count += 1
    room = 1024
    branch_of = np.empty(room, np.int32)
    event_of = np.empty(room, np.int32)
    flow_of = np.empty(room)
    found = 0
    for event in range(events.node.size):
        target = steps.met[events.node[event]]
        for index in range(count):
            node = nodes[index]
            lost = events.first[event] <= steps.met[node] <= events.last[event]
            if lost != events.outside[event]:
                continue  # inside the islanded part; the bridge itself is one end of it
            edge = steps.parent_edge[node]
            if events.outside[event] and steps.met[node] == events.first[event]:
                continue
            inside = steps.met[node] <= target <= steps.last[node]
            into = 1.0 - behind[node] if inside else -behind[node]
            if tail[edge] == node:
                into = -into
            after = flow[edge] + into * events.amount[event]
            loading = abs(after) / limit[edge]
            if loading > worst.loading[event]:
                worst.loading[event] = loading
                worst.line[event] = edge
            if abs(after) > limit[edge] + tolerance:
                if found == branch_of.size:
                    room = 2 * found
                    more_branches = np.empty(room, np.int32)
                    more_events = np.empty(room, np.int32)
                    more_flows = np.empty(room)
                    more_branches[:found] = branch_of
                    more_events[:found] = event_of
                    more_flows[:found] = flow_of
                    branch_of = more_branches
                    event_of = more_events
                    flow_of = more_flows
                branch_of[found] = edge
                event_of[found] = event
                flow_of[found] = after
                worst.overloads[event] += 1
                found += 1
    return branch_of[:found].copy(), event_of[:found].copy(), flow_of[:found].copy()


def lose_injections(
    reduction: Reduction,
    flow: Floats,
    limit: Floats,
    source: Floats,
    behind: Floats,
    events: Events,
    tolerance: float,
    workers: Workers,
) -> tuple[Worst, Over]:
    """Return the worst that each event does, by branch of the island, and what it puts over its limit.

    Lines of the reduced matrix that an event islands must have been dealt with by the caller.

    Args:
        reduction: The reduced network of the island.
        flow: (m,) base flow of its branches, MW.
        limit: (m,) limit after an outage, MW; inf if none.
        source: (nodes,) share of each node in making a loss good.
        behind: (nodes,) the same, summed over descendants in the walk.
        events: The losses.
        tolerance: MW beyond a limit that do not count as over it.
        workers: Threads.
    """
    count = events.node.size
    worst = Worst(np.zeros(count), np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int32))
    branch = reduction.line_branch
    parts: list[tuple[SmallInts, SmallInts, Floats]] = []
    if branch.size:
        web = web_of(reduction)
        slates = [new_slate(reduction) for _ in range(workers.count)]
        line_flow = np.ascontiguousarray(flow[branch] * reduction.line_sign)
        line_limit = np.ascontiguousarray(limit[branch])
        line_source = reduction.line_flows(source)
        parts = workers.each(
            lambda worker: _lose_on_lines(
                reduction.factor,
                web,
                reduction.near,
                reduction.near_share,
                reduction.far,
                reduction.far_share,
                reduction.chain,
                reduction.chain_line,
                reduction.core[events.node],
                events.amount,
                line_flow,
                line_limit,
                line_source,
                tolerance,
                worker,
                workers.count,
                slates[worker],
                worst,
            )
        )
        seen = worst.line >= 0
        worst.line[seen] = branch[worst.line[seen]]
    lines, line_events, line_flows = (
        np.concatenate([part[i] for part in parts]) if parts else np.empty(0, dtype=kind)
        for i, kind in enumerate((np.int32, np.int32, np.float64))
    )
    sign = reduction.line_sign[lines]
    bridges = _lose_on_bridges(reduction.steps, reduction.tail, flow, limit, behind, events, tolerance, worst)
    return worst, Over(
        np.concatenate([branch[lines].astype(np.int32), bridges[0]]),
        np.concatenate([line_events, bridges[1]]),
        np.concatenate([line_flows * sign, bridges[2]]),
    )

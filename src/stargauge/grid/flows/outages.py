"""What the loss of each line of a reduced network does to every other: sixteen outages at a time, all lines.

Nothing is skipped: this is the plain product of outages and lines, made fast by the reduced matrix and vector
registers. Bridges are no lines here; what they carry does not change when something else is lost.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import ALL, WIDTH, at, everywhere, larger_in, load, lowest, rows, size, store
from stargauge.grid.flows.reduction import Reduction
from stargauge.grid.flows.sweeps import backward, forward, inject
from stargauge.grid.flows.threads import Workers
from stargauge.grid.flows.web import Web, web_of

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]


class Pairs(NamedTuple):
    """Pairs of monitored line and lost line, numbered as in the reduction, with little margin.

    Attributes:
        line: (pairs,) monitored line.
        lost: (pairs,) lost line.
        factor: (pairs,) outage factor.
        margin: (pairs,) limit less |flow| after the outage, MW; negative where it is over.
        complete: Whether these are all pairs there are.
    """

    line: SmallInts
    lost: SmallInts
    factor: Floats
    margin: Floats
    complete: bool


class Worst(NamedTuple):
    """The worst that each outage does; all (outages,).

    Attributes:
        loading: Highest |flow| / limit after it.
        line: The line that has it, -1 if no line has a limit.
        overloads: Lines over their limit after it.
    """

    loading: Floats
    line: SmallInts
    overloads: SmallInts


class Slate(NamedTuple):
    """Scratch of one thread: rows of lanes.

    Attributes:
        x: (rows + 1, WIDTH) potentials.
        touched: (rows + 1,) see `sweeps`.
        marked: (supers,) whether a lost line of the block, or a bus of it, lies in this super-edge.
        lane: (6, WIDTH) values by lane.
        super_edge: (WIDTH,) super-edge of each lane.
        edge_line: (WIDTH,) first line after the bus of each lane.
    """

    x: Floats
    touched: Flags
    marked: Flags
    lane: Floats
    super_edge: Ints
    edge_line: Ints


def new_slate(reduction: Reduction) -> Slate:
    """Return scratch for one thread."""
    return Slate(
        rows(reduction.rows + 1),
        np.zeros(reduction.rows + 1, dtype=np.uint8),
        np.zeros(reduction.susceptance.size, dtype=np.uint8),
        rows(6),
        np.full(WIDTH, -1, dtype=np.int64),
        np.zeros(WIDTH, dtype=np.int64),
    )


@inner
def record(
    slate: Slate, worst: Worst, first: int, line: int, limit: float, flow: Any, over_from: float, active: int
) -> int:
    """Record the flow on one line after sixteen outages; return the lanes at or above `over_from`."""
    height = size(flow)
    loading = height * (1.0 / limit)
    best = load(slate.lane, 4)
    better = (loading > best) & active
    if better:
        store(slate.lane, 4, larger_in(better, best, loading))
        while better:
            worst.line[first + lowest(better)] = line
            better &= better - 1
    return int((height >= over_from) & active)


@inner
def settle_block(slate: Slate, worst: Worst, first: int, width: int) -> None:
    """Write the loadings of a finished block out and clear its marks."""
    for lane in range(width):
        worst.loading[first + lane] = slate.lane[4, lane]
        if slate.super_edge[lane] >= 0:
            slate.marked[slate.super_edge[lane]] = 0


@kernel
def _lose_lines(
    factor: Factor,
    web: Web,
    flow: Floats,
    limit: Floats,
    lost: SmallInts,
    slack: float,
    tolerance: float,
    offset: int,
    stride: int,
    slate: Slate,
    worst: Worst,
) -> tuple[SmallInts, SmallInts, Floats, Floats]:
    """Lose every line of every `stride`-th block of `lost`; return pairs with a margin of at most `slack`."""
    row_count = factor.start.size - 1
    slate.x[row_count] = 0.0
    room = 4096
    line_of = np.empty(room, np.int32)
    lost_of = np.empty(room, np.int32)
    factor_of = np.empty(room)
    margin_of = np.empty(room)
    found = 0
    for first in range(offset * WIDTH, lost.size, stride * WIDTH):
        width = min(WIDTH, lost.size - first)
        active = ALL if width == WIDTH else (1 << width) - 1
        _solve_losses(factor, web, flow, lost, slate, first, width)
        relief = load(slate.lane, 0)
        shed = load(slate.lane, 1)
        for group in range(web.pair_low.size):
            drop = load(slate.x, at(web.pair_low, group)) - load(slate.x, at(web.pair_high, group))
            for super_edge in range(at(web.super_start, group), at(web.super_start, group + 1)):
                outage_factor = drop * at(web.susceptance, super_edge) * relief
                if at(slate.marked, super_edge):
                    store(slate.lane, 5, outage_factor)
                    for lane in range(WIDTH):
                        if slate.super_edge[lane] == super_edge:
                            slate.lane[5, lane] = -1.0
                    outage_factor = load(slate.lane, 5)
                for line in range(at(web.line_start, super_edge), at(web.line_start, super_edge + 1)):
                    bound = at(limit, line)
                    if bound == np.inf:
                        continue
                    after = outage_factor * shed + at(flow, line)
                    tight = record(slate, worst, first, line, bound, after, bound - slack, active)
                    if tight == 0:
                        continue
                    store(slate.lane, 2, size(after))
                    store(slate.lane, 3, outage_factor)
                    while tight:
                        lane = lowest(tight)
                        tight &= tight - 1
                        if lost[first + lane] == line:
                            continue
                        margin = bound - slate.lane[2, lane]
                        if margin < -tolerance:
                            worst.overloads[first + lane] += 1
                        if found == line_of.size:
                            room = 2 * found
                            more_lines = np.empty(room, np.int32)
                            more_lost = np.empty(room, np.int32)
                            more_factors = np.empty(room)
                            more_margins = np.empty(room)
                            more_lines[:found] = line_of
                            more_lost[:found] = lost_of
                            more_factors[:found] = factor_of
                            more_margins[:found] = margin_of
                            line_of = more_lines
                            lost_of = more_lost
                            factor_of = more_factors
                            margin_of = more_margins
                        line_of[found] = line
                        lost_of[found] = lost[first + lane]
                        factor_of[found] = slate.lane[3, lane]
                        margin_of[found] = margin
                        found += 1
        settle_block(slate, worst, first, width)
    return line_of[:found].copy(), lost_of[:found].copy(), factor_of[:found].copy(), margin_of[:found].copy()


@inner
def _solve_losses(
    factor: Factor, web: Web, flow: Floats, lost: SmallInts, slate: Slate, first: int, width: int
) -> None:
    """Solve for the loss of sixteen lines: rows 0 and 1 of `lane` become relief and flow shed."""
    row = factor.start.size - 1
    for lane in range(WIDTH):
        slate.super_edge[lane] = -1
        slate.lane[0, lane] = 0.0
        slate.lane[1, lane] = 0.0
    store(slate.lane, 4, everywhere(0.0))
    for lane in range(width):
        super_edge = web.line_super[lost[first + lane]]
        group = web.super_pair[super_edge]
        slate.super_edge[lane] = super_edge
        slate.marked[super_edge] = 1
        slate.lane[0, lane] = web.relief[super_edge]
        slate.lane[1, lane] = flow[lost[first + lane]]
        row = inject(slate.x, slate.touched, web.pair_low[group], lane, 1.0, row)
        row = inject(slate.x, slate.touched, web.pair_high[group], lane, -1.0, row)
    forward(factor, slate.x, slate.touched, row)
    backward(factor, slate.x, slate.touched, 0)


def lose_lines(
    reduction: Reduction,
    flow: Floats,
    limit: Floats,
    lost: SmallInts,
    slack: float,
    tolerance: float,
    workers: Workers,
) -> tuple[Worst, Pairs]:
    """Return the worst that the loss of each given line does, and all pairs with little margin.

    Args:
        reduction: The reduced network.
        flow: (lines,) base flow in the lines' direction, MW.
        limit: (lines,) limit after an outage, MW; inf if none.
        lost: (outages,) lines to lose, one at a time.
        slack: Largest margin of pairs that are listed, MW; pairs over their limit need at least 0.
        tolerance: MW beyond a limit that do not count as over it.
        workers: Threads.
    """
    web = web_of(reduction)
    worst = Worst(
        np.zeros(lost.size), np.full(lost.size, -1, dtype=np.int32), np.zeros(lost.size, dtype=np.int32)
    )
    slates = [new_slate(reduction) for _ in range(workers.count)]
    parts = workers.each(
        lambda worker: _lose_lines(
            reduction.factor,
            web,
            flow,
            limit,
            lost,
            slack,
            tolerance,
            worker,
            workers.count,
            slates[worker],
            worst,
        )
    )
    line, gone, factor, margin = (np.concatenate([part[i] for part in parts]) for i in range(4))
    widest = float(limit[np.isfinite(limit)].max(initial=0.0))
    return worst, Pairs(line, gone, factor, margin, slack >= widest)

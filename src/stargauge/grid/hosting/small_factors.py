"""Cut-offs below 1 %: pairs on which a load hardly acts, but whose margin is next to nothing.

The sweep needs factors of some size to pass most pairs over. Below `FLOOR` the argument is the margin
instead: a pair with a smaller factor can bind only if its margin is below `FLOOR` times what the bus could
take otherwise. Such pairs are listed by margin, and each bus goes down the list until they are too wide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import WIDTH
from stargauge.grid.flows.outages import Pairs, lose_lines
from stargauge.grid.flows.reduction import Reduction
from stargauge.grid.flows.sweeps import backward, forward, inject
from stargauge.grid.flows.threads import Workers
from stargauge.grid.flows.web import Web, web_of
from stargauge.grid.hosting.board import EXCLUDE, NONE, TIE, Board, new_board, place_base, room
from stargauge.grid.hosting.certificate import judge_one, line_transfer, read_in
from stargauge.grid.hosting.desk import Desk, Found, Sinks, write_out
from stargauge.grid.hosting.islands import Transfer, lines_of, new_desk, sinks_of
from stargauge.grid.hosting.margins import TOLERANCE_MW, Lines

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]

FLOOR = 0.01
"""Smallest cut-off of the sweep; below it this module takes over."""

WIDER = 4.0
"""By how much the margin of the list grows when a bus needs more of it."""


@kernel
def _go_down(
    factor: Factor,
    web: Web,
    lines: Lines,
    sinks: Sinks,
    which: Ints,
    pair_line: SmallInts,
    pair_lost: SmallInts,
    pair_factor: Floats,
    pair_margin: Floats,
    cutoff: float,
    floor: float,
    rule: int,
    seen: Ints,
    desk: Desk,
    board: Board,
    found: Found,
) -> None:
    """Judge pairs in order of margin for each sink, from where it stopped, until the rest cannot bind."""
    rows = factor.start.size - 1
    desk.x[rows] = 0.0
    for begin in range(0, which.size, WIDTH):
        width = min(WIDTH, which.size - begin)
        row = rows
        for lane in range(width):
            sink = which[begin + lane]
            desk.chain[lane] = sinks.chain[sink]
            desk.chain_line[lane] = sinks.chain_line[sink]
            desk.far_share[lane] = sinks.far_share[sink]
            row = inject(desk.x, desk.touched, sinks.near[sink], lane, sinks.near_share[sink], row)
            if sinks.chain[sink] >= 0:
                row = inject(desk.x, desk.touched, sinks.far[sink], lane, sinks.far_share[sink], row)
        forward(factor, desk.x, desk.touched, row)
        backward(factor, desk.x, desk.touched, 0)
        for lane in range(width):
            sink = which[begin + lane]
            read_in(board, lane, found, sink)
            index = seen[sink]
            while index < pair_line.size:
                bar = max(board.bar[0, lane], board.base_value[0, lane] * (1.0 + TIE))
                if pair_margin[index] > floor * bar:
                    break
                line = pair_line[index]
                lost = pair_lost[index]
                share = line_transfer(desk, web, lines, line, lane)
                flow = lines.flow[line]
                limit = lines.base_limit[line]
                outage = NONE
                if lost >= 0:
                    share += pair_factor[index] * line_transfer(desk, web, lines, lost, lane)
                    flow += pair_factor[index] * lines.flow[lost]
                    limit = lines.after_limit[line]
                    outage = lines.branch[lost]
                if cutoff <= abs(share) < floor:
                    if lost < 0:
                        if lines.over[line] and share * flow > 0.0:
                            board.over[lane] += 1
                        up, down, over = room(limit, flow, rule)
                        if limit < np.inf and not (over and rule == EXCLUDE):
                            value = (up if share > 0.0 else down) / abs(share)
                            place_base(board, lane, value, abs(share), lines.branch[line])
                    if limit < np.inf:
                        counted = lost >= 0 and not lines.over[line]
                        judge_one(board, lane, share, limit, flow, lines.branch[line], outage, rule, counted)
                index += 1
            seen[sink] = index
            write_out(board, lane, found, sink)


def add_small_factors(
    reduction: Reduction, transfer: Transfer, core: Ints, found: Found, workers: Workers
) -> None:
    """Add to the limits of core nodes those whose factor lies between the cut-off and `FLOOR`.

    Args:
        reduction: The reduced network.
        transfer: What is transferred, with the wanted cut-off.
        core: (sinks,) core nodes in the order of `found`.
        found: Limits with factors of at least `FLOOR`, completed in place.
        workers: Threads.
    """
    ordered, sinks = sinks_of(reduction, core)
    assert np.array_equal(ordered, core), "core nodes must come in the order of the sweep"
    lines, web = lines_of(reduction, transfer), web_of(reduction)
    base_margin = np.minimum(lines.base_limit, np.where(lines.over, lines.after_limit, np.inf))
    base_margin = base_margin - np.abs(lines.flow)
    desks = [new_desk(reduction) for _ in range(workers.count)]
    boards = [new_board(transfer.kept) for _ in range(workers.count)]
    losable = np.flatnonzero(lines.losable).astype(np.int32)
    waiting = np.arange(core.size)
    bars = np.maximum(found.value[:, -1], found.base_value)
    known = bars[np.isfinite(bars)]
    widest = FLOOR * float(np.median(known)) if known.size else 1.0
    seen = np.zeros(core.size, dtype=np.int64)
    while waiting.size:
        pairs = lose_lines(reduction, lines.flow, lines.after_limit, losable, widest, 0.0, workers)[1]
        if transfer.rule == EXCLUDE:  # such pairs are neither limits nor counted: their element is
            idle = (pairs.margin < -TOLERANCE_MW) & lines.over[pairs.line]
            pairs = Pairs(
                pairs.line[~idle], pairs.lost[~idle], pairs.factor[~idle], pairs.margin[~idle], pairs.complete
            )
        base = np.flatnonzero(base_margin <= widest)
        line = np.concatenate([base, pairs.line]).astype(np.int32)
        lost = np.concatenate([np.full(base.size, NONE), pairs.lost]).astype(np.int32)
        outage_factor = np.concatenate([np.zeros(base.size), pairs.factor])
        margin = np.concatenate([base_margin[base], pairs.margin])
        order = np.lexsort((lost, line, margin))
        arrays = (line[order], lost[order], outage_factor[order], margin[order])
        cut = [waiting.size * i // workers.count for i in range(workers.count + 1)]

        def part(
            worker: int,
            waiting: Ints = waiting,
            cut: list[int] = cut,
            arrays: tuple[SmallInts, SmallInts, Floats, Floats] = arrays,
        ) -> None:
            _go_down(
                reduction.factor,
                web,
                lines,
                sinks,
                waiting[cut[worker] : cut[worker + 1]],
                *arrays,
                transfer.cutoff,
                FLOOR,
                transfer.rule,
                seen,
                desks[worker],
                boards[worker],
                found,
            )

        workers.each(part)
        if not pairs.complete:
            bars = np.maximum(found.value[waiting, -1], found.base_value[waiting])
            waiting = waiting[FLOOR * bars * (1.0 + TIE) > widest]
            widest *= WIDER
        else:
            break

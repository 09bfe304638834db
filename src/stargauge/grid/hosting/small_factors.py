"""Cut-offs below 1 %: pairs on which a load hardly acts, but whose margin is next to nothing.

The sweep needs factors of some size to pass most pairs over. Below `FLOOR` the argument is the margin
instead: a pair with a smaller factor can bind only if its margin is below `FLOOR` times what the bus could
take otherwise. Such pairs are listed by margin, and each bus goes down the list until they are too wide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import WIDTH
from stargauge.grid.flows.outages import Pairs, lose_lines
from stargauge.grid.flows.reduction import Reduction
from stargauge.grid.flows.sweeps import backward, forward, inject
from stargauge.grid.flows.threads import Workers
from stargauge.grid.flows.web import Web, web_of
from stargauge.grid.hosting.board import EXCLUDE, NONE, TIE, Board, new_board, place, place_base, room
from stargauge.grid.hosting.certificate import judge_one, line_transfer, read_in
from stargauge.grid.hosting.desk import Desk, Found, Sinks, write_out
from stargauge.grid.hosting.islands import Transfer, lines_of, new_desk, sinks_of
from stargauge.grid.hosting.margins import TOLERANCE_MW, Lines

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]

FLOOR = 0.01
"""Smallest cut-off of the sweep; below it this module takes over."""

NARROWEST_MW = 1e-3
"""First margin of the list where half of the buses can take nothing: from 0 it would never grow."""

WIDER = 4.0
"""By how much the margin of the list grows when a bus needs more of it."""


@inner
def _judge_base_lines(
    web: Web,
    lines: Lines,
    base_line: SmallInts,
    base_margin: Floats,
    cutoff: float,
    floor: float,
    rule: int,
    lane: int,
    desk: Desk,
    board: Board,
) -> None:
    """Judge lines before any outage in order of margin until the rest cannot bind one sink."""
    index = 0
    while index < base_line.size:
        bar = max(board.bar[0, lane], board.base_value[0, lane] * (1.0 + TIE))
        if base_margin[index] > floor * bar:
            return
        line = base_line[index]
        index += 1
        share = line_transfer(desk, web, lines, line, lane)
        if not cutoff <= abs(share) < floor:
            continue
        flow = lines.flow[line]
        limit = lines.base_limit[line]
        if lines.over[line] and share * flow > 0.0:
            board.over[lane] += 1
        if limit == np.inf:
            continue
        up, down, over = room(limit, flow, rule)
        if not (over and rule == EXCLUDE):
            value = (up if share > 0.0 else down) / abs(share)
            place_base(board, lane, value, abs(share), lines.branch[line])
            place(board, lane, value, abs(share), lines.branch[line], NONE)


@kernel
def _go_down(
    factor: Factor,
    web: Web,
    lines: Lines,
    sinks: Sinks,
    which: Ints,
    base_line: SmallInts,
    base_margin: Floats,
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
    """Judge pairs in order of margin for each sink, from where it stopped, until the rest cannot bind.

    Sinks whose `seen` is negative have judged nothing yet, not even lines before any outage.
    """
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
            if seen[sink] < 0:
                seen[sink] = 0
                _judge_base_lines(web, lines, base_line, base_margin, cutoff, floor, rule, lane, desk, board)
            index = seen[sink]
            while index < pair_line.size and pair_margin[index] <= floor * board.bar[0, lane]:
                line = pair_line[index]
                lost = pair_lost[index]
                shared = pair_factor[index]
                share = line_transfer(desk, web, lines, line, lane)
                share += shared * line_transfer(desk, web, lines, lost, lane)
                if cutoff <= abs(share) < floor:
                    judge_one(
                        board,
                        lane,
                        share,
                        lines.after_limit[line],
                        lines.flow[line] + shared * lines.flow[lost],
                        lines.branch[line],
                        lines.branch[lost],
                        rule,
                        not lines.over[line],
                    )
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
    bars = found.value[:, -1]
    known = bars[np.isfinite(bars)]
    widest = max(FLOOR * float(np.median(known)), NARROWEST_MW) if known.size else 1.0
    seen = np.full(core.size, -1, dtype=np.int64)
    base = np.argsort(base_margin, kind="stable").astype(np.int32)
    base_sorted = base_margin[base]
    while waiting.size:
        pairs = lose_lines(reduction, lines.flow, lines.after_limit, losable, widest, 0.0, workers)[1]
        if transfer.rule == EXCLUDE:  # such pairs are neither limits nor counted: their element is
            idle = (pairs.margin < -TOLERANCE_MW) & lines.over[pairs.line]
            pairs = Pairs(
                pairs.line[~idle], pairs.lost[~idle], pairs.factor[~idle], pairs.margin[~idle], pairs.complete
            )
        order = np.lexsort((pairs.lost, pairs.line, pairs.margin))
        arrays = (pairs.line[order], pairs.lost[order], pairs.factor[order], pairs.margin[order])
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
                base,
                base_sorted,
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
            waiting = waiting[FLOOR * found.value[waiting, -1] * (1.0 + TIE) > widest]
            widest *= WIDER
        else:
            break

"""Exact answers where a bound was not enough: weak outages of single lines, for single buses.

A pair whose outage factor is below `keep` is covered by one bound for all of them. Where that bound could
bind at a bus, every weak outage of that line is evaluated for that bus: nothing is dropped unseen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import WIDTH, at
from stargauge.grid.flows.sweeps import backward, forward, inject
from stargauge.grid.flows.threads import Workers
from stargauge.grid.flows.web import Web
from stargauge.grid.hosting.board import EXCLUDE, TIE, Board, place, room
from stargauge.grid.hosting.desk import Desk, Found, Sinks, write_out
from stargauge.grid.hosting.margins import Lines
from stargauge.grid.hosting.relations import Relations

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]

CHUNK_BYTES = 1 << 27
"""Room for potentials of lines looked at together."""


@kernel
def _potential_rows(
    factor: Factor, low: SmallInts, high: SmallInts, groups: SmallInts, x: Floats, out: Floats
) -> None:
    """Fill `out` (chosen groups, groups) with the potential y of each chosen group and every group."""
    rows = factor.start.size - 1
    touched = np.zeros(rows + 1, np.uint8)
    x[rows] = 0.0
    for first in range(0, groups.size, WIDTH):
        width = min(WIDTH, groups.size - first)
        row = rows
        for lane in range(width):
            group = groups[first + lane]
            row = inject(x, touched, low[group], lane, 1.0, row)
            row = inject(x, touched, high[group], lane, -1.0, row)
        forward(factor, x, touched, row)
        backward(factor, x, touched, 0)
        for group in range(low.size):
            for lane in range(width):
                out[first + lane, group] = x[low[group], lane] - x[high[group], lane]


@kernel
def _weak_outages(
    web: Web,
    related: Relations,
    lines: Lines,
    chosen: SmallInts,
    row_of: SmallInts,
    rows: Floats,
    bound: Floats,
) -> tuple[Ints, SmallInts, Floats]:
    """Return, for each chosen line, the weak outages that leave a margin of at most its bound.

    Returns:
        Pointers (chosen + 1,), lost lines and outage factors.
    """
    start = np.zeros(chosen.size + 1, np.int64)
    lost_lines = np.empty(1024, np.int32)
    factors = np.empty(1024)
    kept = np.full(web.pair_low.size, -1, np.int64)
    found = 0
    for index in range(chosen.size):
        line = chosen[index]
        monitored = web.line_super[line]
        own = web.super_pair[monitored]
        kept[own] = index
        for p in range(related.start[own], related.start[own + 1]):
            kept[related.other[p]] = index
        potential = rows[row_of[index]]
        susceptance = web.susceptance[monitored]
        limit = lines.after_limit[line]
        flow = lines.flow[line]
        reachable = bound[index] * (1.0 + TIE)
        for group in range(web.pair_low.size):
            if kept[group] == index:
                continue
            for lost in range(web.super_start[group], web.super_start[group + 1]):
                factor = susceptance * potential[group] * web.relief[lost]
                for out in range(web.line_start[lost], web.line_start[lost + 1]):
                    if not lines.losable[out] or limit - abs(flow + factor * lines.flow[out]) > reachable:
                        continue
                    if found == factors.size:
                        more_lines = np.empty(2 * found, np.int32)
                        more_factors = np.empty(2 * found)
                        more_lines[:found] = lost_lines
                        more_factors[:found] = factors
                        lost_lines = more_lines
                        factors = more_factors
                    lost_lines[found] = out
                    factors[found] = factor
                    found += 1
        start[index + 1] = found
    return start, lost_lines[:found].copy(), factors[:found].copy()


@inner
def line_transfer(desk: Desk, web: Web, lines: Lines, line: int, lane: int) -> float:
    """Return T of one line for the sink of one lane, the potentials being solved."""
    super_edge = at(web.line_super, line)
    group = at(web.super_pair, super_edge)
    drop = desk.x[at(web.pair_low, group), lane] - desk.x[at(web.pair_high, group), lane]
    value = at(lines.source, line) - at(web.susceptance, super_edge) * drop
    if desk.chain[lane] == super_edge:
        share = desk.far_share[lane]
        value += 1.0 - share if line < desk.chain_line[lane] else -share
    return float(value)


@inner
def read_in(board: Board, lane: int, results: Found, sink: int) -> None:
    """Copy the limits found so far of one sink to a lane of the board."""
    for rank in range(board.value.shape[0]):
        board.value[rank, lane] = results.value[sink, rank]
        board.factor[rank, lane] = results.factor[sink, rank]
        board.element[rank, lane] = results.element[sink, rank]
        board.outage[rank, lane] = results.outage[sink, rank]
    board.bar[0, lane] = board.value[board.value.shape[0] - 1, lane] * (1.0 + TIE)
    board.base_value[0, lane] = results.base_value[sink]
    board.base_factor[0, lane] = results.base_factor[sink]
    board.base_element[0, lane] = results.base_element[sink]
    board.over[lane] = results.over[sink]


@inner
def judge_one(
    board: Board,
    lane: int,
    factor: float,
    limit: float,
    flow: float,
    element: int,
    outage: int,
    rule: int,
    counted: bool,
) -> None:
    """Enter what one pair allows one bus; see `board.judge`."""
    up, down, over = room(limit, flow, rule)
    if over and counted and factor * flow > 0.0:
        board.over[lane] += 1
    if over and rule == EXCLUDE:
        return
    share = abs(factor)
    value = (up if factor > 0.0 else down) / share
    if value <= board.bar[0, lane]:
        place(board, lane, value, share, element, outage)


@kernel
def _evaluate(
    factor: Factor,
    web: Web,
    lines: Lines,
    sinks: Sinks,
    cutoff: float,
    rule: int,
    which: Ints,
    start: Ints,
    line: SmallInts,
    row: SmallInts,
    outage_start: Ints,
    outages: SmallInts,
    factors: Floats,
    desk: Desk,
    board: Board,
    results: Found,
) -> int:
    """Evaluate the weak outages of the open lines of each sink in `which`; return how many pairs."""
    rows = factor.start.size - 1
    desk.x[rows] = 0.0
    evaluated = 0
    for begin in range(0, which.size, WIDTH):
        width = min(WIDTH, which.size - begin)
        first_row = rows
        for lane in range(width):
            sink = which[begin + lane]
            desk.chain[lane] = sinks.chain[sink]
            desk.chain_line[lane] = sinks.chain_line[sink]
            desk.far_share[lane] = sinks.far_share[sink]
            first_row = inject(
                desk.x, desk.touched, sinks.near[sink], lane, sinks.near_share[sink], first_row
            )
            if sinks.chain[sink] >= 0:
                first_row = inject(
                    desk.x, desk.touched, sinks.far[sink], lane, sinks.far_share[sink], first_row
                )
        forward(factor, desk.x, desk.touched, first_row)
        backward(factor, desk.x, desk.touched, 0)
        for lane in range(width):
            sink = which[begin + lane]
            read_in(board, lane, results, sink)
            for p in range(start[begin + lane], start[begin + lane + 1]):
                monitored = line[p]
                value = line_transfer(desk, web, lines, monitored, lane)
                flow = lines.flow[monitored]
                for q in range(outage_start[row[p]], outage_start[row[p] + 1]):
                    lost = outages[q]
                    evaluated += 1
                    share = value + factors[q] * line_transfer(desk, web, lines, lost, lane)
                    if abs(share) >= cutoff:
                        judge_one(
                            board,
                            lane,
                            share,
                            lines.after_limit[monitored],
                            flow + factors[q] * lines.flow[lost],
                            lines.branch[monitored],
                            lines.branch[lost],
                            rule,
                            not lines.over[monitored],
                        )
            write_out(board, lane, results, sink)
    return evaluated


def settle(
    factor: Factor,
    web: Web,
    related: Relations,
    lines: Lines,
    sinks: Sinks,
    cutoff: float,
    rule: int,
    opened: tuple[SmallInts, SmallInts, Floats],
    desks: list[Desk],
    boards: list[Board],
    results: Found,
    workers: Workers,
) -> int:
    """Evaluate all weak outages of the (sink, line) in `opened`; return how many pairs were evaluated."""
    open_sink, open_line, open_bound = opened
    if not open_sink.size:
        return 0
    lines_open, row = np.unique(open_line, return_inverse=True)
    bound = np.zeros(lines_open.size)
    np.maximum.at(bound, row, open_bound)
    chunk = max(1, CHUNK_BYTES // (8 * web.pair_low.size))
    evaluated = 0
    for begin in range(0, lines_open.size, chunk):
        chosen = lines_open[begin : begin + chunk]
        groups, row_of = np.unique(web.super_pair[web.line_super[chosen]], return_inverse=True)
        rows = np.empty((groups.size, web.pair_low.size))
        cut = [groups.size * i // workers.count for i in range(workers.count + 1)]

        def fill(worker: int, groups: SmallInts = groups, rows: Floats = rows, cut: list[int] = cut) -> None:
            part = slice(cut[worker], cut[worker + 1])
            _potential_rows(factor, web.pair_low, web.pair_high, groups[part], desks[worker].x, rows[part])

        workers.each(fill)
        outages = _weak_outages(
            web, related, lines, chosen, row_of.astype(np.int32), rows, bound[begin : begin + chunk]
        )
        inside = np.flatnonzero((row >= begin) & (row < begin + chunk))
        order = inside[np.argsort(open_sink[inside], kind="stable")]
        sinks_open, first = np.unique(open_sink[order], return_index=True)
        start = np.append(first, order.size).astype(np.int64)
        which, line = sinks_open.astype(np.int64), open_line[order]
        line_row = (row[order] - begin).astype(np.int32)
        half = [which.size * i // workers.count for i in range(workers.count + 1)]

        def judge(
            worker: int,
            which: Ints = which,
            start: Ints = start,
            line: SmallInts = line,
            line_row: SmallInts = line_row,
            outages: tuple[Ints, SmallInts, Floats] = outages,
            half: list[int] = half,
        ) -> int:
            a, z = half[worker], half[worker + 1]
            return _evaluate(
                factor,
                web,
                lines,
                sinks,
                cutoff,
                rule,
                which[a:z],
                start[a : z + 1],
                line,
                line_row,
                *outages,
                desks[worker],
                boards[worker],
                results,
            )

        evaluated += sum(workers.each(judge))
    return evaluated

"""The sweep over all buses, sixteen at a time: every limit that can bind is evaluated, the rest is certified.

A load at a bus, served by the source, puts T on line l and T + L · T(c) on it after the loss of c. Where the
latter reaches the cut-off, either |T| of the line is at least half of it (the line is *near*: its row is
looked through) or |L · T(c)| is more than half (the outage is near: its column is). A group of pairs is
opened only if the largest transfer factor possible in it could use up its smallest margin below the bus's
bar.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import ALL, WIDTH, lowest
from stargauge.grid.flows.sweeps import forward
from stargauge.grid.flows.web import Web
from stargauge.grid.hosting.board import Board, clear
from stargauge.grid.hosting.columns import judge_columns
from stargauge.grid.hosting.desk import Desk, Found, Screen, Sinks, Thresholds, inject_sinks, write_out
from stargauge.grid.hosting.margins import GROUPS, Lines, Margins
from stargauge.grid.hosting.near import find_candidates, find_near
from stargauge.grid.hosting.rows import judge_row_group, tail_bound, tail_lanes

SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]


@inner
def _block(
    factor: Factor,
    web: Web,
    lines: Lines,
    table: Margins,
    screen: Screen,
    limits: Thresholds,
    sinks: Sinks,
    first: int,
    desk: Desk,
    board: Board,
    results: Found,
    open_sink: SmallInts,
    open_line: SmallInts,
    open_bound: Floats,
    opened: int,
) -> int:
    """Find the limits of sixteen sinks; return the number of (sink, line) whose tail is not certified."""
    width = min(WIDTH, sinks.near.size - first)
    active = ALL if width == WIDTH else (1 << width) - 1
    clear(board, width)
    row = inject_sinks(desk, sinks, first, width)
    forward(factor, desk.x, desk.touched, row)
    block = first // WIDTH
    candidates = find_candidates(factor, web, screen, desk, limits.candidate, block, active)
    find_near(web, lines, desk, board, limits, candidates, active)
    near = desk.tally[0]
    doubtful = 0
    # Strong groups first: they find tight limits early, and weak ones then stay closed.
    for index in range(near):
        if lines.after_limit[desk.near[index]] < np.inf:
            for group in range(2):
                judge_row_group(web, lines, table, desk, board, limits, index, group)
    for index in range(near):
        if lines.after_limit[desk.near[index]] < np.inf:
            for group in range(2, GROUPS):
                judge_row_group(web, lines, table, desk, board, limits, index, group)
            if tail_lanes(lines, table, desk, board, limits, index):
                desk.doubtful[doubtful] = index
                doubtful += 1
    judge_columns(web, lines, table, desk, board, limits, active)
    for d in range(doubtful):
        index = desk.doubtful[d]
        lanes = tail_lanes(lines, table, desk, board, limits, index)
        while lanes:
            lane = lowest(lanes)
            lanes &= lanes - 1
            bound = tail_bound(lines, table, desk, board, limits, index, lane)
            if bound >= 0.0:
                open_sink[opened] = first + lane
                open_line[opened] = desk.near[index]
                open_bound[opened] = bound
                opened += 1
    for lane in range(width):
        write_out(board, lane, results, first + lane)
        if desk.chain[lane] >= 0:
            desk.marked[desk.chain[lane]] = 0
    return opened


@kernel
def sweep(
    factor: Factor,
    web: Web,
    lines: Lines,
    table: Margins,
    screen: Screen,
    limits: Thresholds,
    sinks: Sinks,
    offset: int,
    stride: int,
    desk: Desk,
    board: Board,
    results: Found,
) -> tuple[SmallInts, SmallInts, Floats]:
    """Find the limits of every `stride`-th block of sinks from `offset`, into `results`.

    Returns:
        Sinks and lines whose tail could not be certified, and the margin below which a pair matters.
    """
    desk.x[factor.start.size - 1] = 0.0
    room = 4 * WIDTH * lines.flow.size
    open_sink = np.empty(room, np.int32)
    open_line = np.empty(room, np.int32)
    open_bound = np.empty(room)
    opened = 0 * room  # not 0: kernels are compiled anew for a literal
    for first in range(offset * WIDTH, sinks.near.size, stride * WIDTH):
        if opened + WIDTH * lines.flow.size > open_sink.size:
            room = 2 * open_sink.size
            more_sinks = np.empty(room, np.int32)
            more_lines = np.empty(room, np.int32)
            more_bounds = np.empty(room)
            more_sinks[:opened] = open_sink[:opened]
            more_lines[:opened] = open_line[:opened]
            more_bounds[:opened] = open_bound[:opened]
            open_sink = more_sinks
            open_line = more_lines
            open_bound = more_bounds
        opened = _block(
            factor,
            web,
            lines,
            table,
            screen,
            limits,
            sinks,
            first,
            desk,
            board,
            results,
            open_sink,
            open_line,
            open_bound,
            opened,
        )
    return open_sink[:opened].copy(), open_line[:opened].copy(), open_bound[:opened].copy()

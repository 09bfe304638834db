"""Limits of near lines after the outages that act on them."""

from __future__ import annotations

import numpy as np

from stargauge.grid.flows.compilation import inner
from stargauge.grid.flows.lanes import WIDTH, at, everywhere, load, size
from stargauge.grid.flows.web import Web
from stargauge.grid.hosting.board import TIE, Board, judge
from stargauge.grid.hosting.desk import Desk, Thresholds, group_drop, transfer
from stargauge.grid.hosting.margins import GROUPS, Lines, Margins


@inner
def judge_row_group(
    web: Web,
    lines: Lines,
    table: Margins,
    desk: Desk,
    board: Board,
    limits: Thresholds,
    index: int,
    group: int,
) -> None:
    """Judge one group of outages of one near line, if any of them could matter."""
    line = np.int64(at(desk.near, index))
    limit = at(lines.after_limit, line)
    active = at(desk.near_mask, index)
    value = load(desk.near_transfer, index)
    most = load(desk.tallest, 0) * table.factor_bound[group]
    bar = load(board.bar, 0)
    most_up = most + value
    most_down = most - value
    up = (most_up >= limits.cutoff) & (bar * most_up >= np.float64(table.up[line, group])) & active
    down = (most_down >= limits.cutoff) & (bar * most_down >= np.float64(table.down[line, group])) & active
    if (up | down) == 0:
        return
    flow = at(lines.flow, line)
    branch = at(lines.branch, line)
    counted = not lines.over[line]
    super_edge = np.int64(at(web.line_super, line))
    allowed_up = bar * most_up
    allowed_down = bar * most_down
    begin = at(table.row_start, super_edge * GROUPS + group)
    for p in range(begin, at(table.row_start, super_edge * GROUPS + group + 1)):
        entry = table.entry[p]
        after = flow + entry.flow
        open_lanes = 0
        if up:
            open_lanes = (allowed_up >= limit - after) & up
        if down:
            open_lanes |= (allowed_down >= limit + after) & down
        if open_lanes == 0:
            continue
        lost = np.int64(entry.line)
        if lost == line:
            continue
        desk.tally[2] += WIDTH
        factor = value + entry.source - group_drop(desk, web, entry.group) * entry.gain
        lost_super = at(web.line_super, lost)
        if at(desk.marked, lost_super):
            # The drop does not tell what is drawn inside the lost line's own chain.
            zero = everywhere(0.0)
            inside = transfer(desk, web, lines, lost_super, int(lost), zero) - at(lines.source, lost)
            factor = factor + inside * (entry.gain / at(web.susceptance, lost_super))
        open_lanes &= size(factor) >= limits.cutoff
        if open_lanes:
            judge(
                board, open_lanes, factor, limit, after, branch, at(lines.branch, lost), limits.rule, counted
            )
            bar = load(board.bar, 0)
            allowed_up = bar * most_up
            allowed_down = bar * most_down


@inner
def tail_lanes(lines: Lines, table: Margins, desk: Desk, board: Board, limits: Thresholds, index: int) -> int:
    """Return the lanes for which an outage with a factor below `keep` could still matter to a near line."""
    line = np.int64(at(desk.near, index))
    value = load(desk.near_transfer, index)
    most = load(desk.tallest, 0) * limits.keep
    bar = load(board.bar, 0)
    most_up = most + value
    most_down = most - value
    up = (most_up >= limits.cutoff) & (bar * most_up >= np.float64(at(table.tail_up, line)))
    down = (most_down >= limits.cutoff) & (bar * most_down >= np.float64(at(table.tail_down, line)))
    return int((up | down) & at(desk.near_mask, index))


@inner
def tail_bound(
    lines: Lines, table: Margins, desk: Desk, board: Board, limits: Thresholds, index: int, lane: int
) -> float:
    """Return the MW of margin up to which a weak outage could still matter to one bus, -1 if none can.

    An element that is on the board already matters only below its own limit there.
    """
    line = desk.near[index]
    allowed = board.bar[0, lane]
    for rank in range(board.value.shape[0]):
        if board.element[rank, lane] == lines.branch[line]:
            allowed = min(allowed, board.value[rank, lane] * (1.0 + TIE))
    value = desk.near_transfer[index, lane]
    most = desk.tallest[0, lane] * limits.keep
    bound = -1.0
    if most + value >= limits.cutoff and allowed * (most + value) >= table.tail_up[line]:
        bound = allowed * (most + value)
    if most - value >= limits.cutoff and allowed * (most - value) >= table.tail_down[line]:
        bound = max(bound, allowed * (most - value))
    return bound

"""Limits of lines that are not near themselves after the loss of lines that are."""

from __future__ import annotations

import numpy as np

from stargauge.grid.flows.compilation import inner
from stargauge.grid.flows.lanes import WIDTH, at, everywhere, larger, load, size
from stargauge.grid.flows.web import Web
from stargauge.grid.hosting.board import Board, judge
from stargauge.grid.hosting.desk import Desk, Thresholds, group_drop, transfer
from stargauge.grid.hosting.margins import GROUPS, Lines, Margins


@inner
def judge_columns(
    web: Web, lines: Lines, table: Margins, desk: Desk, board: Board, limits: Thresholds, active: int
) -> None:
    """Judge what near outages do to lines that are not near themselves."""
    first = 0
    outages = desk.tally[1]
    while first < outages:
        lost_super = np.int64(at(web.line_super, at(desk.out, first)))
        end = first
        tallest = everywhere(0.0)
        while end < outages and at(web.line_super, at(desk.out, end)) == lost_super:
            tallest = larger(tallest, size(load(desk.out_transfer, end)))
            end += 1
        for group in range(GROUPS):
            begin = at(table.column_start, lost_super * GROUPS + group)
            stop = at(table.column_start, lost_super * GROUPS + group + 1)
            if begin == stop:
                continue
            bar = load(board.bar, 0)
            most = tallest * table.factor_bound[group] + limits.near_line
            smallest = np.float64(table.column_margin[lost_super * GROUPS + group])
            opened = (most >= limits.cutoff) & (bar * most >= smallest) & active
            if opened == 0:
                continue
            for p in range(begin, stop):
                reach = table.reach[p]
                most = tallest * abs(reach.factor) + limits.near_line
                lanes = (most >= limits.cutoff) & (load(board.bar, 0) * most >= np.float64(reach.margin))
                lanes &= opened
                if lanes:
                    _judge_column_entry(
                        web, lines, desk, board, limits, reach.super, reach.factor, first, end, lanes
                    )
        first = end


@inner
def _judge_column_entry(
    web: Web,
    lines: Lines,
    desk: Desk,
    board: Board,
    limits: Thresholds,
    monitored: int,
    outage_factor: float,
    first: int,
    end: int,
    lanes: int,
) -> None:
    """Judge the lines of one super-edge for the loss of each of the near outages `first` to `end`."""
    drop = group_drop(desk, web, at(web.super_pair, monitored))
    for line in range(at(web.line_start, monitored), at(web.line_start, monitored + 1)):
        limit = at(lines.after_limit, line)
        if limit == np.inf:
            continue
        value = transfer(desk, web, lines, monitored, line, drop)
        far = lanes & ~(size(value) >= limits.near_line)  # lanes where it is near are judged by its row
        if far == 0:
            continue
        for index in range(first, end):
            lost = np.int64(at(desk.out, index))
            if lost == line:
                continue
            desk.tally[2] += WIDTH
            factor = value + load(desk.out_transfer, index) * outage_factor
            counting = (size(factor) >= limits.cutoff) & far
            if counting:
                after = at(lines.flow, line) + outage_factor * at(lines.flow, lost)
                judge(
                    board,
                    counting,
                    factor,
                    limit,
                    after,
                    at(lines.branch, line),
                    at(lines.branch, lost),
                    limits.rule,
                    not lines.over[line],
                )

"""Which lines and outages a load at each of sixteen buses acts on; the case before any outage."""

from __future__ import annotations

from typing import Any

import numpy as np

from stargauge.grid.flows.compilation import inner
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import WIDTH, at, everywhere, larger, load, lowest, size, store
from stargauge.grid.flows.sweeps import back
from stargauge.grid.flows.web import Web
from stargauge.grid.hosting.board import NONE, Board, judge, judge_base
from stargauge.grid.hosting.desk import Desk, Screen, Thresholds, group_drop, transfer
from stargauge.grid.hosting.margins import Lines


@inner
def find_candidates(
    factor: Factor, web: Web, screen: Screen, desk: Desk, least: float, block: int, active: int
) -> int:
    """Sweep backward and return the number of groups in which a |T| may reach `least`."""
    found = 0
    rows = factor.start.size - 1
    for group in range(at(screen.first, rows), at(screen.first, rows + 1)):
        if at(screen.local, group) >= least:
            desk.candidate[found] = group
            desk.stamp[group] = block
            found += 1
    for row in range(rows - 1, -1, -1):
        potential = back(factor, desk.x, desk.touched, row)
        for group in range(at(screen.first, row), at(screen.first, row + 1)):
            drop = potential - load(desk.x, at(web.pair_high, group)) - at(screen.source_drop, group)
            bound = size(drop) * at(screen.susceptance, group) + at(screen.local, group)
            if (bound >= least) & active:
                desk.candidate[found] = group
                desk.stamp[group] = block
                found += 1
    for lane in range(WIDTH):
        if desk.chain[lane] >= 0:
            group = web.super_pair[desk.chain[lane]]
            if desk.stamp[group] != block:
                desk.stamp[group] = block
                desk.candidate[found] = group
                found += 1
    return found


@inner
def find_near(
    web: Web, lines: Lines, desk: Desk, board: Board, limits: Thresholds, candidates: int, active: int
) -> None:
    """List near lines and near outages, and judge the case before any outage."""
    near = 0
    out = 0
    tallest = everywhere(limits.candidate)
    for c in range(candidates):
        group = at(desk.candidate, c)
        drop = group_drop(desk, web, group)
        for super_edge in range(at(web.super_start, group), at(web.super_start, group + 1)):
            for line in range(at(web.line_start, super_edge), at(web.line_start, super_edge + 1)):
                value = transfer(desk, web, lines, super_edge, line, drop)
                height = size(value)
                is_near = (height >= limits.near_line) & active
                is_out = (height >= limits.near_outage) & active if lines.losable[line] else 0
                if (is_near | is_out) == 0:
                    continue
                tallest = larger(tallest, height)
                if is_out:
                    desk.out[out] = line
                    store(desk.out_transfer, out, value)
                    out += 1
                base_limit = at(lines.base_limit, line)
                if is_near == 0 or (base_limit == np.inf and at(lines.after_limit, line) == np.inf):
                    continue
                desk.near[near] = line
                desk.near_mask[near] = is_near
                store(desk.near_transfer, near, value)
                near += 1
                counting = (height >= limits.cutoff) & active
                if counting:
                    flow = at(lines.flow, line)
                    branch = at(lines.branch, line)
                    judge_base(board, counting, value, base_limit, flow, branch, limits.rule)
                    # Not literals: the kernel would be compiled once more for them.
                    none: Any = np.int64(NONE)
                    no: Any = np.bool_(False)
                    judge(board, counting, value, base_limit, flow, branch, none, limits.rule, no)
                    if lines.over[line]:
                        worse = (value * flow > 0.0) & counting
                        while worse:
                            board.over[lowest(worse)] += 1
                            worse &= worse - 1
    store(desk.tallest, 0, tallest)
    desk.tally[0] = near
    desk.tally[1] = out

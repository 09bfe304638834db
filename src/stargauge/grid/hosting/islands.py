"""The limits of every core node of one interconnect: set-up, sweep, certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.lanes import WIDTH, rows
from stargauge.grid.flows.reduction import Reduction
from stargauge.grid.flows.threads import Workers
from stargauge.grid.flows.web import web_of
from stargauge.grid.hosting.board import NONE, Board, new_board
from stargauge.grid.hosting.certificate import settle
from stargauge.grid.hosting.desk import Desk, Found, Screen, Sinks, Thresholds
from stargauge.grid.hosting.margins import TOLERANCE_MW, Lines, margins
from stargauge.grid.hosting.relations import group_sizes, relations
from stargauge.grid.hosting.sweep import sweep

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Progress = Callable[[str], None]

NEAR = 0.5
"""Share of the cut-off at which a line counts as near: half balances the length of rows and of columns."""

KEEP = 1 / 3
"""Share of the cut-off below which outage factors are bounded together instead of listed."""


@dataclass(frozen=True)
class Transfer:
    """What is transferred over one interconnect, to each of its nodes in turn.

    Attributes:
        flow: (m,) base flow of the island's branches, MW.
        base_limit: (m,) limit before an outage, MW; inf if none.
        after_limit: (m,) limit after an outage, MW; inf if none.
        source: (nodes,) share of the load that the source gives at each node; adds up to 1.
        losable: (m,) which branches can be lost.
        cutoff: Smallest |factor| that counts.
        rule: `EXCLUDE`, `BLOCK` or `NO_HARM`.
        kept: How many of the tightest limits are wanted.
    """

    flow: Floats
    base_limit: Floats
    after_limit: Floats
    source: Floats
    losable: NDArray[np.bool_]
    cutoff: float
    rule: int
    kept: int


def lines_of(reduction: Reduction, transfer: Transfer) -> Lines:
    """Return what kernels need to know of each line."""
    branch = reduction.line_branch
    flow = np.ascontiguousarray(transfer.flow[branch] * reduction.line_sign)
    base, after = transfer.base_limit[branch], transfer.after_limit[branch]
    return Lines(
        flow,
        np.ascontiguousarray(base),
        np.ascontiguousarray(after),
        reduction.line_flows(transfer.source),
        branch.astype(np.int32),
        np.abs(flow) > np.minimum(base, after) + TOLERANCE_MW,
        np.ascontiguousarray(transfer.losable[branch]),
    )


def sinks_of(reduction: Reduction, core: Ints) -> tuple[Ints, Sinks]:
    """Return the given core nodes ordered so that neighbours share a block, and where their load enters."""
    first = np.where(
        reduction.chain[core] >= 0,
        np.minimum(reduction.near[core], reduction.far[core]),
        reduction.near[core],
    )
    ordered = core[np.argsort(first, kind="stable")]
    return ordered, Sinks(
        np.ascontiguousarray(reduction.near[ordered]),
        np.ascontiguousarray(reduction.near_share[ordered]),
        np.ascontiguousarray(reduction.far[ordered]),
        np.ascontiguousarray(reduction.far_share[ordered]),
        np.ascontiguousarray(reduction.chain[ordered]),
        np.ascontiguousarray(reduction.chain_line[ordered]),
    )


def new_found(sinks: int, kept: int) -> Found:
    """Return results without any limit."""
    return Found(
        np.full((sinks, kept), np.inf),
        np.zeros((sinks, kept)),
        np.full((sinks, kept), NONE, dtype=np.int32),
        np.full((sinks, kept), NONE, dtype=np.int32),
        np.full(sinks, np.inf),
        np.zeros(sinks),
        np.full(sinks, NONE, dtype=np.int32),
        np.zeros(sinks, dtype=np.int64),
    )


def new_desk(reduction: Reduction) -> Desk:
    """Return working memory for one thread."""
    lines, groups = reduction.line_super.size, reduction.pair_low.size
    return Desk(
        x=rows(reduction.rows + 1),
        touched=np.zeros(reduction.rows + 1, dtype=np.uint8),
        candidate=np.empty(groups + WIDTH, dtype=np.int32),
        stamp=np.full(groups, -1, dtype=np.int32),
        marked=np.zeros(reduction.susceptance.size, dtype=np.uint8),
        near=np.empty(lines, dtype=np.int32),
        near_mask=np.empty(lines, dtype=np.int64),
        near_transfer=rows(lines),
        out=np.empty(lines, dtype=np.int32),
        out_transfer=rows(lines),
        doubtful=np.empty(lines, dtype=np.int32),
        chain=np.full(WIDTH, NONE, dtype=np.int64),
        chain_line=np.zeros(WIDTH, dtype=np.int64),
        far_share=np.zeros(WIDTH),
        tallest=rows(3),
        tally=np.zeros(3, dtype=np.int64),
    )


def _screen(reduction: Reduction, transfer: Transfer, lines: Lines) -> Screen:
    groups = reduction.pair_low.size
    potential = reduction.potentials(transfer.source)
    drop = potential[reduction.pair_low] - potential[reduction.pair_high]
    susceptance, local = np.zeros(groups), np.zeros(groups)
    np.maximum.at(susceptance, reduction.super_pair, np.abs(reduction.susceptance))
    told = (reduction.susceptance * drop[reduction.super_pair])[reduction.line_super]
    np.maximum.at(local, reduction.super_pair[reduction.line_super], np.abs(lines.source - told))
    first = np.searchsorted(reduction.pair_low, np.arange(reduction.rows + 2)).astype(np.int64)
    return Screen(first, susceptance, drop, local)


def core_limits(
    reduction: Reduction,
    transfer: Transfer,
    core: Ints,
    cutoff: float,
    workers: Workers,
    progress: Progress,
    *,
    recheck: bool = False,
) -> tuple[Ints, Found]:
    """Return the given core nodes in an order of their own, and the limits of each, bridges apart.

    Args:
        reduction: The reduced network of the interconnect.
        transfer: What is transferred.
        core: (sinks,) core nodes at which load is put.
        cutoff: Smallest |factor| evaluated here, above 0.
        workers: Threads.
        progress: Told what is being done.
        recheck: Trust no bound on weak outages and evaluate them all: slow, and the same by construction.
    """
    ordered, sinks = sinks_of(reduction, core)
    found = new_found(core.size, transfer.kept)
    if not reduction.line_super.size:
        return ordered, found
    lines = lines_of(reduction, transfer)
    web = web_of(reduction)
    groups = group_sizes(reduction, np.isfinite(lines.after_limit), lines.losable, lines.flow)
    # With susceptances above 0 no transfer puts more than itself on a line; else the bound is measured.
    passive = bool((reduction.susceptance > 0).all())
    near_line = NEAR * cutoff
    progress("outage factors")
    highest = 1.0
    keep = KEEP * cutoff
    if not passive:
        everything = relations(reduction, groups, keep, workers, with_reach=True)
        per_line = np.abs(reduction.susceptance) * everything.reach[reduction.super_pair]
        highest = max(1.0, float((per_line[reduction.line_super] + np.abs(lines.source)).max()) + 1.0)
    least = (cutoff - near_line) / highest
    keep = min(keep, 0.9 * least)
    related = relations(reduction, groups, keep, workers)
    progress("margins")
    table = margins(web, related, lines, least, workers, excluding=transfer.rule == 0)
    if recheck:
        table.tail_up[:] = -np.inf
        table.tail_down[:] = -np.inf
    near_outage = (cutoff - near_line) / float(table.factor_bound[0])
    limits = Thresholds(cutoff, near_line, near_outage, min(near_line, near_outage), keep, transfer.rule)
    progress("buses")
    screen = _screen(reduction, transfer, lines)
    desks = [new_desk(reduction) for _ in range(workers.count)]
    boards: list[Board] = [new_board(transfer.kept) for _ in range(workers.count)]

    def part(worker: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        return sweep(
            reduction.factor,
            web,
            lines,
            table,
            screen,
            limits,
            sinks,
            worker,
            workers.count,
            desks[worker],
            boards[worker],
            found,
        )

    parts = workers.each(part)
    opened = (
        np.concatenate([p[0] for p in parts]),
        np.concatenate([p[1] for p in parts]),
        np.concatenate([p[2] for p in parts]),
    )
    progress("weak outages")
    settle(
        reduction.factor,
        web,
        related,
        lines,
        sinks,
        cutoff,
        transfer.rule,
        opened,
        desks,
        boards,
        found,
        workers,
    )
    return ordered, found

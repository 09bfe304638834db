"""Margins of every kept pair of line and outage, grouped by factor so that whole groups can be passed over.

Rows list, for each super-edge, the lines whose loss acts on it; columns list, for each super-edge that can be
lost, the super-edges it acts on strongly. Both are split by the size of the outage factor. A group whose
smallest margin no transfer could use up is never opened.

A margin is limit less flow after the outage, in MW, upwards (with the line's direction) or downwards. A
negative one means that the pair is over its limit before any transfer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.flows.lanes import at
from stargauge.grid.flows.threads import Workers
from stargauge.grid.flows.web import Web
from stargauge.grid.hosting.relations import Relations

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

GROUPS = 4
"""Groups by size of the outage factor: from 0.3, from 0.1, from 0.03, and smaller ones."""

TOLERANCE_MW = 1e-7
"""A flow beyond its limit by less is at the limit: solves differ by rounding."""

ENTRY = np.dtype(
    [
        ("flow", np.float64),  # what the outage puts on the line, MW
        ("gain", np.float64),  # outage factor × susceptance of the lost super-edge
        ("source", np.float64),  # what the outage puts on it of the source's part of a transfer, per MW
        ("group", np.int32),  # parallel group of the lost line
        ("line", np.int32),  # the lost line
    ],
    align=True,
)
"""One outage acting on a super-edge: half a cache line."""

REACH = np.dtype([("factor", np.float64), ("super", np.int32), ("margin", np.float32)], align=True)
"""One super-edge on which the loss of another acts, with the smallest margin among their lines."""


class Lines(NamedTuple):
    """What is known of each line, in the order of `Reduction`; all (lines,).

    Attributes:
        flow: Base flow, MW.
        base_limit: Limit before an outage, MW; inf if none.
        after_limit: Limit after an outage, MW; inf if none.
        source: Flow that the source's part of a transfer causes, per MW.
        branch: Number of the line among the island's branches, by which ties in value are broken.
        over: Whether the base flow is over the smaller of the limits.
        losable: Whether the line can be lost.
    """

    flow: Floats
    base_limit: Floats
    after_limit: Floats
    source: Floats
    branch: SmallInts
    over: NDArray[np.bool_]
    losable: NDArray[np.bool_]


class Margins(NamedTuple):
    """Rows, columns and their smallest margins.

    Attributes:
        row_start: (supers × GROUPS + 1,) pointers into `entry`.
        entry: Outages acting on each super-edge, of dtype `ENTRY`.
        up: (lines, GROUPS) smallest margin upwards in each group of the line's row, rounded down.
        down: (lines, GROUPS) smallest margin downwards.
        tail_up: (lines,) lower bound of the margin upwards over all outages not in the row.
        tail_down: (lines,) the same downwards.
        column_start: (supers × GROUPS + 1,) pointers into `reach`.
        reach: Super-edges that the loss of each acts on, of dtype `REACH`.
        column_margin: (supers × GROUPS,) smallest margin in each group.
        factor_bound: (GROUPS,) upper bound of |outage factor| in each group.
    """

    row_start: Ints
    entry: NDArray[np.void]
    up: Singles
    down: Singles
    tail_up: Singles
    tail_down: Singles
    column_start: Ints
    reach: NDArray[np.void]
    column_margin: Singles
    factor_bound: Floats


@inner
def _group(height: float) -> int:
    if height >= 0.3:
        return 0
    if height >= 0.1:
        return 1
    return 2 if height >= 0.03 else 3


@inner
def _rounded_down(value: float) -> np.float32:
    single = np.float32(value)
    return np.nextafter(single, np.float32(-np.inf)) if np.float64(single) > value else single


@inner
def _alone(web: Web, monitored: int, lost: int) -> bool:
    """Return whether two super-edges are one and the same single line, which cannot act on itself."""
    return monitored == lost and web.line_start[lost + 1] - web.line_start[lost] == 1


@inner
def _outage_factor(web: Web, monitored: int, lost: int, potential: float) -> float:
    """Return the outage factor of one super-edge for another's loss."""
    if monitored == lost:  # two lines of one chain: what one carried, the other loses
        return -1.0
    return float(at(web.susceptance, monitored) * potential * at(web.relief, lost))


@kernel
def _count_rows(
    first: int,
    last: int,
    web: Web,
    related: Relations,
    has_limit: NDArray[np.bool_],
    losable: Ints,
    counts: Ints,
    height: Floats,
) -> None:
    """Count the entries of each row by group, and find the largest |factor| of each."""
    for monitored in range(first, last):
        if not has_limit[monitored]:
            continue
        own = web.super_pair[monitored]
        for p in range(related.start[own] - 1, related.start[own + 1]):
            itself = p < related.start[own]
            group = own if itself else at(related.other, p)
            potential = web.impedance[own] if itself else at(related.potential, p)
            for lost in range(at(web.super_start, group), at(web.super_start, group + 1)):
                if _alone(web, monitored, lost):
                    continue
                factor = abs(_outage_factor(web, monitored, lost, potential))
                height[monitored] = max(height[monitored], factor)
                counts[monitored * GROUPS + _group(factor) + 1] += at(losable, lost)


@kernel
def _fill_rows(
    first: int,
    last: int,
    web: Web,
    related: Relations,
    has_limit: NDArray[np.bool_],
    lines: Lines,
    excluding: bool,
    table: Margins,
) -> None:
    """Fill rows `first` to `last` and the smallest margins of their lines."""
    place = np.zeros(GROUPS, np.int64)
    for monitored in range(first, last):
        for line in range(web.line_start[monitored], web.line_start[monitored + 1]):
            for group in range(GROUPS):
                table.up[line, group] = np.inf
                table.down[line, group] = np.inf
            table.tail_up[line] = np.inf
            table.tail_down[line] = np.inf
        if not has_limit[monitored]:
            continue
        own = web.super_pair[monitored]
        for group in range(GROUPS):
            place[group] = table.row_start[monitored * GROUPS + group]
        for p in range(related.start[own] - 1, related.start[own + 1]):
            itself = p < related.start[own]
            other = own if itself else at(related.other, p)
            potential = web.impedance[own] if itself else at(related.potential, p)
            for lost in range(at(web.super_start, other), at(web.super_start, other + 1)):
                if _alone(web, monitored, lost):
                    continue
                factor = _outage_factor(web, monitored, lost, potential)
                group = _group(abs(factor))
                entry = place[group]
                for line in range(at(web.line_start, lost), at(web.line_start, lost + 1)):
                    if not lines.losable[line]:
                        continue
                    table.entry[entry].flow = factor * at(lines.flow, line)
                    table.entry[entry].gain = factor * at(web.susceptance, lost)
                    table.entry[entry].source = factor * at(lines.source, line)
                    table.entry[entry].group = other
                    table.entry[entry].line = line
                    entry += 1
                place[group] = entry
        shed = abs(web.susceptance[monitored]) * related.tail[own]
        for line in range(web.line_start[monitored], web.line_start[monitored + 1]):
            _smallest_margins(monitored, line, shed, lines, excluding, table)


@inner
def _smallest_margins(
    monitored: int, line: int, shed: float, lines: Lines, excluding: bool, table: Margins
) -> None:
    limit = lines.after_limit[line]
    flow = lines.flow[line]
    if limit == np.inf:
        return
    for group in range(GROUPS):
        highest = -np.inf
        lowest = np.inf
        begin = table.row_start[monitored * GROUPS + group]
        end = table.row_start[monitored * GROUPS + group + 1]
        for p in range(begin, end):
            if table.entry[p].line == line:
                continue
            added = table.entry[p].flow
            highest = max(highest, added)
            lowest = min(lowest, added)
        if highest > -np.inf:
            table.up[line, group] = _rounded_down(limit - flow - highest)
            table.down[line, group] = _rounded_down(limit + flow + lowest)
    # Where every pair of the tail is over its limit and such pairs are excluded, the tail cannot bind.
    # An outage that does not act on the line at all matters only where less is allowed after it than before,
    # or where the case before any outage is excluded.
    base_excluded = excluding and abs(flow) > lines.base_limit[line] + TOLERANCE_MW
    acts = shed > 0.0 or limit < lines.base_limit[line] or base_excluded
    if acts and not (excluding and abs(flow) - shed > limit + TOLERANCE_MW):
        table.tail_up[line] = _rounded_down(limit - flow - shed)
        table.tail_down[line] = _rounded_down(limit + flow - shed)


@inner
def _column_margin(monitored: int, lost: int, factor: float, web: Web, lines: Lines) -> float:
    """Return the smallest margin, of either direction, among the lines of two super-edges."""
    margin = 1e30
    for line in range(at(web.line_start, monitored), at(web.line_start, monitored + 1)):
        limit = at(lines.after_limit, line)
        if limit == np.inf:
            continue
        for out in range(at(web.line_start, lost), at(web.line_start, lost + 1)):
            if out != line and lines.losable[out]:
                margin = min(margin, limit - abs(at(lines.flow, line) + factor * at(lines.flow, out)))
    return margin


@kernel
def _columns(
    first: int,
    last: int,
    web: Web,
    related: Relations,
    has_limit: NDArray[np.bool_],
    least: float,
    lines: Lines,
    start: Ints,
    reach: NDArray[np.void],
    margins: Singles,
) -> None:
    """Count columns `first` to `last` into `start` if `reach` has no room yet, else fill them."""
    filling = reach.size > 0
    place = np.zeros(GROUPS, np.int64)
    for lost in range(first, last):
        own = web.super_pair[lost]
        for group in range(GROUPS):
            place[group] = start[lost * GROUPS + group] if filling else 0
        for p in range(related.start[own] - 1, related.start[own + 1]):
            itself = p < related.start[own]
            other = own if itself else at(related.other, p)
            potential = web.impedance[own] if itself else at(related.potential, p)
            for monitored in range(at(web.super_start, other), at(web.super_start, other + 1)):
                if not at(has_limit, monitored):
                    continue
                factor = _outage_factor(web, monitored, lost, potential)
                if abs(factor) < least or _alone(web, monitored, lost):
                    continue
                group = _group(abs(factor))
                if filling:
                    margin = _rounded_down(_column_margin(monitored, lost, factor, web, lines))
                    reach[place[group]].factor = factor
                    reach[place[group]].super = monitored
                    reach[place[group]].margin = margin
                    margins[lost * GROUPS + group] = min(margins[lost * GROUPS + group], margin)
                place[group] += 1
        if not filling:
            for group in range(GROUPS):
                start[lost * GROUPS + group + 1] = place[group]


def margins(
    web: Web, related: Relations, lines: Lines, least: float, workers: Workers, *, excluding: bool
) -> Margins:
    """Return the rows and columns of all kept pairs.

    Args:
        web: The reduced network.
        related: Kept pairs of parallel groups.
        lines: What is known of each line.
        least: Smallest |outage factor| listed in columns.
        workers: Threads.
        excluding: Whether pairs over their limit before the transfer are excluded.
    """
    supers = web.susceptance.size
    has_limit = np.zeros(supers, dtype=bool)
    has_limit[web.line_super[np.isfinite(lines.after_limit)]] = True
    losable = np.bincount(web.line_super, lines.losable, supers).astype(np.int64)
    parts = max(1, min(64, supers))
    ranges = [(supers * i // parts, supers * (i + 1) // parts) for i in range(parts)]
    row_start = np.zeros(supers * GROUPS + 1, dtype=np.int64)
    height = np.zeros(supers)
    workers.over(lambda r: _count_rows(*r, web, related, has_limit, losable, row_start, height), ranges)
    np.cumsum(row_start, out=row_start)
    column_start = np.zeros(supers * GROUPS + 1, dtype=np.int64)
    column_margin = np.full(supers * GROUPS, np.inf, dtype=np.float32)
    nothing = np.empty(0, dtype=REACH)
    workers.over(
        lambda r: _columns(*r, web, related, has_limit, least, lines, column_start, nothing, column_margin),
        ranges,
    )
    np.cumsum(column_start, out=column_start)
    largest = max(1.0, float(height.max(initial=0.0))) * (1.0 + 1e-7)
    count = web.line_super.size
    table = Margins(
        row_start=row_start,
        entry=np.empty(int(row_start[-1]), dtype=ENTRY),
        up=np.empty((count, GROUPS), dtype=np.float32),
        down=np.empty((count, GROUPS), dtype=np.float32),
        tail_up=np.empty(count, dtype=np.float32),
        tail_down=np.empty(count, dtype=np.float32),
        column_start=column_start,
        reach=np.empty(int(column_start[-1]), dtype=REACH),
        column_margin=column_margin,
        factor_bound=np.array([largest, 0.3, 0.1, 0.03]),
    )
    workers.over(lambda r: _fill_rows(*r, web, related, has_limit, lines, excluding, table), ranges)
    if table.reach.size:
        workers.over(
            lambda r: _columns(
                *r, web, related, has_limit, least, lines, column_start, table.reach, column_margin
            ),
            ranges,
        )
    return table

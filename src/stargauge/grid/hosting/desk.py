"""What the sweep over buses works on: sinks, thresholds, screen, a thread's memory, results."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner
from stargauge.grid.flows.lanes import WIDTH, at, load
from stargauge.grid.flows.sweeps import inject
from stargauge.grid.flows.web import Web
from stargauge.grid.hosting.board import NONE, Board
from stargauge.grid.hosting.margins import Lines

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]


class Sinks(NamedTuple):
    """The core nodes at which load is put, neighbours together; all (sinks,), named as in `Reduction`."""

    near: SmallInts
    near_share: Floats
    far: SmallInts
    far_share: Floats
    chain: SmallInts
    chain_line: Ints


class Thresholds(NamedTuple):
    """From which transfer factor on something is looked at.

    Attributes:
        cutoff: Smallest |factor| after an outage that counts.
        near_line: |T| from which a line's row is looked through.
        near_outage: |T| from which a lost line's column is.
        candidate: The smaller of the two.
        keep: |outage factor| below which pairs are only bounded.
        rule: What becomes of pairs over their limit before the transfer.
    """

    cutoff: float
    near_line: float
    near_outage: float
    candidate: float
    keep: float
    rule: int


class Screen(NamedTuple):
    """What finds candidates among parallel groups during the backward sweep.

    Attributes:
        first: (rows + 2,) first group of each lower position; those of the reference are loops on it.
        susceptance: (groups,) largest |susceptance| of a super-edge.
        source_drop: (groups,) drop of the source's part of a transfer, rad per MW.
        local: (groups,) largest part of T that the drop across the group does not tell.
    """

    first: Ints
    susceptance: Floats
    source_drop: Floats
    local: Floats


class Desk(NamedTuple):
    """Working memory of one thread.

    Attributes:
        x: (rows + 1, WIDTH) potentials.
        touched: (rows + 1,) see `sweeps`.
        candidate: Groups that may hold near lines.
        stamp: (groups,) block in which a group was last made a candidate.
        marked: (supers,) whether a bus of the block lies in this chain.
        near: (lines,) near lines.
        near_mask: (lines,) lanes for which they are near.
        near_transfer: (lines, WIDTH) their T.
        out: (lines,) near outages.
        out_transfer: (lines, WIDTH) their T.
        doubtful: (lines,) near lines whose tail may bind, by index in `near`.
        chain: (WIDTH,) chain that each bus lies in, -1 for none.
        chain_line: (WIDTH,) first line after it.
        far_share: (WIDTH,) share it draws from the chain's higher end.
        tallest: (3, WIDTH) largest |T| of any line; two rows of scratch.
        tally: (3,) near lines, near outages, evaluated pairs (times lanes).
    """

    x: Floats
    touched: Flags
    candidate: SmallInts
    stamp: SmallInts
    marked: Flags
    near: SmallInts
    near_mask: Ints
    near_transfer: Floats
    out: SmallInts
    out_transfer: Floats
    doubtful: SmallInts
    chain: Ints
    chain_line: Ints
    far_share: Floats
    tallest: Floats
    tally: Ints


class Found(NamedTuple):
    """Results by sink, as on a `Board`: the first four are (sinks, kept), the rest (sinks,)."""

    value: Floats
    factor: Floats
    element: SmallInts
    outage: SmallInts
    base_value: Floats
    base_factor: Floats
    base_element: SmallInts
    over: Ints


@inner
def inject_sinks(desk: Desk, sinks: Sinks, first: int, width: int) -> int:
    """Put 1 MW of load at sixteen sinks; return the first row touched."""
    row = desk.x.shape[0] - 1
    for lane in range(WIDTH):
        desk.chain[lane] = NONE
    for lane in range(width):
        sink = first + lane
        row = inject(desk.x, desk.touched, sinks.near[sink], lane, sinks.near_share[sink], row)
        chain = sinks.chain[sink]
        desk.chain[lane] = chain
        if chain >= 0:
            row = inject(desk.x, desk.touched, sinks.far[sink], lane, sinks.far_share[sink], row)
            desk.chain_line[lane] = sinks.chain_line[sink]
            desk.far_share[lane] = sinks.far_share[sink]
            desk.marked[chain] = 1
    return int(row)


@inner
def transfer(desk: Desk, web: Web, lines: Lines, super_edge: int, line: int, drop: Any) -> Any:
    """Return T of a line, as lanes, from the drop across its group."""
    value = at(lines.source, line) - drop * at(web.susceptance, super_edge)
    if at(desk.marked, super_edge):
        for lane in range(WIDTH):
            part = 0.0
            if desk.chain[lane] == super_edge:
                share = desk.far_share[lane]
                part = 1.0 - share if line < desk.chain_line[lane] else -share
            desk.tallest[1, lane] = part
        value = value + load(desk.tallest, 1)
    return value


@inner
def group_drop(desk: Desk, web: Web, group: int) -> Any:
    """Return the drop of potential across a parallel group, as lanes."""
    return load(desk.x, at(web.pair_low, group)) - load(desk.x, at(web.pair_high, group))


@inner
def write_out(board: Board, lane: int, results: Found, sink: int) -> None:
    """Copy the limits of one lane to the results."""
    for rank in range(board.value.shape[0]):
        results.value[sink, rank] = board.value[rank, lane]
        results.factor[sink, rank] = board.factor[rank, lane]
        results.element[sink, rank] = board.element[rank, lane]
        results.outage[sink, rank] = board.outage[rank, lane]
    results.base_value[sink] = board.base_value[0, lane]
    results.base_factor[sink] = board.base_factor[0, lane]
    results.base_element[sink] = board.base_element[0, lane]
    results.over[sink] = board.over[lane]

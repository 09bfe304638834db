"""Which pairs of super-edges act on each other: every outage factor, the large ones kept, the rest bounded.

For parallel groups u and v the potential y(u, v), the drop across v when 1 MW passes between the ends of u,
is symmetric, so half of them are computed. The outage factor of a super-edge s of u for the loss of t of v is
susceptance(s) · y(u, v) / denominator(t). Pairs that may reach `keep` are kept with their y; for the rest
the largest product of y with the flow that an outage of the other group sheds is remembered as a bound.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner, kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import (
    ALL,
    WIDTH,
    at,
    everywhere,
    larger,
    larger_in,
    load,
    lowest,
    rows,
    size,
    store,
)
from stargauge.grid.flows.reduction import Reduction
from stargauge.grid.flows.sweeps import back, forward, inject
from stargauge.grid.flows.threads import Workers

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]


class Groups(NamedTuple):
    """What a sweep over parallel groups needs to know of each of them, all (groups,).

    Attributes:
        low: Lower position.
        high: Higher position.
        susceptance: Largest |susceptance| of a monitored super-edge.
        relief: Largest 1 / |denominator|.
        shed: Largest flow that an outage in the group sheds, over its |denominator|, MW.
    """

    low: SmallInts
    high: SmallInts
    susceptance: Floats
    relief: Floats
    shed: Floats


class Relations(NamedTuple):
    """Kept potentials by group, both ways, and bounds on what was not kept.

    Attributes:
        start: (groups + 1,) pointers.
        other: The other group of each kept pair.
        potential: y of each kept pair, rad per MW.
        tail: (groups,) largest y · shed over the pairs not kept.
        reach: (groups,) largest |potential| at any position of a transfer across the group; may be empty.
    """

    start: Ints
    other: SmallInts
    potential: Floats
    tail: Floats
    reach: Floats


@inner
def _block(
    factor: Factor,
    groups: Groups,
    first_group: int,
    keep: float,
    tail: Floats,
    reach: Floats,
    x: Floats,
    scratch: Floats,
    touched: Flags,
    ones: SmallInts,
    others: SmallInts,
    potentials: Floats,
    found: int,
) -> int:
    """Sweep transfers across sixteen groups past all later groups; return the number of kept pairs."""
    total = groups.low.size
    width = min(WIDTH, total - first_group)
    row = factor.start.size - 1
    for lane in range(width):
        row = inject(x, touched, at(groups.low, first_group + lane), lane, 1.0, row)
        row = inject(x, touched, at(groups.high, first_group + lane), lane, -1.0, row)
    forward(factor, x, touched, row)
    # Later groups lie at later positions; only a bound on all positions needs the whole sweep.
    stop = 0 if reach.size else row
    largest = everywhere(0.0)
    for column in range(factor.start.size - 2, stop - 1, -1):
        largest = larger(largest, size(back(factor, x, touched, column)))
    for lane in range(WIDTH):
        group = first_group + lane
        known = lane < width
        scratch[0, lane] = groups.relief[group] if known else 0.0
        scratch[1, lane] = groups.susceptance[group] if known else 0.0
        scratch[2, lane] = groups.shed[group] if known else 0.0
        scratch[3, lane] = tail[group] if known else 0.0
    relief = load(scratch, 0)
    susceptance = load(scratch, 1)
    shed = load(scratch, 2)
    bound = load(scratch, 3)
    for group in range(first_group + 1, total):
        drop = load(x, at(groups.low, group)) - load(x, at(groups.high, group))
        height = size(drop)
        weight = larger(relief * at(groups.susceptance, group), susceptance * at(groups.relief, group))
        earlier = (1 << (group - first_group)) - 1 if group - first_group < WIDTH else ALL
        kept = (height * weight >= keep) & earlier
        left = earlier & ~kept
        bound = larger_in(left, bound, height * at(groups.shed, group))
        theirs = height * shed
        raised = (theirs > at(tail, group)) & left
        if raised:
            store(scratch, 4, theirs)
            while raised:
                tail[group] = max(tail[group], scratch[4, lowest(raised)])
                raised &= raised - 1
        if kept:
            store(scratch, 4, drop)
            while kept:
                lane = lowest(kept)
                kept &= kept - 1
                if lane < width:
                    ones[found] = group
                    others[found] = first_group + lane
                    potentials[found] = scratch[4, lane]
                    found += 1
    store(scratch, 3, bound)
    for lane in range(width):
        tail[first_group + lane] = max(tail[first_group + lane], scratch[3, lane])
    if reach.size:
        store(scratch, 4, largest)
        for lane in range(width):
            reach[first_group + lane] = scratch[4, lane]
    return found


@kernel
def _sweep(
    factor: Factor,
    groups: Groups,
    offset: int,
    stride: int,
    keep: float,
    tail: Floats,
    reach: Floats,
    x: Floats,
    scratch: Floats,
) -> tuple[SmallInts, SmallInts, Floats]:
    """Return the kept pairs of every `stride`-th block from `offset`; `tail` is raised in place."""
    total = groups.low.size
    touched = np.zeros(factor.start.size, np.uint8)
    x[factor.start.size - 1] = 0.0
    room = max(1 << 16, 2 * WIDTH * total)
    ones = np.empty(room, np.int32)
    others = np.empty(room, np.int32)
    potentials = np.empty(room)
    found = 0 * room  # not 0: kernels are compiled anew for a literal
    for first in range(offset * WIDTH, total, stride * WIDTH):
        if found + WIDTH * total > ones.size:
            room = 2 * ones.size
            ones = _grown(ones, room)
            others = _grown(others, room)
            potentials = _grown_floats(potentials, room)
        found = _block(
            factor, groups, first, keep, tail, reach, x, scratch, touched, ones, others, potentials, found
        )
    return ones[:found].copy(), others[:found].copy(), potentials[:found].copy()


@kernel
def _grown(values: SmallInts, room: int) -> SmallInts:
    larger_one = np.empty(room, np.int32)
    larger_one[: values.size] = values
    return larger_one


@kernel
def _grown_floats(values: Floats, room: int) -> Floats:
    larger_one = np.empty(room)
    larger_one[: values.size] = values
    return larger_one


@kernel
def _both_ways(
    groups: int, ones: SmallInts, others: SmallInts, potentials: Floats
) -> tuple[Ints, SmallInts, Floats]:
    """Return the kept pairs sorted by group, each one listed with both of its groups."""
    start = np.zeros(groups + 1, np.int64)
    for i in range(ones.size):
        start[ones[i] + 1] += 1
        start[others[i] + 1] += 1
    for group in range(groups):
        start[group + 1] += start[group]
    place = start[:-1].copy()
    other = np.empty(2 * ones.size, np.int32)
    potential = np.empty(2 * ones.size)
    for i in range(ones.size):
        first = place[ones[i]]
        place[ones[i]] += 1
        other[first] = others[i]
        potential[first] = potentials[i]
        second = place[others[i]]
        place[others[i]] += 1
        other[second] = ones[i]
        potential[second] = potentials[i]
    return start, other, potential


def group_sizes(
    reduction: Reduction, monitored: NDArray[np.bool_], losable: NDArray[np.bool_], line_flow: Floats
) -> Groups:
    """Return the sizes by parallel group that decide which pairs are kept.

    Args:
        reduction: The reduced network.
        monitored: (lines,) lines with a limit after an outage.
        losable: (lines,) lines that can be lost.
        line_flow: (lines,) base flow of each line, MW.
    """
    count = reduction.pair_low.size
    pair = reduction.super_pair
    super_monitored = np.zeros(pair.size, dtype=bool)
    super_monitored[reduction.line_super[monitored]] = True
    super_flow = np.zeros(pair.size)
    np.maximum.at(super_flow, reduction.line_super[losable], np.abs(line_flow[losable]))
    susceptance, relief, shed = np.zeros(count), np.zeros(count), np.zeros(count)
    np.maximum.at(susceptance, pair, np.abs(reduction.susceptance) * super_monitored)
    np.maximum.at(relief, pair, 1.0 / np.abs(reduction.denominator))
    np.maximum.at(shed, pair, super_flow / np.abs(reduction.denominator))
    return Groups(reduction.pair_low, reduction.pair_high, susceptance, relief, shed)


def relations(
    reduction: Reduction, groups: Groups, keep: float, workers: Workers, *, with_reach: bool = False
) -> Relations:
    """Return every pair of groups that act on each other by at least `keep`, and bounds on the rest."""
    total = groups.low.size
    tails = [np.zeros(total) for _ in range(workers.count)]
    reach = np.zeros(total if with_reach else 0)
    potentials_of = [rows(reduction.rows + 1) for _ in range(workers.count)]
    scratch = [rows(5) for _ in range(workers.count)]

    def part(worker: int) -> tuple[SmallInts, SmallInts, Floats]:
        return _sweep(
            reduction.factor,
            groups,
            worker,
            workers.count,
            keep,
            tails[worker],
            reach,
            potentials_of[worker],
            scratch[worker],
        )

    parts = workers.each(part)
    ones, others, potentials = (np.concatenate([part[i] for part in parts]) for i in range(3))
    start, other, potential = _both_ways(total, ones, others, potentials)
    return Relations(start, other, potential, np.max(tails, axis=0), reach)

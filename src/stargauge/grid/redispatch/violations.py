"""Exact screening of every pair of element and outage: which ones a dispatch with new load violates.

Nothing is sampled and no factor is too small: all outages of a network are solved by `flows.outages`. Loads
that are curtailed on an outage make the flows after it differ from those before it by more than the outage;
so both are given, each for the intact network.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel, Island
from stargauge.grid.flows.outages import lose_lines
from stargauge.grid.flows.threads import Workers
from stargauge.grid.redispatch.limits import NONE, Allowed, Limits, pair_key

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Pairs(NamedTuple):
    """Pairs of element and outage that are over what they are held to; all (pairs,).

    Attributes:
        element: Branch.
        outage: Branch that is out; `NONE` before any outage.
        factor: Outage factor: share of the lost branch's flow that the element takes over.
        over_mw: MW beyond what the pair is held to.
    """

    element: Ints
    outage: Ints
    factor: Floats
    over_mw: Floats

    def take(self, chosen: NDArray[np.integer] | NDArray[np.bool_]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.element[chosen], self.outage[chosen], self.factor[chosen], self.over_mw[chosen])


def screen(
    model: DcModel,
    islands: tuple[Island, ...],
    limits: Limits,
    allowed: Allowed,
    before_mw: Floats,
    after_mw: Floats,
    tolerance_mw: float,
    workers: Workers,
) -> Pairs:
    """Return every pair that is over by more than the tolerance, worst first, ties by element and outage.

    Args:
        model: The network.
        islands: The interconnects to look at.
        limits: What holds.
        allowed: What some pairs are let through beyond it.
        before_mw: (m,) flows with nothing out, MW.
        after_mw: (m,) flows with the injections that hold after an outage, on the intact network, MW.
        tolerance_mw: MW beyond a limit that do not count.
        workers: Threads.
    """
    element, outage, factor, over = [], [], [], []

    def note(elements: Ints, outages: Ints, factors: Floats, beyond: Floats) -> None:
        element.append(elements)
        outage.append(outages)
        factor.append(factors)
        over.append(beyond)

    for island in islands:
        own = island.branch
        beyond = np.abs(before_mw[own]) - limits.before_mw[own]
        hit = np.flatnonzero(beyond > tolerance_mw)
        note(own[hit], np.full(hit.size, NONE), np.zeros(hit.size), beyond[hit])
        stands_for_all = int(limits.bridge_outage[island.number])
        if not limits.n1 or stands_for_all == NONE:
            continue
        bridge = own[island.reduction.is_bridge]
        beyond = np.abs(after_mw[bridge]) - limits.after_mw[bridge]
        hit = np.flatnonzero(beyond > tolerance_mw)
        note(bridge[hit], np.full(hit.size, stands_for_all), np.zeros(hit.size), beyond[hit])
        note(*_lines_over(island, limits.after_mw, after_mw, tolerance_mw, workers))
    found = Pairs(
        np.concatenate(element), np.concatenate(outage), np.concatenate(factor), np.concatenate(over)
    )
    if allowed.key.size:
        key = pair_key(found.element, found.outage, model.network.branches)
        found = found._replace(over_mw=found.over_mw - allowed.extra(key))
        found = found.take(found.over_mw > tolerance_mw)
    return found.take(np.lexsort((found.outage, found.element, -found.over_mw)))


def _lines_over(
    island: Island, limit_mw: Floats, flow_mw: Floats, tolerance_mw: float, workers: Workers
) -> tuple[Ints, Ints, Floats, Floats]:
    """Return the pairs of lines over their limit on one interconnect."""
    reduction = island.reduction
    branch = island.branch[reduction.line_branch]
    lost = np.flatnonzero(island.losable[reduction.line_branch]).astype(np.int32)
    _, pairs = lose_lines(
        reduction,
        np.ascontiguousarray(flow_mw[branch] * reduction.line_sign),
        np.ascontiguousarray(limit_mw[branch]),
        lost,
        0.0,
        tolerance_mw,
        workers,
    )
    over = pairs.margin < -tolerance_mw
    line, gone = pairs.line[over], pairs.lost[over]
    sign = reduction.line_sign[line] * reduction.line_sign[gone]
    return branch[line], branch[gone], pairs.factor[over] * sign, -pairs.margin[over]

"""Every limit of one bus below a wanted load: all pairs of element and outage, none skipped.

With `mw` of load at the bus the flows are F = f + mw · T; after the loss of c a line l carries
F_l + L_lc · F_c. A pair whose flow is then beyond its limit is one that binds below `mw`, unless the rules
leave it out. So one screening of all outages at the loaded flows finds them all; what it finds is reduced by
element at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel, Island
from stargauge.grid.flows.outages import lose_lines
from stargauge.grid.flows.threads import Workers
from stargauge.grid.hosting.board import NONE, TIE
from stargauge.grid.hosting.margins import TOLERANCE_MW
from stargauge.grid.hosting.rules import LEAST_FACTOR, Rules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

OUTAGES_AT_ONCE = 8192
"""Outages screened before what they overload is reduced: bounds the memory, not the result."""


@dataclass(frozen=True)
class Loaded:
    """A network with a load at one bus.

    Attributes:
        flow: (m,) base flow, MW; 0 on branches that are no element.
        share: (m,) flow per MW of load.
        before: (m,) limit before an outage, MW; inf where there is none.
        after: (m,) limit after an outage, MW.
        mw: The load, MW.
        cutoff: Smallest |factor| that counts.
        pre_existing: What becomes of pairs over their limit before the load.
    """

    flow: Floats
    share: Floats
    before: Floats
    after: Floats
    mw: float
    cutoff: float
    pre_existing: str


@dataclass(frozen=True)
class Pairs:
    """Pairs of element and outage; all (pairs,).

    Attributes:
        element: Branch index.
        outage: Branch index of the lost branch, `NONE` for none.
        flow: Flow before the load, MW, in the direction in which the load loads the element.
        factor: MW on the element per MW of load, above 0.
        limit: Limit of the element, MW.
    """

    element: Ints
    outage: Ints
    flow: Floats
    factor: Floats
    limit: Floats

    def take(self, chosen: Flags | Ints) -> Pairs:
        """Return some of the pairs."""
        return Pairs(
            self.element[chosen],
            self.outage[chosen],
            self.flow[chosen],
            self.factor[chosen],
            self.limit[chosen],
        )

    def loaded(self, mw: float) -> Floats:
        """Return the flow at a load, MW, in the direction of the load."""
        return self.flow + self.factor * mw

    @property
    def over(self) -> Flags:
        """Which are over their limit before the load."""
        return np.abs(self.flow) > self.limit + TOLERANCE_MW

    def allowed(self, pre_existing: str) -> Floats:
        """Return the load that each pair allows, MW; inf where the rules leave it out."""
        cap = self.limit
        if pre_existing == "do-no-harm":
            cap = np.where(self.over, np.maximum(cap, np.abs(self.flow)), cap)
        value = np.maximum(cap - self.flow, 0.0) / self.factor
        return np.where(self.over, np.inf, value) if pre_existing == "exclude" else value


@dataclass(frozen=True)
class ElementLimits:
    """What binds below the load, by branch; all (m,).

    Attributes:
        binds_mw: Load at which an element first binds, MW; inf for those that do not below the wanted load.
        outage: The outage at which it does.
        before_mw: Flow on it before an outage at the wanted load where that is beyond its limit, else 0, MW.
        after_mw: Largest flow on it after an outage where that is beyond its limit, else 0, MW.
        after_outage: The outage of that flow.
        excluded: Pairs left out because they are over their limit before the load; they would count again
            if the element were raised past that flow.
    """

    binds_mw: Floats
    outage: Ints
    before_mw: Floats
    after_mw: Floats
    after_outage: Ints
    excluded: Pairs


def load_at(model: DcModel, rules: Rules, bus: int, mw: float) -> Loaded:
    """Return the network with `mw` of load at a bus (by index), supplied by the source of the rules."""
    network = model.network
    own = network.interconnect == network.interconnect[bus]
    injection = np.where(own, rules.source.supply(model).share, 0.0)
    supplied = bool(injection.any())
    injection[bus] -= 1.0
    share = np.nan_to_num(model.transfer(injection)[1]) if supplied else np.zeros(network.branches)
    monitored = model.is_element & own[network.branch_from]
    return Loaded(
        np.where(model.is_element, np.nan_to_num(model.flow), 0.0),
        share,
        np.where(monitored, rules.ratings.before_mw(network), np.inf),
        np.where(monitored, rules.ratings.after_mw(network), np.inf),
        mw,
        max(rules.cutoff, LEAST_FACTOR),
        rules.pre_existing,
    )


def element_limits(model: DcModel, island: Island, loaded: Loaded, threads: int | None) -> ElementLimits:
    """Return every limit below the load, by element.

    Args:
        model: The network.
        island: The interconnect of the bus.
        loaded: The load.
        threads: Threads; results do not depend on it.
    """
    collected = _Collected(model.network.branches, loaded)
    branch = np.flatnonzero(np.isfinite(loaded.before))
    nothing = np.full(branch.size, NONE)
    collected.add(
        _pairs(loaded, branch, nothing, loaded.flow[branch], loaded.share[branch], loaded.before), after=False
    )
    _add_bridges(model, island, loaded, collected)
    with Workers(threads) as workers:
        for lost, limit in _screenings(island, loaded):
            for first in range(0, lost.size, OUTAGES_AT_ONCE):
                part = lost[first : first + OUTAGES_AT_ONCE]
                collected.add(_screened(island, loaded, part, limit, workers), after=True)
    return collected.result()


def _pairs(loaded: Loaded, element: Ints, outage: Ints, flow: Floats, factor: Floats, limit: Floats) -> Pairs:
    """Return the pairs that count, each in the direction in which the load loads it."""
    counts = np.abs(factor) >= loaded.cutoff
    direction = np.sign(factor)
    found = Pairs(element, outage, flow * direction, np.abs(factor), limit[element])
    return found.take(counts & (found.loaded(loaded.mw) > found.limit))


def _add_bridges(model: DcModel, island: Island, loaded: Loaded, collected: _Collected) -> None:
    """Add bridges after an outage: any outage elsewhere will do, the lowest is named."""
    losable = island.reduction.line_branch[island.losable[island.reduction.line_branch]]
    if not losable.size:
        return
    bridge = island.branch[island.reduction.is_bridge]
    outage = np.full(bridge.size, island.branch[losable.min()])
    collected.add(
        _pairs(loaded, bridge, outage, loaded.flow[bridge], loaded.share[bridge], loaded.after), after=True
    )


def _screenings(island: Island, loaded: Loaded) -> list[tuple[NDArray[np.int32], Floats]]:
    """Return lines to lose and limits of lines to watch (lines,), which together hold every pair that counts.

    A factor T_l + L · T_c of at least the cut-off needs |T_l| or |L · T_c| of half of it. Where all
    susceptances are above 0 no |L| is above 1, so either the line or the outage carries half the cut-off.
    """
    reduction = island.reduction
    branch = island.branch[reduction.line_branch]
    limit = np.ascontiguousarray(loaded.after[branch])
    lost = np.flatnonzero(island.losable[reduction.line_branch]).astype(np.int32)
    if not (reduction.susceptance > 0).all():
        return [(lost, limit)]
    near = np.abs(loaded.share[branch]) >= 0.499 * loaded.cutoff  # a little less than half: rounding
    return [(lost[near[lost]], limit), (lost[~near[lost]], np.where(near, limit, np.inf))]


def _screened(
    island: Island, loaded: Loaded, lost: NDArray[np.int32], limit: Floats, workers: Workers
) -> Pairs:
    """Return the pairs beyond their limit at the load after the loss of some lines."""
    reduction = island.reduction
    branch, sign = island.branch[reduction.line_branch], reduction.line_sign
    flow, share = loaded.flow[branch] * sign, loaded.share[branch] * sign
    at_load = np.ascontiguousarray(flow + loaded.mw * share)
    _, found = lose_lines(reduction, at_load, limit, lost, 0.0, TOLERANCE_MW, workers)
    line, gone, factor = found.line, found.lost, found.factor
    return _pairs(
        loaded,
        branch[line],
        branch[gone],
        flow[line] + factor * flow[gone],
        share[line] + factor * share[gone],
        loaded.after,
    )


class _Collected:
    """What was found so far, reduced by element; ties are broken as in `hosting.board`."""

    def __init__(self, branches: int, loaded: Loaded) -> None:
        self.loaded = loaded
        self.value = np.full(branches, np.inf)
        self.outage = np.full(branches, NONE)
        self.flow = {after: np.full(branches, -np.inf) for after in (False, True)}
        self.flow_outage = {after: np.full(branches, NONE) for after in (False, True)}
        self.excluded: list[Pairs] = []

    def add(self, pairs: Pairs, *, after: bool) -> None:
        """Add pairs beyond their limit at the load."""
        value = pairs.allowed(self.loaded.pre_existing)
        self.excluded.append(pairs.take(np.isinf(value)))
        binding = value < self.loaded.mw * (1.0 - TIE)
        pairs, value = pairs.take(binding), value[binding]
        self.value, self.outage = _least(self.value, self.outage, pairs, value)
        most, named = _least(-self.flow[after], self.flow_outage[after], pairs, -pairs.loaded(self.loaded.mw))
        self.flow[after], self.flow_outage[after] = -most, named

    def result(self) -> ElementLimits:
        """Return the limits by element."""
        parts = [
            np.concatenate([getattr(pairs, name) for pairs in self.excluded])
            for name in ("element", "outage", "flow", "factor", "limit")
        ]
        before, after = (np.maximum(self.flow[kind], 0.0) for kind in (False, True))
        return ElementLimits(self.value, self.outage, before, after, self.flow_outage[True], Pairs(*parts))


def _least(best: Floats, outage: Ints, pairs: Pairs, value: Floats) -> tuple[Floats, Ints]:
    """Return the lowest value by element and its outage; of equal ones the lowest outage, none before any.

    Args:
        best: (m,) lowest values so far; inf where there is none.
        outage: (m,) their outages.
        pairs: Further pairs.
        value: Their values.
    """
    lowest = best.copy()
    np.minimum.at(lowest, pairs.element, value)
    found = np.isfinite(lowest)
    bar = np.where(found, lowest + TIE * np.abs(np.where(found, lowest, 0.0)), np.inf)
    unnamed = np.iinfo(np.int64).max
    named = np.where(np.isfinite(best) & (best <= bar), outage, unnamed)
    near = value <= bar[pairs.element]
    np.minimum.at(named, pairs.element[near], pairs.outage[near])
    return lowest, np.where(named == unnamed, outage, named)

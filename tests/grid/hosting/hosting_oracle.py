"""Hosting capacity by its definition: every outage rebuilt, every pair of element and outage evaluated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flow_oracle import dense_flows, splits
from numpy.typing import NDArray

from stargauge.grid.flows.dispatch import balance
from stargauge.grid.network import Network

Floats = NDArray[np.float64]

TOLERANCE_MW = 1e-7
TIE = 1e-9


@dataclass
class Truth:
    """What the definition gives.

    Attributes:
        base: (n,) capacity before any outage, MW, the source's own limit included.
        limit: (n, m) what each element allows each bus over all outages, MW.
        outage: (n, m) the outage at which it does; -1 before any.
        over: (n,) pairs over their limit before the load that it worsens.
        capacity: What the source can give, MW.
    """

    base: Floats
    limit: Floats
    outage: NDArray[np.int64]
    over: NDArray[np.int64]
    capacity: float

    def tightest(self, kept: int) -> Floats:
        """Return the tightest limits (n, kept), the source among them."""
        source = np.full((len(self.base), 1), self.capacity)
        return np.sort(np.concatenate([self.limit, source], axis=1), axis=1)[:, :kept]

    def binding(self, bus: int) -> tuple[int, int]:
        """Return element and outage that bind by the written rule; (-2, -1) for the source."""
        lowest = min(self.limit[bus].min(), self.capacity)
        tied = np.flatnonzero(self.limit[bus] <= lowest * (1 + TIE))
        return (int(tied[0]), int(self.outage[bus, tied[0]])) if tied.size else (-2, -1)


def brute_force(
    network: Network,
    cutoff: float,
    rule: str = "exclude",
    emergency_factor: float = 1.0,
    offered: Floats | None = None,
) -> Truth:
    """Return the truth for a network of one interconnect; rates B hold where they are stated."""
    buses, branches = network.buses, network.branches
    dispatch = balance(network)
    at_bus = np.bincount(network.unit_bus, dispatch.headroom_mw if offered is None else offered, buses)
    capacity = float(at_bus.sum())
    transfers = np.repeat((at_bus / capacity)[:, None], buses, axis=1) - np.eye(buses)
    before = network.rate_a
    after = np.where(np.isnan(network.rate_b), before * emergency_factor, network.rate_b)
    element = ~network.is_tie
    if not any(element[lost] and not splits(network, lost) for lost in range(branches)):
        after = np.full(branches, np.inf)  # nothing can be lost, so no limit after a loss is ever looked at
    limit = np.full((buses, branches), np.inf)
    outage = np.full((buses, branches), -1)
    base = np.full(buses, capacity)
    over = np.zeros(buses, dtype=np.int64)
    base_over = np.zeros(branches, dtype=bool)
    for lost in range(-1, branches):
        if lost >= 0 and (not element[lost] or splits(network, lost)):
            continue
        out = () if lost < 0 else (lost,)
        flow = dense_flows(network, dispatch.injection_mw, out)[:, 0]
        factor = dense_flows(network, transfers, out, shifts=False)
        bound = before if lost < 0 else after
        if lost < 0:
            base_over = element & (np.abs(flow) > np.minimum(before, after) + TOLERANCE_MW)
            worse = factor * np.sign(flow)[:, None] >= cutoff
            over += worse[base_over].sum(axis=0)
        for line in np.flatnonzero(element & np.isfinite(bound)):
            if line == lost:
                continue
            share = factor[line]
            counts = np.abs(share) >= cutoff
            is_over = abs(flow[line]) > bound[line] + TOLERANCE_MW
            if is_over and not base_over[line]:
                over += counts & (share * flow[line] > 0)
            if is_over and rule == "exclude":
                continue
            cap = max(bound[line], abs(flow[line])) if is_over and rule == "do-no-harm" else bound[line]
            room = np.maximum(np.where(share > 0, cap - flow[line], cap + flow[line]), 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                value = np.where(counts, room / np.abs(share), np.inf)
            if lost < 0:
                base = np.minimum(base, value)
            better = value < limit[:, line] * (1 - TIE)
            limit[better, line] = value[better]
            outage[better, line] = lost
    return Truth(base, limit, outage, over, capacity)

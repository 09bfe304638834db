"""Needed ratings by their definition: every outage re-solved, every candidate rating tried, lowest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flow_oracle import dense_flows, islands, splits

from stargauge.grid.flows.dispatch import balance
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.network import Network

OVER_MW = 1e-7
SAME = 1e-9


@dataclass
class Need:
    """What one element needs: load at which it binds, and its limits before and after an outage, MW."""

    binds_mw: float
    before_mw: float
    after_mw: float


def pairs_of(network: Network, bus: int, cutoff: float) -> list[tuple[int, int, float, float]]:
    """Return (element, outage or -1, flow in the direction of the load, factor) of all pairs that count."""
    dispatch = balance(network)
    own = islands(network) == islands(network)[bus]
    at_bus = np.bincount(network.unit_bus, dispatch.headroom_mw, network.buses) * own
    transfer = at_bus / at_bus.sum()
    transfer[bus] -= 1.0
    found = []
    for lost in range(-1, network.branches):
        if lost >= 0 and (network.branch_kind[lost] == "tie" or splits(network, lost)):
            continue
        if lost >= 0 and not own[network.branch_from[lost]]:
            continue
        out = () if lost < 0 else (lost,)
        flow = dense_flows(network, dispatch.injection_mw, out)[:, 0]
        factor = dense_flows(network, transfer, out, shifts=False)[:, 0]
        found += [
            (line, lost, flow[line] * np.sign(factor[line]), abs(factor[line]))
            for line in range(network.branches)
            if line != lost and network.branch_kind[line] != "tie" and abs(factor[line]) >= cutoff
        ]
    return found


def allowed(flow: float, factor: float, limit: float, rule: str) -> float:
    """Return the load that one pair allows under a limit, MW."""
    over = abs(flow) > limit + OVER_MW
    if over and rule == "exclude":
        return np.inf
    cap = max(limit, abs(flow)) if over and rule == "do-no-harm" else limit
    return max(cap - flow, 0.0) / factor


def needs(
    network: Network,
    bus: int,
    mw: float,
    cutoff: float = 0.03,
    rule: str = "exclude",
    ratings: Ratings | None = None,
) -> dict[int, Need]:
    """Return what every element needs that binds below `mw`."""
    ratings = ratings or Ratings()
    before, after = ratings.before_mw(network), ratings.after_mw(network)
    by_element: dict[int, list[tuple[int, float, float]]] = {}
    for line, lost, flow, factor in pairs_of(network, bus, cutoff):
        by_element.setdefault(line, []).append((lost, flow, factor))
    result = {}
    for line, pairs in by_element.items():

        def value(a: float, b: float, pairs: list[tuple[int, float, float]] = pairs) -> float:
            return min(allowed(f, h, a if lost < 0 else b, rule) for lost, f, h in pairs)

        binds = value(before[line], after[line])
        if not binds < mw * (1 - SAME):
            continue
        loaded = [(lost, flow + factor * mw) for lost, flow, factor in pairs]
        own = ratings.use_rate_b and not np.isnan(network.rate_b[line])
        if own:
            firsts = sorted({before[line], *(x for lost, x in loaded if lost < 0 and x > before[line])})
            seconds = sorted({after[line], *(x for lost, x in loaded if lost >= 0 and x > after[line])})
            a = next(x for x in firsts if value(x, np.inf) >= mw * (1 - SAME))
            b = next(x for x in seconds if value(np.inf, x) >= mw * (1 - SAME))
        else:
            k = ratings.emergency_factor
            rates = {x if lost < 0 else x / k for lost, x in loaded}
            a = next(
                x
                for x in sorted({before[line], *(r for r in rates if r > before[line])})
                if value(x, x * k) >= mw * (1 - SAME)
            )
            b = a * k
        result[line] = Need(binds, a, b)
    return result

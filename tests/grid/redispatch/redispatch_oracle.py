"""Redispatch by its definition: every outage rebuilt, every pair a row, one dense programme for SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flow_oracle import dense_flows, splits
from numpy.typing import NDArray
from scipy.optimize import linprog

from stargauge.grid.flows.dispatch import balance
from stargauge.grid.network import Network

Floats = NDArray[np.float64]


@dataclass
class Case:
    """A network of one interconnect as dense rows: flow = now + factor @ injection, for each pair.

    Attributes:
        pairs: (rows) element and outage of each row, outage -1 for none.
        now: (rows,) present flow.
        factor: (rows, n) flow per MW put in at each bus; injections must add up to 0.
        limit: (rows,) rating that holds.
    """

    network: Network
    pairs: list[tuple[int, int]]
    now: Floats
    factor: Floats
    limit: Floats


def dense_case(network: Network, emergency_factor: float = 1.0, n1: bool = True) -> Case:
    """Return all rows of a network without rates B."""
    dispatch = balance(network)
    element = np.flatnonzero(~network.is_tie & np.isfinite(network.rate_a))
    losable = [b for b in range(network.branches) if not network.is_tie[b] and not splits(network, b)]
    transfers = np.eye(network.buses) - 1.0 / network.buses
    pairs: list[tuple[int, int]] = []
    now, factor, limit = [], [], []
    for lost in [-1, *(losable if n1 else [])]:
        out = () if lost < 0 else (lost,)
        flow = dense_flows(network, dispatch.injection_mw, out)[:, 0]
        share = dense_flows(network, transfers, out, shifts=False)
        kept = element[element != lost]
        pairs += [(int(e), lost) for e in kept]
        now.append(flow[kept])
        factor.append(share[kept])
        limit.append(network.rate_a[kept] * (1.0 if lost < 0 else emergency_factor))
    return Case(network, pairs, np.concatenate(now), np.concatenate(factor), np.concatenate(limit))


def ranges(network: Network, pmin: str = "0") -> tuple[Floats, Floats, Floats]:
    """Return present, lowest and highest outputs."""
    now = balance(network).unit_mw
    high = np.maximum(network.unit_pmax_mw, now)
    if pmin == "case":
        return now, np.minimum(network.unit_pmin_mw, high), high
    return now, np.minimum(np.minimum(network.unit_pmin_mw, 0.0), now), high


def response(network: Network) -> Floats:
    """Return the share of each bus in present output, of Pmax where nothing runs."""
    now = np.maximum(balance(network).unit_mw, 0.0)
    share = np.bincount(network.unit_bus, now if now.any() else network.unit_pmax_mw, network.buses)
    return share / share.sum()


def most(
    case: Case,
    buses: Sequence[int],
    *,
    objective: Sequence[float] | None = None,
    wanted: Sequence[float] | None = None,
    pmin: str = "0",
    rule: str = "exclude",
    kept: Sequence[float] | None = None,
    moves: NDArray[np.bool_] | None = None,
) -> tuple[float, Floats]:
    """Return the best objective over loads at buses, by index, and the loads; all rows at once.

    `kept` is what draws power after an outage; the rest's generation falls pro rata to present output.
    """
    network = case.network
    now, low, high = ranges(network, pmin)
    moving = np.ones(network.units, dtype=bool) if moves is None else moves
    limit = np.array(case.limit)
    over = np.abs(case.now) > limit + 1e-7
    limit[over] = np.inf if rule == "exclude" else np.abs(case.now)[over]
    rows = np.isfinite(limit)
    count = len(buses)
    stays = np.ones(count) if kept is None else np.array(kept, dtype=float)
    share = response(network)
    after = np.array([outage >= 0 for _, outage in case.pairs])
    loads = -case.factor[:, list(buses)]
    cut = -case.factor[:, list(buses)] * stays - np.outer(case.factor @ share, 1.0 - stays)
    loads = np.where(after[:, None], cut, loads)
    matrix = np.hstack([case.factor[:, network.unit_bus[moving]], loads])[rows]
    upper, lower = (limit - case.now)[rows], (limit + case.now)[rows]
    gain = np.ones(count) if objective is None else np.array(objective, dtype=float)
    bounds = [*zip((low - now)[moving], (high - now)[moving], strict=True)]
    bounds += [(0.0, None if wanted is None else wanted[k]) for k in range(count)]
    found = linprog(
        np.concatenate([np.zeros(int(moving.sum())), -gain]),
        A_ub=np.vstack([matrix, -matrix]),
        b_ub=np.concatenate([upper, lower]),
        A_eq=np.concatenate([np.ones(int(moving.sum())), -np.ones(count)])[None, :],
        b_eq=[0.0],
        bounds=bounds,
        method="highs",
    )
    assert found.status == 0, found.message
    return -float(found.fun), found.x[-count:]

"""Distribution factors on demand: rows and columns of PTDF and LODF, never whole matrices.

PTDF(l, b): flow on branch l per MW put in at bus b and taken out at the slack. LODF(l, c): share of the flow
of branch c that branch l takes over when c is lost. Both are exact for parallel circuits, phase shifters and
negative reactances. The column of a bridge is nan: its loss splits the network and no factor describes it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel, Island, prepare
from stargauge.grid.flows.sums import sum_by
from stargauge.grid.network import Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def ptdf_rows(
    network: Network | DcModel, branches: Sequence[int] | Ints, slack: ArrayLike | None = None
) -> Floats:
    """Return the PTDF rows of branches (by index), (branches, n); 0 at buses of other interconnects.

    Args:
        network: The network.
        branches: Branch indices; ties have no factors.
        slack: (n,) weight of each bus in taking power out, by interconnect; the reference bus of each if
            None: its first bus of type 3, or its first bus.

    Raises:
        InputError: A branch that is a tie or does not exist, or weights that add up to nothing.
    """
    model = prepare(network)
    chosen = _elements(model, branches)
    weight = _weights(model, slack)
    _, place = model.place
    rows = np.zeros((chosen.size, model.network.buses))
    for row, branch in enumerate(chosen):
        island = model.islands[model.network.interconnect[model.network.branch_from[branch]]]
        angle = _angle_across(island, int(place[branch]))[island.node]
        factor = angle * island.reduction.branch_susceptance[place[branch]]
        rows[row, island.bus] = factor - float(factor @ weight[island.bus])
    return rows


def ptdf_columns(
    network: Network | DcModel, buses: Sequence[int] | Ints, slack: ArrayLike | None = None
) -> Floats:
    """Return the PTDF columns of buses (by index), (m, buses); nan on ties. See `ptdf_rows`.

    Raises:
        InputError: Weights that add up to nothing.
    """
    model = prepare(network)
    weight = _weights(model, slack)
    columns = np.empty((model.network.branches, len(buses)))
    for column, bus in enumerate(np.asarray(buses, dtype=np.int64)):
        injection = np.where(model.network.interconnect == model.network.interconnect[bus], -weight, 0.0)
        injection[bus] += 1.0
        columns[:, column] = model.transfer(injection)[1]
    return columns


def lodf_columns(network: Network | DcModel, outages: Sequence[int] | Ints) -> Floats:
    """Return the LODF columns of lost branches (by index), (m, outages).

    The lost branch itself has -1. Columns of bridges are nan, and so are rows of ties.

    Raises:
        InputError: A branch that is a tie or does not exist.
    """
    model = prepare(network)
    lost = _elements(model, outages)
    share = _remaining_share(model)
    columns = np.full((model.network.branches, lost.size), np.nan)
    for column, branch in enumerate(lost):
        if model.is_bridge[branch]:
            continue
        injection = np.zeros(model.network.buses)
        injection[model.network.branch_from[branch]] = 1.0
        injection[model.network.branch_to[branch]] -= 1.0
        columns[:, column] = model.transfer(injection)[1] / share[branch]
        columns[branch, column] = -1.0
    return columns


def lodf_rows(network: Network | DcModel, branches: Sequence[int] | Ints) -> Floats:
    """Return the LODF rows of monitored branches (by index), (branches, m); see `lodf_columns`.

    Raises:
        InputError: A branch that is a tie or does not exist.
    """
    model = prepare(network)
    chosen = _elements(model, branches)
    share = _remaining_share(model)
    _, place = model.place
    lost = np.flatnonzero(model.is_outage)
    rows = np.zeros((chosen.size, model.network.branches))
    rows[:, ~model.is_outage] = np.nan
    for row, branch in enumerate(chosen):
        island = model.islands[model.network.interconnect[model.network.branch_from[branch]]]
        own = lost[model.network.interconnect[model.network.branch_from[lost]] == island.number]
        angle = _angle_across(island, int(place[branch]))
        reduction = island.reduction
        drop = angle[reduction.tail[place[own]]] - angle[reduction.head[place[own]]]
        rows[row, own] = reduction.branch_susceptance[place[branch]] * drop / share[own]
        if model.is_outage[branch]:
            rows[row, branch] = -1.0
    return rows


def _angle_across(island: Island, branch: int) -> Floats:
    """Return the angle of each node of an island when 1 MW passes between the ends of a branch."""
    reduction = island.reduction
    injection = np.zeros(island.nodes)
    injection[reduction.tail[branch]] = 1.0
    injection[reduction.head[branch]] -= 1.0
    return reduction.solve(injection)[0]


def _remaining_share(model: DcModel) -> Floats:
    """Return what part of 1 MW between the ends of each branch takes other ways, (m,); nan for bridges."""
    share = np.full(model.network.branches, np.nan)
    for island in model.islands:
        reduction = island.reduction
        supers = reduction.line_super
        value = reduction.line_reactance * reduction.susceptance[supers] * reduction.denominator[supers]
        share[island.branch[reduction.line_branch]] = value
    return share


def _elements(model: DcModel, branches: Sequence[int] | Ints) -> Ints:
    """Return branch indices once they are known to have factors."""
    chosen = np.asarray(branches, dtype=np.int64)
    mistakes = []
    for branch in chosen:
        if not 0 <= branch < model.network.branches:
            text = f"branch index {branch} does not exist; there are {model.network.branches} branches"
            mistakes.append(Mistake(0, "branches", text))
        elif not model.is_element[branch]:
            text = f"{model.network.branch_label(int(branch))} is a tie and has no factors"
            mistakes.append(Mistake(0, "branches", text))
    if mistakes:
        raise InputError(model.network.name, mistakes, "no factor was computed")
    return chosen


def _weights(model: DcModel, slack: ArrayLike | None) -> Floats:
    """Return the weight of each bus, (n,), adding up to 1 in each interconnect."""
    network = model.network
    count = len(model.islands)
    if slack is None:
        weight = np.zeros(network.buses)
        for island in model.islands:
            reference = island.bus[network.bus_type[island.bus] == 3]
            weight[reference[0] if reference.size else island.bus[0]] = 1.0
        return weight
    given = np.asarray(slack, dtype=np.float64)
    total = sum_by(network.interconnect, given, count)
    if given.shape != (network.buses,) or not (np.abs(total) > 0).all():
        text = f"needs one weight for each of {network.buses} buses, not all 0 in any interconnect"
        raise InputError(network.name, [Mistake(0, "slack", text)], "no factor was computed")
    return given / total[network.interconnect]

"""The AC model of one interconnect: admittances, what is drawn and given, and which units hold a voltage.

Buses that branches without impedance join are one node, as in DC flows; other ties keep their impedance. Tap
ratios and phase shifts stand at the from end (MATPOWER manual, section 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_matrix

from stargauge.grid.flows.model import DcModel, Island
from stargauge.grid.flows.sums import sum_by
from stargauge.grid.network import PQ, SLACK, Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Phasors = NDArray[np.complex128]

FREE, HOLDS, AT_MAX, AT_MIN = 0, 1, 2, 3
"""What a node does to its voltage: nothing; holds it; held it until reactive power reached a limit."""

AT_SET_POINT_PU = 1e-5
"""A stored voltage nearer to its set point is at it."""

AT_LIMIT_MVAR = 0.1
"""Stored reactive output nearer to a limit is at it."""


@dataclass(frozen=True, eq=False)
class AcModel:
    """One interconnect, ready for power flows; n nodes, k branches, u units.

    Attributes:
        dc: The DC model of the network.
        island: The interconnect: its buses, their nodes, its branches.
        tail: (k,) node of each branch's from end.
        head: (k,) node of its to end.
        admittance: (4, k) ff, ft, tf and tt entries of each branch, per unit.
        matrix: (n, n) admittance matrix with everything in service.
        slot: (4, k) place of each branch's entries in the data of `matrix`.
        drawn: (n,) loads less what is fixed, MVA: DC lines, and reactive power of units that hold no voltage.
        unit: (u,) unit index in the network.
        unit_node: (u,) its node.
        unit_mw: (u,) stored dispatch.
        role: (n,) what each node does to its voltage at the start: `FREE`, `HOLDS`, `AT_MAX`, `AT_MIN`.
        vset: (n,) set point of nodes that can hold their voltage; 1 elsewhere.
        qmin: (n,) lowest reactive output of the units that hold it, Mvar.
        qmax: (n,) highest.
        reference: Node that keeps its angle.
        stored: (n,) voltages of the stored state.
    """

    dc: DcModel
    island: Island
    tail: Ints
    head: Ints
    admittance: Phasors
    matrix: csc_matrix
    slot: Ints
    drawn: Phasors
    unit: Ints
    unit_node: Ints
    unit_mw: Floats
    role: Ints
    vset: Floats
    qmin: Floats
    qmax: Floats
    reference: int
    stored: Phasors

    @property
    def network(self) -> Network:
        """The network."""
        return self.dc.network

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(self.stored.size)

    @cached_property
    def spread(self) -> Floats:
        """(u,) shares by which what the stored dispatch lacks or has over is spread: pro rata to output."""
        output = np.maximum(self.unit_mw, 0.0)
        total = float(output.sum())
        return output / total if total > 0 else np.full(output.size, 1.0 / max(output.size, 1))

    def node_of(self, bus: int) -> int:
        """Return the node of a bus of this interconnect, by index."""
        return int(self.island.node[self.dc.place[0][bus]])

    def without(self, branch: int) -> csc_matrix:
        """Return the admittance matrix with one branch (by index in the network) out."""
        place = int(self.dc.place[1][branch])
        matrix = self.matrix.copy()
        np.subtract.at(matrix.data, self.slot[:, place], self.admittance[:, place])
        return matrix


def build(dc: DcModel, number: int, *, reactive_limits: bool = True) -> AcModel | None:
    """Return the AC model of an interconnect; None if it has no unit.

    Args:
        dc: The DC model of the network.
        number: Number of the interconnect.
        reactive_limits: Whether units have the reactive limits of the network, or none.
    """
    network, island = dc.network, dc.islands[number]
    at_node = np.full(network.buses, -1, dtype=np.int64)
    at_node[island.bus] = island.node
    unit = np.flatnonzero(at_node[network.unit_bus] >= 0)
    if not unit.size:
        return None
    unit_node = at_node[network.unit_bus[unit]]
    count = island.nodes

    def total(values: Floats) -> Floats:
        return sum_by(island.node, values[island.bus], count)

    tail, head = at_node[network.branch_from[island.branch]], at_node[network.branch_to[island.branch]]
    admittance = _admittance(network, island.branch)
    shunt = _complex(total(network.bus_shunt_mw), total(network.bus_shunt_mvar)) / network.base_mva
    matrix, slot = _matrix(tail, head, admittance, shunt)

    types = network.bus_type[network.unit_bus[unit]]
    if not (types != PQ).any():
        types = np.full(unit.size, SLACK)  # no unit is said to hold a voltage: then all do
    holder = types != PQ
    drawn = _complex(total(network.bus_load_mw), total(network.bus_load_mvar))
    fixed = unit[~holder]
    drawn -= 1j * sum_by(unit_node[~holder], network.unit_q_mvar[fixed], count)
    arriving = network.dc_p_mw - network.dc_loss_mw
    for end, power in ((network.dc_from, network.dc_p_mw), (network.dc_to, -arriving)):
        own = at_node[end] >= 0
        drawn += sum_by(at_node[end][own], power[own], count)

    node = unit_node[holder]
    limits = np.sort([network.unit_qmin[unit[holder]], network.unit_qmax[unit[holder]]], axis=0)
    low, high = limits if reactive_limits else (np.full(node.size, -np.inf), np.full(node.size, np.inf))
    vset = np.ones(count)
    vset[node] = network.unit_vset[unit[holder]]
    _, first = np.unique(island.node, return_index=True)
    first_bus = island.bus[first]
    angle = np.deg2rad(network.bus_va_deg[first_bus])
    stored = network.bus_vm[first_bus] * _complex(np.cos(angle), np.sin(angle))
    qmin, qmax = sum_by(node, low, count), sum_by(node, high, count)
    role = np.full(count, FREE)
    role[node] = HOLDS
    given = sum_by(node, network.unit_q_mvar[unit[holder]], count)
    size = np.abs(stored)
    role[(role == HOLDS) & (size < vset - AT_SET_POINT_PU) & (given >= qmax - AT_LIMIT_MVAR)] = AT_MAX
    role[(role == HOLDS) & (size > vset + AT_SET_POINT_PU) & (given <= qmin + AT_LIMIT_MVAR)] = AT_MIN
    reference = _reference(network, unit, unit_node, types, role)
    role[reference] = HOLDS
    return AcModel(
        dc, island, tail, head, admittance, matrix, slot, drawn, unit, unit_node,
        np.array(network.unit_p_mw[unit]), role, vset, qmin, qmax, reference, stored,
    )  # fmt: skip


def _complex(real: Floats, imaginary: Floats) -> Phasors:
    return np.asarray(real + 1j * imaginary, dtype=np.complex128)


def _admittance(network: Network, branch: Ints) -> Phasors:
    """Return the ff, ft, tf and tt admittances of branches, (4, k), per unit."""
    series = 1.0 / (network.branch_r[branch] + 1j * network.branch_x[branch])
    charging = 0.5j * network.branch_b[branch]
    ratio = network.branch_tap[branch] * np.exp(1j * np.deg2rad(network.branch_shift_deg[branch]))
    through = series + charging
    return np.stack([through / np.abs(ratio) ** 2, -series / ratio.conj(), -series / ratio, through])


def _matrix(tail: Ints, head: Ints, admittance: Phasors, shunt: Phasors) -> tuple[csc_matrix, Ints]:
    """Return the admittance matrix and where in its data each branch's four entries stand."""
    count = shunt.size
    own = np.arange(count)
    rows = np.concatenate([tail, tail, head, head, own])
    columns = np.concatenate([tail, head, tail, head, own])
    matrix = csc_matrix(coo_array((np.append(admittance.ravel(), shunt), (rows, columns)), (count, count)))
    matrix.sum_duplicates()
    key = matrix.indices + count * np.repeat(own, np.diff(matrix.indptr))
    slot = np.searchsorted(key, (rows + count * columns)[: 4 * tail.size]).reshape(4, -1)
    return matrix, slot


def _reference(network: Network, unit: Ints, unit_node: Ints, types: Ints, role: Ints) -> int:
    """Return the node of the stated slack bus that has a unit, else of the largest unit that can hold."""
    stated = np.flatnonzero(types == SLACK)
    able = stated if stated.size else np.flatnonzero(role[unit_node] != FREE)
    return int(unit_node[able[np.argmax(network.unit_pmax_mw[unit[able]])]])

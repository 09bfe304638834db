"""The DC model of a network: what is factorised once, and the flows of its base case.

Flow on a branch = susceptance × (angle difference - phase shift), susceptance = base MVA / (x · tap). A phase
shift is a fixed flow and a pair of injections that undo it, so a shifter is exact and its outage as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake, StargaugeError
from stargauge.grid.flows import ties
from stargauge.grid.flows.dispatch import Dispatch, balance
from stargauge.grid.flows.reduction import Reduction, reduce
from stargauge.grid.flows.sums import sum_by

if TYPE_CHECKING:
    from stargauge.grid.network import Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SINGULAR = 1e-11
"""A pivot below this share of what joins its junction is rounding: reactances cancel there."""


class AccuracyError(StargaugeError):
    """The network matrix is so close to singular that flows computed with it would be wrong."""


@dataclass(frozen=True)
class Island:
    """One interconnect: buses that AC branches join.

    Attributes:
        number: Its number in `Network.interconnect`.
        bus: Its buses, by index in the network.
        node: (buses of the island) node of each, one for all buses that branches without reactance join.
        branch: Its branches that are factorised, by index in the network: those without reactance are left
            out, and so are branches both of whose ends they have joined.
        losable: (branches of the island) which of these can be lost: all but ties.
        reduction: The reduced matrix over nodes and these branches.
    """

    number: int
    bus: Ints
    node: Ints
    branch: Ints
    losable: NDArray[np.bool_]
    reduction: Reduction

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(self.reduction.core.size)


@dataclass(frozen=True, eq=False)
class DcModel:
    """A network with its matrices factorised; see `prepare`.

    Attributes:
        network: The network.
        islands: One for each interconnect, in order of its number.
        susceptance: (m,) MW per rad; inf for branches without reactance.
        shift_mw: (m,) flow that a phase shift alone causes, MW.
        shorted: Branches whose ends others without reactance have joined: no element, no outage.
        dispatch: The balanced base dispatch.
        out: Branches taken out of the network on top of what its file says.
    """

    network: Network
    islands: tuple[Island, ...]
    susceptance: Floats
    shift_mw: Floats
    shorted: Ints
    dispatch: Dispatch
    out: Ints

    @cached_property
    def place(self) -> tuple[Ints, Ints]:
        """(n,) index of each bus in its island's `bus`; (m,) of each branch in `branch`, -1 for others."""
        bus = np.empty(self.network.buses, dtype=np.int64)
        branch = np.full(self.network.branches, -1, dtype=np.int64)
        for island in self.islands:
            bus[island.bus] = np.arange(island.bus.size)
            branch[island.branch] = np.arange(island.branch.size)
        return bus, branch

    @cached_property
    def is_bridge(self) -> NDArray[np.bool_]:
        """(m,) branches whose loss splits their interconnect; never a tie."""
        bridge = np.zeros(self.network.branches, dtype=bool)
        for island in self.islands:
            bridge[island.branch] = island.reduction.is_bridge & island.losable
        return bridge

    @cached_property
    def is_element(self) -> NDArray[np.bool_]:
        """(m,) branches that can be monitored: all but ties and what has no reactance left."""
        element = np.zeros(self.network.branches, dtype=bool)
        for island in self.islands:
            element[island.branch] = island.losable
        return element

    @cached_property
    def is_outage(self) -> NDArray[np.bool_]:
        """(m,) branches that can be lost without splitting the network."""
        return self.is_element & ~self.is_bridge

    def transfer(self, injection: Floats) -> tuple[Floats, Floats]:
        """Return angles (n,), rad, and flows (m,), MW, of an injection (n,), MW, that no island keeps any of.

        Phase shifts are not part of it. Flows of branches without reactance are nan: see `short_flow`.
        """
        angle = np.empty(self.network.buses)
        flow = np.full(self.network.branches, np.nan)
        flow[self.shorted] = 0.0
        flow[self.out] = 0.0
        for island in self.islands:
            node_injection = sum_by(island.node, injection[island.bus], island.nodes)
            angles, flows = island.reduction.solve(node_injection)
            angle[island.bus] = angles[island.node]
            flow[island.branch] = flows
        return angle, flow

    @cached_property
    def base(self) -> tuple[Floats, Floats]:
        """Angles (n,), rad, and flows (m,), MW, of the base case; nan on branches without reactance."""
        network = self.network
        injection = self.dispatch.injection_mw - sum_by(network.branch_from, self.shift_mw, network.buses)
        injection += sum_by(network.branch_to, self.shift_mw, network.buses)
        angle, flow = self.transfer(injection)
        return angle, flow + self.shift_mw

    @property
    def flow(self) -> Floats:
        """(m,) flows of the base case, MW from the from end; nan on branches without reactance."""
        return self.base[1]

    def short_flow(self) -> Floats:
        """Return the base flow of each branch without reactance (shorts,), MW from its from end."""
        network = self.network
        known = np.nan_to_num(self.flow)
        surplus = self.dispatch.injection_mw - sum_by(network.branch_from, known, network.buses)
        surplus += sum_by(network.branch_to, known, network.buses)
        return ties.short_flows(network, surplus)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What was contracted or assumed, for people."""
        notes = [self.dispatch.rule]
        count = int(self.network.is_tie.sum())
        if count:
            notes.append(f"{count:,} ties inside substations are neither monitored nor lost")
        contracted = int(ties.shorts(self.network).sum())
        if contracted:
            notes.append(f"{contracted:,} branches without reactance contracted")
        if self.shorted.size:
            notes.append(f"{self.shorted.size:,} branches beside them carry no transfer")
        return tuple(notes)


def prepare(network: Network | DcModel) -> DcModel:
    """Return the DC model of a network; those of the last two networks are kept.

    Raises:
        InputError: An interconnect cannot be balanced.
        AccuracyError: Reactances cancel so that flows would be rounding.
    """
    if isinstance(network, DcModel):
        return network
    return _prepared(network)


@lru_cache(maxsize=2)
def _prepared(network: Network) -> DcModel:
    return _build(network, balance(network), ())


def without(model: DcModel, branch: int) -> DcModel:
    """Return the model with one more branch out, the dispatch unchanged.

    Raises:
        InputError: The loss of the branch splits the network, or it is no branch that can be lost.
    """
    if not model.is_outage[branch]:
        label = model.network.branch_label(branch)
        text = f"{label} cannot be taken out: it is a tie, or its loss splits the network"
        raise InputError(model.network.name, [Mistake(0, "branches", text)], "no flow was computed")
    return _build(model.network, model.dispatch, (*model.out.tolist(), branch))


def _build(network: Network, dispatch: Dispatch, out: tuple[int, ...]) -> DcModel:
    with np.errstate(divide="ignore"):
        susceptance = network.base_mva / (network.branch_x * network.branch_tap)
    short = ties.shorts(network)
    node, _ = ties.nodes_of(network)
    tail, head = node[network.branch_from], node[network.branch_to]
    shorted = ~short & (tail == head)
    used = ~short & ~shorted
    used[list(out)] = False
    shift = np.zeros(network.branches)
    shift[used] = -susceptance[used] * np.deg2rad(network.branch_shift_deg[used])
    losable = ~network.is_tie
    islands = []
    count = int(network.interconnect.max()) + 1
    bus_groups = _groups(network.interconnect, count)
    branch = np.flatnonzero(used)
    branch_groups = _groups(network.interconnect[network.branch_from[branch]], count)
    for number, (bus, chosen) in enumerate(zip(bus_groups, branch_groups, strict=True)):
        own = branch[chosen]
        first_seen, local = np.unique(node[bus], return_inverse=True)
        reduction = reduce(
            first_seen.size,
            np.searchsorted(first_seen, tail[own]),
            np.searchsorted(first_seen, head[own]),
            np.ascontiguousarray(susceptance[own]),
        )
        share, weak = reduction.weakest()
        if not share > SINGULAR:
            place = network.bus_label(int(bus[np.flatnonzero(local == weak)[0]]))
            raise AccuracyError(
                f"the matrix of {network.name} is singular near {place}: look for reactances that cancel"
            )
        islands.append(Island(number, bus, local.astype(np.int64), own, losable[own], reduction))
    return DcModel(
        network,
        tuple(islands),
        susceptance,
        shift,
        np.flatnonzero(shorted),
        dispatch,
        np.array(out, dtype=np.int64),
    )


def _groups(label: Ints, count: int) -> list[Ints]:
    """Return the indices of each label, ascending, for labels 0 to count - 1."""
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(1, count)))

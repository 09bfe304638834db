"""Losses of units, of DC lines and of what hangs on a bridge, as changes of injection.

What is lost is made good in its own interconnect: a deficit by all units that remain, pro rata to headroom; a
surplus pro rata to output. Where the units that remain cannot, the rest is reported as `short_mw`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.bridges import subtree_sums
from stargauge.grid.flows.injections import Events
from stargauge.grid.flows.model import DcModel, Island
from stargauge.grid.flows.sums import sum_by

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Response:
    """What makes a loss good on one island.

    Attributes:
        node_mw: (nodes,) MW that each node offers: headroom for a deficit, output for a surplus.
        behind_mw: (nodes,) the same, summed over descendants in the walk.
        total_mw: Sum.
    """

    node_mw: Floats
    behind_mw: Floats
    total_mw: float

    @property
    def share(self) -> Floats:
        """(nodes,) share of each node; 0 where nothing is offered."""
        return self.node_mw / self.total_mw if self.total_mw > 0 else np.zeros(self.node_mw.size)

    @property
    def behind(self) -> Floats:
        """(nodes,) shares summed over descendants."""
        return self.behind_mw / self.total_mw if self.total_mw > 0 else np.zeros(self.node_mw.size)


def responses(model: DcModel, island: Island) -> tuple[Response, Response]:
    """Return what an island offers for a deficit and for a surplus."""
    network = model.network
    made = []
    for offered in (model.dispatch.headroom_mw, np.maximum(model.dispatch.unit_mw, 0.0)):
        at_bus = sum_by(network.unit_bus, offered, network.buses)
        at_node = sum_by(island.node, at_bus[island.bus], island.nodes)
        behind = subtree_sums(island.reduction.steps, at_node)
        made.append(Response(at_node, behind, float(at_node.sum())))
    return made[0], made[1]


@dataclass(frozen=True)
class Losses:
    """Losses of injection on one island, of one kind; all (losses,).

    Attributes:
        index: Unit or branch index in the network.
        node: Node of the island at which the injection is lost.
        lost_mw: Injection that is lost, MW; negative for a net load.
        own_mw: What is lost with it of the response, MW.
        first: See `Events`.
        last: See `Events`.
        outside: See `Events`.
        lost_load_mw: Load that is islanded, MW.
        lost_generation_mw: Output that is lost, MW.
        meshed: Whether lines of the reduced matrix are islanded.
    """

    index: Ints
    node: Ints
    lost_mw: Floats
    own_mw: Floats
    first: Ints
    last: Ints
    outside: NDArray[np.bool_]
    lost_load_mw: Floats
    lost_generation_mw: Floats
    meshed: NDArray[np.bool_]

    def take(self, chosen: NDArray[np.bool_]) -> Losses:
        """Return some of the losses."""
        return Losses(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def events(self, response: Response) -> Events:
        """Return the losses as events of that response; see `Events.amount`."""
        rest = np.maximum(response.total_mw - self.own_mw, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            amount = np.where(rest > 0, self.lost_mw * response.total_mw / rest, 0.0)
        return Events(self.node, amount, self.first, self.last, self.outside)

    def short_mw(self, response: Response) -> Floats:
        """Return what the units that remain cannot make good, (losses,), MW."""
        rest = np.maximum(response.total_mw - self.own_mw, 0.0)
        short: Floats = np.maximum(np.abs(self.lost_mw) - rest, 0.0)
        return short


def unit_losses(model: DcModel, island: Island, response: tuple[Response, Response]) -> Losses:
    """Return the loss of each unit of an island that runs."""
    network, dispatch = model.network, model.dispatch
    place = np.full(network.buses, -1, dtype=np.int64)
    place[island.bus] = island.node
    node_of_unit = place[network.unit_bus]
    unit = np.flatnonzero((node_of_unit >= 0) & (dispatch.unit_mw != 0.0))
    lost = dispatch.unit_mw[unit]
    count = unit.size
    return Losses(
        unit,
        node_of_unit[unit],
        lost,
        np.where(lost > 0, dispatch.headroom_mw[unit], 0.0),
        np.ones(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=bool),
        np.zeros(count),
        np.maximum(lost, 0.0),
        np.zeros(count, dtype=bool),
    )


def bridge_losses(model: DcModel, island: Island, response: tuple[Response, Response]) -> Losses:
    """Return the loss of each bridge of an island: the side with less generating capacity is islanded."""
    network, reduction = model.network, island.reduction
    steps = reduction.steps

    def at_node(values: Floats) -> Floats:
        return sum_by(island.node, values[island.bus], island.nodes)

    def behind(values: Floats) -> Floats:
        return subtree_sums(steps, values)

    capacity = at_node(sum_by(network.unit_bus, np.maximum(network.unit_pmax_mw, 0.0), network.buses))
    load = at_node(network.bus_load_mw + network.bus_shunt_mw)
    output = at_node(sum_by(network.unit_bus, model.dispatch.unit_mw, network.buses))
    injection = at_node(model.dispatch.injection_mw)
    edge = steps.parent_edge
    node = np.flatnonzero((edge >= 0) & (steps.is_bridge & island.losable)[edge])
    inside, total = behind(capacity)[node], capacity.sum()
    size = steps.last[node] - steps.met[node] + 1
    outside = (inside > total - inside) | ((inside == total - inside) & (2 * size > island.nodes))

    def lost(values: Floats) -> Floats:
        within = behind(values)[node]
        return np.where(outside, values.sum() - within, within)

    lost_mw = lost(injection)
    deficit, surplus = response
    own = np.where(lost_mw > 0, lost(deficit.node_mw), lost(surplus.node_mw))
    ends = np.zeros(island.nodes)
    np.add.at(ends, reduction.tail[reduction.line_branch], 1.0)
    meshed = lost(ends) > 0
    return Losses(
        island.branch[steps.parent_edge[node]],
        np.where(outside, node, steps.parent[node]),
        lost_mw,
        own,
        steps.met[node],
        steps.last[node],
        outside,
        lost(load),
        lost(output),
        meshed,
    )

"""The branch whose loss alone leaves a bus without the main part of its interconnect."""

from __future__ import annotations

import numpy as np

from stargauge.grid.flows.bridges import subtree_sums
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.sums import sum_by
from stargauge.grid.hosting.board import NONE
from stargauge.grid.hosting.radial import cut_off_by


def only_feed(model: DcModel, bus: int) -> int:
    """Return the branch that cuts a bus (by index) off when it is lost, `NONE` if none does alone."""
    network = model.network
    island = model.islands[network.interconnect[bus]]
    steps = island.reduction.steps
    at_bus = sum_by(network.unit_bus, np.maximum(network.unit_pmax_mw, 0.0), network.buses)
    at_node = sum_by(island.node, at_bus[island.bus], island.nodes)
    bridge = int(
        cut_off_by(steps, island.losable, subtree_sums(steps, at_node))[island.node[model.place[0][bus]]]
    )
    return int(island.branch[bridge]) if bridge >= 0 else NONE

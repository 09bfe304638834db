"""The cheapest headroom first: a block of it, so that shares do not depend on the size of the load."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.sources.base import Source


@dataclass(frozen=True)
class MeritOrder(Source):
    """The cheapest `block_mw` of headroom in each interconnect, each unit in proportion to its part of it.

    Attributes:
        block_mw: Size of the block, MW; also the most that the source gives.
    """

    block_mw: float = 1000.0

    @property
    def rule(self) -> str:
        """The source in words."""
        return f"the cheapest {self.block_mw:,g} MW of headroom, per interconnect"

    def unit_mw(self, model: DcModel) -> NDArray[np.float64]:
        """Return each unit's part of the block, (g,), MW.

        Raises:
            InputError: Units with headroom have no cost.
        """
        network, headroom = model.network, model.dispatch.headroom_mw
        cost = network.unit_cost_per_mwh
        unknown = np.flatnonzero(np.isnan(cost) & (headroom > 0))
        if unknown.size:
            text = (
                f"merit order needs the cost of every unit; {unknown.size} have none, "
                f"the first is {network.unit_name[unknown[0]]}"
            )
            raise InputError("source", [Mistake(0, "units.cost_per_mwh", text)], "nothing was computed")
        taken = np.zeros(headroom.size)
        where = network.interconnect[network.unit_bus]
        for interconnect in np.unique(where):
            units = np.flatnonzero(where == interconnect)
            units = units[np.argsort(cost[units], kind="stable")]
            before = np.cumsum(headroom[units]) - headroom[units]
            taken[units] = np.clip(self.block_mw - before, 0.0, headroom[units])
        return taken

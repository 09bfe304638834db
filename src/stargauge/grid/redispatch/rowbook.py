"""Transfer factors of elements that rows of a programme name, made when first asked for and kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.factors import ptdf_rows
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.sums import sum_by

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_AT_ONCE = 64
"""Rows made together: enough to spare calls, few enough to need little memory on large networks."""


class RowBook:
    """Flow on an element per MW from each of some buses, taken out where the present generation is.

    With that as the slack, a load that is curtailed on an outage, its generation lowered pro rata to present
    output, simply counts less: see `program`. Factors do not depend on dispatch or load.

    Attributes:
        slack: (n,) share of each bus in the present generation of its interconnect.
    """

    def __init__(self, model: DcModel, buses: Ints) -> None:
        """Start an empty book for factors at `buses`, by index."""
        self.slack = generation_share(model)
        self._model = model
        self._buses = buses
        self._row: dict[int, Floats] = {}

    def rows(self, elements: Ints) -> Floats:
        """Return the factors of branches, (elements, buses)."""
        missing = [int(i) for i in dict.fromkeys(elements.tolist()) if int(i) not in self._row]
        for first in range(0, len(missing), _AT_ONCE):
            some = missing[first : first + _AT_ONCE]
            made = ptdf_rows(self._model, some, self.slack)[:, self._buses]
            self._row.update(zip(some, made, strict=True))
        if not elements.size:
            return np.empty((0, self._buses.size))
        return np.stack([self._row[int(i)] for i in elements])

    def load_column(self, bus: int) -> Floats:
        """Return the flow on every branch per MW of load at a bus (by index), (m,); 0 where unknown."""
        network = self._model.network
        own = network.interconnect == network.interconnect[bus]
        injection = np.where(own, self.slack, 0.0)
        injection[bus] -= 1.0
        return np.nan_to_num(self._model.transfer(injection)[1])


def generation_share(model: DcModel) -> Floats:
    """Return the share of each bus in the output of its interconnect, (n,).

    Where nothing runs, shares of Pmax; where there is no unit, the first bus has it all: no number there
    depends on it.
    """
    network = model.network
    count = len(model.islands)
    weight = np.zeros(network.buses)
    for offered in (model.dispatch.unit_mw, network.unit_pmax_mw):
        at_bus = sum_by(network.unit_bus, np.maximum(offered, 0.0), network.buses)
        none = sum_by(network.interconnect, weight, count) <= 0
        weight = np.where(none[network.interconnect], at_bus, weight)
    none = sum_by(network.interconnect, weight, count) <= 0
    for island in model.islands:
        if none[island.number]:
            weight[island.bus[0]] = 1.0
    return weight / sum_by(network.interconnect, weight, count)[network.interconnect]

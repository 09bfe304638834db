"""What a source of power for a new load is: a share at every bus, and how many MW it can give."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.sums import sum_by

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Supply:
    """A source on one network.

    Attributes:
        share: (n,) share of a load that each bus gives; adds up to 1 in each interconnect with supply.
        capacity_mw: (interconnects,) most that the source can give, MW; 0 where it has no unit.
    """

    share: Floats
    capacity_mw: Floats


class Source(ABC):
    """Where the power for a new load comes from."""

    @property
    @abstractmethod
    def rule(self) -> str:
        """The source in words, printed beside every number."""

    @abstractmethod
    def unit_mw(self, model: DcModel) -> Floats:
        """Return what each unit offers, (g,), MW; it gives in proportion to that.

        Raises:
            InputError: The network does not have what the source names.
        """

    def supply(self, model: DcModel) -> Supply:
        """Return the share of each bus and the capacity in each interconnect.

        Raises:
            InputError: The network does not have what the source names.
        """
        network = model.network
        offered = np.maximum(self.unit_mw(model), 0.0)
        at_bus = sum_by(network.unit_bus, offered, network.buses)
        capacity = sum_by(network.interconnect, at_bus, int(network.interconnect.max()) + 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(capacity > 0, 1.0 / capacity, 0.0)[network.interconnect] * at_bus
        return Supply(share, capacity)

"""The most MW in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.requests import Request
from stargauge.grid.redispatch.sharing.base import Sharing, Table


@dataclass(frozen=True)
class Total(Sharing):
    """The most MW; among allocations of the same total, the largest shares for the smallest."""

    @property
    def rule(self) -> str:
        """The rule in words."""
        return "most MW in all, ties by the largest smallest share"

    def weight(self, requests: Sequence[Request]) -> NDArray[np.float64]:
        """Return the weights of the sum, (requests,)."""
        return np.ones(len(requests))

    def stages(self, table: Table) -> None:
        """Maximise the total, then even it out without losing any."""
        table.best_then_fill("total MW")

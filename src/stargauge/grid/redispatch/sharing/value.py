"""The most value in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.requests import Request
from stargauge.grid.redispatch.sharing.base import Sharing, Table


@dataclass(frozen=True)
class Value(Sharing):
    """The most value; among allocations of the same value, the largest shares for the smallest."""

    @property
    def rule(self) -> str:
        """The rule in words."""
        return "most value times MW in all, ties by the largest smallest share"

    def weight(self, requests: Sequence[Request]) -> NDArray[np.float64]:
        """Return the weights of the sum, (requests,)."""
        return np.array([request.value or 0.0 for request in requests])

    def stages(self, table: Table) -> None:
        """Maximise the value, then even it out without losing any."""
        table.best_then_fill("total value")

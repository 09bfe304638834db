"""The answer of an allocation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.frame import labels
from stargauge.grid.redispatch.answer import Effort
from stargauge.grid.redispatch.frames import rows_of
from stargauge.grid.redispatch.writing import Answer

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Allocation(Answer):
    """What each request gets.

    Attributes:
        frame: One row a request, in their order: name, bus, bus_name, kind, queue, value, wanted_mw, mw,
            share.
        binding: What binds each request that is not fully served: request, element, outage, limit_mw,
            flow_mw, factor (MW on the element per MW of the request, towards the limit), value, value_of. A
            request in no row is held back by generation: its MW need output for which the limits on others,
            or the units, leave no room.
        ratings: What one MW more of each binding rating is worth, stage by stage: stage, value_of, element,
            rating, rating_mw, value.
        units: Units that move, in the dispatch of least movement; see `Redispatch`.
        unit_mw: (g,) output of every unit of the network in that dispatch, MW.
        excluded: Pairs over their limit before the loads; see `Redispatch`.
        gap: Most by which any stage's best could be better, proved by duality.
        kept_within: By which part of itself what a stage found was relaxed in later ones, 1e-7 if nothing
            else was needed.
        effort: What it took.
        rule: The conventions in words: the same text as in every row.
        model: The network with its matrices.
    """

    frame: pl.DataFrame
    binding: pl.DataFrame
    ratings: pl.DataFrame
    units: pl.DataFrame
    unit_mw: NDArray[np.float64]
    excluded: pl.DataFrame
    gap: float
    kept_within: float
    effort: Effort
    rule: str
    model: DcModel

    @property
    def total_mw(self) -> float:
        """MW that all requests get together."""
        return float(self.frame["mw"].sum())

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""
        title = f"{self.frame.height} requests for load on {self.model.network.name}: {self.total_mw:,.2f} MW"
        return labels(self.model, title, self.rule)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            **self.metadata(),
            "network": self.model.network.name,
            "total_mw": self.total_mw,
            "wanted_mw": float(self.frame["wanted_mw"].sum()),
            "gap": self.gap,
            "kept_within": self.kept_within,
            "effort": vars(self.effort),
            "rows": rows_of(self.frame),
            "binding": rows_of(self.binding),
            "ratings": rows_of(self.ratings),
            "units": rows_of(self.units),
            "excluded": rows_of(self.excluded),
        }

    def render(self, rows: int = 20) -> RenderableType:
        """Return it for a terminal."""
        from stargauge.grid.redispatch.allocation_screen import render_allocation

        return render_allocation(self, rows)

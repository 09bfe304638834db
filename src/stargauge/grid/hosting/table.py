"""The answer of a hosting study: a table that can be narrowed, shown and written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting import excluded, writing
from stargauge.grid.hosting.frame import COLUMNS, labels, limits_frame, notice
from stargauge.grid.hosting.limits import BusLimits
from stargauge.grid.hosting.rules import Rules
from stargauge.grid.hosting.selection import narrowed

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class HostingTable:
    """Hosting capacity of buses, with the rule of its numbers.

    Attributes:
        frame: One row a bus; see `frame.COLUMNS` for its columns.
        rules: The conventions, as data.
        model: The network with its matrices.
        seconds: How long it took to compute, for all buses that were computed.
        computed: How many buses were computed, of which the frame may be a selection.
        selection: The selection in words; empty if there is none.
        place: Latitude and longitude that rows were selected by, degrees; None if by none.
    """

    frame: pl.DataFrame
    rules: Rules
    model: DcModel
    seconds: float
    computed: int
    selection: str = ""
    place: tuple[float, float] | None = None

    @classmethod
    def of(cls, model: DcModel, rules: Rules, found: BusLimits, seconds: float) -> HostingTable:
        """Return the table of limits found."""
        return cls(limits_frame(model, rules, found), rules, model, seconds, found.bus.size)

    @property
    def rule(self) -> str:
        """The conventions in words: the same text as in every row."""
        return self.rules.text(self.model)

    @property
    def notice(self) -> str:
        """What the network is: the same text as in every row."""
        return notice(self.model)

    def select(
        self,
        *,
        bus: int | Sequence[int] | None = None,
        near: tuple[float, float] | None = None,
        radius_km: float | None = None,
        state: str | None = None,
    ) -> HostingTable:
        """Return the rows that meet every condition; with `near`, nearest first and with `distance_km`.

        Args:
            bus: Bus number or numbers.
            near: Latitude and longitude, degrees.
            radius_km: Largest distance from `near`, km.
            state: State or province, as the network writes it.

        Raises:
            InputError: A bus or state that is not in the table, or no coordinates to compare a place with.
        """
        frame, words = narrowed(self.frame, bus=bus, near=near, radius_km=radius_km, state=state)
        selection = " ".join([*([self.selection] if self.selection else []), words]).strip()
        return replace(self, frame=frame, selection=selection, place=near or self.place)

    def pre_existing(self) -> pl.DataFrame:
        """Return what is over its limit before any load, worst first.

        An element over its limit with nothing out is listed once, with no outage; other elements with every
        outage after which they are over. Columns: element, outage, flow_mw, limit_mw, loading.
        """
        return excluded.pre_existing(self.model, self.rules)

    def excluded(self, bus: int) -> pl.DataFrame:
        """Return what a load at a bus (by number) would worsen of what is over its limit already.

        Columns of `pre_existing`, with the factor and `added_mw`: the MW that the load would add to it at the
        bus's capacity.

        Raises:
            InputError: The bus is not in the table.
        """
        row = self.select(bus=bus).frame
        return excluded.worsened(
            self.model, self.rules, self.model.network.bus_index(bus), row["n1_mw"].item()
        )

    def write(self, path: str | Path) -> Path:
        """Write the table with its rule as `.parquet`, `.csv` or `.geojson`; return the path.

        Raises:
            InputError: Another ending.
            StoreError: The file cannot be written.
        """
        return writing.write(self, Path(path), writing.TABLES)

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""
        title = f"Hosting capacity of buses of {self.model.network.name}"
        return labels(self.model, title, self.rule, selection=self.selection or "all buses computed")

    def to_dict(self) -> dict[str, Any]:
        """Return metadata, what the columns hold, and rows, as plain data; None where nothing limits."""
        return {
            **self.metadata(),
            "columns": {name: COLUMNS[name] for name in self.frame.columns if name in COLUMNS},
            "rows": finite(self.frame).to_dicts(),
        }

    def render(self, rows: int = 20) -> RenderableType:
        """Return the table for a terminal, its first `rows` rows."""
        from stargauge.grid.hosting.screen import render

        return render(self, rows)


def finite(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with nothing instead of infinity, which JSON does not know."""
    numbers = pl.col(pl.Float64)
    return frame.with_columns(pl.when(numbers.is_finite()).then(numbers))

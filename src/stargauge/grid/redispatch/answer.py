"""The answers of studies of buses one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.frame import labels
from stargauge.grid.redispatch.frames import rows_of
from stargauge.grid.redispatch.rules import TOLERANCE_MW, Rules
from stargauge.grid.redispatch.writing import Answer

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Effort:
    """What an answer took.

    Attributes:
        rounds: Solves until the screening of all pairs found nothing.
        rows: Rows of pairs in the last programme.
        pairs: Pairs of element and outage that the screening looks at.
        retries: Solves that failed from the last basis and were repeated afresh.
        seconds: Wall time.
    """

    rounds: int
    rows: int
    pairs: int
    retries: int
    seconds: float


@dataclass(frozen=True)
class Redispatch(Answer):
    """The most load at one bus with generation dispatched anew.

    Attributes:
        bus: Bus number.
        mw: That load, MW, N-1 secure.
        n0_mw: The same with nothing ever lost, MW.
        bound_mw: What no dispatch can pass, MW, proved by duality; see `certificate`.
        cap_mw: The cap that was asked for, MW.
        binding: Pairs whose limit binds, most valuable first: element, outage, limit_mw, flow_mw, factor
            (MW on the element per MW of load with the present generation as source, towards the limit), value
            (MW of load per MW of limit).
        ratings: What one MW more of each binding rating is worth: element, rating, rating_mw, value.
        units: Units that move, in the dispatch of least movement: unit, bus, fuel, from_mw, to_mw, change_mw,
            low_mw, high_mw.
        unit_mw: (g,) output of every unit of the network in that dispatch, MW.
        movement: Least movement at shares of the load: share, mw, moved_mw (sum of increases), units.
        excluded: Pairs over their limit before the load: element, outage, why, limit_mw, now_mw, held_to_mw
            (null where left out), flow_mw (with the load).
        least_overload_mw: Least total overload of any dispatch without the load, MW; nan if not needed.
        at_high: Units at their highest output.
        effort: What it took.
        rules: The conventions.
        model: The network with its matrices.
    """

    bus: int
    mw: float
    n0_mw: float
    bound_mw: float
    cap_mw: float | None
    binding: pl.DataFrame
    ratings: pl.DataFrame
    units: pl.DataFrame
    unit_mw: NDArray[np.float64]
    movement: pl.DataFrame
    excluded: pl.DataFrame
    least_overload_mw: float
    at_high: int
    effort: Effort
    rules: Rules
    model: DcModel

    @property
    def gap_mw(self) -> float:
        """MW that a better dispatch could add at most."""
        return max(self.bound_mw - self.mw, 0.0)

    @property
    def moved_mw(self) -> float:
        """Sum of all increases of output, MW: what serves the load, and what is shifted between units."""
        return float(self.units["change_mw"].filter(self.units["change_mw"] > 0).sum())

    @property
    def binds(self) -> str:
        """What binds, in words."""
        if self.cap_mw is not None and self.mw >= self.cap_mw - TOLERANCE_MW:
            return "the cap that was asked for"
        if not self.binding.height:
            return "the highest output of the units"
        first = self.binding.row(0, named=True)
        rest = f" and {self.binding.height - 1} more" if self.binding.height > 1 else ""
        return f"{first['element']} with {first['outage'] or 'nothing'} out{rest}"

    @property
    def frame(self) -> pl.DataFrame:
        """The main table: `binding`."""
        return self.binding

    @property
    def rule(self) -> str:
        """The conventions in words."""
        return self.rules.text(self.model)

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""
        title = f"Load at bus {self.bus} of {self.model.network.name} with redispatch: {self.mw:.4f} MW"
        return labels(self.model, title, self.rule)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        overload = self.least_overload_mw
        return {
            **self.metadata(),
            "network": self.model.network.name,
            "bus": self.bus,
            "name": self.model.network.bus_name[self.model.network.bus_index(self.bus)],
            "mw": self.mw,
            "n0_mw": self.n0_mw,
            "bound_mw": self.bound_mw,
            "gap_mw": self.gap_mw,
            "cap_mw": self.cap_mw,
            "binds": self.binds,
            "moved_mw": self.moved_mw,
            "units_at_highest": self.at_high,
            "least_overload_mw": None if overload != overload else overload,
            "effort": vars(self.effort),
            "binding": rows_of(self.binding),
            "ratings": rows_of(self.ratings),
            "units": rows_of(self.units),
            "movement": rows_of(self.movement),
            "excluded": rows_of(self.excluded),
        }

    def render(self, rows: int = 8) -> RenderableType:
        """Return it for a terminal."""
        from stargauge.grid.redispatch.screen import render_one

        return render_one(self, rows)


@dataclass(frozen=True)
class RedispatchTable(Answer):
    """The most load at each of several buses, one at a time.

    Attributes:
        frame: One row a bus: bus, name, kv, state, lat, lon, load_mw, n0_mw (null if not asked for), n1_mw,
            element, outage and value of the most valuable binding pair (null where units or the cap bind),
            binding (how many pairs bind), gap_mw, rounds, rule, notice.
        excluded: Pairs over their limit before the load, as in `Redispatch`, without flow_mw.
        effort: What it took.
        rules: The conventions.
        model: The network with its matrices.
    """

    frame: pl.DataFrame
    excluded: pl.DataFrame
    effort: Effort
    rules: Rules
    model: DcModel

    @property
    def rule(self) -> str:
        """The conventions in words: the same text as in every row."""
        return self.rules.text(self.model)

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""
        title = f"Load at buses of {self.model.network.name} with redispatch, one bus at a time"
        return labels(self.model, title, self.rule)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            **self.metadata(),
            "network": self.model.network.name,
            "effort": vars(self.effort),
            "rows": rows_of(self.frame),
            "excluded": rows_of(self.excluded),
        }

    def render(self, rows: int = 20) -> RenderableType:
        """Return the first rows for a terminal."""
        from stargauge.grid.redispatch.screen import render_many

        return render_many(self, rows)

"""The answer of a study of flexible load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.frame import labels
from stargauge.grid.redispatch.frames import labelled, rows_of
from stargauge.grid.redispatch.writing import Answer

if TYPE_CHECKING:
    from rich.console import RenderableType

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Hours:
    """Capacity over the hours of a profile.

    Attributes:
        level: (levels,) load factors at which the capacity was computed.
        capacity_mw: (levels,) firm MW there.
        hours: (levels,) hours at or above each level and below the next.
        short: Levels at which the units cannot meet the load by themselves.
        count: Hours in all.
        curtail: Share that may be curtailed; None if none was asked for.
        firm_mw: Firm in every hour, MW.
        by_hours_mw: With that share of hours curtailed, MW.
        by_hours_cut: Shares of hours and of energy that are cut then.
        by_energy_mw: With that share of energy curtailed, MW.
        by_energy_cut: Shares of hours and of energy that are cut then.
    """

    level: Floats
    capacity_mw: Floats
    hours: Ints
    short: tuple[float, ...]
    count: int
    curtail: float | None
    firm_mw: float
    by_hours_mw: float
    by_hours_cut: tuple[float, float]
    by_energy_mw: float
    by_energy_cut: tuple[float, float]


@dataclass(frozen=True)
class Flexible(Answer):
    """What a bus can take, firm and flexible.

    Attributes:
        bus: Bus number.
        frame: One row a kind: kind, mw, means, cut_hours, cut_energy (shares; null where they do not apply),
            rule, notice.
        levels: Firm MW by level of the system's load: factor, hours, firm_mw, rule, notice; empty without a
            profile.
        hours: The same as data; None without a profile.
        kept: Part of the load that stays on an outage signal.
        rule: The conventions in words: the same text as in every row.
        model: The network with its matrices.
        seconds: Wall time.
    """

    bus: int
    frame: pl.DataFrame
    levels: pl.DataFrame
    hours: Hours | None
    kept: float
    rule: str
    model: DcModel
    seconds: float

    def mw(self, kind: str) -> float:
        """Return the MW of a kind, by its word in `frame`."""
        return float(self.frame.filter(pl.col("kind") == kind)["mw"].item())

    @property
    def without_hours(self) -> str:
        """What is not said, in words; empty if all is."""
        if self.hours is None:
            return (
                "no hourly profile was given: nothing is said about hours in which the load may be curtailed"
            )
        return ""

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""
        title = f"Firm and flexible load at bus {self.bus} of {self.model.network.name}"
        return labels(self.model, title, self.rule, not_said=self.without_hours)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            **self.metadata(),
            "network": self.model.network.name,
            "bus": self.bus,
            "kept": self.kept,
            "hours": None if self.hours is None else self.hours.count,
            "seconds": self.seconds,
            "rows": rows_of(self.frame),
            "levels": rows_of(self.levels),
        }

    def render(self) -> RenderableType:
        """Return it for a terminal."""
        from rich.console import Group
        from rich.text import Text

        from stargauge.grid.redispatch.screen import kind_of, table

        network = self.model.network
        label = network.bus_label(network.bus_index(self.bus))
        head = Text(f"Firm and flexible load at {label} ({kind_of(network.synthetic)} {network.name})")
        shown = table(
            {"": "left", "MW": "right", "hours cut": "right", "energy cut": "right", "means": "left"}
        )
        for row in self.frame.iter_rows(named=True):
            cut = [
                "" if row[name] is None else f"{row[name] * 100:.2f} %"
                for name in ("cut_hours", "cut_energy")
            ]
            shown.add_row(row["kind"], f"{row['mw']:,.1f}", *cut, row["means"])
        parts: list[RenderableType] = [head, Text(f"rule: {self.rule}", style="dim"), shown]
        if self.hours is None:
            parts.append(Text(self.without_hours, style="dim"))
        else:
            by_level = table({"system load": "right", "hours": "right", "firm MW": "right"})
            for row in self.levels.iter_rows(named=True):
                by_level.add_row(
                    f"{row['factor'] * 100:.1f} %", f"{row['hours']:,}", f"{row['firm_mw']:,.1f}"
                )
            parts.append(by_level)
        if network.synthetic:
            parts.append(Text(self.notice, style="bold"))
        return Group(*parts)


def kinds_frame(
    model: DcModel,
    bus: int,
    firm: float,
    n0: float,
    signal: float,
    kept: float,
    hours: Hours | None,
    rule: str,
) -> pl.DataFrame:
    """Return one row a kind; see `Flexible.frame`."""
    left = f"falls to {kept * 100:g} %" if kept else "is cut"
    rows: list[tuple[str, float, str, float | None, float | None]] = [
        ("firm", firm, "whatever single branch is lost, at the load of the case", None, None),
        ("on outage signal", signal, f"the load {left} when any branch is lost", None, None),
        ("nothing lost", n0, "no outage is looked at: never more than this", None, None),
    ]
    if hours is not None:
        count = f"{hours.count:,} hours"
        rows.append(("firm in all hours", hours.firm_mw, f"the least of {count}", 0.0, 0.0))
    if hours is not None and hours.curtail is not None:
        share = f"{hours.curtail * 100:g} %"
        rows += [
            ("hours curtailed", hours.by_hours_mw, f"cut in at most {share} of {count}", *hours.by_hours_cut),
            (
                "energy curtailed",
                hours.by_energy_mw,
                f"at most {share} of its energy cut",
                *hours.by_energy_cut,
            ),
        ]
    frame = pl.DataFrame(
        rows,
        schema={
            "kind": pl.String,
            "mw": pl.Float64,
            "means": pl.String,
            "cut_hours": pl.Float64,
            "cut_energy": pl.Float64,
        },
        orient="row",
    )
    return labelled(frame.insert_column(0, pl.lit(bus, dtype=pl.Int64).alias("bus")), model, rule)


def levels_frame(model: DcModel, hours: Hours | None, rule: str) -> pl.DataFrame:
    """Return firm MW by level of load; see `Flexible.levels`."""
    rows: dict[str, Any] = {"factor": [], "hours": [], "firm_mw": []}
    if hours is not None:
        rows = {"factor": hours.level, "hours": hours.hours, "firm_mw": hours.capacity_mw}
    frame = pl.DataFrame(rows, schema={"factor": pl.Float64, "hours": pl.Int64, "firm_mw": pl.Float64})
    return labelled(frame, model, rule)

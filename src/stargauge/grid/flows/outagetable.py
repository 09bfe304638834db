"""The answer of a screening: outages ranked by what they do, and every overload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.records import NOTHING, Effects
from stargauge.grid.network import SYNTHETIC

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.console import RenderableType

    Floats = NDArray[np.float64]

ROUNDING_MW = 1e-6
"""Islanded load below this is none."""


@dataclass(frozen=True)
class OutageTable:
    """What every single outage does.

    Attributes:
        outages: One row an outage, worst loading first: kind, outage, loading (1 = at its limit), element,
            overloads, lost_load_mw, lost_generation_mw, short_mw, and whether the network is secure after it:
            `secure_radial_counted` (nothing overloaded, no load islanded, no shortage) and
            `secure_consequential_excluded` (nothing overloaded, no shortage).
        overloads: One row a pair of outage and overloaded element: kind, outage, element, flow_mw, limit_mw,
            loading; worst first.
        model: The network with its matrices.
        rule: The limits in words.
    """

    outages: pl.DataFrame
    overloads: pl.DataFrame
    model: DcModel
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """Return the rule and both tables as plain data."""
        return {
            "network": self.model.network.name,
            "synthetic": self.model.network.synthetic,
            "notice": SYNTHETIC if self.model.network.synthetic else f"network {self.model.network.name}",
            "source": self.model.network.source,
            "licence": self.model.network.licence,
            "rule": f"{self.rule} · {self.model.dispatch.rule}",
            "outages": self.outages.to_dicts(),
            "overloads": self.overloads.to_dicts(),
        }

    def render(self, rows: int = 20) -> RenderableType:
        """Return the worst `rows` outages for a terminal."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        bad = self.outages.filter(~pl.col("secure_consequential_excluded"))
        counts = self.outages.group_by("kind", maintain_order=True).len()
        what = ", ".join(f"{count:,} {kind}" for kind, count in counts.iter_rows())
        head = Text(
            f"Single outages of {self.model.network.name}: {what}; {bad.height:,} overload something, "
            f"{self.overloads.height:,} overloads in all"
        )
        shown = Table(box=None, pad_edge=False)
        for name in ("kind", "outage", "loading", "element", "overloads", "load lost MW", "short MW"):
            shown.add_column(name, justify="left" if name in ("kind", "outage", "element") else "right")
        for row in self.outages.head(rows).iter_rows(named=True):
            shown.add_row(
                row["kind"],
                row["outage"],
                f"{row['loading'] * 100:.2f} %",
                row["element"] or "",
                str(row["overloads"]),
                f"{row['lost_load_mw']:,.1f}",
                f"{row['short_mw']:,.1f}",
            )
        rule = Text(f"rule: {self.rule} · {self.model.dispatch.rule}", style="dim")
        said = [Text(SYNTHETIC)] if self.model.network.synthetic else []
        if self.outages.height > rows:
            said.insert(0, Text(f"… and {self.outages.height - rows:,} more", style="dim"))
        return Group(head, rule, shown, *said)


def frames(model: DcModel, limit: Floats, effects: Sequence[Effects]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the tables of outages and of overloads, worst first."""
    network = model.network
    names = {
        "branch": network.branch_name,
        "bridge": network.branch_name,
        "unit": network.unit_name,
        "dc": network.dc_name,
    }
    outages, overloads = [], []
    for part in effects:
        own = [names[part.kind][i] for i in part.outage]
        outages.append(
            pl.DataFrame(
                {
                    "kind": [part.kind] * len(own),
                    "outage": own,
                    "loading": part.loading,
                    "element": [network.branch_name[i] if i != NOTHING else None for i in part.element],
                    "overloads": part.overloads,
                    "lost_load_mw": part.lost_load_mw,
                    "lost_generation_mw": part.lost_generation_mw,
                    "short_mw": part.short_mw,
                },
                schema=_OUTAGES,
            )
        )
        bound = limit[part.over_element]
        overloads.append(
            pl.DataFrame(
                {
                    "kind": [part.kind] * part.over_element.size,
                    "outage": [own[i] for i in part.over_outage],
                    "element": [network.branch_name[i] for i in part.over_element],
                    "flow_mw": part.over_flow_mw,
                    "limit_mw": bound,
                    "loading": np.abs(part.over_flow_mw) / bound,
                },
                schema=_OVERLOADS,
            )
        )
    ranked = pl.concat(outages) if outages else pl.DataFrame(schema=_OUTAGES)
    sound = (pl.col("overloads") == 0) & (pl.col("short_mw") <= ROUNDING_MW)
    ranked = ranked.with_columns(
        (sound & (pl.col("lost_load_mw").abs() <= ROUNDING_MW)).alias("secure_radial_counted"),
        sound.alias("secure_consequential_excluded"),
    ).sort("loading", descending=True, maintain_order=True)
    pairs = pl.concat(overloads) if overloads else pl.DataFrame(schema=_OVERLOADS)
    return ranked, pairs.sort("loading", descending=True, maintain_order=True)


_OUTAGES = pl.Schema(
    {
        "kind": pl.String,
        "outage": pl.String,
        "loading": pl.Float64,
        "element": pl.String,
        "overloads": pl.Int64,
        "lost_load_mw": pl.Float64,
        "lost_generation_mw": pl.Float64,
        "short_mw": pl.Float64,
    }
)
_OVERLOADS = pl.Schema(
    {
        "kind": pl.String,
        "outage": pl.String,
        "element": pl.String,
        "flow_mw": pl.Float64,
        "limit_mw": pl.Float64,
        "loading": pl.Float64,
    }
)

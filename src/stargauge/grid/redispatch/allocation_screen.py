"""Allocations on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from stargauge.grid.redispatch.screen import kind_of, more, table

if TYPE_CHECKING:
    from stargauge.grid.redispatch.allocated import Allocation


def render_allocation(answer: Allocation, rows: int) -> RenderableType:
    """Return what each request gets and what binds it, and the ratings that are worth most."""
    network, frame = answer.model.network, answer.frame
    wanted = float(frame["wanted_mw"].sum())
    head = Text(
        f"{frame.height:,} requests for {wanted:,.1f} MW get {answer.total_mw:,.1f} MW "
        f"({kind_of(network.synthetic)} {network.name}, {answer.effort.seconds:.1f} s)"
    )
    shown = table(
        {
            "request": "left",
            "bus": "left",
            "kind": "left",
            "wanted MW": "right",
            "gets": "right",
            "share": "right",
            "binds": "left",
            "when this is out": "left",
        }
    )
    for row in frame.head(rows).iter_rows(named=True):
        own = answer.binding.filter(pl.col("request") == row["name"])
        first = own.row(0, named=True) if own.height else None
        served = row["wanted_mw"] - row["mw"] < 1e-3
        shown.add_row(
            row["name"],
            f"{row['bus_name']} ({row['bus']})" if row["bus_name"] else str(row["bus"]),
            row["kind"],
            f"{row['wanted_mw']:,.1f}",
            f"{row['mw']:,.1f}",
            f"{row['share'] * 100:.1f} %",
            first["element"] if first else ("" if served else "generation"),
            (first["outage"] or "nothing") if first else "",
        )
    parts: list[RenderableType] = [head, Text(f"rule: {answer.rule}", style="dim"), shown]
    parts += more(frame.height - rows)
    if answer.ratings.height:
        best = table(
            {"rating": "left", "of": "left", "MW": "right", "worth per MW": "right", "of what": "left"}
        )
        ranked = answer.ratings.sort("value", descending=True, maintain_order=True).head(5)
        for row in ranked.iter_rows(named=True):
            best.add_row(
                row["element"],
                f"rate {row['rating']}",
                f"{row['rating_mw']:,.1f}",
                f"{row['value']:.3f}",
                row["value_of"],
            )
        parts += [Text("ratings worth most:"), best]
    effort = answer.effort
    parts.append(
        Text(
            f"{answer.excluded.height:,} pairs over before the loads; no dispatch betters a stage by more "
            f"than {answer.gap:.1e}; {effort.pairs:,} pairs screened in each of {effort.rounds} rounds, "
            f"{effort.rows:,} needed a row",
            style="dim",
        )
    )
    if network.synthetic:
        parts.append(Text(answer.notice, style="bold"))
    return Group(*parts)

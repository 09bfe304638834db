"""Siting answers on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.grid.hosting.screen import mw_text
from stargauge.grid.siting.table import WAYS

if TYPE_CHECKING:
    from stargauge.grid.siting.table import SiteTable


def render(table: SiteTable, rows: int) -> RenderableType:
    """Return what was asked, how many buses could take it how, the best rows and the rule."""
    network, frame = table.model.network, table.frame
    kind = "synthetic network" if network.synthetic else "network"
    head = Text(f"Where {table.wanted_mw:,g} MW could connect: {table.selection} ({kind} {network.name})")
    counts = {way: int((frame["way"] == way).sum()) for way in WAYS}
    said = Text(" · ".join(f"{way} {count:,}" for way, count in counts.items() if count))
    shown = Table(box=None, pad_edge=False)
    placed = frame["distance_km"].null_count() < frame.height
    left = ("bus", "how", "firm MW bound by")
    columns = ["bus", "kV", *(["km"] if placed else []), "how", "firm MW", "curtailed", "firm MW bound by"]
    for name in (*columns, "years", "mn USD"):
        shown.add_column(
            name, justify="left" if name in left else "right", no_wrap=name not in left, overflow="fold"
        )
    for row in frame.head(rows).iter_rows(named=True):
        years = ("years_low", "years_median", "years_high")
        cost = ("cost_low", "cost_median", "cost_high")
        label = f"{row['name']} ({row['bus']})" if row["name"] else str(row["bus"])
        curtailed = row["on_signal_mw"] if row["way"] == "on signal" else row["flexible_mw"]
        how = f"{row['upgrades']} upgrades" if row["way"] == "after upgrades" else row["way"]
        shown.add_row(
            label,
            "" if row["kv"] is None else f"{row['kv']:g}",
            *([f"{row['distance_km']:.0f}"] if placed else []),
            how + (" *" if row["over_pairs"] else ""),
            mw_text(row["firm_mw"]),
            "" if curtailed is None else mw_text(curtailed),
            row["element"] or "nothing",
            "" if row["years_median"] is None else "–".join(f"{row[name]:.1f}" for name in years),
            "" if row["cost_median"] is None else "–".join(f"{row[name]:,.0f}" for name in cost),
        )
    parts: list[RenderableType] = [head, said, shown]
    if frame.height > rows:
        parts.append(Text(f"… and {frame.height - rows:,} more", style="dim"))
    worsening = int((frame["over_pairs"] > 0).sum())
    if worsening:
        parts.append(
            Text(f"* {worsening:,} of these buses would worsen pairs over their limit before the load")
        )
    radial = int((frame["radial_by"].is_not_null()).sum())
    if radial:
        fed = "bus is" if radial == 1 else "buses are"
        parts.append(Text(f"{radial:,} {fed} fed by one branch alone", style="dim"))
    fast = frame.drop_nulls("fast_years_median").select(pl.col("^fast_years_.*$"))
    if fast.height:
        words = "–".join(f"{value:.1f}" for value in fast.row(0))
        parts.append(
            Text(f"with a fast lane for loads that can be curtailed {words} years, where nothing is raised")
        )
    parts.append(Text(f"rule: {table.rule}", style="dim"))
    if network.synthetic:
        parts.append(Text(table.notice, style="bold"))
    return Group(*parts)

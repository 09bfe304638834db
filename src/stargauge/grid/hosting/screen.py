"""Hosting tables on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from stargauge.grid.hosting.table import HostingTable


def render(table: HostingTable, rows: int) -> RenderableType:
    """Return what was asked, under which rule, and the first rows."""
    network, frame = table.model.network, table.frame
    kind = "synthetic network" if network.synthetic else "network"
    count = f"{frame.height:,} {'bus' if frame.height == 1 else 'buses'}"
    what = table.selection if table.selection.startswith("bus ") else f"{count} {table.selection}".strip()
    head = Text(
        f"Hosting capacity, N-1 secure, of {what} "
        f"({kind} {network.name}, {table.computed:,} of {network.buses:,} buses computed "
        f"in {table.seconds:.1f} s)"
    )
    over = table.pre_existing().height
    fate = "excluded" if table.rules.pre_existing == "exclude" else "pre-existing"
    rule = Text(f"rule: {table.rule} · {over:,} pre-existing pairs {fate}", style="dim")
    shown = Table(box=None, pad_edge=False)
    placed = "distance_km" in frame.columns
    for name in ("bus", "name", "kV", "N-0 MW", "N-1 MW", "what binds", "when this is out"):
        shown.add_column(name, justify="right" if name in ("kV", "N-0 MW", "N-1 MW") else "left")
    if placed:
        shown.add_column("km", justify="right")
    for row in frame.head(rows).iter_rows(named=True):
        cells = [
            str(row["bus"]),
            row["name"],
            "" if row["kv"] is None else f"{row['kv']:g}",
            f"{row['n0_mw']:,.1f}",
            f"{row['n1_mw']:,.1f}",
            row["element"] or "nothing",
            row["outage"] or ("" if row["element"] is None else "nothing"),
        ]
        shown.add_row(*cells, *([f"{row['distance_km']:.1f}"] if placed else []))
    parts: list[RenderableType] = [head, rule, shown]
    if frame.height > rows:
        parts.append(Text(f"… and {frame.height - rows:,} more", style="dim"))
    if network.synthetic:
        parts.append(Text(table.notice, style="bold"))
    return Group(*parts)

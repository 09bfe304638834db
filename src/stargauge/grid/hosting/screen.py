"""Hosting tables on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from stargauge.grid.hosting.table import HostingTable

FINE_MW = 100.0


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
    over = int(frame["over_pairs"].max() or 0)  # type: ignore[arg-type]
    at_most = "" if frame.height == 1 else "at most "
    worse = f" · {at_most}{over:,} such pairs that a bus would worsen" if over else ""
    rule = Text(f"rule: {table.rule}{worse}", style="dim")
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
            mw_text(row["n0_mw"]),
            mw_text(row["n1_mw"]),
            row["element"] or "nothing",
            row["outage"] or ("" if row["element"] is None else "nothing"),
        ]
        shown.add_row(*cells, *([f"{row['distance_km']:.1f}"] if placed else []))
    parts: list[RenderableType] = [head, rule, shown]
    if frame.height == 1:
        parts.append(_limits(frame.row(0, named=True)))
    if frame.height > rows:
        parts.append(Text(f"… and {frame.height - rows:,} more", style="dim"))
    if network.synthetic:
        parts.append(Text(table.notice, style="bold"))
    return Group(*parts)


def mw_text(value: float) -> str:
    """Return MW for people: two decimals below 100, where they decide, else one."""
    return f"{value:,.2f}" if abs(value) < FINE_MW else f"{value:,.1f}"


def _limits(row: dict[str, Any]) -> RenderableType:
    """Return all limits of one bus that the table names, tightest first, and what else is to be known."""
    shown = Table(box=None, pad_edge=False, title="Limits, tightest first", title_justify="left")
    for name in ("N-1 MW", "element", "when this is out", "MW on it per MW"):
        shown.add_column(name, justify="left" if name in ("element", "when this is out") else "right")
    ranks = [("n1_mw", "element", "outage", "factor")]
    while f"next_{len(ranks)}_mw" in row:
        head = f"next_{len(ranks)}"
        ranks.append((f"{head}_mw", f"{head}_element", f"{head}_outage", f"{head}_factor"))
    for mw, element, outage, factor in ranks:
        if row[mw] is not None and row[element] is not None:
            share = "" if row[factor] is None else f"{row[factor]:.4f}"
            shown.add_row(mw_text(row[mw]), row[element], row[outage] or "nothing", share)
    words = []
    if not row["site"]:
        words.append("star point of a three-winding transformer: no site that a load could connect to")
    if row["radial_by"]:
        words.append(
            f"{row['radial_by']} alone feeds this bus: its loss takes the load too (0 MW if that counts)"
        )
    return Group(shown, *(Text(text) for text in words))

"""What a compute programme promised in racks, compute, shares and money, and what came of it."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.track.measures import Measured, Measures
from stargauge.track.screens.wording import share_text

BOUNDS = {
    "floor": "at least ",
    "ceiling": "at most ",
    "over": "over ",
    "up to": "up to ",
    "at least": "at least ",
}

QUALIFIED = ("official", "MIIT", "selected", "demand", "slipped", "status")
"""What a report is called where it is no plain delivery."""


def measure_lines(measures: Measures) -> list[RenderableType]:
    """Return the table of promises and reports, the hubs by side, and latency; 100 columns."""
    lines: list[RenderableType] = [_table(measures)]
    for side in ("east", "west"):
        there = [hub for hub in measures.hubs if hub.side == side]
        if not there:
            continue
        ceilings = " or ".join(sorted({f"{hub.pue_ceiling:g}" for hub in there if hub.pue_ceiling}))
        names = ", ".join(hub.cluster for hub in there)
        lines.append(Text(f"{side}     {names}; PUE at most {ceilings}"))
        built = [f"{hub.cluster} {_said(one)} {one.on.isoformat()[:7]}" for hub in there for one in hub.built]
        lines.append(Text(f"         on record there: {', '.join(built) if built else 'nothing by cluster'}"))
    if measures.latency is not None:
        one = measures.latency
        lines.append(
            Text(f"latency  {one.metric.partition(': ')[2]} {one.text} {one.unit}, {one.kind} [{one.grade}]")
        )
    return lines


def _table(measures: Measures) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("what", overflow="fold", max_width=36)
    table.add_column("promised", overflow="fold", max_width=22)
    table.add_column("by", no_wrap=True)
    table.add_column("delivered", overflow="fold", max_width=20)
    table.add_column("", justify="right", no_wrap=True)
    for line in measures.lines:
        promised, delivered = line.promised, line.delivered
        what = promised or delivered
        if what is None:
            continue
        by = promised.target.isoformat()[:7] if promised is not None and promised.target is not None else ""
        table.add_row(
            f"{what.metric}{f' ({what.place})' if what.place else ''}",
            _said(promised) if promised is not None else "",
            by,
            f"{_said(delivered)} {delivered.on.isoformat()[:7]}" if delivered is not None else "",
            share_text(line.share) if line.share is not None else "",
        )
    return table


def _said(one: Measured) -> str:
    number = one.text or (f"{one.value:,.10g}" if one.value is not None else "")
    unit = "" if one.unit in ("count", "ratio") or one.unit in number else f" {one.unit}"
    qualified = one.kind.removeprefix("promised").removeprefix("delivered").strip(" ()")
    qualifier = f" ({qualified})" if qualified in QUALIFIED else ""
    return f"{BOUNDS.get(one.bound, '')}{number}{unit}{qualifier} [{one.grade}]"

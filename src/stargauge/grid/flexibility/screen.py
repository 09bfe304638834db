"""Flexible headroom on a terminal: a table by curtailment, and a chart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.grid.flexibility.answer import NOTICE, SAME

if TYPE_CHECKING:
    from stargauge.grid.flexibility.answer import FlexAnswer, FlexRow

BAR_CELLS = 44
EIGHTHS = " ▏▎▍▌▋▊▉"
HEADINGS = (
    "energy cut", "new load MW", "of peak", "hours a year", "mean depth", "longest spell", "mean spell",
    "in summer", "keeps half",
)  # fmt: skip


def render(answer: FlexAnswer) -> RenderableType:
    """Return what was asked, under which rule, the table and the chart."""
    place, asked = answer.place, answer.asked
    head = Text(
        f"{place.title} ({place.code}): flexible headroom {asked.headroom_mw:,.0f} MW, for new load that "
        f"gives up {_percent(asked.curtailment)} of its energy"
    )
    rule = Text(f"rule: {answer.rule}", style="dim")
    shown = Table(box=None, pad_edge=False)
    for name in HEADINGS:
        shown.add_column(name, justify="right")
    for row in answer.rows:
        mark = "bold" if row is asked else ""
        shown.add_row(*_cells(row), style=mark)
    parts: list[RenderableType] = [
        head,
        rule,
        Text(_peaks(answer), style="dim"),
        shown,
        Text(),
        *_chart(answer),
        Text(),
    ]
    if answer.missing:
        total = answer.hours + answer.missing
        parts.append(
            Text(f"{answer.missing:,} of {total:,} hours are not known and were left out", style="bold")
        )
    if any(row.longest_is_bound and row.longest_spell_hours is not None for row in answer.rows):
        parts.append(Text("≤: no longer than at the next curtailment that is tabulated", style="dim"))
    parts.append(Text(f"source: {answer.source}", style="dim"))
    parts.append(Text(NOTICE, style="dim"))
    return Group(*parts)


def _peaks(answer: FlexAnswer) -> str:
    known = [
        f"{season} {peak:,.0f} MW"
        for season, peak in answer.peaks_mw._asdict().items()
        if not math.isnan(peak)
    ]
    return f"peaks: {', '.join(known)}"


def _cells(row: FlexRow) -> list[str]:
    longest = "–" if row.longest_spell_hours is None else f"{row.longest_spell_hours:,} h"
    if row.longest_is_bound and row.longest_spell_hours is not None:
        longest = f"≤ {longest}"
    return [
        _percent(row.curtailment),
        f"{row.headroom_mw:,.0f}",
        f"{row.share_of_peak:.1%}",
        f"{row.hours_per_year:,.0f}",
        f"{row.mean_depth:.0%}",
        longest,
        "–" if row.mean_spell_hours is None else f"{row.mean_spell_hours:.1f} h",
        "–" if row.summer_share is None else f"{row.summer_share:.0%}",
        "–" if row.kept_half_share is None else f"{row.kept_half_share:.0%}",
    ]


def _chart(answer: FlexAnswer) -> list[Text]:
    """Return one bar for each curtailment, the longest as wide as the chart."""
    largest = max((load for _, load in answer.curve), default=0.0)
    lines = [Text("new load MW by share of its energy cut")]
    for share, load in answer.curve:
        eighths = round(8 * BAR_CELLS * load / largest) if largest else 0
        bar = "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
        line = Text(f"{_percent(share):>8}  ")
        line.append(bar, style="cyan" if abs(share - answer.curtailment) >= SAME else "bold yellow")
        line.append(f" {load:,.0f}")
        lines.append(line)
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"

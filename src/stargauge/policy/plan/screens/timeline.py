"""Where a strategy came from, a chart of stages by pillar and quarter, and the dates that are set."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.policy.plan.answer import TimelineAnswer
from stargauge.policy.plan.forms import STAGE_WORDS
from stargauge.policy.plan.records import LineageEntry
from stargauge.policy.plan.screens.wording import STAGE_STYLES, limit_text, next_text

BAR_WIDTH = 58
"""Columns of the longest bar: one an action of the largest pillar that ships."""

BLOCKS = ("·", "░", "▒", "█")
"""Marks of the stages, so that the chart reads without colour."""

SHOWN_QUARTERS = 12
"""Quarters in the chart; earlier ones are in the data."""


def timeline_screen(answer: TimelineAnswer) -> RenderableType:
    """Return the lineage, the chart, and the dates ahead."""
    strategy, panel = answer.strategy, answer.panel
    totals = panel.counts()
    under_way = int(totals[1:, -1].sum())
    head = (
        f"{strategy.identity.title}, released {strategy.identity.released}: on {answer.as_of} "
        f"{under_way} of {int(totals[:, -1].sum())} actions are begun or further."
    )
    parts: list[RenderableType] = [Text(head, style="bold"), Text(""), _entries(answer.past), Text("")]
    for pillar in strategy.pillars:
        title = f"Pillar {pillar.id}  {pillar.title}"
        parts.extend((Text(title, style="bold"), _chart(answer, pillar.id), Text("")))
    marks = Text("")
    for block, words, style in zip(BLOCKS, STAGE_WORDS, STAGE_STYLES, strict=True):
        marks.append(block, style=style).append(f" {words}   ", style="dim")
    marks.append("numbers in this order", style="dim")
    parts.append(marks)
    if answer.ahead:
        parts.extend((Text(""), Text("Dates that are set", style="bold"), _entries(answer.ahead)))
    limit = limit_text(strategy, answer.as_of)
    foot = f"a mark is an action; quarters as known at their end, the last of them so far; {limit}"
    parts.extend((Text(foot, style="dim"), next_text(strategy, "status", "levers")))
    return Group(*parts)


def _entries(entries: Sequence[LineageEntry]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for one in entries:
        words = Text(one.event)
        if one.detail:
            words.append(f" ({one.detail})", style="dim")
        words.append(f" [{one.confidence}] {one.source}", style="dim")
        table.add_row(Text(one.date.isoformat()), Text(one.kind.replace("_", " ")), words)
    return table


def _chart(answer: TimelineAnswer, pillar: int) -> Table:
    panel = answer.panel
    counts = panel.counts(pillar)
    largest = max(int(panel.counts(one.id).sum(axis=0).max()) for one in answer.strategy.pillars)
    scale = max(1, -(-largest // BAR_WIDTH))
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, width=BAR_WIDTH)
    for _ in STAGE_WORDS:
        table.add_column(no_wrap=True, justify="right", style="dim", width=3)
    first = max(0, len(panel.quarters) - SHOWN_QUARTERS)
    for place in range(first, len(panel.quarters)):
        column = counts[:, place].tolist()
        bar = Text("")
        for stage in reversed(range(len(STAGE_WORDS))):
            bar.append(BLOCKS[stage] * round(column[stage] / scale), style=STAGE_STYLES[stage])
        table.add_row(Text(panel.quarters[place]), bar, *(Text(str(count)) for count in column))
    return table

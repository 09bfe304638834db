"""How many actions stand where, by pillar and section, and what moved lately."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.policy.plan.answer import RECENT_DAYS, StatusAnswer
from stargauge.policy.plan.forms import STAGE_WORDS
from stargauge.policy.plan.screens.wording import (
    count_text,
    counts_text,
    limit_text,
    next_text,
    reading,
    stage_mark,
)


def status_screen(answer: StatusAnswer) -> RenderableType:
    """Return the counts by pillar and section, then the steps of the last weeks."""
    strategy = answer.strategy
    repeated = len(answer.lines) - sum(line.action.repeats is None for line in answer.lines)
    twice = f" ({len(answer.lines) - repeated} distinct)" if repeated else ""
    title = f"{strategy.identity.title} on {answer.as_of}: of {len(answer.lines)} actions{twice} "
    counted = (
        f"{count_text(len(strategy.events), 'event')} on record, "
        f"{count_text(len(strategy.judgements), 'judgement')}; {limit_text(strategy, answer.as_of)}"
    )
    return Group(
        Text(f"{title}{counts_text(answer.counts())}.", style="bold"),
        Text(""),
        _table(answer),
        Text(""),
        *_moved(answer),
        Text(""),
        reading(),
        Text(counted, style="dim"),
        next_text(strategy, strategy.sections[0].id, "timeline", "levers"),
    )


def _table(answer: StatusAnswer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("", width=6)
    table.add_column("", overflow="fold", width=50)
    for words in STAGE_WORDS:
        table.add_column(words, justify="right", width=10 if words == "none found" else len(words) + 1)
    for pillar in answer.strategy.pillars:
        _row(table, str(pillar.id), pillar.title, answer.counts(pillar=pillar.id), "bold")
        for section in answer.strategy.sections:
            if section.pillar == pillar.id:
                _row(table, section.id, section.title, answer.counts(section=section.id), "")
    _row(table, "", "all", answer.counts(), "bold")
    return table


def _row(table: Table, identity: str, title: str, counts: Sequence[int], style: str) -> None:
    cells = [Text(str(count) if count else "-", style=style) for count in counts]
    table.add_row(Text(identity, style=style), Text(title, style=style), *cells)


def _moved(answer: StatusAnswer) -> list[RenderableType]:
    moved = answer.moved()
    if not moved:
        return [Text(f"No stage moved in the {RECENT_DAYS} days before.")]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line, step in moved:
        marks = stage_mark(step.before).append(" → ").append_text(stage_mark(step.after))
        table.add_row(
            Text(step.event.known_from.isoformat()), Text(line.action.id), marks, Text(step.event.event)
        )
    return [Text(f"Moved in the {RECENT_DAYS} days before", style="bold"), table]

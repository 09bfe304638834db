"""Every event of a programme with its source, and every contradiction in full."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.track.contradictions import Contradiction, Report
from stargauge.track.events import Event
from stargauge.track.screens.wording import count_text, short_name
from stargauge.track.status import ProgrammeStatus


def event_screen(status: ProgrammeStatus, because: str = "") -> RenderableType:
    """Return all events of a programme in order of date, then its contradictions, then its sources."""
    head = (
        f"{status.name}: {count_text(len(status.events), 'event')} and "
        f"{count_text(len(status.contradictions), 'contradiction')} on record on {status.as_of}"
    )
    parts: list[RenderableType] = [Text(head, style="bold")]
    if because:
        parts.append(Text(because, style="dim"))
    if status.events:
        parts.extend((Text(""), event_table(status.events)))
    if status.contradictions:
        parts.extend((Text(""), Text("Reports that disagree", style="bold")))
        parts.append(contradiction_table(status.contradictions))
    parts.extend((Text(""), Text(f"{count_text(len(status.sources), 'source')}:", style="dim")))
    parts.extend(Text(f"  {source}", style="dim", overflow="fold") for source in status.sources)
    parts.append(Text(f"Next     stargauge track {short_name(status)} · stargauge run"))
    return Group(*parts)


def event_table(events: tuple[Event, ...]) -> Table:
    """Return events as rows of day, kind and words with grade and source."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for event in events:
        where = f"{event.site}: " if event.site else ""
        words = Text(f"{where}{event.event}")
        words.append(f" [{event.grade}] {event.source}", style="dim")
        if event.address:
            words.append(f"\n{event.address}", style="dim")
        table.add_row(event.written, event.kind, words)
    return table


def contradiction_table(contradictions: tuple[Contradiction, ...], length: int | None = None) -> Table:
    """Return contradictions as rows of what was said and what stands against it.

    Args:
        contradictions: In the order to show.
        length: Characters of each statement shown, all where None.
    """
    from stargauge.track.screens.wording import clipped

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in contradictions:
        for label, report in (("said", one.said), *(("against", other) for other in one.against)):
            text = report.text if length is None else clipped(report.text, length)
            words = Text(text)
            words.append(_origin(report, whole=length is None), style="dim")
            if label == "said" and one.condition:
                words.append(f" ({one.condition})", style="dim")
            table.add_row(label, report.written, words)
    return table


def _origin(report: Report, whole: bool) -> str:
    if report.side == "words":
        return " (as the report words it; no source of its own on record)"
    grade = f" [{report.grade}]"
    return f"{grade} {report.source}" if whole else grade

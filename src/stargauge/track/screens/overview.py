"""All programmes: promised, energised, what comes next."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import get_args

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.track.pledges import Verdict
from stargauge.track.screens.events import event_table
from stargauge.track.screens.wording import count_text, joined, mw_text, share_text, short_name
from stargauge.track.status import ProgrammeStatus

NAME_WIDTH = 24
WIDTHS = (NAME_WIDTH, 8, 8, 7, 8, 6, 5, 27)
"""Columns of the table; with a space between them they fill 100."""

_KIND = {"facility": "facility", "it": "IT", "generation": "plants", "contract": "contract"}
_KIND |= {"systems": "systems", "chips": "chips", "other": ""}


def overview_screen(
    statuses: tuple[ProgrammeStatus, ...], as_of: date, show_events: bool = False
) -> RenderableType:
    """Return the table of all programmes, headed by the answer and closed by sources and next commands."""
    if not statuses:
        return Group(
            Text(f"On {as_of} no programme was on record."), Text("Next     stargauge track", style="dim")
        )
    sources = {source for status in statuses for source in status.sources}
    events = {event.event_id: event for status in statuses for event in status.events}
    counts = (
        count_text(len(statuses), "programme"),
        count_text(sum(len(status.pledges) for status in statuses), "pledge"),
        count_text(len(events), "event"),
        count_text(len(sources), "source"),
    )
    body: list[RenderableType] = [*_answer(statuses, as_of), Text("")]
    if show_events:
        body.append(event_table(tuple(sorted(events.values(), key=lambda one: (one.on, one.event_id)))))
    else:
        body.extend((_table(statuses), Text(""), Text(_reading(), style="dim")))
    foot = f"{', '.join(counts)}; nothing later than {as_of}"
    largest = next((one for one in statuses if one.energised_facility_mw), statuses[0])
    following = joined(
        (f"stargauge track {short_name(largest)}", "stargauge track --events", "stargauge run")
    )
    return Group(*body, Text(foot, style="dim"), Text(f"Next     {following}"))


def _answer(statuses: tuple[ProgrammeStatus, ...], as_of: date) -> list[Text]:
    sites = [site for status in statuses for site in status.sites]
    on = [site for site in sites if site.is_energised]
    facility = sum(site.energised_facility_mw or 0.0 for site in on)
    it = sum(site.energised_it_mw or 0.0 for site in on)
    verdicts = Counter(one.verdict for status in statuses for one in status.pledges if one.testable)
    tally = ", ".join(f"{verdicts[name]} {name}" for name in get_args(Verdict) if verdicts[name])
    first = f"On {as_of} power is on at {len(on)} of {count_text(len(sites), 'tracked site')}: "
    lines = [Text(f"{first}{mw_text(facility)} MW facility, {mw_text(it)} MW IT.", style="bold")]
    if tally:
        total = sum(verdicts.values())
        lines.append(Text(f"Of {count_text(total, 'pledge')} with MW, sites and a deadline: {tally}."))
    return lines


def _table(statuses: tuple[ProgrammeStatus, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    numbers = ("promised", "facility", "IT MW", "share")
    titles = (
        "programme",
        "promised",
        "MW",
        "by",
        "facility",
        "IT MW",
        "share",
        "next: day, MW, site",
    )
    for title, width in zip(titles, WIDTHS, strict=True):
        table.add_column(title, width=width, justify="right" if title in numbers else "left", overflow="fold")
    for status in statuses:
        table.add_row(*_cells(status))
    return table


def _cells(status: ProgrammeStatus) -> tuple[str, ...]:
    main = status.headline
    measured = main.due_mw if main is not None and main.testable else main.promised_mw if main else None
    step = status.next_step
    following = ""
    if step is not None:
        following = f"{step.on}{'!' if step.overdue else ''} {mw_text(step.facility_mw)} "
        room = WIDTHS[-1] - len(following)
        following += step.site if len(step.site) <= room else f"{step.site[: room - 1].rstrip()}…"
    elif not status.sites:
        following = "no site tracked"
    return (
        status.name,
        mw_text(measured),
        _KIND[main.basis] if main is not None and measured is not None else "",
        main.deadline.isoformat()[:7] if main is not None and main.deadline is not None else "",
        mw_text(status.energised_facility_mw),
        mw_text(status.energised_it_mw),
        share_text(status.share),
        following,
    )


def _reading() -> str:
    return (
        "promised: the MW a dated pledge must have energised, else its size; facility, IT: energised MW of\n"
        "all tracked sites of the programme; share: of the promise, at the sites that count for it;\n"
        "next: what the tracker expects, cumulative; ! a day that has passed"
    )

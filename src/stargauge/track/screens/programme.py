"""One programme: what was promised, what is energised, what was said, what comes next."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.track.events import Claim
from stargauge.track.pledges import PledgeStatus
from stargauge.track.schedule import StepRecord
from stargauge.track.screens.events import contradiction_table
from stargauge.track.screens.measures import measure_lines
from stargauge.track.screens.wording import (
    BASIS_WORDS,
    both_mw,
    clipped,
    count_text,
    joined,
    money_text,
    mw_text,
    share_text,
    short_name,
    terms_text,
    verdict_text,
)
from stargauge.track.sites import SiteStatus
from stargauge.track.status import ProgrammeStatus

LABEL_WIDTH = 14
STATEMENT_LENGTH = 110
"""Characters of a statement on this screen; `--events` shows all of it."""

READING = "next MW: facility, cumulative; on: the tracker's forecast; * worked out from that date"

SHOWN = 4
"""Contradictions, slips and further pledges on this screen, the newest or largest first."""


def programme_screen(status: ProgrammeStatus, because: str = "") -> RenderableType:
    """Return the screen of one programme; every line fits 100 columns."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=LABEL_WIDTH, style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, lines in (
        ("promised", _promised(status)),
        ("energised", _energised(status)),
        ("claimed", [_claim_line(claim) for claim in status.claims[-1:]]),
        ("begun before", _begun_before(status)),
        ("money in place", _money(status)),
    ):
        for number, line in enumerate(lines):
            grid.add_row("" if number else label, line)
    parts: list[RenderableType] = [Text(f"{status.name}, {status.as_of}", style="bold")]
    if because:
        parts.append(Text(because, style="dim"))
    parts.append(grid)
    if status.sites:
        parts.extend((Text(""), _site_table(status), Text(READING, style="dim")))
    if status.measures is not None:
        parts.extend(_section("Promised and delivered", measure_lines(status.measures)))
    parts.extend(_section("Further pledges", _further_pledges(status)))
    parts.extend(_section("Dates that moved", _slips(status)))
    if status.contradictions:
        newest = tuple(reversed(status.contradictions))[:SHOWN]
        parts.extend(_section("Reports that disagree", [contradiction_table(newest, STATEMENT_LENGTH)]))
    left = len(status.contradictions) - SHOWN
    more = f", {left} more that disagree" if left > 0 else ""
    counts = f"{count_text(len(status.events), 'event')}{more}, {count_text(len(status.sources), 'source')}"
    parts.extend((Text(""), Text(f"{counts}: stargauge track {short_name(status)} --events")))
    parts.append(Text("Next     stargauge run · stargauge track"))
    return Group(*parts)


def _section(title: str, lines: list[RenderableType]) -> list[RenderableType]:
    return [Text(""), Text(title, style="bold"), *lines] if lines else []


def _promised(status: ProgrammeStatus) -> list[Text]:
    main = status.headline
    if main is None:
        return [Text("nothing on record")]
    lines = [Text(f"{main.announced}: {main.promised} [{main.grade}]")]
    terms = joined((terms_text(main), verdict_text(main)))
    if terms:
        lines.append(Text(terms))
    return lines


def _energised(status: ProgrammeStatus) -> list[Text]:
    if not status.sites:
        return [Text("no site is tracked; what was delivered is not on record in MW")]
    on = [site for site in status.sites if site.is_energised]
    lines = [Text(both_mw(status.energised_facility_mw, status.energised_it_mw), style="bold")]
    lines[0].append(f", at {len(on)} of {count_text(len(status.sites), 'site')}", style="not bold")
    main = status.headline
    if main is not None and main.share is not None:
        measure = main.due_mw if main.testable else main.promised_mw
        unit = BASIS_WORDS[main.basis]
        counted = "" if len(main.counts_sites) == len(status.sites) else _counted(status, main)
        lines.append(Text(f"{share_text(main.share)} of the {mw_text(measure)} {unit} promised{counted}"))
    lines.extend(Text(_site_line(site)) for site in on)
    return lines


def _counted(status: ProgrammeStatus, main: PledgeStatus) -> str:
    """Say which sites a pledge is measured at, where they are not all of the programme's."""
    names = [site.name for site in status.sites if site.site_id in main.counts_sites]
    return f": {mw_text(main.energised_mw)} MW count, at {', '.join(names)}"


def _site_line(site: SiteStatus) -> str:
    buildings = ""
    if site.buildings is not None and site.buildings_planned:
        buildings = f"{site.buildings:.0f} of {count_text(round(site.buildings_planned), 'building')}"
    guessed = [
        name for name, basis in (("facility", site.facility_basis), ("IT", site.it_basis)) if basis == "ratio"
    ]
    ratio = f"{' and '.join(guessed)} MW by the site's ratio" if guessed else ""
    parts = (
        f"{site.name}: {both_mw(site.energised_facility_mw, site.energised_it_mw)}",
        buildings,
        f"since {site.since}",
        ratio,
        f"seen so in the edition of {site.edition}",
    )
    return ", ".join(part for part in parts if part) + f" [{site.grade}]"


def _claim_line(claim: Claim) -> Text:
    event = claim.event
    basis = {"facility": "facility", "it": "IT", "not stated": "basis not stated"}[claim.basis]
    line = Text(f"{mw_text(claim.mw)} MW ({event.written}, {basis}): {event.event} [{event.grade}]")
    if claim.agrees is False:
        stood = both_mw(claim.standing_facility_mw, claim.standing_it_mw)
        line.append(f" ← disagrees with {stood}", style="yellow")
    elif claim.agrees:
        line.append(" ← agrees with the tracker", style="dim")
    return line


def _begun_before(status: ProgrammeStatus) -> list[Text]:
    before = status.begun_before
    if before is None:
        return []
    places = "; ".join(
        f"{one.site}: building seen {one.construction_start}, {count_text(one.days_before, 'day')} before"
        for one in before.sites
    )
    rest = both_mw(before.without_facility_mw, before.without_it_mw)
    return [Text(f"{places} the first pledge on record ({before.announced}); energised without: {rest}")]


def _money(status: ProgrammeStatus) -> list[Text]:
    money = status.money
    lines: list[Text] = []
    if money.in_place_usd_b is not None:
        planned = f" of {money_text(money.planned_usd_b)} planned" if money.planned_usd_b else ""
        where = count_text(len(money.sites), "site")
        lines.append(Text(f"{money_text(money.in_place_usd_b)}{planned} at {where} (tracker's estimate)"))
    lines.extend(
        Text(f"{deal.written} {clipped(deal.event, STATEMENT_LENGTH)} [{deal.grade}]")
        for deal in money.deals[-2:]
    )
    return lines


def _site_table(status: ProgrammeStatus) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("site", overflow="fold", max_width=24)
    table.add_column("facility", justify="right", no_wrap=True)
    table.add_column("IT MW", justify="right", no_wrap=True)
    table.add_column("next MW", justify="right", no_wrap=True)
    table.add_column("on", no_wrap=True)
    table.add_column("stage", no_wrap=True)
    table.add_column("first said", no_wrap=True)
    table.add_column("in full", no_wrap=True)
    for site in status.sites:
        step = site.ahead[0] if site.ahead else None
        dated = [one for one in site.ahead if one.on is not None]
        end = dated[-1] if dated else None
        stage = f"{step.stage}{'' if step.stage_basis == 'observed' else '*'}" if step else ""
        when = step.on.isoformat() if step is not None and step.on is not None else "no date" if step else ""
        table.add_row(
            site.name,
            mw_text(site.energised_facility_mw),
            mw_text(site.energised_it_mw),
            mw_text(step.facility_mw) if step else "",
            f"{when}{' pledge' if step is not None and step.origin == 'pledge' else ''}",
            stage,
            step.first_said.isoformat()[:7] if step is not None and step.first_said else "",
            f"{mw_text(end.facility_mw)} {end.on.isoformat()[:7]}" if end is not None and end.on else "",
        )
    return table


def _further_pledges(status: ProgrammeStatus) -> list[RenderableType]:
    others = [one for one in status.pledges if one is not status.headline]
    others.sort(key=lambda one: (not one.testable, one.announced_on))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for one in others:
        verdict = verdict_text(one) if one.testable else f"{one.state.replace('_', ' ')}, not testable"
        words = f"{one.programme}: {terms_text(one) or clipped(one.promised, STATEMENT_LENGTH)}"
        share = f", {share_text(one.share)} there" if one.testable and one.share is not None else ""
        grid.add_row(one.announced, Text(f"{words} · {verdict}{share} [{one.grade}]"))
    return [grid] if others else []


def _slips(status: ProgrammeStatus) -> list[RenderableType]:
    moved = [step for step in status.schedule if step.slip_days != 0]
    moved.sort(key=lambda step: -(step.slip_days or 0))
    lines: list[RenderableType] = [Text(f"  {_slip_line(step)}") for step in moved[:SHOWN]]
    if len(moved) > SHOWN:
        lines.append(Text(f"  {len(moved) - SHOWN} more in --json", style="dim"))
    return lines


def _slip_line(step: StepRecord) -> str:
    dates: list[str] = []
    for said in step.said:
        text = said.on.isoformat() if said.on is not None else "no longer planned"
        text += " in a larger step" if said.kind == "larger step" else ""
        if not dates or dates[-1] != text:
            dates.append(text)
    moved = ""
    if step.slip_days is not None:
        moved = f": {count_text(abs(step.slip_days), 'day')} {'later' if step.slip_days > 0 else 'earlier'}"
    return f"{step.site} {mw_text(step.facility_mw)} MW {' -> '.join(dates)}{moved}"

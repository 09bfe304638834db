"""Reports that contradict each other, side by side.

The rules:

1. **Marked.** An event whose `bearing` says `contradicts X`, `higher than X` or `lower than X` stands against
   X. X is a pledge by its id; the tracker's figures where X speaks of energised figures or of the tracker;
   else the nearest event not later whose words or source hold the words of X, of the kind that X names
   (report, claim, statement) and of the same site where the marked event has one; else a pledge for that site
   that holds them; else X in its own words.
2. **MW.** A claim of MW in operation at a site stands against what the tracker's newest edition says stood on
   that day, where they differ by more than 2 % (10 % for a claim in whole hundreds of MW). A claim that
   states no basis contradicts only what differs in facility MW and in IT MW.
3. **Days.** To a contradiction of rule 2 come the observations of the same site within 30 days that give
   another figure than the claim.

Whatever stands against the same statement is one contradiction. Every side was known on the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from stargauge.track.events import CLAIM_KINDS, Claim, Event, same_figure
from stargauge.track.pledges import PledgeStatus
from stargauge.track.programmes import plain_words
from stargauge.track.sites import SiteStatus

WINDOW_DAYS = 30
"""An observation speaks of a claim's day if it is not further from it than this."""

_MARK = re.compile(r"\b(contradicts|higher than|lower than) ([^;]+)")
_CONDITION = re.compile(r"\s+(unless .+)$")
_KIND_WORDS = {"report": "press report", "claim": "claim", "statement": "statement"}
_TRACKER_WORDS = {"energised", "tracker", "epoch"}

Side = Literal["pledge", "event", "tracker", "words"]


@dataclass(frozen=True)
class Report:
    """One side: a pledge, an event, the tracker's standing figures, or words whose origin is not on record.

    MW are given where the report states MW; the tracker's are facility and IT MW side by side.
    """

    side: Side
    id: str
    on: date | None
    written: str
    kind: str
    text: str
    mw: float | None
    it_mw: float | None
    source: str
    address: str
    grade: str


@dataclass(frozen=True)
class Contradiction:
    """What was said and what stands against it; `rules` are the rules that found it."""

    about: str
    said: Report
    against: tuple[Report, ...]
    rules: tuple[str, ...]
    condition: str


def contradictions_of(
    events: tuple[Event, ...],
    pledges: tuple[PledgeStatus, ...],
    sites: tuple[SiteStatus, ...],
    claims: tuple[Claim, ...],
) -> tuple[Contradiction, ...]:
    """Return the contradictions of a programme, oldest first; rules in this module's docstring."""
    merged: dict[tuple[Side, str], Contradiction] = {}
    for found in (*_marked(events, pledges, sites), *_by_mw(events, sites, claims)):
        key = (found.said.side, found.said.id)
        before = merged.get(key)
        if before is None:
            merged[key] = found
            continue
        against = dict.fromkeys((*before.against, *found.against))
        merged[key] = replace(
            before,
            against=tuple(against),
            rules=tuple(dict.fromkeys((*before.rules, *found.rules))),
            condition=before.condition or found.condition,
        )
    return tuple(sorted(merged.values(), key=lambda one: (one.said.on or date.min, one.said.id)))


def _marked(
    events: tuple[Event, ...], pledges: tuple[PledgeStatus, ...], sites: tuple[SiteStatus, ...]
) -> Iterator[Contradiction]:
    """Apply rule 1."""
    names = {site.site_id: site.name for site in sites}
    for event in events:
        for mark in _MARK.finditer(event.bearing):
            condition = _CONDITION.search(mark[2])
            phrase = _CONDITION.sub("", mark[2]).strip()
            about = names.get(event.site_id, "")
            limits = condition[1] if condition else ""
            own = of_event(event)
            other = _resolve(phrase, event, events, pledges, sites)
            if other.side in ("tracker", "words"):
                yield Contradiction(about, own, (other,), ("marked",), limits)
            else:
                yield Contradiction(about, other, (own,), ("marked",), limits)


def _resolve(
    phrase: str,
    event: Event,
    events: tuple[Event, ...],
    pledges: tuple[PledgeStatus, ...],
    sites: tuple[SiteStatus, ...],
) -> Report:
    """Return what a marked event is against."""
    for pledge in pledges:
        if pledge.id in phrase.split():
            return of_pledge(pledge)
    words = plain_words(phrase).split()
    if _TRACKER_WORDS & set(words):
        here = [site for site in sites if not event.site_id or site.site_id == event.site_id]
        return _of_tracker(here, event.on)
    kinds = {_KIND_WORDS[word] for word in words if word in _KIND_WORDS} or {*CLAIM_KINDS, "cancellation"}
    wanted = {word for word in words if word not in _KIND_WORDS}
    near = [
        other
        for other in events
        if other.event_id != event.event_id
        and other.on <= event.on
        and other.kind in kinds
        and (not event.site_id or other.site_id == event.site_id)
        and wanted <= set(plain_words(f"{other.event} {other.source}").split())
    ]
    if near:
        return of_event(max(near, key=lambda other: (other.on, other.event_id)))
    for pledge in pledges:
        for_site = event.site_id and pledge.counts_sites == (event.site_id,)
        if for_site and wanted <= set(plain_words(pledge.promised).split()):
            return of_pledge(pledge)
    return Report("words", phrase, None, "", "", phrase, None, None, "", "", "")


def _by_mw(
    events: tuple[Event, ...], sites: tuple[SiteStatus, ...], claims: tuple[Claim, ...]
) -> Iterator[Contradiction]:
    """Apply rules 2 and 3."""
    by_id = {site.site_id: site for site in sites}
    for claim in claims:
        if claim.agrees is not False:
            continue
        event = claim.event
        site = by_id[event.site_id]
        seen = [
            of_event(other)
            for other in events
            if other.kind == "observation"
            and other.site_id == event.site_id
            and abs((other.on - event.on).days) <= WINDOW_DAYS
            and other.unit == "MW"
            and other.quantity is not None
            and not same_figure(claim.mw, other.quantity)
        ]
        yield Contradiction(site.name, of_event(event), (_of_tracker([site], event.on), *seen), ("MW",), "")


def of_event(event: Event) -> Report:
    """Return an event as one side of a contradiction."""
    mw = event.quantity if event.unit in ("MW", "MW_it") else None
    return Report(
        side="event",
        id=event.event_id,
        on=event.on,
        written=event.written,
        kind=event.kind,
        text=event.event,
        mw=None if event.unit == "MW_it" else mw,
        it_mw=mw if event.unit == "MW_it" else None,
        source=event.source,
        address=event.address,
        grade=event.grade,
    )


def of_pledge(pledge: PledgeStatus) -> Report:
    """Return a pledge as one side of a contradiction."""
    is_it = pledge.basis == "it"
    return Report(
        side="pledge",
        id=pledge.id,
        on=pledge.announced_on,
        written=pledge.announced,
        kind="pledge",
        text=pledge.promised,
        mw=None if is_it else pledge.promised_mw,
        it_mw=pledge.promised_mw if is_it else None,
        source=pledge.source,
        address=pledge.address,
        grade=pledge.grade,
    )


def _of_tracker(sites: Iterable[SiteStatus], on: date) -> Report:
    """Return what the tracker's newest known editions say stood at sites on a day."""
    followed = [site for site in sites if site.edition is not None]
    stood = [site.standing(on) for site in followed]
    facility, it = sum(step.facility_mw for step in stood), sum(step.it_mw for step in stood)
    place = followed[0].name if len(followed) == 1 else f"{len(followed)} sites"
    edition = max((site.edition for site in followed if site.edition is not None), default=None)
    newest = next((site for site in followed if site.edition == edition), None)
    return Report(
        side="tracker",
        id=f"{'+'.join(site.site_id for site in followed)}@{on.isoformat()}",
        on=on,
        written=on.isoformat(),
        kind="standing",
        text=f"{facility:,.0f} MW facility / {it:,.0f} MW IT stood at {place}",
        mw=facility,
        it_mw=it,
        source=newest.source if newest else "",
        address=newest.address if newest else "",
        grade=newest.grade if newest else "",
    )

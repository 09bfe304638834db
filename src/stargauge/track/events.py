"""Events of a programme, in order of date, each with kind, quantity and source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stargauge.facts import SAME_LEVEL
from stargauge.track.pledges import dated
from stargauge.track.programmes import Directory
from stargauge.track.records import Records, Row
from stargauge.track.sites import SiteStatus

CLAIM_KINDS = ("claim", "statement", "denial", "press report")
"""Kinds of event in which somebody says how things stand, rather than somebody seeing it."""

_OPERATES = re.compile(r"\b(operating|operational|delivered|running|online|energised|live)\b", re.IGNORECASE)
_FUTURE = re.compile(r"\b(to be|will|ready in|due|by end|expected)\b", re.IGNORECASE)

ClaimBasis = Literal["facility", "it", "not stated"]


@dataclass(frozen=True)
class Event:
    """Something that happened or was said; `written` is its day as precisely as it is known.

    A quantity is never added up over events.
    """

    event_id: str
    on: date
    written: str
    known_from: date
    kind: str
    programme: str
    site_id: str
    site: str
    event: str
    quantity: float | None
    unit: str
    quantity_note: str
    bearing: str
    source: str
    address: str
    licence: str
    grade: str


@dataclass(frozen=True)
class Claim:
    """MW that somebody said to be in operation at a site, beside what the tracker says stood on that day.

    `agrees` is None where the tracker says nothing of the site; rule 2 of `track.contradictions` decides it.
    """

    event: Event
    mw: float
    basis: ClaimBasis
    standing_facility_mw: float | None
    standing_it_mw: float | None
    agrees: bool | None


def programme_events(name: str, directory: Directory, records: Records) -> tuple[Event, ...]:
    """Return the events of a programme that were known on the day, in order of date."""
    return tuple(_event(row) for row in records.events if name in directory.of_event(row))


def claimed_mw(event: Event) -> tuple[float, ClaimBasis] | None:
    """Return the MW that an event claims to be in operation, and on which basis; None where it claims none.

    Only claims, statements, denials and press reports count, only MW, and only words that say it operates
    now: MW under contract, planned or promised for later are no claim of this kind.
    """
    if event.kind not in CLAIM_KINDS or event.quantity is None or event.unit not in ("MW", "MW_it"):
        return None
    text = f"{event.event} {event.quantity_note}"
    if not _OPERATES.search(text) or _FUTURE.search(event.event):
        return None
    return event.quantity, mw_basis(event)


def mw_basis(event: Event) -> ClaimBasis:
    """Return the kind of MW an event states."""
    if event.unit == "MW_it":
        return "it"
    return "facility" if event.quantity_note.startswith("facility") else "not stated"


def claims_of(events: tuple[Event, ...], sites: tuple[SiteStatus, ...]) -> tuple[Claim, ...]:
    """Return the claims of MW in operation among events, each beside what the tracker says, oldest first."""
    by_id = {site.site_id: site for site in sites}
    claims: list[Claim] = []
    for event in events:
        said = claimed_mw(event)
        if said is None or event.site_id not in by_id:
            continue
        site = by_id[event.site_id]
        if site.edition is None:
            claims.append(Claim(event, *said, None, None, None))
            continue
        stood = site.standing(event.on)
        against = {"facility": (stood.facility_mw,), "it": (stood.it_mw,)}
        figures = against.get(said[1], (stood.facility_mw, stood.it_mw))
        agrees = any(same_figure(said[0], figure) for figure in figures)
        claims.append(Claim(event, *said, stood.facility_mw, stood.it_mw, agrees))
    return tuple(claims)


ROUND = 0.10
"""How far a claim in round figures may be from what stands and still mean it."""

ROUND_TO_MW = 100.0
"""A claim in whole multiples of this is a round figure."""


def same_figure(said_mw: float, standing_mw: float) -> bool:
    """Whether a claim and an observation are one figure: within 2 %, or 10 % of a round claim.

    A claim in whole hundreds of MW is a round one: nobody measured 200 or 1,000.
    """
    tolerance = ROUND if said_mw % ROUND_TO_MW == 0 else SAME_LEVEL
    return abs(said_mw - standing_mw) <= tolerance * max(said_mw, standing_mw)


def _event(row: Row) -> Event:
    return Event(
        event_id=row["event_id"],
        on=row["date"],
        written=dated(row["date"], row["date_precision"]),
        known_from=row["known_from"],
        kind=row["kind"],
        programme=row["programme"],
        site_id=row["site_id"],
        site=row["site"],
        event=row["event"],
        quantity=row["quantity"],
        unit=row["quantity_unit"],
        quantity_note=row["quantity_note"],
        bearing=row["bearing"],
        source=row["source"],
        address=row["address"],
        licence=row["licence"],
        grade=row["confidence"],
    )

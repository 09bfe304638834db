"""What was promised, by when, how it can be tested, and how far it got.

The rules:

1. A testable pledge is measured at the sites that count for it alone, in its own kind of MW: facility or IT.
   Any other pledge has no verdict; where it states facility or IT power and names sites, what is energised
   there is shown beside it.
2. A level is reached when what is energised lies within 5 % of it: pledges are given in round figures.
3. The verdict of a testable pledge: *kept* (reached by its deadline), *kept late*, *open* (the deadline is
   ahead), *missed so far*, or *not on record* where no source says what is energised.
4. The *headline* of a programme is, of its pledges that are not part of another and not withdrawn, a
   testable one before one of facility or IT power before any other, and of equals the largest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stargauge.facts import PLEDGE_ROUNDING
from stargauge.track.records import Row
from stargauge.track.sites import EnergisedStep, SiteStatus

Verdict = Literal["kept", "kept late", "open", "missed so far", "not on record", "not testable"]


@dataclass(frozen=True)
class PledgeStatus:
    """A pledge on a day.

    `energised_mw` is in the pledge's own kind of MW at the sites that count; `share` is of `due_mw` where the
    pledge is testable, else of `promised_mw`. `announced` is written as precisely as it is known.
    """

    id: str
    programme: str
    announced: str
    announced_on: date
    promised: str
    promised_mw: float | None
    basis: str
    promised_mw_note: str
    due_mw: float | None
    deadline: date | None
    deadline_note: str
    testable: bool
    untestable_because: str
    judged: str
    counts_sites: tuple[str, ...]
    part_of: str
    capital_usd_b: float | None
    promised_sites: int | None
    promised_sites_note: str
    promised_jobs: int | None
    promised_jobs_note: str
    partners: str
    state: str
    status: str
    status_at: date | None
    note: str
    energised_mw: float | None
    share: float | None
    verdict: Verdict
    reached_on: date | None
    days_late: int | None
    source: str
    address: str
    licence: str
    grade: str


def pledge_status(row: Row, sites: Mapping[str, SiteStatus], as_of: date) -> PledgeStatus:
    """Return a pledge as it stood on a day.

    Args:
        row: The pledge as known on the day.
        sites: All known sites by id.
        as_of: The day.
    """
    counted = tuple(row["counts_sites"].split())
    path = _path([sites[key] for key in counted if key in sites], row["basis"])
    energised = path[-1][1] if path else None
    measure = row["due_mw"] if row["testable"] else row["promised_mw"]
    verdict, reached, late = _verdict(row, path, as_of)
    return PledgeStatus(
        id=row["id"],
        programme=row["programme"],
        announced=dated(row["announced"], row["announced_precision"]),
        announced_on=row["announced"],
        promised=row["promised"],
        promised_mw=row["promised_mw"],
        basis=row["basis"],
        promised_mw_note=row["promised_mw_note"],
        due_mw=row["due_mw"],
        deadline=row["deadline"],
        deadline_note=row["deadline_note"],
        testable=row["testable"],
        untestable_because=row["untestable_because"],
        judged=row["judged"],
        counts_sites=tuple(key for key in counted if key in sites),
        part_of=row["part_of"],
        capital_usd_b=row["promised_capital_usd_b"],
        promised_sites=row["promised_sites"],
        promised_sites_note=row["promised_sites_note"],
        promised_jobs=row["promised_jobs"],
        promised_jobs_note=row["promised_jobs_note"],
        partners=row["partners"],
        state=row["state"],
        status=row["status"],
        status_at=row["status_at"],
        note=row["note"],
        energised_mw=energised,
        share=energised / measure if energised is not None and measure else None,
        verdict=verdict,
        reached_on=reached,
        days_late=late,
        source=row["source"],
        address=row["address"],
        licence=row["licence"],
        grade=row["confidence"],
    )


def headline(pledges: Iterable[PledgeStatus]) -> PledgeStatus | None:
    """Return the pledge that a programme is measured by (rule 4), None where it has none."""
    own = {pledge.id: pledge for pledge in pledges}
    top = [pledge for pledge in own.values() if pledge.part_of not in own]
    standing = [pledge for pledge in top if pledge.state != "withdrawn"] or top
    return max(
        standing,
        key=lambda one: (one.testable, one.basis in ("facility", "it"), one.promised_mw or 0.0),
        default=None,
    )


def dated(day: date, precision: str) -> str:
    """Return a date as precisely as its source gives it: 2025-03-14, 2025-03 or 2025."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def reaches(standing_mw: float, level_mw: float) -> bool:
    """Whether a level counts as reached (rule 2)."""
    return standing_mw >= level_mw * (1 - PLEDGE_ROUNDING)


def _path(sites: list[SiteStatus], basis: str) -> list[tuple[date, float]]:
    """Return MW energised together at several sites by day; empty where nothing is on record."""
    if basis not in ("facility", "it"):
        return []
    known = [site for site in sites if site.energised_facility_mw is not None]
    rises: list[tuple[date, float]] = []
    for site in known:
        before = 0.0
        for step in site.steps:
            level = _mw(step, basis)
            rises.append((step.since, level - before))
            before = level
    total = 0.0
    path: list[tuple[date, float]] = [(date.min, 0.0)] if known else []
    for day, rise in sorted(rises):
        total += rise
        path.append((day, total))
    return path


def _mw(step: EnergisedStep, basis: str) -> float:
    return step.it_mw if basis == "it" else step.facility_mw


def _verdict(
    row: Row, path: list[tuple[date, float]], as_of: date
) -> tuple[Verdict, date | None, int | None]:
    """Apply rule 3; days late are counted to the day it was reached, or to the as-of day."""
    if not row["testable"]:
        return "not testable", None, None
    deadline: date = row["deadline"]
    reached = next((day for day, mw in path if reaches(mw, row["due_mw"])), None)
    if reached is not None:
        late = (reached - deadline).days
        return ("kept late", reached, late) if late > 0 else ("kept", reached, None)
    if as_of <= deadline:
        return "open", None, None
    if not path:
        return "not on record", None, None
    return "missed so far", None, (as_of - deadline).days

"""The schedule record: what each edition of the tracker said of every step, and how far the date slipped.

The rules:

1. A *step* is a level of facility MW that some edition forecast for a site; levels within 2 % are one step.
2. An edition's date for a step is the first on which its curve (what stood and what it forecast, by the rules
   of `facts.phases`) reaches the step; None where it no longer plans that much. A forecast that jumps to more
   than 10 % above the step is marked as a larger step: that edition is coarser, not later.
3. *Slip* is the newest date less the first one, in days; early is negative. There is none where the newest
   edition has the step in a larger one or no longer.
4. A *correction* is a day on which an edition said that another MW stood than the newest edition now says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stargauge.facts import SAME_LEVEL, Phase
from stargauge.facts.phases import NEAR_ABOVE
from stargauge.track.pledges import reaches
from stargauge.track.records import Records, Row
from stargauge.track.sites import SiteStatus, phases_of


@dataclass(frozen=True)
class Said:
    """The date an edition gave for a step: past, forecast, in a larger step, or no longer planned."""

    edition: date
    on: date | None
    kind: Literal["past", "forecast", "larger step", "not planned"]


@dataclass(frozen=True)
class StepRecord:
    """A step of a site with what each edition said of it, from the first that had it (rules 1 to 3)."""

    site_id: str
    site: str
    facility_mw: float
    said: tuple[Said, ...]
    slip_days: int | None


@dataclass(frozen=True)
class Correction:
    """What an edition said stood on its day, and what the newest edition says stood then; facility MW."""

    site_id: str
    site: str
    edition: date
    said_mw: float
    now_mw: float


def reached_on(rows: Iterable[Row], threshold_mw: float, field: str = "facility_mw") -> date | None:
    """Return the first date in the rows of one edition with at least so many MW, None where there is none.

    Args:
        rows: Rows of one site in one edition, past and forecast.
        threshold_mw: The level.
        field: `facility_mw` or `it_mw`; rows that do not report it are passed over.
    """
    days = [row["date"] for row in rows if row[field] is not None and row[field] >= threshold_mw]
    return min(days, default=None)


def schedule_record(site: SiteStatus, records: Records) -> tuple[StepRecord, ...]:
    """Return every step ever forecast for a site, lowest first, with what each edition said of it."""
    curves = {day: phases_of(site.site_id, records, day) for day in _editions(site, records)}
    steps: list[StepRecord] = []
    for level in _levels(curves):
        said = [_said(day, phases, level) for day, phases in curves.items()]
        first = next(index for index, one in enumerate(said) if one.kind in _DATED)
        since_first = tuple(said[first:])
        steps.append(StepRecord(site.site_id, site.name, level, since_first, _slip(since_first)))
    return tuple(steps)


def corrections(site: SiteStatus, records: Records) -> tuple[Correction, ...]:
    """Return where older editions and the newest disagree on what stood, oldest first (rule 4)."""
    found: list[Correction] = []
    for day in _editions(site, records)[:-1]:
        past = [phase for phase in phases_of(site.site_id, records, day) if phase.energised is not None]
        said = past[-1].cumulative_mw if past else 0.0
        now = site.standing(day).facility_mw
        if abs(said - now) > SAME_LEVEL * max(said, now):
            found.append(Correction(site.site_id, site.name, day, said, now))
    return tuple(found)


def _editions(site: SiteStatus, records: Records) -> tuple[date, ...]:
    return tuple(dict.fromkeys(row["vintage"] for row in records.edition_rows.get(site.site_id, ())))


def _levels(curves: dict[date, list[Phase]]) -> list[float]:
    """Return the steps ever forecast (rule 1), each by the figure of the edition that had it first."""
    levels: list[float] = []
    for phases in curves.values():
        for phase in phases:
            near = [one for one in levels if abs(one - phase.cumulative_mw) <= SAME_LEVEL * one]
            if phase.kind == "step" and not near:
                levels.append(phase.cumulative_mw)
    return sorted(levels)


_DATED = ("past", "forecast")


def _slip(said: tuple[Said, ...]) -> int | None:
    start, end = said[0], said[-1]
    if end.kind not in _DATED or start.on is None or end.on is None:
        return None
    return (end.on - start.on).days


def _said(edition: date, phases: list[Phase], level_mw: float) -> Said:
    """Apply rule 2."""
    for phase in phases:
        if not reaches(phase.cumulative_mw, level_mw):
            continue
        if phase.energised is not None:
            return Said(edition, phase.energised, "past")
        if phase.kind == "step" and phase.forecast is not None:
            near = phase.cumulative_mw <= level_mw * (1 + NEAR_ABOVE)
            return Said(edition, phase.forecast, "forecast" if near else "larger step")
    return Said(edition, None, "not planned")

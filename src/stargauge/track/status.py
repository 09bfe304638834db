"""The status of a programme on a day: promised, contracted, energised, and what is said against it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, Tables, load_registry, load_tables
from stargauge.track.contradictions import Contradiction, contradictions_of
from stargauge.track.events import Claim, Event, claims_of, programme_events
from stargauge.track.measures import Measures, measures_of
from stargauge.track.pledges import PledgeStatus, headline, pledge_status
from stargauge.track.programmes import Directory, Programme
from stargauge.track.records import Records, known_records, newest_day
from stargauge.track.schedule import Correction, StepRecord, corrections, schedule_record
from stargauge.track.sites import NextStep, SiteStatus, known_sites

_EDITION = re.compile(r",? vintages? .*$")


@dataclass(frozen=True)
class Money:
    """Money promised by the headline pledge and what the tracker estimates to be in place; bn USD.

    `in_place_usd_b` and `planned_usd_b` are sums over the sites it estimates (`sites`), None where there are
    none. `deals` are the events of kind finance: contracts and purchases, never added up.
    """

    promised_usd_b: float | None
    in_place_usd_b: float | None
    planned_usd_b: float | None
    sites: tuple[str, ...]
    deals: tuple[Event, ...]


@dataclass(frozen=True)
class Earlier:
    """A site where building was seen before the programme's first pledge."""

    site_id: str
    site: str
    construction_start: date
    days_before: int


@dataclass(frozen=True)
class BegunBefore:
    """What began before the pledge: energised MW with all sites stand in the status, without them here."""

    first_pledge: str
    announced: str
    sites: tuple[Earlier, ...]
    without_facility_mw: float | None
    without_it_mw: float | None


@dataclass(frozen=True)
class ProgrammeStatus:
    """A programme on a day. Facility and IT MW are apart throughout and never added to each other.

    MW are None where no source says what is energised. `share` is the headline pledge's.
    """

    name: str
    as_of: date
    also_called: tuple[str, ...]
    headline: PledgeStatus | None
    share: float | None
    energised_facility_mw: float | None
    energised_it_mw: float | None
    sites_energised: int
    next_step: NextStep | None
    pledges: tuple[PledgeStatus, ...]
    sites: tuple[SiteStatus, ...]
    money: Money
    measures: Measures | None
    begun_before: BegunBefore | None
    claims: tuple[Claim, ...]
    contradictions: tuple[Contradiction, ...]
    schedule: tuple[StepRecord, ...]
    corrections: tuple[Correction, ...]
    events: tuple[Event, ...]
    sources: tuple[str, ...]


def track_programme(
    name: str, as_of: date | None = None, tables: Tables | None = None, registry: Registry | None = None
) -> ProgrammeStatus:
    """Return the status of one programme on a day.

    Args:
        name: A programme, a site or a pledge, by name or id, in any spelling; see `Directory.find`.
        as_of: Nothing known later is in the answer; the newest day on record where None.
        tables: The record tables; those shipped where None.
        registry: All facts; those shipped where None.

    Raises:
        InputError: If the name leads to no programme or to several, or nothing was known of it on the day.
    """
    tables = tables if tables is not None else load_tables()
    directory = Directory(tables)
    programme = directory.find(name).programme
    day = as_of if as_of is not None else newest_day(tables)
    records = known_records(day, tables, registry if registry is not None else load_registry())
    status = _status(programme, directory, records)
    if status is None:
        said = f"nothing was on record of {programme.name} on {day}; choose a later day"
        raise InputError("track", [Mistake(0, "as_of", said)], "nothing was looked up")
    return status


def track_all(
    as_of: date | None = None, tables: Tables | None = None, registry: Registry | None = None
) -> tuple[ProgrammeStatus, ...]:
    """Return the status of every programme of which anything was known on a day.

    Programmes with a tracked site come first; within each group, the larger promise in MW comes first.
    Arguments are those of `track_programme`.
    """
    tables = tables if tables is not None else load_tables()
    directory = Directory(tables)
    day = as_of if as_of is not None else newest_day(tables)
    records = known_records(day, tables, registry if registry is not None else load_registry())
    found = (_status(programme, directory, records) for programme in directory.programmes)
    return tuple(sorted((status for status in found if status is not None), key=_order))


def _order(status: ProgrammeStatus) -> tuple[bool, float, float, str]:
    promised = status.headline.promised_mw if status.headline else None
    return not status.sites, -(promised or 0.0), -(status.energised_facility_mw or 0.0), status.name


def _status(programme: Programme, directory: Directory, records: Records) -> ProgrammeStatus | None:
    sites = known_sites(programme, records)
    by_id = {site.site_id: site for site in sites}
    rows = [row for row in records.pledges if row["id"] in programme.pledge_ids]
    pledges = tuple(
        sorted(
            (pledge_status(row, by_id, records.as_of) for row in rows),
            key=lambda one: (one.announced_on, one.id),
        )
    )
    events = programme_events(programme.name, directory, records)
    measures = measures_of(programme, records.compute)
    if not (pledges or sites or events):
        return None
    main = headline(pledges)
    claims = claims_of(events, sites)
    followed = [site for site in sites if site.energised_facility_mw is not None]
    facility, it = _totals(followed)
    ahead = [
        step for site in sites for step in site.ahead if step.on is not None and step.origin == "tracker"
    ]
    return ProgrammeStatus(
        name=programme.name,
        as_of=records.as_of,
        also_called=programme.labels,
        headline=main,
        share=main.share if main else None,
        energised_facility_mw=facility,
        energised_it_mw=it,
        sites_energised=sum(site.is_energised for site in sites),
        next_step=min(ahead, key=lambda step: (step.on or date.max, step.site_id), default=None),
        pledges=pledges,
        sites=sites,
        money=_money(main, sites, events),
        measures=measures,
        begun_before=_begun_before(pledges, sites),
        claims=claims,
        contradictions=contradictions_of(events, pledges, sites, claims),
        schedule=tuple(step for site in sites for step in schedule_record(site, records)),
        corrections=tuple(one for site in sites for one in corrections(site, records)),
        events=events,
        sources=_sources(pledges, sites, events, measures),
    )


def _totals(sites: Iterable[SiteStatus]) -> tuple[float | None, float | None]:
    facility = [site.energised_facility_mw for site in sites if site.energised_facility_mw is not None]
    it = [site.energised_it_mw for site in sites if site.energised_it_mw is not None]
    return sum(facility) if facility else None, sum(it) if it else None


def _money(main: PledgeStatus | None, sites: tuple[SiteStatus, ...], events: tuple[Event, ...]) -> Money:
    estimated = [site for site in sites if site.capital_in_place_usd_b is not None]
    planned = [site.capital_planned_usd_b for site in estimated if site.capital_planned_usd_b is not None]
    return Money(
        promised_usd_b=main.capital_usd_b if main else None,
        in_place_usd_b=sum(site.capital_in_place_usd_b or 0.0 for site in estimated) if estimated else None,
        planned_usd_b=sum(planned) if planned else None,
        sites=tuple(site.site_id for site in estimated),
        deals=tuple(event for event in events if event.kind == "finance"),
    )


def _begun_before(pledges: tuple[PledgeStatus, ...], sites: tuple[SiteStatus, ...]) -> BegunBefore | None:
    """Return the sites seen building before the first pledge, None where there are none."""
    if not pledges:
        return None
    first = pledges[0]
    earlier = [
        Earlier(site.site_id, site.name, start, (first.announced_on - start).days)
        for site in sites
        if (start := site.construction_start) is not None and start < first.announced_on
    ]
    if not earlier:
        return None
    names = {one.site_id for one in earlier}
    without = [site for site in sites if site.site_id not in names and site.energised_facility_mw is not None]
    facility, it = _totals(without)
    return BegunBefore(first.id, first.announced, tuple(earlier), facility or 0.0, it or 0.0)


def _sources(
    pledges: tuple[PledgeStatus, ...],
    sites: tuple[SiteStatus, ...],
    events: tuple[Event, ...],
    measures: Measures | None,
) -> tuple[str, ...]:
    """Return the distinct sources; editions of one data set are one source."""
    lines = measures.lines if measures is not None else ()
    told = [one for line in lines for one in (line.promised, line.delivered) if one is not None]
    named = [
        *(one.source for one in pledges),
        *(one.source for one in sites),
        *(one.source for one in events),
        *(one.source for one in told),
    ]
    return tuple(sorted({_EDITION.sub("", source) for source in named if source}))

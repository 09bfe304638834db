"""Documents and strategies for the tests of StratML: small, hostile, and generated."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from lxml import etree

from stargauge.policy.plan import (
    FORMS,
    Action,
    Agency,
    Event,
    Judgement,
    LineageEntry,
    Pillar,
    Section,
    Strategy,
)
from stargauge.policy.plan.forms import fits
from stargauge.policy.plan.records import Identity, Record
from stargauge.policy.stratml.schema import CORE, PERFORMANCE
from stargauge.policy.stratml.tables import RECORDS, as_cells, columns

SHARED = Path(__file__).parents[2].parent / "shared" / "facts" / "stratml"

SCHEMA_FILES = {
    "core": "StrategicPlanISOVersion20140401.xsd",
    "performance": "PerformancePlanOrReport20160216.xsd",
}

SMALL = """<?xml version="1.0" encoding="UTF-8"?>
<StrategicPlan xmlns="urn:ISO:std:iso:17469:tech:xsd:stratml_core">
  <Name>Roads for all</Name>
  <StrategicPlanCore>
    <Organization><Name>Ministry of Works</Name><Identifier>_o</Identifier></Organization>
    <Goal>
      <Name>Roads</Name><Description>Build roads.</Description><Identifier>_g</Identifier>
      <Objective>
        <Name>North</Name><Description>Build the road to the north.</Description><Identifier>_n</Identifier>
        <SequenceIndicator>1.1</SequenceIndicator>
        <Stakeholder><Name>Road Office</Name></Stakeholder>
      </Objective>
    </Goal>
  </StrategicPlanCore>
  <AdministrativeInformation>
    <PublicationDate>2024-05-01</PublicationDate><Source>https://example.org/plan</Source>
  </AdministrativeInformation>
</StrategicPlan>
"""
"""A valid plan of somebody else, which lacks a place and a licence."""

GIVEN = {"place": "Somewhere", "licence": "free to use"}


def schema_file(kind: str) -> Path:
    """Return the published schema of a form, or skip the test where it is absent."""
    path = SHARED / SCHEMA_FILES[kind]
    if not path.is_file():
        pytest.skip(f"the schemas are not beside this checkout: ../shared/facts/stratml/{SCHEMA_FILES[kind]}")
    return path


def published_schema(kind: str) -> Any:
    return etree.XMLSchema(etree.parse(schema_file(kind)))


def form_of(kind: str) -> Any:
    return {"core": CORE, "performance": PERFORMANCE}[kind]


def write_rows(folder: Path, strategy: Strategy) -> Path:
    """Write a strategy as the files of the registry, by no code of the program's."""
    folder.mkdir()
    rows: dict[str, tuple[Record, ...]] = {
        "strategy.csv": (strategy.identity,),
        "pillars.csv": strategy.pillars,
        "sections.csv": strategy.sections,
        "agencies.csv": strategy.agencies,
        "actions.csv": strategy.actions,
        "events.csv": strategy.events,
        "judgements.csv": strategy.judgements,
        "lineage.csv": strategy.lineage,
    }
    for name, records in rows.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(RECORDS[name]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(as_cells(record) for record in records)
    return folder


RELEASED = date(2025, 3, 1)
"""Generated strategies are released on this day and have an edition up to two years later."""

_LETTERS = st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S"))
_ALPHABET = st.one_of(st.sampled_from(" :&<>\"';,|=]-_"), _LETTERS)
WORDS = st.text(_ALPHABET, min_size=1, max_size=30).filter(str.isprintable).map(str.strip).filter(bool)
LINES = st.one_of(
    WORDS,
    st.sampled_from(
        [
            "id: X",
            "Stargauge strategy, form 1",
            "lineage: L1",
            "]]>&amp;<!--",
            "a" * 400,
            "x  y",
            "section P: t",
        ]
    ),
)
IDENTIFIERS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.()+-]{0,5}", fullmatch=True)
ADDRESSES = st.one_of(
    st.just(""),
    st.sampled_from(["https://example.org/a?b=c#d", "http://example.org:8080/%20", "https://[x]/#a#b%zz"]),
    st.text(_LETTERS, max_size=10).filter(str.isprintable).map(lambda tail: f"https://{tail}"),
)


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


def _days(first: date, last: date) -> st.SearchStrategy[date]:
    return st.dates(first, max(first, last))


@st.composite
def _source(draw: Callable[..., Any]) -> dict[str, str]:
    return {
        "source": draw(LINES),
        "address": draw(ADDRESSES),
        "licence": draw(LINES),
        "confidence": draw(st.sampled_from(["A", "B", "C", "D", "unverified"])),
    }


@st.composite
def _agencies(draw: Callable[..., Any]) -> tuple[Agency, ...]:
    ids = draw(st.lists(IDENTIFIERS, unique=True, max_size=4))
    return tuple(Agency(id=one, name=draw(LINES), part_of=draw(_maybe(st.sampled_from(ids)))) for one in ids)


@st.composite
def _actions(
    draw: Callable[..., Any], sections: list[str], agencies: list[str], edition: date
) -> tuple[Action, ...]:
    actions: list[Action] = []
    for name in draw(st.lists(IDENTIFIERS, unique=True, min_size=1, max_size=6)):
        chosen = draw(st.lists(st.sampled_from(agencies), unique=True)) if agencies else []
        originals = [one.id for one in actions if one.repeats is None]
        actions.append(
            Action(
                id=name,
                section=draw(st.sampled_from(sections)),
                text=draw(LINES),
                verb=draw(st.sampled_from(["request", "rule_change", "other"])),
                lever=draw(st.sampled_from(["", "capital", "permitting_time"])),
                agencies=tuple(chosen),
                agencies_basis=draw(st.sampled_from(["stated", "implied"])) if chosen else "none",
                page=draw(_maybe(st.integers(1, 999))),
                repeats=draw(_maybe(st.sampled_from(originals))) if originals else None,
                added=draw(_maybe(_days(RELEASED, edition))),
            )
        )
    return tuple(draw(st.permutations(actions)))


@st.composite
def _event(draw: Callable[..., Any], name: str, actions: list[str], edition: date) -> Event:
    known = draw(_days(RELEASED - timedelta(days=90), edition))
    precision = draw(st.sampled_from(["day", "month", "year"]))
    form = draw(st.sampled_from(sorted(FORMS)))
    directions = [one for one in ("advances", "works_against", "mixed") if fits(FORMS[form], one)]
    return Event(
        id=name,
        date=draw(_days(date(2020, 1, 1), known if precision == "day" else edition)),
        date_precision=precision,
        known_from=known,
        actions=tuple(draw(st.lists(st.sampled_from(actions), unique=True, min_size=1))),
        event=draw(LINES),
        form=form,
        direction=draw(st.sampled_from(directions)),
        note=draw(st.one_of(st.just(""), LINES)),
        **draw(_source()),
    )


@st.composite
def _events(draw: Callable[..., Any], actions: list[str], edition: date) -> tuple[Event, ...]:
    names = draw(st.lists(IDENTIFIERS, unique=True, max_size=6))
    drawn = sorted((draw(_event(name, actions, edition)) for name in names), key=lambda one: one.order)
    events: list[Event] = []
    for event in drawn:
        if events and FORMS[event.form].effect == "undoes":
            undone = draw(st.lists(st.sampled_from([one.id for one in events]), unique=True))
            event = event.model_copy(update={"undoes": tuple(undone)})
        events.append(event)
    return tuple(events)


@st.composite
def strategies(draw: Callable[..., Any]) -> Strategy:
    """Generate a strategy that the registry accepts, with words that look like anything."""
    edition = draw(_days(RELEASED, RELEASED + timedelta(days=700)))
    pillars = draw(st.lists(st.integers(1, 9), unique=True, min_size=1, max_size=3))
    names = draw(st.lists(IDENTIFIERS, unique=True, min_size=1, max_size=4))
    sections = [Section(id=one, pillar=draw(st.sampled_from(pillars)), title=draw(LINES)) for one in names]
    agencies = draw(_agencies())
    actions = draw(_actions(names, [one.id for one in agencies], edition))
    events = draw(_events([one.id for one in actions if one.repeats is None], edition))
    pairs = [(event.id, action) for event in events for action in event.actions]
    judged = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    steps = draw(st.lists(IDENTIFIERS, unique=True, max_size=3))
    lineage = [
        LineageEntry(
            id=one,
            date=draw(_days(date(2019, 1, 1), date(2030, 1, 1))),
            known_from=draw(_days(date(2019, 1, 1), edition)),
            kind=draw(st.sampled_from(["order", "law", "release", "scheduled"])),
            event=draw(LINES),
            detail=draw(st.one_of(st.just(""), LINES)),
            **draw(_source()),
        )
        for one in steps
    ]
    return Strategy(
        identity=Identity(
            id=draw(IDENTIFIERS),
            title=draw(LINES),
            issuer=draw(LINES),
            place=draw(LINES),
            released=RELEASED,
            edition=edition,
            note=draw(st.one_of(st.just(""), LINES)),
            **draw(_source()),
        ),
        pillars=tuple(Pillar(id=one, title=draw(LINES)) for one in pillars),
        sections=tuple(sections),
        actions=actions,
        agencies=agencies,
        events=events,
        judgements=tuple(
            Judgement(event=event, action=action, stage=draw(st.integers(0, 3)), because=draw(LINES))
            for event, action in judged
        ),
        lineage=tuple(sorted(lineage, key=lambda one: (one.date, one.id))),
        digest="0" * 64,
    )

"""What must agree between the files of a strategy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from stargauge.errors import Mistake
from stargauge.policy.plan.records import (
    Action,
    Agency,
    Event,
    Identity,
    Judgement,
    LineageEntry,
    Pillar,
    Record,
    Section,
)
from stargauge.scenario.levers import LEVERS

Kind = TypeVar("Kind", bound=Record)
Located = list[tuple[int, Kind]]
"""Records with the line on which each begins."""

MOST_COMPARED = 500
"""Names among which a near one is looked for; more of them would take longer than the hint is worth."""

Found = Iterator[tuple[str, Mistake]]


@dataclass(frozen=True)
class Parts:
    """The rows of a strategy's files that are well formed, with their lines."""

    identity: Located[Identity]
    pillars: Located[Pillar]
    sections: Located[Section]
    actions: Located[Action]
    agencies: Located[Agency]
    events: Located[Event]
    judgements: Located[Judgement]
    lineage: Located[LineageEntry]


def cross_mistakes(parts: Parts, broken: set[str]) -> Found:
    """Yield file and mistake for all that does not agree between rows.

    Args:
        parts: The rows that are well formed.
        broken: Files with mistakes of their own: what refers to a row of them cannot be checked, or a row
            that did not load would be reported once more as unknown.
    """
    yield from _empty(parts, broken)
    yield from _twice("pillars.csv", [(line, str(one.id)) for line, one in parts.pillars])
    yield from _twice("sections.csv", [(line, one.id) for line, one in parts.sections])
    yield from _twice("actions.csv", [(line, one.id) for line, one in parts.actions])
    yield from _twice("agencies.csv", [(line, one.id) for line, one in parts.agencies])
    yield from _twice("events.csv", [(line, one.id) for line, one in parts.events])
    yield from _twice("lineage.csv", [(line, one.id) for line, one in parts.lineage])
    if "pillars.csv" not in broken:
        yield from _pillars(parts)
    if "sections.csv" not in broken:
        yield from _sections(parts)
    if "agencies.csv" not in broken:
        yield from _agencies(parts)
    yield from _levers(parts)
    if "actions.csv" not in broken:
        yield from _repeats(parts)
        yield from _event_actions(parts)
    if "events.csv" not in broken:
        yield from _undone(parts)
        yield from _judgements(parts)
    if parts.identity:
        yield from _days(parts)


def _empty(parts: Parts, broken: set[str]) -> Found:
    for name, rows in (
        ("pillars.csv", parts.pillars),
        ("sections.csv", parts.sections),
        ("actions.csv", parts.actions),
    ):
        if not rows and name not in broken:
            yield name, Mistake(0, "file", "has no row; a strategy has pillars, sections and actions")


def _twice(name: str, ids: Sequence[tuple[int, str]]) -> Found:
    first: dict[str, int] = {}
    for line, identity in ids:
        if identity in first:
            yield name, Mistake(line, "id", f'"{identity}" is already used in line {first[identity]}')
        first.setdefault(identity, line)


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1) if len(known) <= MOST_COMPARED else []
    return f'"{name}" is no {what}' + (f"; did you mean {close[0]}?" if close else "")


def _pillars(parts: Parts) -> Found:
    known = [str(pillar.id) for _, pillar in parts.pillars]
    for line, section in parts.sections:
        if str(section.pillar) not in known:
            yield "sections.csv", Mistake(line, "pillar", _unknown("pillar", str(section.pillar), known))


def _sections(parts: Parts) -> Found:
    known = [section.id for _, section in parts.sections]
    for line, action in parts.actions:
        if action.section not in known:
            yield "actions.csv", Mistake(line, "section", _unknown("section", action.section, known))


def _agencies(parts: Parts) -> Found:
    known = [agency.id for _, agency in parts.agencies]
    for line, agency in parts.agencies:
        if agency.part_of is not None and agency.part_of not in known:
            yield "agencies.csv", Mistake(line, "part_of", _unknown("agency", agency.part_of, known))
    for line, action in parts.actions:
        for name in action.agencies:
            if name not in known:
                yield "actions.csv", Mistake(line, "agencies", _unknown("agency", name, known))


def _levers(parts: Parts) -> Found:
    for line, action in parts.actions:
        if action.lever and action.lever not in LEVERS:
            yield "actions.csv", Mistake(line, "lever", _unknown("lever", action.lever, tuple(LEVERS)))


def _repeats(parts: Parts) -> Found:
    by_id = {action.id: action for _, action in parts.actions}
    for line, action in parts.actions:
        if action.repeats is None:
            continue
        if action.repeats not in by_id:
            said = _unknown("action", action.repeats, tuple(by_id))
            yield "actions.csv", Mistake(line, "repeats", said)
        elif by_id[action.repeats].repeats is not None:
            said = f"{action.repeats} is a repeat itself; name the action that it repeats"
            yield "actions.csv", Mistake(line, "repeats", said)


def _event_actions(parts: Parts) -> Found:
    by_id = {action.id: action for _, action in parts.actions}
    for line, event in parts.events:
        for name in event.actions:
            if name not in by_id:
                yield "events.csv", Mistake(line, "actions", _unknown("action", name, tuple(by_id)))
            elif by_id[name].repeats is not None:
                said = f"{name} repeats {by_id[name].repeats}; name that one, and both have the event"
                yield "events.csv", Mistake(line, "actions", said)


def _undone(parts: Parts) -> Found:
    by_id = {event.id: event for _, event in parts.events}
    for line, event in parts.events:
        for name in event.undoes:
            if name not in by_id:
                yield "events.csv", Mistake(line, "undoes", _unknown("event", name, tuple(by_id)))
            elif by_id[name].order >= event.order:
                yield "events.csv", Mistake(line, "undoes", f"{name} does not come before {event.id}")


def _judgements(parts: Parts) -> Found:
    by_id = {event.id: event for _, event in parts.events}
    first: dict[tuple[str, str], int] = {}
    for line, one in parts.judgements:
        pair = (one.event, one.action)
        if one.event not in by_id:
            said = _unknown("event", one.event, tuple(by_id))
            yield "judgements.csv", Mistake(line, "event", said)
        elif one.action not in by_id[one.event].actions:
            said = f"event {one.event} does not name {one.action}"
            yield "judgements.csv", Mistake(line, "action", said)
        if pair in first:
            said = f"{one.event} was judged for {one.action} in line {first[pair]}"
            yield "judgements.csv", Mistake(line, "event", said)
        first.setdefault(pair, line)


def _days(parts: Parts) -> Found:
    identity = parts.identity[0][1]
    for line, event in parts.events:
        if event.known_from > identity.edition:
            said = f"{event.known_from} is later than the edition of the strategy, {identity.edition}"
            yield "events.csv", Mistake(line, "known_from", said)
    for line, action in parts.actions:
        if action.added is not None and action.added < identity.released:
            said = f"{action.added} is before the release, {identity.released}; leave it empty"
            yield "actions.csv", Mistake(line, "added", said)

"""A strategy as of a day that stands on its own: nothing in it points at what was not there yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from stargauge.errors import InputError, Mistake
from stargauge.policy.plan.records import Action, Event
from stargauge.policy.plan.strategy import Strategy

NOTHING_EXPORTED = "nothing was exported"


def excerpt(strategy: Strategy, day: dt.date | None = None) -> Strategy:
    """Return what was on record on a day, pillar by pillar, as a strategy whose edition is that day.

    Sections and actions are brought into the order of their pillars, as StratML nests them; within a pillar
    their order stays. A day after the edition adds nothing, and the edition stays.

    Args:
        strategy: The strategy.
        day: Nothing known later is in the excerpt; all of it where None.

    Raises:
        InputError: It was not released by the day, or had no action yet.
    """
    known = strategy.as_of(day) if day is not None else strategy
    if not known.actions:
        said = f"on {day} {strategy.identity.title} had no action yet; choose a later day"
        raise InputError("plan", [Mistake(0, "as_of", said)], NOTHING_EXPORTED)
    edition = known.identity.edition if day is None else min(day, known.identity.edition)
    place = {pillar.id: number for number, pillar in enumerate(known.pillars)}
    actions = {action.id for action in known.actions}
    events = tuple(event for event in (_cut_event(event, actions) for event in known.events) if event.actions)
    kept = {event.id: event for event in events}
    return replace(
        known,
        identity=known.identity.model_copy(update={"edition": edition}),
        sections=tuple(sorted(known.sections, key=lambda one: place[one.pillar])),
        actions=tuple(
            sorted(
                (_cut_action(action, actions) for action in known.actions),
                key=lambda one: place[known.pillar_of(one.id)],
            )
        ),
        events=tuple(_cut_undone(event, kept) for event in events),
        judgements=tuple(
            one for one in known.judgements if one.event in kept and one.action in kept[one.event].actions
        ),
    )


def _cut_event(event: Event, actions: set[str]) -> Event:
    found = tuple(name for name in event.actions if name in actions)
    return event if found == event.actions else event.model_copy(update={"actions": found})


def _cut_undone(event: Event, kept: dict[str, Event]) -> Event:
    found = tuple(name for name in event.undoes if name in kept)
    return event if found == event.undoes else event.model_copy(update={"undoes": found})


def _cut_action(action: Action, actions: set[str]) -> Action:
    if action.repeats is None or action.repeats in actions:
        return action
    return action.model_copy(update={"repeats": None})

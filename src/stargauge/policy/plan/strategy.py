"""A strategy: its pillars, sections, actions and agencies, where it came from, and the events on record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

from stargauge.errors import InputError, Mistake
from stargauge.policy.plan.records import (
    Action,
    Agency,
    Event,
    Identity,
    Judgement,
    LineageEntry,
    Pillar,
    Section,
)


@dataclass(frozen=True)
class Strategy:
    """A national strategy as data. Nothing in it can be changed.

    `events` are in the order of rule 1 of `docs/plan.md`; `digest` is the SHA-256 of the files it was read
    from.
    """

    identity: Identity
    pillars: tuple[Pillar, ...]
    sections: tuple[Section, ...]
    actions: tuple[Action, ...]
    agencies: tuple[Agency, ...]
    events: tuple[Event, ...]
    judgements: tuple[Judgement, ...]
    lineage: tuple[LineageEntry, ...]
    digest: str

    @property
    def id(self) -> str:
        """The name that `load_strategy` finds it by."""
        return self.identity.id

    @cached_property
    def action_by_id(self) -> dict[str, Action]:
        """Every action by its id."""
        return {action.id: action for action in self.actions}

    @cached_property
    def section_by_id(self) -> dict[str, Section]:
        """Every section by its id."""
        return {section.id: section for section in self.sections}

    @cached_property
    def _judged(self) -> dict[tuple[str, str], Judgement]:
        return {(one.event, one.action): one for one in self.judgements}

    @cached_property
    def _events_by_action(self) -> dict[str, tuple[Event, ...]]:
        found: dict[str, list[Event]] = {}
        for event in self.events:
            for action in event.actions:
                found.setdefault(action, []).append(event)
        return {action: tuple(events) for action, events in found.items()}

    def original(self, action_id: str) -> str:
        """Return the id of the action that an action repeats, else its own."""
        return self.action_by_id[action_id].repeats or action_id

    def pillar_of(self, action_id: str) -> int:
        """Return the number of the pillar that an action is under."""
        return self.section_by_id[self.action_by_id[action_id].section].pillar

    def events_of(self, action_id: str) -> tuple[Event, ...]:
        """Return the events that bear on an action, or on the one it repeats, in order."""
        return self._events_by_action.get(self.original(action_id), ())

    def judgement(self, event_id: str, action_id: str) -> Judgement | None:
        """Return what a person judged an event to show about an action, None where its form decides."""
        return self._judged.get((event_id, self.original(action_id)))

    def actions_of_lever(self, lever: str) -> tuple[Action, ...]:
        """Return the actions behind a lever, in the order of the strategy."""
        return tuple(action for action in self.actions if action.lever == lever)

    @property
    def newest_day(self) -> dt.date:
        """The last day on which anything in the strategy became known."""
        return max([self.identity.released, *(event.known_from for event in self.events)])

    def as_of(self, day: dt.date) -> Strategy:
        """Return the strategy as it was on record on a day: nothing known later is in it.

        Raises:
            InputError: If it was not released by then.
        """
        if day < self.identity.released:
            said = f"{self.identity.title} was released on {self.identity.released}; choose a later day"
            raise InputError("plan", [Mistake(0, "as_of", f"on {day} there was no plan: {said}")], NOTHING)
        events = tuple(event for event in self.events if event.known_from <= day)
        known = {event.id for event in events}
        actions = tuple(one for one in self.actions if one.added is None or one.added <= day)
        return replace(
            self,
            actions=actions,
            events=events,
            judgements=tuple(one for one in self.judgements if one.event in known),
            lineage=tuple(one for one in self.lineage if one.known_from <= day),
        )


NOTHING = "nothing was looked up"

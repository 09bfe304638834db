"""How far each action has got as of a day: the rules of `docs/plan.md`, and nothing else.

A stage is 0 none found, 1 begun, 2 partly in force, 3 in force. It follows from the events on record and from
the judgements that are marked as such; see `forms.py` for what each form of event shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stargauge.policy.plan.forms import FORMS, WEAK_GRADES, WEAK_SHOWS
from stargauge.policy.plan.records import Event
from stargauge.policy.plan.strategy import Strategy

Why = Literal[
    "form", "judged", "weak evidence", "before the release", "lowered", "undoes", "undone", "no effect"
]


@dataclass(frozen=True)
class Step:
    """What one event did to the stage of an action.

    `shows` is the stage that the event shows, None where it shows none of its own; `why` names the rule that
    decided. An event that was undone later stands with `why` "undone" and moves nothing.
    """

    event: Event
    shows: int | None
    before: int
    after: int
    why: Why


@dataclass(frozen=True)
class ActionStage:
    """The stage of an action on a day, since when, and the steps that led there in order."""

    action: str
    stage: int
    since: dt.date | None
    steps: tuple[Step, ...]


def action_stage(
    strategy: Strategy, action_id: str, as_of: dt.date | None = None, *, judged: bool = True
) -> ActionStage:
    """Return how far an action has got, and why.

    Args:
        strategy: The strategy.
        action_id: Id of one of its actions.
        as_of: Nothing known later counts; everything on record where None.
        judged: Whether judgements count; without them only the forms of events decide.

    Returns:
        The stage, the day from which it holds (None at stage 0 with no event that moved it), and the steps.
    """
    events = [one for one in strategy.events_of(action_id) if as_of is None or one.known_from <= as_of]
    undone = undone_events(events)
    stage, since, steps = 0, None, []
    for event in events:
        step = _step(strategy, action_id, event, stage, event.id in undone, judged)
        if step.after != stage:
            stage, since = step.after, event.known_from
        steps.append(step)
    return ActionStage(action_id, stage, since, tuple(steps))


def stages(strategy: Strategy, as_of: dt.date | None = None, *, judged: bool = True) -> dict[str, int]:
    """Return the stage of every action that was part of the strategy on a day, in its order."""
    return {
        action.id: action_stage(strategy, action.id, as_of, judged=judged).stage
        for action in strategy.actions
        if as_of is None or action.added is None or action.added <= as_of
    }


def undone_events(events: Sequence[Event]) -> frozenset[str]:
    """Return the ids of events that a later withdrawal or suspension takes back (rules 6 and 8).

    A withdrawal that is itself taken back undoes nothing, so the newest is looked at first.
    """
    undone: set[str] = set()
    for event in sorted(events, key=lambda one: one.order, reverse=True):
        takes_back = FORMS[event.form].effect == "undoes" and event.confidence not in WEAK_GRADES
        if takes_back and event.id not in undone:
            undone |= set(event.undoes)
    return frozenset(undone)


def _step(strategy: Strategy, action_id: str, event: Event, stage: int, undone: bool, judged: bool) -> Step:
    if undone:
        return Step(event, None, stage, stage, "undone")
    weak = event.confidence in WEAK_GRADES
    judgement = strategy.judgement(event.id, action_id) if judged else None
    if judgement is not None:
        return _raised(event, judgement.stage, stage, "judged", weak)
    if event.known_from < strategy.identity.released:
        return Step(event, None, stage, stage, "before the release")
    form = FORMS[event.form]
    if form.effect == "undoes" and event.undoes and not weak:
        return Step(event, None, stage, stage, "undoes")
    if event.direction == "mixed":
        return Step(event, None, stage, stage, "no effect")
    if form.effect == "lowers" and not weak:
        return Step(event, None, stage, max(stage - 1, min(stage, 1)), "lowered")
    if form.effect == "shows" and event.direction == "advances":
        return _raised(event, form.shows, stage, "form", weak)
    return Step(event, None, stage, stage, "weak evidence" if weak else "no effect")


def _raised(event: Event, shows: int, stage: int, why: Why, weak: bool) -> Step:
    """Apply rules 3 and 8."""
    shown = min(shows, WEAK_SHOWS) if weak else shows
    return Step(event, shown, stage, max(stage, shown), "weak evidence" if shown < shows else why)

"""The performance indicators of an action: its stage over time, and the events on record."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from stargauge.policy.plan.forms import HIGHEST, STAGE_WORDS
from stargauge.policy.plan.records import Action, Event
from stargauge.policy.plan.status import action_stage
from stargauge.policy.plan.strategy import Strategy
from stargauge.policy.stratml.builder import Builder
from stargauge.policy.stratml.identifiers import identifier
from stargauge.policy.stratml.labels import written
from stargauge.policy.stratml.tables import as_cells

STAGE = "How far the action has got"
STAGE_UNIT = "stage: " + ", ".join(f"{number} {words}" for number, words in enumerate(STAGE_WORDS))
EVIDENCE = "Dated events on record that bear on the action"
EVIDENCE_UNIT = "event"

STAGE_NAME = "stage"

EVENT_LABELS = (
    "id", "date_precision", "known_from", "actions", "undoes", "source", "address", "licence", "confidence",
    "note",
)  # fmt: skip
"""Columns of an event that stand in labelled lines under its words; the other three have elements."""

JUDGEMENT_LABELS = ("judged_stage", "judged_because")


class Run(NamedTuple):
    """A stage and the first and last day on which it held."""

    first: dt.date
    last: dt.date
    stage: int


def stage_runs(strategy: Strategy, action: Action) -> tuple[Run, ...]:
    """Return the stages of an action one after the other, as each was on record on its days.

    They run from the release, or the day it joined, to the edition; from an earlier day where it had begun
    before. Where several events of one day move it, the day has the stage after the last. What was withdrawn
    later counts until then: the stage of a day never changes by what became known after it.
    """
    released = strategy.identity.released
    begin = max(released, action.added or released)
    days = sorted({begin, *(event.known_from for event in strategy.events_of(action.id))})
    starts: list[tuple[dt.date, int]] = []
    for day in days:
        stage = action_stage(strategy, action.id, day).stage
        waiting = stage == 0 and day < begin and not starts
        if not waiting and (not starts or starts[-1][1] != stage):
            starts.append((day, stage))
    edition = max(strategy.identity.edition, starts[-1][0])
    ends = [*(day - dt.timedelta(days=1) for day, _ in starts[1:]), edition]
    return tuple(Run(day, end, stage) for (day, stage), end in zip(starts, ends, strict=True))


def add_indicators(make: Builder, objective: Any, strategy: Strategy, action: Action) -> None:
    """Add the stage of an action over time, and its events where any bear on it.

    An action that repeats another has the stage of that one and points to it; its events stand there.
    """
    _add_stage(make, objective, strategy, action)
    events = strategy.events_of(action.id)
    if events and action.repeats is None:
        _add_evidence(make, objective, strategy, action, events)


def _add_indicator(make: Builder, objective: Any, name: str, dimension: str, unit: str) -> Any:
    element = make.add(objective, "PerformanceIndicator", PerformanceIndicatorType="Qualitative")
    make.add(element, "MeasurementDimension", dimension)
    make.add(element, "UnitOfMeasurement", unit)
    make.add(element, "Identifier", name)
    return element


def _add_stage(make: Builder, objective: Any, strategy: Strategy, action: Action) -> None:
    name = identifier(strategy.id, "stage", action.id)
    indicator = _add_indicator(make, objective, name, STAGE, STAGE_UNIT)
    if action.repeats is not None:
        peer = make.add(indicator, "Relationship", RelationshipType="Peer_To")
        make.add(peer, "ReferentIdentifier", identifier(strategy.id, "stage", action.repeats))
        make.add(peer, "Description", f"repeats {action.repeats}")
    instance = make.add(indicator, "MeasurementInstance")
    _add_level(make, make.add(instance, "TargetResult"), HIGHEST)
    for run in stage_runs(strategy, action):
        result = make.add(instance, "ActualResult")
        make.add(result, "StartDate", run.first.isoformat())
        make.add(result, "EndDate", run.last.isoformat())
        _add_level(make, result, run.stage)


def _add_level(make: Builder, result: Any, stage: int) -> None:
    make.add(result, "NumberOfUnits", str(stage))
    _add_descriptor(make, result, STAGE_NAME, STAGE_WORDS[stage])


def _add_descriptor(make: Builder, result: Any, name: str, value: str) -> None:
    descriptor = make.add(result, "Descriptor")
    make.add(descriptor, "DescriptorName", name)
    make.add(descriptor, "DescriptorValue", value)


def _add_evidence(
    make: Builder, objective: Any, strategy: Strategy, action: Action, events: tuple[Event, ...]
) -> None:
    name = identifier(strategy.id, "evidence", action.id)
    indicator = _add_indicator(make, objective, name, EVIDENCE, EVIDENCE_UNIT)
    instance = make.add(indicator, "MeasurementInstance")
    for event in events:
        cells = as_cells(event)
        result = make.add(instance, "ActualResult")
        make.add(result, "StartDate", _earliest(event).isoformat())
        make.add(result, "EndDate", cells["date"])
        _add_descriptor(make, result, event.form, event.direction)
        lines = [event.event, *written({label: cells[label] for label in EVENT_LABELS})]
        judgement = strategy.judgement(event.id, action.id)
        if judgement is not None:
            judged = dict(zip(JUDGEMENT_LABELS, (str(judgement.stage), judgement.because), strict=True))
            lines += written(judged)
        make.add(result, "Description", "\n".join(lines))


def _earliest(event: Event) -> dt.date:
    """Return the first day on which an event can have happened: a month or year is known by its last day."""
    if event.date_precision == "day":
        return event.date
    return event.date.replace(day=1, month=1 if event.date_precision == "year" else event.date.month)

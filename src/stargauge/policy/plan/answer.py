"""The answers of `stargauge plan`: what each command prints, and what `--json` writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stargauge.facts import Registry, load_registry
from stargauge.policy.plan.forms import STAGE_WORDS
from stargauge.policy.plan.levers import LeverLine, lever_lines
from stargauge.policy.plan.loading import DEFAULT_STRATEGY, load_strategy
from stargauge.policy.plan.panel import Panel, quarterly_panel
from stargauge.policy.plan.records import Action, LineageEntry, Section, as_plain
from stargauge.policy.plan.selection import select
from stargauge.policy.plan.status import ActionStage, Step, action_stage
from stargauge.policy.plan.strategy import Strategy

if TYPE_CHECKING:
    from rich.console import RenderableType

RECENT_DAYS = 90
"""How far back "moved lately" looks."""


@dataclass(frozen=True)
class ActionLine:
    """An action with its section and how far it has got."""

    action: Action
    section: Section
    status: ActionStage

    def count(self, direction: str) -> int:
        """Return how many events of a direction bear on it."""
        return sum(step.event.direction == direction for step in self.status.steps)


@dataclass(frozen=True)
class PlanAnswer:
    """Actions of a strategy on a day; `because` says what the query was taken for."""

    strategy: Strategy
    as_of: dt.date
    kind: str
    because: str
    lines: tuple[ActionLine, ...]

    def to_dict(self) -> list[dict[str, Any]]:
        """Return one entry an action, in the order of the strategy, each with its evidence."""
        return [_line_dict(self.strategy, line, self.as_of) for line in self.lines]

    def render(self) -> RenderableType:
        """Return the list of actions, or one action with all its evidence."""
        from stargauge.policy.plan.screens.actions import action_screen, list_screen

        return action_screen(self) if self.kind == "action" else list_screen(self)


@dataclass(frozen=True)
class StatusAnswer:
    """All actions of a strategy on a day, counted."""

    strategy: Strategy
    as_of: dt.date
    lines: tuple[ActionLine, ...]

    def counts(self, pillar: int | None = None, section: str | None = None) -> tuple[int, ...]:
        """Return how many actions stand at each stage, of a pillar, of a section, or of all."""
        chosen = [
            line.status.stage
            for line in self.lines
            if pillar in (None, line.section.pillar) and section in (None, line.section.id)
        ]
        return tuple(chosen.count(stage) for stage in range(len(STAGE_WORDS)))

    def moved(self, days: int = RECENT_DAYS) -> tuple[tuple[ActionLine, Step], ...]:
        """Return the steps that moved a stage in the days before, the newest first."""
        since = self.as_of - dt.timedelta(days=days)
        found = [
            (line, step)
            for line in self.lines
            for step in line.status.steps
            if step.after != step.before and step.event.known_from > since
        ]
        return tuple(sorted(found, key=lambda one: one[1].event.order, reverse=True))

    def to_dict(self) -> dict[str, Any]:
        """Return counts by pillar and section, the stage of each action, and what moved lately."""
        strategy = self.strategy
        return {
            "strategy": strategy.id,
            "as_of": self.as_of.isoformat(),
            "edition": strategy.identity.edition.isoformat(),
            "digest": strategy.digest,
            "stages": list(STAGE_WORDS),
            "actions": len(self.lines),
            "distinct": sum(line.action.repeats is None for line in self.lines),
            "counts": list(self.counts()),
            "pillars": [
                {"pillar": one.id, "title": one.title, "counts": list(self.counts(pillar=one.id))}
                for one in strategy.pillars
            ],
            "sections": [
                {
                    "section": one.id,
                    "pillar": one.pillar,
                    "title": one.title,
                    "counts": list(self.counts(section=one.id)),
                }
                for one in strategy.sections
            ],
            "by_action": [
                {
                    "id": line.action.id,
                    "pillar": line.section.pillar,
                    "section": line.section.id,
                    "stage": line.status.stage,
                    "since": _iso(line.status.since),
                }
                for line in self.lines
            ],
            "moved": [
                {"action": line.action.id, "from": step.before, "to": step.after, "event": step.event.id}
                for line, step in self.moved()
            ],
            "events": len(strategy.events),
            "judgements": len(strategy.judgements),
        }

    def render(self) -> RenderableType:
        """Return counts by pillar and section and what moved lately."""
        from stargauge.policy.plan.screens.status import status_screen

        return status_screen(self)


@dataclass(frozen=True)
class TimelineAnswer:
    """Where a strategy came from, how its stages moved by quarter, and which dates are set."""

    strategy: Strategy
    as_of: dt.date
    panel: Panel

    @property
    def past(self) -> tuple[LineageEntry, ...]:
        """The lineage up to the day."""
        return tuple(one for one in self.strategy.lineage if one.date <= self.as_of)

    @property
    def ahead(self) -> tuple[LineageEntry, ...]:
        """Dates that lie after the day."""
        return tuple(one for one in self.strategy.lineage if one.date > self.as_of)

    def to_dict(self) -> dict[str, Any]:
        """Return lineage, counts of stages by pillar and quarter, and dates ahead."""
        panel = self.panel
        return {
            "strategy": self.strategy.id,
            "as_of": self.as_of.isoformat(),
            "lineage": [as_plain(one) for one in self.past],
            "ahead": [as_plain(one) for one in self.ahead],
            "quarters": list(panel.quarters),
            "days": [day.isoformat() for day in panel.days],
            "stages": list(STAGE_WORDS),
            "counts": panel.counts().T.tolist(),
            "pillars": [
                {"pillar": one.id, "title": one.title, "counts": panel.counts(one.id).T.tolist()}
                for one in self.strategy.pillars
            ],
        }

    def render(self) -> RenderableType:
        """Return the lineage, a chart of stages by pillar and quarter, and the dates ahead."""
        from stargauge.policy.plan.screens.timeline import timeline_screen

        return timeline_screen(self)


@dataclass(frozen=True)
class LeversAnswer:
    """Every lever with the actions behind it and its effect, as known on a day."""

    strategy: Strategy
    as_of: dt.date
    lines: tuple[LeverLine, ...]

    def to_dict(self) -> list[dict[str, Any]]:
        """Return one entry a lever."""
        return [line.to_dict() for line in self.lines]

    def render(self) -> RenderableType:
        """Return levers with a sourced effect, then those that are tracked, not modelled."""
        from stargauge.policy.plan.screens.levers import lever_screen

        return lever_screen(self)


def plan(
    query: str | None = None, as_of: dt.date | None = None, strategy: str | Path = DEFAULT_STRATEGY
) -> PlanAnswer:
    """Answer `stargauge plan [ID|SECTION|AGENCY|LEVER]`: actions, how far each has got, on what evidence.

    Args:
        query: See `selection.select`; all actions where None.
        as_of: Nothing known later is in the answer; the edition of the strategy where None.
        strategy: Id of a strategy that ships, or the folder of another.

    Raises:
        InputError: If the strategy has mistakes, was not released by the day, or nothing fits the query.
    """
    known, day = _known(strategy, as_of)
    selection = select(known, query)
    lines = tuple(_line(known, action) for action in selection.actions)
    return PlanAnswer(known, day, selection.kind, selection.because, lines)


def plan_status(as_of: dt.date | None = None, strategy: str | Path = DEFAULT_STRATEGY) -> StatusAnswer:
    """Answer `stargauge plan status`: how many actions stand where on a day, and what moved lately.

    Arguments and errors are those of `plan`.
    """
    known, day = _known(strategy, as_of)
    return StatusAnswer(known, day, tuple(_line(known, action) for action in known.actions))


def plan_timeline(as_of: dt.date | None = None, strategy: str | Path = DEFAULT_STRATEGY) -> TimelineAnswer:
    """Answer `stargauge plan timeline`: lineage, stages by pillar and quarter, dates ahead.

    Arguments and errors are those of `plan`.
    """
    known, day = _known(strategy, as_of)
    return TimelineAnswer(known, day, quarterly_panel(known, day))


def plan_levers(
    as_of: dt.date | None = None,
    strategy: str | Path = DEFAULT_STRATEGY,
    registry: Registry | None = None,
) -> LeversAnswer:
    """Answer `stargauge plan levers`: the actions behind each lever, and what it does where a source says.

    Arguments and errors are those of `plan`; `registry` holds the facts, those shipped where None.
    """
    known, day = _known(strategy, as_of)
    facts = registry if registry is not None else load_registry()
    return LeversAnswer(known, day, lever_lines(known, facts, day))


def _known(strategy: str | Path, as_of: dt.date | None) -> tuple[Strategy, dt.date]:
    whole = load_strategy(strategy)
    day = as_of if as_of is not None else whole.identity.edition
    return whole.as_of(day), day


def _line(strategy: Strategy, action: Action) -> ActionLine:
    section = strategy.section_by_id[action.section]
    return ActionLine(action, section, action_stage(strategy, action.id))


def _line_dict(strategy: Strategy, line: ActionLine, as_of: dt.date) -> dict[str, Any]:
    action = line.action
    return {
        "id": action.id,
        "pillar": line.section.pillar,
        "section": line.section.id,
        "section_title": line.section.title,
        "text": action.text,
        "page": action.page,
        "verb": action.verb,
        "lever": action.lever,
        "agencies": list(action.agencies),
        "agencies_basis": action.agencies_basis,
        "repeats": action.repeats,
        "stage": line.status.stage,
        "stage_label": STAGE_WORDS[line.status.stage],
        "since": _iso(line.status.since),
        "as_of": as_of.isoformat(),
        "evidence": [_step_dict(strategy, action.id, step) for step in line.status.steps],
    }


def _step_dict(strategy: Strategy, action_id: str, step: Step) -> dict[str, Any]:
    event = step.event
    judgement = strategy.judgement(event.id, action_id)
    return {
        "event": event.id,
        "date": event.written,
        "known_from": event.known_from.isoformat(),
        "what": event.event,
        "form": event.form,
        "direction": event.direction,
        "before": step.before,
        "after": step.after,
        "shows": step.shows,
        "why": step.why,
        "judged_because": judgement.because if judgement is not None else "",
        "undoes": list(event.undoes),
        "source": event.source,
        "address": event.address,
        "licence": event.licence,
        "grade": event.confidence,
        "note": event.note,
    }


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()

"""What each lever buys: the actions behind it, and its physical effect where a source gives a size.

The names are those of `scenario.levers`; sizes are facts of the registry that feed the declared input. A
lever either declares where it acts and by which input, or says why it has none: then it is tracked, not
modelled. An effect that was not yet known on a day is tracked on that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from stargauge.errors import InputError, Mistake
from stargauge.facts import Fact, Registry
from stargauge.facts.reading import parse_rows, raise_mistakes
from stargauge.policy.plan.loading import DATA_FOLDER, NOT_LOADED
from stargauge.policy.plan.records import FilledWords, Record, Words
from stargauge.policy.plan.strategy import Strategy
from stargauge.scenario.levers import LEVERS

LEVER_TABLE = DATA_FOLDER / "levers.csv"

LeverState = Literal["sourced", "tracked"]


class LeverRow(Record):
    """One row of `levers.csv`: what a lever acts on and by which input, or why it is only tracked."""

    lever: FilledWords
    acts_on: Words = ""
    effect: Words = ""
    tracked_because: Words = ""


@dataclass(frozen=True)
class LeverLine:
    """A lever on a day.

    `actions` are those of the strategy that drive it. `fact` is the size of its effect at full intensity as
    known on the day; it is None for a lever that is tracked, and `because` says why.
    """

    name: str
    pillar: str
    meaning: str
    actions: tuple[str, ...]
    state: LeverState
    acts_on: str
    fact: Fact | None
    because: str

    @property
    def unit(self) -> str:
        """The unit of the effect, "" where there is none."""
        return self.fact.unit if self.fact is not None else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the lever as plain data."""
        fact = self.fact
        effect = None
        if fact is not None:
            effect = {
                "fact": fact.id,
                "input": effect_input(self.name),
                "unit": fact.unit,
                "distribution": {"kind": fact.distribution.kind, **fact.distribution.parameters},
                "median": float(fact.distribution.median),
                "source": fact.source,
                "address": fact.address,
                "grade": fact.confidence,
                "known_from": fact.known_from.isoformat(),
            }
        return {
            "lever": self.name,
            "pillar": self.pillar,
            "meaning": self.meaning,
            "actions": list(self.actions),
            "state": self.state,
            "acts_on": self.acts_on,
            "effect": effect,
            "because": self.because,
        }


def effect_input(lever: str) -> str:
    """Return the model input that holds the size of a lever's effect, "" for a lever that is tracked."""
    return next(row.effect for row in read_levers() if row.lever == lever)


def lever_lines(strategy: Strategy, registry: Registry, as_of: dt.date) -> tuple[LeverLine, ...]:
    """Return every lever with its actions and its effect as known on a day, in the order of the table.

    Args:
        strategy: Its actions are those behind the levers.
        registry: The facts; those known later than the day are left out.
        as_of: The day.
    """
    known = registry.as_of(as_of)
    lines = []
    for row in read_levers():
        lever = LEVERS[row.lever]
        fact, because = None, row.tracked_because
        if row.acts_on:
            try:
                fact = known.input(row.effect)
            except InputError:
                because = f"no size of its effect was known on {as_of}"
        lines.append(
            LeverLine(
                name=lever.name,
                pillar=lever.pillar,
                meaning=lever.meaning,
                actions=tuple(action.id for action in strategy.actions_of_lever(lever.name)),
                state="tracked" if fact is None else "sourced",
                acts_on=row.acts_on,
                fact=fact,
                because=because,
            )
        )
    return tuple(lines)


@cache
def read_levers(path: Path = LEVER_TABLE) -> tuple[LeverRow, ...]:
    """Return the declared table of levers.

    Raises:
        InputError: Listing every mistake: an unknown lever, one that is missing or stands twice, one in both
            groups or in neither.
    """
    found, mistakes = parse_rows(path, LeverRow, LeverRow.model_validate)
    if not mistakes:
        mistakes = [*_group_mistakes(found), *_name_mistakes(found)]
    raise_mistakes({path.name: mistakes}, NOT_LOADED)
    return tuple(row for _, row in found)


def _group_mistakes(found: Sequence[tuple[int, LeverRow]]) -> list[Mistake]:
    mistakes = []
    for line, row in found:
        if row.acts_on and row.tracked_because:
            said = "is given beside acts_on; a lever is in one group"
            mistakes.append(Mistake(line, "tracked_because", said))
        if bool(row.acts_on) != bool(row.effect):
            said = f"{row.lever} needs both what it acts on and the input that holds how much, or neither"
            mistakes.append(Mistake(line, "effect", said))
        if not row.acts_on and not row.tracked_because:
            said = f"{row.lever} is in neither group; say where it acts, or why it is tracked only"
            mistakes.append(Mistake(line, "acts_on", said))
    return mistakes


def _name_mistakes(found: Sequence[tuple[int, LeverRow]]) -> list[Mistake]:
    names = [row.lever for _, row in found]
    mistakes = [
        Mistake(line, "lever", f'"{row.lever}" is no lever of a scenario')
        for line, row in found
        if row.lever not in LEVERS
    ]
    mistakes += [
        Mistake(line, "lever", f'"{row.lever}" stands twice')
        for place, (line, row) in enumerate(found)
        if row.lever in names[:place]
    ]
    return mistakes + [Mistake(0, "lever", f"{name} is missing") for name in LEVERS if name not in names]

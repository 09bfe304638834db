"""Packages: which actions the names in a scenario's `policy` block stand for, and what becomes of them.

Statements do not contradict each other, whatever their order. An action that is *off* stays at the stage of
the as-of date, and a delay adds nothing to that; of several delays the longest holds; of several forced
stages the highest of those that have begun. A forced stage is a floor under all of it: what got further
stays further.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.policy.effects import read_levers
from stargauge.policy.plan.loading import load_strategy, strategy_names
from stargauge.policy.plan.selection import PILLAR_NUMERALS, named
from stargauge.policy.plan.strategy import Strategy
from stargauge.scenario import LEVERS, Policy, Scenario, Vocabulary, shipped_vocabulary

Floats = NDArray[np.float64]

ACTED_ON = "United States"
"""The country on which the levers of the model act."""

NOTHING_RUN = "nothing was run"


class PlanWords:
    """The names of plans that a scenario may use, as `scenario.PlanNames` asks for them."""

    def strategy_fault(self, strategy: str) -> str:
        """Return why a scenario cannot use a strategy, "" where it can."""
        ours = [name for name in strategy_names() if load_strategy(name).identity.place == ACTED_ON]
        if strategy in ours:
            return ""
        if strategy in strategy_names():
            place = load_strategy(strategy).identity.place
            return f"{strategy} is a plan of {place}, and levers act on the {ACTED_ON}; write {ours[0]}"
        close = get_close_matches(strategy, ours, n=1)
        return f"no such strategy; {'did you mean' if close else 'there is'} {ours[0]}{'?' if close else ''}"

    def name_fault(self, strategy: str, name: str) -> str:
        """Return why a name is nothing of a strategy that can be switched, "" where it is."""
        plan = load_strategy(strategy)
        found = named(plan, name)
        if found is None:
            kinds = "pillar, section, agency, action or lever of the plan"
            return f'"{_shown(name)}" is no {kinds}{_near(plan, name)}'
        if not found.actions and found.kind == "lever":
            lever = found.because.removeprefix("lever ").split(":")[0]
            return f"no action of the plan drives {lever}; set it under levers"
        return "" if found.actions else f"no action of the plan names {name}; name its actions instead"


@cache
def plan_vocabulary() -> Vocabulary:
    """Return the names that a scenario may use, those of plans among them."""
    return replace(shipped_vocabulary(), plans=PlanWords())


def check_names(scenario: Scenario) -> None:
    """Raise `InputError` with every name of a scenario's policy block that the plan does not know."""
    words, policy = PlanWords(), scenario.policy
    mistakes = []
    if wrong := words.strategy_fault(policy.strategy):
        mistakes.append(Mistake(0, "policy.strategy", wrong))
    else:
        for (field, *_), name in policy.names:
            if wrong := words.name_fault(policy.strategy, name):
                mistakes.append(Mistake(0, f"policy.{field}", wrong))
    if mistakes:
        raise InputError(scenario.name, mistakes, NOTHING_RUN)


def actions_named(strategy: Strategy, name: str) -> tuple[str, ...]:
    """Return the distinct actions a name stands for; one that repeats another is the other.

    An agency stands for the actions in which the plan states it or its words imply it, as `stargauge plan`
    lists them; agencies that are part of it stand for their own.
    """
    found = named(strategy, name)
    chosen = found.actions if found is not None else ()
    return tuple(dict.fromkeys(strategy.original(action.id) for action in chosen))


@dataclass(frozen=True)
class Switches:
    """What a scenario does with actions, in the order in which they are given.

    Attributes:
        still: (actions) whether an action stays where it is on the as-of date.
        delay: (actions) months by which it goes on later.
        least: (actions, months + 1) the lowest stage it can be at; column m holds m months after the as-of
            month, column 0 is that month itself.
    """

    still: NDArray[np.bool_]
    delay: Floats
    least: NDArray[np.int8]


def switches(strategy: Strategy, policy: Policy, actions: Iterable[str], months: tuple[str, ...]) -> Switches:
    """Return what a policy block does with actions.

    Args:
        strategy: Knows the names.
        policy: The block; its names are checked.
        actions: Ids of distinct actions.
        months: The as-of month and those after it, YYYY-MM.
    """
    ids = tuple(actions)
    place = {name: number for number, name in enumerate(ids)}

    def rows(name: str) -> list[int]:
        return [place[one] for one in actions_named(strategy, name) if one in place]

    still, delay = np.zeros(len(ids), dtype=np.bool_), np.zeros(len(ids))
    least = np.zeros((len(ids), len(months)), dtype=np.int8)
    for name in policy.off:
        still[rows(name)] = True
    for name, by in policy.delay.items():
        chosen = rows(name)
        delay[chosen] = np.maximum(delay[chosen], by)
    for name, forced in policy.force.items():
        first = next((n for n, month in enumerate(months) if n and month >= (forced.since or "")), None)
        chosen = rows(name)
        if first is not None:
            least[chosen, first:] = np.maximum(least[chosen, first:], forced.stage)
    return Switches(still, delay, least)


def remarks(scenario: Scenario) -> tuple[str, ...]:
    """Return, in words, what a scenario says of the plan that can move no result.

    Names must be known (`check_names`).
    """
    policy = scenario.policy
    strategy = load_strategy(policy.strategy)
    if scenario.as_of < strategy.identity.released:
        return (before_the_plan(strategy, scenario),)
    told = []
    for (field, *_), name in policy.names:
        levers = {strategy.action_by_id[one].lever for one in actions_named(strategy, name)}
        if not levers & set(read_levers()):
            tracked = sorted(levers - {""})
            drives = (
                f"its actions drive {', '.join(tracked)}, tracked only" if tracked else "it drives no lever"
            )
            told.append(f"policy.{field} {name}: {drives}")
        elif scenario.schedule == "announced":
            told.append(f"policy.{field} {name} under schedule: announced")
    if policy.execution == "frozen" and (policy.off or policy.delay):
        told.append("policy.off and policy.delay under execution: frozen, where nothing goes on anyway")
    return tuple(told)


def before_the_plan(strategy: Strategy, scenario: Scenario) -> str:
    """Return the sentence for a run as of a day on which there was no plan."""
    return (
        f"the plan ({strategy.id}): it was released on {strategy.identity.released}, after the as-of date "
        f"{scenario.as_of}; no lever of it is in force"
    )


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:60]


def _near(strategy: Strategy, name: str) -> str:
    known = [
        *(f"P{pillar.id}" for pillar in strategy.pillars),
        *(PILLAR_NUMERALS[pillar.id].upper() for pillar in strategy.pillars),
        *(section.id for section in strategy.sections),
        *(agency.id for agency in strategy.agencies),
        *(action.id for action in strategy.actions),
        *(lever for lever in LEVERS if strategy.actions_of_lever(lever)),
    ]
    by_case = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold()[:60], list(by_case), n=1, cutoff=0.5)
    return f"; did you mean {by_case[close[0]]}?" if close else "; for example II, P2.1, DOE or P2.1.3"

"""The game: players are the levers at work, a coalition is the scenario with those levers and no others.

A lever is at work where the plan goes on behind it, or where the scenario sets it. One that is off stays
where it was on the as-of date. Beside this stands a second reading, in which what is off was never decided:
pillars are its players, since that is how a plan is or is not made. A pillar that was never decided has
nothing of its own in force, whether a lever of it goes on, stands still or is set by the scenario; so the
same facts give the same world without a plan whatever a scenario switches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from stargauge.errors import InputError, Mistake
from stargauge.insight.attribution.shapley import merged
from stargauge.insight.trials import Levers, Undone, Variant
from stargauge.policy import Course, modelled_levers, read_levers
from stargauge.scenario import LEVERS, Scenario, changed

FULL = 1.0
MONTHS_PER_YEAR = 12
ONLY_SCENARIO = ""
"""The pillar of levers that no action of the plan drives."""


@dataclass(frozen=True)
class LeverGame:
    """A scenario's levers as players.

    `scenario` holds all of them at work; `players` are those of them that move in some month, `idle` those
    with a modelled effect that do not. `full_force` says that all are set to 1, in the place of the plan and
    of the scenario. `pillars` gives each pillar the places of its players; one that is at a standstill has
    none, and counts in the second reading alone. `driven` are the players behind which the plan goes on,
    `planned` all levers that some action of the plan drives: the second reading undoes these.
    """

    scenario: Scenario
    players: tuple[str, ...]
    idle: tuple[str, ...]
    full_force: bool
    off: Levers
    pillars: tuple[tuple[str, tuple[int, ...]], ...]
    driven: tuple[str, ...]
    planned: tuple[str, ...]

    def levers(self, coalition: int) -> Levers:
        """Return the levers of the scenario in which a coalition is at work and the other players are off."""
        working = {name for place, name in enumerate(self.players) if coalition >> place & 1}
        own = dict(self.scenario.levers)
        return {**own, **{name: steps for name, steps in self.off.items() if name not in working}}

    def undone(self, pillars: int) -> Undone:
        """Return the scenario in which only a coalition of pillars was ever decided."""
        never = {pillar for place, (pillar, _) in enumerate(self.pillars) if not pillars >> place & 1}
        gone = {name for name in (*self.players, *self.idle) if LEVERS[name].pillar in never}
        levers = {name: steps for name, steps in self.scenario.levers.items() if name not in gone}
        return Undone(levers, tuple(name for name in self.planned if name in gone))

    def variant(self, key: int) -> Variant:
        """Return what a key of `Design` stands for."""
        own = 1 << len(self.players)
        return self.levers(key) if key < own else self.undone(key - own)

    @property
    def two_readings(self) -> bool:
        """Whether the second reading says anything: something of the plan is at work."""
        return bool(self.driven) and not self.full_force

    @property
    def pillar_coalitions(self) -> tuple[int, ...]:
        """The coalition of levers of each coalition of pillars."""
        return merged([places for _, places in self.pillars])

    def in_words(self, lever: str) -> list[dict[str, Any]]:
        """Return the steps of a lever as a scenario file spells them."""
        return [step.canonical() for step in self.scenario.levers.get(lever, ())]


def lever_game(
    scenario: Scenario, course: Course, full_force: bool = False, position: bool = False
) -> LeverGame:
    """Return the game of a scenario's levers.

    Args:
        scenario: The scenario.
        course: What becomes of the plan in it.
        full_force: All modelled levers at 1 from the month after the as-of date, whatever plan and scenario
            make of them.
        position: Whether levers that act on position among blocs alone play too.

    Raises:
        InputError: Full force cannot be set, as no month of the run comes after the as-of date.
    """
    modelled = read_levers() if position else modelled_levers()
    if full_force:
        since = month_after(scenario.as_of)
        if since > scenario.end:
            message = f"{scenario.end}, and the levers would begin in {since}; choose a later end"
            raise InputError(scenario.name, [Mistake(0, "end", message)])
        full = [{"from": since, "intensity": FULL}]
        own = scenario.canonical()["levers"]
        scenario = changed(scenario, levers={**own, **dict.fromkeys(modelled, full)})
    named = [name for name in LEVERS if name in modelled]
    driven = tuple(name for name in named if _goes_on(scenario, course, name))
    players = tuple(name for name in named if name in driven or np.nansum(scenario.lever_path(name)) > 0.0)
    off = changed(scenario, levers=dict.fromkeys(players, 0.0)).levers if players else {}
    planned = tuple(name for name in named if name in course.levers)
    there = {*players, *planned} if driven else {*players}
    pillars = dict.fromkeys(LEVERS[name].pillar for name in named if name in there)
    return LeverGame(
        scenario=scenario,
        players=players,
        idle=tuple(name for name in named if name not in players),
        full_force=full_force,
        off=off,
        pillars=tuple(
            (pillar, tuple(i for i, name in enumerate(players) if LEVERS[name].pillar == pillar))
            for pillar in pillars
        ),
        driven=driven,
        planned=planned,
    )


def _goes_on(scenario: Scenario, course: Course, lever: str) -> bool:
    """Return whether the plan moves a lever in some month that the scenario leaves to it."""
    if lever not in course.levers or not np.isnan(scenario.lever_path(lever))[course.first + 1 :].any():
        return False
    own = course.lever == course.levers.index(lever)
    switches = course.switches
    moving = course.execution == "none" or (course.execution == "fitted" and not switches.still[own].all())
    return moving or bool(switches.least[own].any())


def month_after(day: date) -> str:
    """Return the month after that of a day, YYYY-MM."""
    year, month = day.year + day.month // MONTHS_PER_YEAR, day.month % MONTHS_PER_YEAR + 1
    return f"{year:04d}-{month:02d}"

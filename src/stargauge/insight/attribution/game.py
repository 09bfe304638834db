"""The game: players are the levers in force, a coalition is the scenario with those levers and no others.

A lever that is off stays where it was on the as-of date. Facts measured by then already hold what was in
force, so this is the only "off" that the facts can tell; a world in which no plan was ever made would need
them taken out of the facts again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from stargauge.errors import InputError, Mistake
from stargauge.insight.attribution.shapley import merged
from stargauge.insight.trials import Levers
from stargauge.policy import modelled_levers
from stargauge.scenario import LEVERS, Scenario, changed

FULL = 1.0
MONTHS_PER_YEAR = 12
ONLY_SCENARIO = ""
"""The pillar of levers that no action of the plan drives."""


@dataclass(frozen=True)
class LeverGame:
    """A scenario's levers as players.

    `scenario` holds all of them at work; `players` are those of them that are in force in some month,
    `idle` those with a modelled effect that are not. `assumed` says that the scenario named none and all were
    taken to be in full force. `pillars` gives each pillar with players the places of these.
    """

    scenario: Scenario
    players: tuple[str, ...]
    idle: tuple[str, ...]
    assumed: bool
    off: Levers
    pillars: tuple[tuple[str, tuple[int, ...]], ...]

    def levers(self, coalition: int) -> Levers:
        """Return the levers of the scenario in which a coalition is at work and the other players are off."""
        working = {name for place, name in enumerate(self.players) if coalition >> place & 1}
        return {
            name: steps if name in working or name not in self.off else self.off[name]
            for name, steps in self.scenario.levers.items()
        }

    @property
    def pillar_coalitions(self) -> tuple[int, ...]:
        """The coalition of levers of each coalition of pillars."""
        return merged([places for _, places in self.pillars])

    def in_words(self, lever: str) -> list[dict[str, Any]]:
        """Return the steps of a lever as a scenario file spells them."""
        return [step.canonical() for step in self.scenario.levers.get(lever, ())]


def lever_game(scenario: Scenario) -> LeverGame:
    """Return the game of a scenario's levers; of all modelled ones in full force where it names none of them.

    Raises:
        InputError: Full force cannot be set, as no month of the run comes after the as-of date.
    """
    modelled = modelled_levers()
    assumed = not any(name in scenario.levers for name in modelled)
    if assumed:
        since = month_after(scenario.as_of)
        if since > scenario.end:
            message = f"{scenario.end}, and the levers would begin in {since}; choose a later end"
            raise InputError(scenario.name, [Mistake(0, "end", message)])
        full = [{"from": since, "intensity": FULL}]
        own = scenario.canonical()["levers"]
        scenario = changed(scenario, levers={**own, **dict.fromkeys(modelled, full)})
    named = [name for name in LEVERS if name in modelled]
    players = tuple(name for name in named if np.nansum(scenario.lever_path(name)) > 0.0)
    off = changed(scenario, levers=dict.fromkeys(players, 0.0)).levers if players else {}
    pillars = dict.fromkeys(LEVERS[name].pillar for name in players)
    return LeverGame(
        scenario=scenario,
        players=players,
        idle=tuple(name for name in named if name not in players),
        assumed=assumed,
        off=off,
        pillars=tuple(
            (pillar, tuple(i for i, name in enumerate(players) if LEVERS[name].pillar == pillar))
            for pillar in pillars
        ),
    )


def month_after(day: date) -> str:
    """Return the month after that of a day, YYYY-MM."""
    year, month = day.year + day.month // MONTHS_PER_YEAR, day.month % MONTHS_PER_YEAR + 1
    return f"{year:04d}-{month:02d}"

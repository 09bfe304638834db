"""The chain of stages of actions in continuous time, walked future by future in a compiled step."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOVES = 16
"""Moves that an action may make in a future; further ones are left out. At the fitted hazards the chance that
one of a hundred actions makes as many in ten years is below one in a million."""

LUCK = 1 + 2 * MOVES
"""Uniform draws of an action: its stage now, then the wait and the direction of each move."""

HAZARDS = 5
BEGIN, ADVANCE, COMPLETE, REVERSE, SKIP = range(HAZARDS)
"""Places of the hazards, per month, and of the share that skips stage 1."""

FITTED, FROZEN, NONE = range(3)
"""What becomes of the plan after the as-of date."""


@step
def walk_actions(
    pick: Ints,
    luck: Floats,
    start: Floats,
    rates: Floats,
    group: Ints,
    lever: Ints,
    count: Floats,
    values: Floats,
    since: float,
    execution: int,
    still: NDArray[np.bool_],
    delay: Floats,
    least: NDArray[np.int8],
    undone: NDArray[np.bool_],
    first: int,
    level: Floats,
) -> None:
    """Write how far levers are in force; all of it is described at `Course`.

    Args:
        pick: (futures) which draw of the posterior a future has.
        luck: (futures, actions, `LUCK`) uniform draws.
        start: (draws, actions, 3) chance that the stage on the last day of the record is at most 0, 1, 2.
        rates: (draws, groups, 5) hazards.
        group: (actions) group of each.
        lever: (actions) lever that each drives.
        count: (levers) actions behind each.
        values: (4) what a stage is worth.
        since: Months from the last day of the record to the as-of date.
        execution: `FITTED`, `FROZEN` or `NONE`.
        still: (actions) stays where it is on the as-of date.
        delay: (actions) months by which it goes on later.
        least: (actions, columns) lowest stage.
        undone: (levers) set to nothing after the as-of month.
        first: The as-of month; it holds column 0, as do the months before it.
        level: (futures, levers, months) written.
    """
    months = level.shape[2]
    for f in range(pick.size):
        d = pick[f]
        for row in range(level.shape[1]):
            for month in range(months):
                level[f, row, month] = 0.0
        for a in range(group.size):
            stage = 0
            while stage < 3 and luck[f, a, 0] > start[d, a, stage]:
                stage += 1
            g, row = group[a], lever[a]
            made, due = 0, -since
            target = stage
            for column in range(max(1, months - first)):
                until = float(column)
                until = 0.0 if still[a] or execution == FROZEN else max(0.0, until - delay[a])
                # `due` is the time of the next move, `target` where it leads; at first neither is drawn.
                while due <= until:
                    stage = target
                    if made == MOVES:
                        due = np.inf
                        break
                    wait, way = luck[f, a, 1 + 2 * made], luck[f, a, 2 + 2 * made]
                    up = 0.0 if stage == 3 else rates[d, g, stage]
                    down = 0.0 if stage == 0 else rates[d, g, REVERSE]
                    if up + down <= 0.0:
                        due = np.inf
                        break
                    if way * (up + down) < up:
                        target = 2 if stage == 0 and way < rates[d, g, SKIP] else stage + 1
                    else:
                        target = stage - 1
                    due += -math.log(wait) / (up + down)
                    made += 1
                shown = 0 if execution == NONE and column > 0 else stage
                if least[a, column] > shown:
                    shown = least[a, column]
                if column > 0 and undone[row]:
                    shown = 0
                begin = 0 if column == 0 else first + column
                for month in range(begin, first + column + 1):
                    if month < months:
                        level[f, row, month] += values[shown]
        for row in range(level.shape[1]):
            for month in range(months):
                level[f, row, month] /= count[row]

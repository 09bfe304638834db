"""Rows as they are needed: solve, screen every pair of element and outage, add what is violated, again.

The last round finds nothing: its dispatch violates no pair by more than the tolerance, and its programme has
fewer rows than the full one, so that its optimum is the full one's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.program import Program
from stargauge.grid.redispatch.rules import TOLERANCE_MW
from stargauge.grid.redispatch.solver import SolverError
from stargauge.grid.redispatch.violations import Pairs, screen

Floats = NDArray[np.float64]

ROUNDS = 200
"""Rounds after which something is wrong; six are usual."""


ROWS_A_ROUND = 500
"""Rows added in one round at most: the worst ones. A wild dispatch violates thousands that never matter."""

MOVEMENT_COST = 1e-3
"""Cost of a MW of movement beside a MW of load, while a programme has few rows."""


@dataclass(frozen=True)
class Settled:
    """An optimum that no pair contradicts.

    Attributes:
        value: (columns,) of the programme.
        before_mw: (m,) flows with nothing out, MW.
        after_mw: (m,) flows with what is curtailed after an outage, intact network, MW.
        rounds: Solves it took.
    """

    value: Floats
    before_mw: Floats
    after_mw: Floats
    rounds: int


def settle(program: Program, cost: Floats) -> Settled:
    """Return the optimum of a programme over all pairs; those that matter have rows afterwards.

    Args:
        program: The programme.
        cost: (columns,) the objective.

    Raises:
        SolverError: The solver failed, or violates rows that it has.
    """
    desk = program.desk
    program.aim(cost)
    for rounds in range(1, ROUNDS + 1):
        value = program.solve()
        before, after = desk.flows(program.moved_mw(value), program.loads, program.load_mw(value))
        allowed = desk.allowed if not program.is_elastic else program.allowed_now()
        over = screen(
            desk.model, desk.islands, desk.limits, allowed, before, after, TOLERANCE_MW, desk.workers
        )
        if not over.element.size:
            return Settled(value, before, after, rounds)
        desk.tell(f"round {rounds}: {over.element.size:,} pairs over, {program.pairs.element.size:,} rows")
        if not program.add(_worst_of_each(over)):
            raise SolverError(
                f"the solver leaves {over.element.size} limits of {desk.model.network.name} violated, "
                f"the worst by {over.over_mw[0]:.2g} MW"
            )
    raise SolverError(f"no dispatch of {desk.model.network.name} was found in {ROUNDS} rounds")


def approach(program: Program, cost: Floats) -> Settled:
    """Return the optimum of a programme that has few rows yet, coming from the present dispatch.

    Without rows all dispatches are equally good, and the solver would pick one that violates millions of
    pairs. A small cost on movement keeps the first ones near the present one; it is then taken away, and what
    follows starts from there.

    Args:
        program: A programme with upward and downward changes of output apart.
        cost: (columns,) the objective, 0 for changes of output.

    Raises:
        SolverError: The solver failed.
    """
    timid = np.array(cost)
    timid[: program.unit_columns] = -MOVEMENT_COST * (np.abs(cost).max() or 1.0)
    first = settle(program, timid)
    settled = settle(program, cost)
    return replace(settled, rounds=first.rounds + settled.rounds)


def _worst_of_each(over: Pairs) -> Pairs:
    """Return the worst pair of each element, as many as one round adds: its others are mostly met with it."""
    _, first = np.unique(over.element, return_index=True)
    return over.take(np.sort(first)[:ROWS_A_ROUND])

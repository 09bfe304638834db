"""The dispatch that takes a load with the least movement of units: which ones a redispatch needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.desk import Desk, Load
from stargauge.grid.redispatch.program import Program
from stargauge.grid.redispatch.rounds import Settled, settle
from stargauge.grid.redispatch.violations import Pairs

Floats = NDArray[np.float64]

ROOM_MW = 1e-3
"""Loads may be smaller by this than at their optimum: at the optimum itself hardly any dispatch is left."""


def least_movement(
    desk: Desk, loads: Sequence[Load], load_mw: Floats, pairs: Pairs
) -> tuple[Floats, Settled]:
    """Return the changes of output (units,), MW, of least total movement, and their flows.

    Args:
        desk: Network, units and limits.
        loads: The loads.
        load_mw: (loads,) their size, MW.
        pairs: Pairs that are known to matter.

    Raises:
        SolverError: The solver failed.
    """
    program = Program(desk, loads, split=True)
    for number, size in enumerate(load_mw):
        program.bound(program.load_column(number), max(float(size) - ROOM_MW, 0.0), float(size))
    cost = np.zeros(program.columns)
    cost[: program.unit_columns] = -1.0
    program.aim(cost)
    program.add(pairs)
    settled = settle(program)
    return program.moved_mw(settled.value), settled

"""The dispatch that takes a load with the least movement of units: which ones a redispatch needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.redispatch.desk import Desk, Load
from stargauge.grid.redispatch.frames import MOVED_MW
from stargauge.grid.redispatch.program import Program
from stargauge.grid.redispatch.rounds import Settled, settle
from stargauge.grid.redispatch.violations import Pairs

Floats = NDArray[np.float64]

ROOM_MW = 1e-3
"""Loads may be smaller by this than at their optimum: at the optimum itself hardly any dispatch is left."""


SHARES = (1.0, 0.99, 0.95, 0.9, 0.75, 0.5)
"""Shares of the most load at which the least movement is told: the last MW can take most of it."""


def movement_frame(desk: Desk, load: Load, most_mw: float, pairs: Pairs, first: Floats) -> pl.DataFrame:
    """Return the least movement at shares of the most load: share, mw, moved_mw (upwards), units.

    Args:
        desk: Network, units and limits.
        load: The load.
        most_mw: The most of it, MW.
        pairs: Pairs that are known to matter.
        first: (units,) changes of output at the whole of it, MW.

    Raises:
        SolverError: The solver failed.
    """
    rows = []
    for share in SHARES:
        size = np.array([most_mw * share])
        moved = first if share == 1.0 else least_movement(desk, [load], size, pairs)[0]
        rows.append(
            {
                "share": share,
                "mw": most_mw * share,
                "moved_mw": float(np.maximum(moved, 0.0).sum()),
                "units": int((np.abs(moved) >= MOVED_MW).sum()),
            }
        )
    kinds = {"share": pl.Float64, "mw": pl.Float64, "moved_mw": pl.Float64, "units": pl.Int64}
    return pl.DataFrame(rows, schema=kinds)


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
    program.add(pairs)
    settled = settle(program, cost)
    return program.moved_mw(settled.value), settled

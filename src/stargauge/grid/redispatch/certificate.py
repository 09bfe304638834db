"""What no dispatch can pass: an upper bound on the optimum from its duals, whatever solver made them.

For any multipliers y of rows, c x = y A x + (c - y A) x, and each term is at most its value at a bound
(weak duality of linear programming). Factors are taken from the network again, not from the solver.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.program import Program

Floats = NDArray[np.float64]


def upper_bound(program: Program) -> float:
    """Return a number that the objective of the programme solved last cannot pass."""
    side_dual, pair_dual = program.duals()
    kept = np.flatnonzero(pair_dual)
    pairs = program.pairs.take(kept)
    dual = pair_dual[kept]
    columns = program.columns
    reduced = np.zeros(columns)
    reduced[: program.cost.size] = program.cost
    units = program.signed(program.unit_coefficients(pairs))
    reduced[: program.unit_columns] -= dual @ units
    first = program.unit_columns
    reduced[first : first + len(program.loads)] -= dual @ program.load_coefficients(pairs)
    total = _at_bounds(dual, -program.held_mw(pairs), program.held_mw(pairs)) - float(
        dual @ program.now_mw(pairs)
    )
    for multiplier, (low, high, coefficient) in zip(side_dual, program.side, strict=True):
        if np.isinf(high if multiplier > 0 else low):
            continue  # any multipliers will do, and one of rounding must not meet an infinite bound
        reduced[: coefficient.size] -= multiplier * coefficient
        total += _at_bounds(np.array([multiplier]), np.array([low]), np.array([high]))
    return total + _at_bounds(reduced, program.low[:columns], program.high[:columns])


def _at_bounds(multiplier: Floats, low: Floats, high: Floats) -> float:
    """Return the most that multipliers times values between bounds can be."""
    return float((multiplier * np.where(multiplier > 0, high, low)).sum())

"""Solves for sixteen right-hand sides at a time: sparse on the way down the factor, dense on the way up.

`touched` marks the rows of x that the right-hand sides have reached; rows not touched count as zero and hold
leftovers until then. A full backward sweep clears the marks. Row n of x, the reference, must be zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import inner
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.lanes import at, everywhere, load, store

Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]


@inner
def inject(x: Floats, touched: Flags, row: int, lane: int, amount: float, first: int) -> int:
    """Add to a right-hand side and return the lowest row touched so far; the reference takes nothing."""
    if row >= x.shape[0] - 1:
        return first
    if touched[row] == 0:
        touched[row] = 1
        store(x, row, everywhere(0.0))
    x[row, lane] += amount
    return min(row, first)


@inner
def forward(factor: Factor, x: Floats, touched: Flags, first: int) -> None:
    """Solve with L, from row `first` upwards."""
    for column in range(first, factor.start.size - 1):
        if at(touched, column) == 0:
            continue
        known = load(x, column)
        for p in range(at(factor.start, column), at(factor.start, column + 1)):
            row = at(factor.row, p)
            if at(touched, row) == 0:
                touched[row] = 1
                store(x, row, known * -at(factor.value, p))
            else:
                store(x, row, load(x, row) - known * at(factor.value, p))


@inner
def back(factor: Factor, x: Floats, touched: Flags, column: int) -> Any:
    """Solve one row with D and the transpose of L, all later rows being solved; return it as lanes."""
    total = everywhere(0.0)
    if at(touched, column) != 0:
        touched[column] = 0
        total = load(x, column) * at(factor.inverse_diagonal, column)
    other = everywhere(0.0)  # two sums, so that one need not wait for the other
    p = at(factor.start, column)
    end = at(factor.start, column + 1)
    while p + 1 < end:
        total = total - load(x, at(factor.row, p)) * at(factor.value, p)
        other = other - load(x, at(factor.row, p + 1)) * at(factor.value, p + 1)
        p += 2
    if p < end:
        total = total - load(x, at(factor.row, p)) * at(factor.value, p)
    total = total + other
    store(x, column, total)
    return total


@inner
def backward(factor: Factor, x: Floats, touched: Flags, down_to: int) -> None:
    """Solve all rows from the last down to `down_to`."""
    for column in range(factor.start.size - 2, down_to - 1, -1):
        back(factor, x, touched, column)

"""Finds the buses that the other tables of a file name by number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def bus_positions(ids: ArrayLike, wanted: ArrayLike) -> NDArray[np.int64]:
    """Return the row of each wanted bus number, -1 where there is no such bus.

    Args:
        ids: (n,) bus numbers.
        wanted: (k,) bus numbers to find.
    """
    numbers, asked = np.asarray(ids, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    if not numbers.size:
        return np.full(asked.shape, -1, dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    place = np.minimum(np.searchsorted(numbers[order], asked), numbers.size - 1)
    found: NDArray[np.int64] = np.where(numbers[order][place] == asked, order[place], -1).astype(np.int64)
    return found

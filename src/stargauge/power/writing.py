"""How kernels walk futures and write results: in chunks, and a cache line of months at a time."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK = 40
"""Futures walked together; the fastest of a few sizes tried."""


LINE = 8
"""Months kept back and written together: a cache line of the results, which lie by future, then by month."""


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def write_months(kept: Floats, first: int, count: int, low: int, sign: float, out: Floats) -> None:
    """Add months that were kept back to the results, in place.

    Args:
        kept: (months, rows, futures) values of a few months.
        first: Month of the first of them.
        count: How many there are.
        low: First future of the chunk.
        sign: Factor on the values.
        out: (all futures, rows, all months) increased.
    """
    rows, size = kept.shape[1], kept.shape[2]
    for k in range(size):
        for row in range(rows):
            for slot in range(count):
                out[low + k, row, first + slot] += sign * kept[slot, row, k]

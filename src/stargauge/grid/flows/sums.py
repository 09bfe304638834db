"""Sums by group, typed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sum_by(group: NDArray[np.integer], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the sum of `values` in each of `count` groups, (count,); `group` numbers them from 0."""
    sums: NDArray[np.float64] = np.bincount(group, values, count).astype(np.float64, copy=False)
    return sums

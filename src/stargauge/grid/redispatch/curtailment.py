"""How much load fits if some hours may be curtailed, from the capacity of every hour.

A load of M MW is cut in an hour of capacity C < M, to C. Cut hours are the share of hours with C < M; cut
energy is sum (M - C)+ over hours of M.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDING = 1e-9
"""Shares of hours are compared with this much room: 1 % of 8,760 hours is 87.6."""


def by_hours(capacity_mw: Floats, share: float) -> float:
    """Return the largest load of which at most `share` of hours is curtailed, MW."""
    ordered = np.sort(capacity_mw)
    cut = int(np.floor(share * ordered.size + ROUNDING))
    return float(ordered[min(cut, ordered.size - 1)])


def by_energy(capacity_mw: Floats, share: float) -> float:
    """Return the largest load of which at most `share` of energy is curtailed, MW.

    With the k smallest capacities cut, the cut energy is k M - (sum of these), so that the share is met up to
    M = sum / (k - share hours); the answer is the first k for which that M does not reach the next capacity.
    """
    ordered = np.sort(capacity_mw)
    hours = ordered.size
    total = 0.0
    for k in range(1, hours + 1):
        total += float(ordered[k - 1])
        room = k - share * hours
        if room <= 0:
            continue
        load = total / room
        if k == hours or load <= ordered[k]:
            return max(load, float(ordered[k - 1]))
    return float(ordered[-1])


def cut_shares(capacity_mw: Floats, load_mw: float) -> tuple[float, float]:
    """Return the shares of hours and of energy that a load is cut, each 0 to 1."""
    if load_mw <= 0:
        return 0.0, 0.0
    missing = np.maximum(load_mw - capacity_mw, 0.0)
    room = ROUNDING * max(load_mw, 1.0)
    return float((missing > room).mean()), float(missing.mean() / load_mw)


def hourly(level: Floats, capacity_mw: Floats, factors: Floats) -> Floats:
    """Return the capacity of each hour, on the straight line between the levels of load beside it, MW.

    Args:
        level: (levels,) load factors, ascending.
        capacity_mw: (levels,) capacity there.
        factors: (hours,) load factors, none outside the levels.

    The line is a lower bound where nothing is over its limit before the load: the capacity is then the
    optimum of a linear programme whose bounds move on a line, and so concave in the load.
    """
    return np.interp(factors, level, capacity_mw)


def levels_of(factors: Floats, count: int, share: float | None) -> Floats:
    """Return levels of load, ascending: evenly spaced, and the one that decides if a share of hours is cut.

    With that one there, the answer by hours is exact wherever the capacity falls with the load.
    """
    levels = np.linspace(factors.min(), factors.max(), count)
    levels[0], levels[-1] = factors.min(), factors.max()
    if share is not None:
        cut = min(int(np.floor(share * factors.size + ROUNDING)), factors.size - 1)
        levels = np.append(levels, np.sort(factors)[factors.size - 1 - cut])
    return np.unique(levels)

"""Plants of their own: nuclear restarts and uprates, and enhanced geothermal that learns by drilling."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def finish_late(due: Floats, step: Floats, begin: int) -> Floats:
    """Return MW finished by each month when a share `step` of what is due is finished a month.

    Args:
        due: (months) MW due a month; what is due before `begin` waits for it.
        step: (futures) share finished a month, in (0, 1].
        begin: First month in which anything is finished.

    Returns:
        (futures, months) cumulative MW, never above what is due by then.
    """
    months = due.size
    done = np.zeros((step.size, months))
    for future in range(step.size):
        stock = 0.0
        built = 0.0
        for month in range(months):
            stock += due[month]
            if month >= begin:
                finished = stock * step[future]
                stock -= finished
                built += finished
            done[future, month] = built
    return done


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def drill(
    committed: Floats,
    rate: Floats,
    learning: Floats,
    drilling_share: float,
    response: Floats,
    first: float,
    begin: int,
) -> tuple[Floats, Floats]:
    """Return enhanced geothermal MW by month, and its cost relative to today's.

    Cost falls with cumulative MW in its drilling part alone: `1 - d + d (x / x0)^log2(1 - l)`. The rate of
    new projects rises by `response` percent for each percent of cost removed.

    Args:
        committed: (futures, months) cumulative MW of what is being built.
        rate: (futures) MW a month once the committed plant is due, at today's cost.
        learning: (futures) fall of drilling cost with each doubling.
        drilling_share: Share of drilling in today's cost.
        response: (futures) elasticity of the rate to cost.
        first: MW from which doublings are counted.
        begin: Month from which projects follow the committed plant.

    Returns:
        (futures, months) cumulative MW, and (futures, months) cost over today's.
    """
    futures, months = committed.shape
    total = np.empty((futures, months))
    cost = np.empty((futures, months))
    for future in range(futures):
        exponent = np.log2(1.0 - learning[future])
        more = 0.0
        for month in range(months):
            built = committed[future, month] + more
            doubled = max(built, first) / first
            relative = 1.0 - drilling_share + drilling_share * doubled**exponent
            cost[future, month] = relative
            total[future, month] = built
            if month >= begin:
                more += rate[future] * relative ** (-response[future])
    return total, cost


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def count_projects(built: Floats, share: Floats, rating: Floats, firm: Floats) -> None:
    """Add plants that are shared over regions to `firm`, in place.

    Args:
        built: (futures, months) cumulative MW of nameplate.
        share: (regions) share of each region.
        rating: (regions, seasons, months) accredited share of nameplate.
        firm: (futures, regions, seasons, months) accredited MW, increased.
    """
    futures, months = built.shape
    for future in range(futures):
        for region in range(share.size):
            if share[region] > 0.0:
                for season in range(rating.shape[1]):
                    for month in range(months):
                        firm[future, region, season, month] += (
                            built[future, month] * share[region] * rating[region, season, month]
                        )

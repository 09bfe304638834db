"""Firm capacity against what the peak needs, in one pass."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def weigh(
    firm: Floats,
    steady: Floats,
    fading: Floats,
    fade: Floats,
    counted: Floats,
    other: Floats,
    extra: Floats,
    peak_level: Floats,
    peak_growth: Floats,
    required_share: Floats,
    headroom: Floats,
) -> None:
    """Turn additions less retirements into firm capacity, and weigh it against what the peak needs, in place.

    `firm = counted (steady + sum of fade x fading + firm) + other + extra`,
    `required = share level growth^month`, `headroom = min over seasons of firm - required`.

    Args:
        firm: (futures, regions, seasons, months) accredited MW added less retired; overwritten by firm MW.
        steady: (regions, seasons, months) accredited MW of the fleet that keeps its rating.
        fading: (fading classes, regions, seasons, months) accredited MW of the fleet whose rating falls.
        fade: (futures, fading classes, months) factor on the latter.
        counted: (futures, regions) share of the rated fleet that counts.
        other: (regions, seasons, months) MW of demand response and firm sales.
        extra: (futures, regions, seasons) MW beyond all of it.
        peak_level: (futures, regions, seasons) MW in the first month.
        peak_growth: (futures, regions, seasons) factor a month.
        required_share: (regions, seasons, months) accredited MW per MW of peak.
        headroom: (futures, regions, months) MW, written.
    """
    futures, regions, seasons, months = firm.shape
    kinds = fading.shape[0]
    room = np.empty(months)
    mw = np.empty(months)
    for future in range(futures):
        for region in range(regions):
            share = counted[future, region]
            for season in range(seasons):
                level = peak_level[future, region, season]
                factor = peak_growth[future, region, season]
                # Short loops of few arrays: in longer ones arrays might overlap, and nothing is vectorised.
                for month in range(months):
                    mw[month] = steady[region, season, month] + firm[future, region, season, month]
                for kind in range(kinds):
                    for month in range(months):
                        mw[month] += fade[future, kind, month] * fading[kind, region, season, month]
                more = extra[future, region, season]
                for month in range(months):
                    mw[month] = share * mw[month] + other[region, season, month] + more
                for month in range(months):
                    firm[future, region, season, month] = mw[month]
                for month in range(months):
                    room[month] = level
                    level *= factor
                for month in range(months):
                    room[month] *= required_share[region, season, month]
                for month in range(months):
                    mw[month] -= room[month]
                if season == 0:
                    for month in range(months):
                        headroom[future, region, month] = mw[month]
                else:
                    for month in range(months):
                        headroom[future, region, month] = min(headroom[future, region, month], mw[month])

"""The supply kernels: additions, turbines, retirements and headroom of a block of futures, month by month.

Two stocks stand behind every addition: what is due and not finished, near and far. A share of each stock,
`1 - exp(-1/delay)`, is finished a month, so that delays are exponential with the drawn mean. Gas plant needs
turbines: where what would be finished needs more than makers have delivered by then, all of it is cut alike
and waits. A retirement is an addition of the other sign, slowed by the lever.

Futures are the last axis inside, and are walked in chunks that fit the second-level cache. Nothing is drawn
here, and regions do not meet: transfers are settled elsewhere.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHUNK = 64
"""Futures walked together: the stocks of all pairs then take about a quarter of a megabyte."""


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def add_capacity(
    pair_region: Ints,
    pair_technology: Ints,
    near: Floats,
    far: Floats,
    near_share: Floats,
    far_share: Floats,
    near_step: Floats,
    far_step: Floats,
    rate: Floats,
    ramp: Floats,
    target_share: Floats,
    turbine_need: Floats,
    turbine_supply: Floats,
    rating: Floats,
    fade: Floats,
    fade_of: Ints,
    begin: int,
    firm: Floats,
    added: Floats,
    added_pairs: Floats,
    turbines: Floats,
) -> None:
    """Add what is finished in each month to `firm`, `added`, `added_pairs` and `turbines`, in place.

    Args:
        pair_region: (pairs) region of each pair of region and technology that can have additions.
        pair_technology: (pairs) its technology.
        near: (pairs, months) MW due a month, within a year of the plan.
        far: (pairs, months) MW due a month, later.
        near_share: (futures) completed share of `near`.
        far_share: (technologies, futures) completed share of `far`.
        near_step: (futures) share of the near stock finished a month.
        far_step: (technologies, futures) share of the far stock finished a month.
        rate: (technologies, futures) MW a month that unlisted projects fill up to in the long run.
        ramp: (technologies, months) share of it that holds.
        target_share: (pairs) share of a technology's unlisted projects that goes to the pair; sums to 1 or 0.
        turbine_need: (technologies) MW of gas turbine for a MW of plant; 0 without one.
        turbine_supply: (futures, months) cumulative MW of turbines delivered.
        rating: (pairs, seasons, months) accredited share of nameplate.
        fade: (fading classes, months, futures) factor on the rating.
        fade_of: (technologies) fading class, or -1.
        begin: First month in which anything is finished.
        firm: (futures, regions, seasons, months) accredited MW, increased.
        added: (futures, technologies, months) nameplate MW added up to each month, written.
        added_pairs: (futures or 0, pairs, months) the same by pair, written where futures are given.
        turbines: (futures, months) MW of turbines used up to each month, written.
    """
    futures = near_share.size
    pairs, months = near.shape
    technologies = rate.shape[0]
    regions, seasons = firm.shape[1], firm.shape[2]
    filled = np.zeros(technologies)
    for pair in range(pairs):
        filled[pair_technology[pair]] += target_share[pair]
    for low in range(0, futures, CHUNK):
        size = min(CHUNK, futures - low)
        near_stock = np.zeros((pairs, size))
        far_stock = np.zeros((pairs, size))
        built = np.zeros((pairs, size))
        listed = np.zeros((technologies, size))
        fill = np.zeros((technologies, size))
        total = np.zeros((technologies, size))
        used = np.zeros(size)
        need = np.zeros(size)
        cut = np.ones((2, size))
        counted = np.zeros((regions, seasons, size))
        share_of_near = near_share[low : low + size].copy()
        step_of_near = near_step[low : low + size].copy()
        share_of_far = far_share[:, low : low + size].copy()
        step_of_far = far_step[:, low : low + size].copy()
        rates = rate[:, low : low + size].copy()
        for month in range(begin, months):
            listed[:] = 0.0
            for pair in range(pairs):
                technology = pair_technology[pair]
                soon, later = near[pair, month], far[pair, month]
                for k in range(size):
                    near_stock[pair, k] += share_of_near[k] * soon
                    far_stock[pair, k] += share_of_far[technology, k] * later
                    listed[technology, k] += (
                        near_stock[pair, k] * step_of_near[k]
                        + far_stock[pair, k] * step_of_far[technology, k]
                    )
            need[:] = 0.0
            for technology in range(technologies):
                target = ramp[technology, month] * filled[technology]
                for k in range(size):
                    gap = rates[technology, k] * target - listed[technology, k]
                    fill[technology, k] = max(gap, 0.0) if target > 0.0 else 0.0
                    need[k] += turbine_need[technology] * (listed[technology, k] + fill[technology, k])
            for k in range(size):
                left = max(turbine_supply[low + k, month] - used[k], 0.0)
                cut[1, k] = left / need[k] if need[k] > left else 1.0
            for technology in range(technologies):
                limited = 1 if turbine_need[technology] > 0.0 else 0
                for k in range(size):
                    step = cut[limited, k] * (listed[technology, k] + fill[technology, k])
                    total[technology, k] += step
                    used[k] += turbine_need[technology] * step
            counted[:] = 0.0
            for pair in range(pairs):
                technology, region = pair_technology[pair], pair_region[pair]
                limited = 1 if turbine_need[technology] > 0.0 else 0
                share, kind = target_share[pair], fade_of[technology]
                summer, winter = rating[pair, 0, month], rating[pair, 1, month]
                for k in range(size):
                    soon = cut[limited, k] * near_stock[pair, k] * step_of_near[k]
                    later = cut[limited, k] * far_stock[pair, k] * step_of_far[technology, k]
                    near_stock[pair, k] -= soon
                    far_stock[pair, k] -= later
                    built[pair, k] += soon + later + cut[limited, k] * fill[technology, k] * share
                if kind >= 0:
                    for k in range(size):
                        part = built[pair, k] * fade[kind, month, low + k]
                        counted[region, 0, k] += part * summer
                        counted[region, 1, k] += part * winter
                else:
                    for k in range(size):
                        counted[region, 0, k] += built[pair, k] * summer
                        counted[region, 1, k] += built[pair, k] * winter
                if added_pairs.shape[0] > 0:
                    for k in range(size):
                        added_pairs[low + k, pair, month] = built[pair, k]
            for k in range(size):
                turbines[low + k, month] = used[k]
                for technology in range(technologies):
                    added[low + k, technology, month] = total[technology, k]
                for region in range(regions):
                    for season in range(seasons):
                        firm[low + k, region, season, month] += counted[region, season, k]


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def retire_capacity(
    pair_region: Ints,
    due: Floats,
    held: Floats,
    share: Floats,
    step: Floats,
    held_step: Floats,
    held_rating: Floats,
    running: Floats,
    rating: Floats,
    begin: int,
    firm: Floats,
    retired: Floats,
) -> None:
    """Take what closes off `firm` and add it to `retired`, in place.

    Args:
        pair_region: (pairs) region of each pair of region and technology that can close.
        due: (pairs, months) MW listed to close a month.
        held: (pairs) MW kept open by order at the beginning.
        share: (futures) share of the list that closes in the end.
        step: (futures) share of what is due that closes a month.
        held_step: (futures) share of the held units that closes a month.
        held_rating: (futures) what counts of a held unit, relative to its class.
        running: (months, futures) factor on both steps: 1 without the lever, 0 where all is held.
        rating: (pairs, seasons, months) accredited share of nameplate.
        begin: First month in which anything closes.
        firm: (futures, regions, seasons, months) accredited MW, reduced.
        retired: (futures, regions, months) nameplate MW closed up to each month, written.
    """
    futures = share.size
    pairs, months = due.shape
    regions, seasons = firm.shape[1], firm.shape[2]
    # What has closed is what was due less what still waits, so the waiting stock is all that must be walked.
    due_mw = np.zeros((regions, months))
    due_firm = np.zeros((regions, seasons, months))
    held_mw = np.zeros(regions)
    held_firm = np.zeros((regions, seasons, months))
    for pair in range(pairs):
        region = pair_region[pair]
        held_mw[region] += held[pair]
        total = 0.0
        for month in range(months):
            total += due[pair, month] if month >= begin else 0.0
            due_mw[region, month] += total
            for season in range(seasons):
                due_firm[region, season, month] += total * rating[pair, season, month]
                held_firm[region, season, month] += held[pair] * rating[pair, season, month]
    for low in range(0, futures, CHUNK):
        size = min(CHUNK, futures - low)
        stock = np.zeros((pairs, size))
        keep = np.empty(size)
        part = share[low : low + size].copy()
        orders = np.ones(size)
        waits = np.zeros((regions, size))
        waits_firm = np.zeros((regions, seasons, size))
        for month in range(begin, months):
            waits[:] = 0.0
            waits_firm[:] = 0.0
            for k in range(size):
                keep[k] = 1.0 - step[low + k] * running[month, low + k]
                orders[k] *= 1.0 - held_step[low + k] * running[month, low + k]
            for pair in range(pairs):
                region = pair_region[pair]
                more = due[pair, month]
                summer, winter = rating[pair, 0, month], rating[pair, 1, month]
                for k in range(size):
                    waiting = (stock[pair, k] + part[k] * more) * keep[k]
                    stock[pair, k] = waiting
                    waits[region, k] += waiting
                    waits_firm[region, 0, k] += waiting * summer
                    waits_firm[region, 1, k] += waiting * winter
            for k in range(size):
                future = low + k
                counts = orders[k] * held_rating[future]
                for region in range(regions):
                    retired[future, region, month] = (
                        part[k] * due_mw[region, month]
                        - waits[region, k]
                        + held_mw[region] * (1.0 - orders[k])
                    )
                    for season in range(seasons):
                        firm[future, region, season, month] -= (
                            part[k] * due_firm[region, season, month]
                            - waits_firm[region, season, k]
                            + held_firm[region, season, month] * (1.0 - counts)
                        )


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def weigh(
    firm: Floats,
    steady: Floats,
    fading: Floats,
    fade: Floats,
    counted: Floats,
    other: Floats,
    peak_level: Floats,
    peak_growth: Floats,
    required_share: Floats,
    headroom: Floats,
) -> None:
    """Turn additions less retirements into firm capacity, and weigh it against what the peak needs, in place.

    `firm = counted (steady + sum of fade x fading + firm) + other`, `required = share level growth^month`,
    `headroom = min over seasons of firm - required`.

    Args:
        firm: (futures, regions, seasons, months) accredited MW added less retired; overwritten by firm MW.
        steady: (regions, seasons, months) accredited MW of the fleet that keeps its rating.
        fading: (fading classes, regions, seasons, months) accredited MW of the fleet whose rating falls.
        fade: (futures, fading classes, months) factor on the latter.
        counted: (futures, regions) share of the rated fleet that counts.
        other: (regions, seasons, months) MW of demand response and firm sales.
        peak_level: (futures, regions, seasons) MW in the first month.
        peak_growth: (futures, regions, seasons) factor a month.
        required_share: (regions, seasons, months) accredited MW per MW of peak.
        headroom: (futures, regions, months) MW, written.
    """
    futures, regions, seasons, months = firm.shape
    kinds = fading.shape[0]
    room = np.empty(months)
    for future in range(futures):
        for region in range(regions):
            share = counted[future, region]
            for season in range(seasons):
                level = peak_level[future, region, season]
                factor = peak_growth[future, region, season]
                for month in range(months):
                    room[month] = level * required_share[region, season, month]
                    level *= factor
                for month in range(months):
                    mw = steady[region, season, month] + firm[future, region, season, month]
                    for kind in range(kinds):
                        mw += fade[future, kind, month] * fading[kind, region, season, month]
                    mw = share * mw + other[region, season, month]
                    firm[future, region, season, month] = mw
                    over = mw - room[month]
                    if season == 0 or over < headroom[future, region, month]:
                        headroom[future, region, month] = over

"""Additions month by month: what is due, what is finished, and the turbines that gas plant needs.

Two stocks stand behind every addition: what is due and not finished, near and far. A share of each stock,
`1 - exp(-1/delay)`, is finished a month, so that delays are exponential with the drawn mean. Gas plant needs
turbines: where what would be finished needs more than makers have delivered by then, all of it is cut alike
and waits.

Nothing is drawn here, and regions do not meet: transfers are settled elsewhere.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from stargauge.power.writing import CHUNK, LINE, write_months

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    boost: Floats,
    lift: Floats,
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
        boost: (technologies, futures) relative rise of `rate` and of far completions at full lift; the share
            completed stays at most 1.
        lift: (futures, months) intensity, -1 to 1, of the lever that raises them, by the month in which plant
            is due.
        begin: First month in which anything is finished.
        firm: (futures, regions, seasons, months) accredited MW, increased.
        added: (futures, technologies, months) nameplate MW added up to each month, increased.
        added_pairs: (futures or 0, pairs, months) the same by pair, written where futures are given.
        turbines: (futures, months) MW of turbines used up to each month, written.
    """
    futures = near_share.size
    pairs, months = near.shape
    technologies = rate.shape[0]
    regions, seasons = firm.shape[1], firm.shape[2]
    rows_of_firm = firm.reshape((futures, regions * seasons, months))
    # All pairs of a technology share their steps, so what is finished is settled for the nation first; a pair
    # then needs only its waiting stock: what is built is what was due less what waits, and its share of fill.
    near_sum = np.zeros((technologies, months))
    far_sum = np.zeros((technologies, months))
    near_due = np.zeros((pairs, months))
    far_due = np.zeros((pairs, months))
    filled = np.zeros(technologies)
    active = np.zeros(technologies, dtype=np.bool_)
    for pair in range(pairs):
        technology = pair_technology[pair]
        filled[technology] += target_share[pair]
        active[technology] = True
        soon, later = 0.0, 0.0
        for month in range(begin, months):
            near_sum[technology, month] += near[pair, month]
            far_sum[technology, month] += far[pair, month]
            soon += near[pair, month]
            later += far[pair, month]
            near_due[pair, month] = soon
            far_due[pair, month] = later
    for low in range(0, futures, CHUNK):
        size = min(CHUNK, futures - low)
        near_wait = np.zeros((pairs, size))
        far_wait = np.zeros((pairs, size))
        near_stock = np.zeros((technologies, size))
        far_stock = np.zeros((technologies, size))
        finish = np.zeros((technologies, size))
        fill = np.zeros((technologies, size))
        fill_sum = np.zeros((technologies, size))
        total = np.zeros((technologies, size))
        keep_near = np.empty((technologies, size))
        keep_far = np.empty((technologies, size))
        used = np.zeros(size)
        need = np.zeros(size)
        built = np.zeros(size)
        cut = np.ones((2, size))
        counted = np.zeros((regions * seasons, size))
        kept_firm = np.zeros((LINE, regions * seasons, size))
        kept_total = np.zeros((LINE, technologies, size))
        near_part = near_share[low : low + size].copy()
        near_rate = near_step[low : low + size].copy()
        far_part = far_share[:, low : low + size].copy()
        far_rate = far_step[:, low : low + size].copy()
        rates = rate[:, low : low + size].copy()
        rise = boost[:, low : low + size].copy()
        far_rise = np.empty((technologies, size))
        lifted = np.zeros((pairs, size))
        raised = np.empty(size)
        for technology in range(technologies):
            for k in range(size):
                # More than all that is listed cannot be completed.
                part = far_part[technology, k]
                far_rise[technology, k] = min(part * rise[technology, k], max(1.0 - part, 0.0))
        for month in range(begin, months):
            need[:] = 0.0
            for k in range(size):
                raised[k] = lift[low + k, month]
            for technology in range(technologies):
                if not active[technology]:
                    continue
                soon, later = near_sum[technology, month], far_sum[technology, month]
                target, turbine = ramp[technology, month] * filled[technology], turbine_need[technology]
                for k in range(size):
                    near_stock[technology, k] += near_part[k] * soon
                    far_stock[technology, k] += (
                        far_part[technology, k] + raised[k] * far_rise[technology, k]
                    ) * later
                    flow = (
                        near_stock[technology, k] * near_rate[k]
                        + far_stock[technology, k] * far_rate[technology, k]
                    )
                    wanted = rates[technology, k] * (1.0 + raised[k] * rise[technology, k]) * target
                    more = max(wanted - flow, 0.0) if target > 0.0 else 0.0
                    fill[technology, k] = more
                    finish[technology, k] = flow + more
                    need[k] += turbine * (flow + more)
            for k in range(size):
                left = max(turbine_supply[low + k, month] - used[k], 0.0)
                cut[1, k] = left / need[k] if need[k] > left else 1.0
            for technology in range(technologies):
                if not active[technology]:
                    continue
                turbine = turbine_need[technology]
                limited = 1 if turbine > 0.0 else 0
                for k in range(size):
                    part = cut[limited, k]
                    keep_near[technology, k] = 1.0 - part * near_rate[k]
                    keep_far[technology, k] = 1.0 - part * far_rate[technology, k]
                    near_stock[technology, k] *= keep_near[technology, k]
                    far_stock[technology, k] *= keep_far[technology, k]
                    fill_sum[technology, k] += part * fill[technology, k]
                    total[technology, k] += part * finish[technology, k]
                    used[k] += turbine * part * finish[technology, k]
            counted[:] = 0.0
            for pair in range(pairs):
                technology, region = pair_technology[pair], pair_region[pair]
                soon, later, share = near[pair, month], far[pair, month], target_share[pair]
                soon_due, later_due = near_due[pair, month], far_due[pair, month]
                summer, winter, kind = rating[pair, 0, month], rating[pair, 1, month], fade_of[technology]
                for k in range(size):
                    soon_waits = (near_wait[pair, k] + near_part[k] * soon) * keep_near[technology, k]
                    near_wait[pair, k] = soon_waits
                    built[k] = near_part[k] * soon_due - soon_waits + share * fill_sum[technology, k]
                for k in range(size):
                    part = far_part[technology, k] + raised[k] * far_rise[technology, k]
                    lifted[pair, k] += raised[k] * later
                    later_waits = (far_wait[pair, k] + part * later) * keep_far[technology, k]
                    far_wait[pair, k] = later_waits
                    due = far_part[technology, k] * later_due + far_rise[technology, k] * lifted[pair, k]
                    built[k] += due - later_waits
                if added_pairs.shape[0] > 0:
                    for k in range(size):
                        added_pairs[low + k, pair, month] = built[k]
                if kind >= 0:
                    for k in range(size):
                        built[k] *= fade[kind, month, low + k]
                for k in range(size):
                    counted[seasons * region, k] += built[k] * summer
                    counted[seasons * region + 1, k] += built[k] * winter
            slot = (month - begin) % LINE
            kept_total[slot] = total
            kept_firm[slot] = counted
            for k in range(size):
                turbines[low + k, month] = used[k]
            if slot == LINE - 1 or month == months - 1:
                write_months(kept_firm, month - slot, slot + 1, low, 1.0, rows_of_firm)
                write_months(kept_total, month - slot, slot + 1, low, 1.0, added)

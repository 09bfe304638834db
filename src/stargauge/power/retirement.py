"""Retirements month by month: an addition of the other sign, slowed by the lever retirement_deferral."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from stargauge.power.writing import CHUNK, LINE, write_months

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
        retired: (futures, months) nameplate MW closed up to each month, written.
    """
    futures = share.size
    pairs, months = due.shape
    regions, seasons = firm.shape[1], firm.shape[2]
    rows = 1 + regions * seasons
    rows_of_firm = firm.reshape((futures, regions * seasons, months))
    # Every pair closes by the same steps, so pairs add up before they are walked: a lane is what waits of one
    # row of the results. Where a rating moves in time a pair keeps a lane of its own, weighed month by month.
    due_sum = np.zeros((rows, months))
    held_sum = np.zeros((rows, months))
    lane_due = np.zeros((rows + pairs, months))
    lane_row = np.zeros((rows + pairs) * (seasons + 1), dtype=np.int64)
    lane_of = np.zeros((rows + pairs) * (seasons + 1), dtype=np.int64)
    lane_weight = np.ones(((rows + pairs) * (seasons + 1), months))
    lanes, parts = rows, 0
    for row in range(rows):
        lane_row[parts] = row
        lane_of[parts] = row
        parts += 1
    for pair in range(pairs):
        region = pair_region[pair]
        moves = False
        for season in range(seasons):
            for month in range(begin, months):
                moves = moves or rating[pair, season, month] != rating[pair, season, months - 1]
        for output in range(seasons + 1):
            # Row 0 is the nation's nameplate; firm capacity has a row for each region and season.
            row = 0 if output == 0 else 1 + region * seasons + output - 1
            total = 0.0
            for month in range(begin, months):
                weight = 1.0 if output == 0 else rating[pair, output - 1, month]
                total += due[pair, month]
                due_sum[row, month] += total * weight
                held_sum[row, month] += held[pair] * weight
                if not moves:
                    lane_due[row, month] += due[pair, month] * weight
            if moves:
                lane_row[parts] = row
                lane_of[parts] = lanes
                for month in range(begin, months):
                    lane_weight[parts, month] = 1.0 if output == 0 else rating[pair, output - 1, month]
                parts += 1
        if moves:
            lane_due[lanes] = due[pair]
            lanes += 1
    for low in range(0, futures, CHUNK):
        size = min(CHUNK, futures - low)
        stock = np.zeros((lanes, size))
        waits = np.zeros((rows, size))
        keep = np.empty(size)
        gone = np.empty(size)
        counts = np.empty(size)
        orders = np.ones(size)
        part = share[low : low + size].copy()
        held_part = held_rating[low : low + size].copy()
        kept_firm = np.zeros((LINE, regions * seasons, size))
        for month in range(begin, months):
            slot = (month - begin) % LINE
            for k in range(size):
                keep[k] = 1.0 - step[low + k] * running[month, low + k]
                orders[k] *= 1.0 - held_step[low + k] * running[month, low + k]
                gone[k] = 1.0 - orders[k]
                counts[k] = 1.0 - orders[k] * held_part[k]
            for lane in range(lanes):
                more = lane_due[lane, month]
                for k in range(size):
                    stock[lane, k] = (stock[lane, k] + part[k] * more) * keep[k]
            waits[:] = stock[:rows]
            for index in range(rows, parts):
                row, lane, weight = lane_row[index], lane_of[index], lane_weight[index, month]
                for k in range(size):
                    waits[row, k] += stock[lane, k] * weight
            for k in range(size):
                retired[low + k, month] = (
                    part[k] * due_sum[0, month] - waits[0, k] + held_sum[0, month] * gone[k]
                )
            for row in range(1, rows):
                mw, orders_mw = due_sum[row, month], held_sum[row, month]
                for k in range(size):
                    kept_firm[slot, row - 1, k] = part[k] * mw - waits[row, k]
                for k in range(size):
                    kept_firm[slot, row - 1, k] += orders_mw * counts[k]
            if slot == LINE - 1 or month == months - 1:
                write_months(kept_firm, month - slot, slot + 1, low, -1.0, rows_of_firm)

"""The delivery kernel: one block of futures of all phases, month by month, under shared limits.

One pass a future: stage ends from durations that were drawn outside, cancellation, then a queue. Phases that
are ready are served oldest first; a phase takes as much of its MW as the tightest of its limits allows and
waits for the rest, so a large phase can be energised in parts and no limit idles while a phase that could
use it waits. A late month is charged as it happens: see `docs/model.md`, section 2, "Delay accounting".

Times are months from the start of the run. Nothing is drawn here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LIMIT_KINDS = 3
"""Regional headroom, chip supply, capital: columns of `limit_index` and `limit_need`, in order of ties."""

CAUSES = 7
"""Four stages and three limits: columns of `charges`."""

DONE = 1e-12
"""A phase with less than this share left is energised: a guard against rounding only."""


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _progress(integral: Floats, future: int, stage: int, time: float) -> float:
    """Return ∫ dt/scale of a stage from 0 to `time`, linear inside months; identity outside the horizon."""
    last = integral.shape[2] - 1
    if time <= 0.0:
        return time
    if time >= last:
        return float(integral[future, stage, last] + (time - last))
    month = int(time)
    low = float(integral[future, stage, month])
    return low + (time - month) * (float(integral[future, stage, month + 1]) - low)


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _reach(integral: Floats, future: int, stage: int, progress: float) -> float:
    """Return the time at which the integral reaches `progress`: the inverse of `_progress`."""
    last = integral.shape[2] - 1
    if progress <= 0.0:
        return progress
    if progress >= integral[future, stage, last]:
        return float(last + (progress - integral[future, stage, last]))
    below, above = 0, last
    while above - below > 1:
        middle = (below + above) // 2
        if integral[future, stage, middle] <= progress:
            below = middle
        else:
            above = middle
    low = float(integral[future, stage, below])
    return float(below + (progress - low) / (float(integral[future, stage, below + 1]) - low))


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _stage_end(integral: Floats, identity: bool, future: int, stage: int, begin: float, work: float) -> float:
    """Return when a stage ends that begins at `begin` and has `work` months to do at scale 1."""
    if identity:
        return begin + work
    return float(_reach(integral, future, stage, _progress(integral, future, stage, begin) + work))


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _charge(charges: Floats, future: int, phase: int, before: float, after: float, cause: int) -> None:
    """Charge the change of a phase's lateness from one milestone to the next.

    Only lateness above zero is charged. Time won back is credited to the charges made last, so that the
    charges always add up to the lateness of the milestone reached.
    """
    late_before = max(0.0, before)
    late_after = max(0.0, after)
    if late_after >= late_before:
        charges[future, phase, cause] += late_after - late_before
        return
    credit = late_before - late_after
    for earlier in range(cause, -1, -1):
        taken = min(charges[future, phase, earlier], credit)
        charges[future, phase, earlier] -= taken
        credit -= taken
        if credit <= 0.0:
            return


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _serving_order(ready: Floats, horizon: int, order: Ints, first: Ints, filled: Ints) -> None:
    """Sort the phases that are ready within the horizon by month, then by time, then by index.

    Args:
        ready: (phases) months; those before the start count to month 0.
        horizon: Number of months.
        order: (phases) out: phases in the order in which they are served.
        first: (horizon + 1) out: where each month begins in `order`; the last entry is the number of phases.
        filled: (horizon) scratch.
    """
    first[:] = 0
    filled[:] = 0
    for p in range(ready.shape[0]):
        if ready[p] < horizon:
            first[max(0, int(np.floor(ready[p]))) + 1] += 1
    for month in range(horizon):
        first[month + 1] += first[month]
    for p in range(ready.shape[0]):
        if ready[p] >= horizon:
            continue
        month = max(0, int(np.floor(ready[p])))
        slot = first[month] + filled[month]
        # Insertion: a month holds a few phases.
        while slot > first[month] and ready[order[slot - 1]] > ready[p]:
            order[slot] = order[slot - 1]
            slot -= 1
        order[slot] = p
        filled[month] += 1


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def deliver(
    status: Ints,
    status_month: Floats,
    since_month: Floats,
    build_start: Floats,
    plan: Floats,
    facility_mw: Floats,
    it_mw: Floats,
    group: Ints,
    domestic: Ints,
    limit_index: Ints,
    limit_need: Floats,
    free_before: float,
    counted_from: float,
    horizon: int,
    groups: int,
    durations: Floats,
    scale_integral: Floats,
    identity: bool,
    hazard: Floats,
    exposed: Floats,
    cancel_work: Floats,
    lapsed: NDArray[np.bool_],
    size: Floats,
    available: Floats,
    energised_month: Floats,
    cancelled_month: Floats,
    charges: Floats,
    group_mw: Floats,
    domestic_it_mw: Floats,
    energised_share: Floats,
) -> None:
    """Run a block of futures; results are written into the last six arrays.

    Args:
        status: (phases) 0 land, 1 building, 2 fit-out on the status date.
        status_month: (phases) month on which the status was seen; nothing happens before it.
        since_month: (phases) month in which the present stage began.
        build_start: (phases) month in which building began, for phases past land; ignored for others.
        plan: (phases, 3) planned end of land, of building, and planned energisation; nan without a plan.
        facility_mw: (phases) MW of facility power.
        it_mw: (phases) MW of IT power.
        group: (phases) index of the programme whose path the phase adds to.
        domestic: (phases) 1 where the phase counts to the domestic IT path.
        limit_index: (phases, 3) row of `available` for each kind of limit, -1 where it does not apply.
        limit_need: (phases, 3) what the whole phase takes of each limit, in the limit's unit.
        free_before: month before which phases are energised without regard to limits: the past is not
            re-decided. What they take of a limit of kind 0 is counted.
        counted_from: base month of kind 0: what was ready before it is in the base already.
        horizon: number of months of the paths.
        groups: number of programmes.
        durations: (futures, phases, 4) work of each stage in months at scale 1; for the present stage the
            whole stage, of which `status_month - since_month` is done.
        scale_integral: (futures, 4, horizon + 1) ∫ dt/scale of each stage at month boundaries.
        identity: True where every scale is 1.
        hazard: (futures, 3) cancellation hazard a month in land, building, fit-out.
        exposed: (phases, 3) 1 where the phase is exposed to that hazard, else 0.
        cancel_work: (futures, phases) unit exponential draws; a phase is cancelled when its cumulative hazard
            reaches the draw.
        lapsed: (futures, phases) True where a phase is never begun; it is cancelled on its status date.
        size: (futures, phases) factor on the phase's MW and on what it takes of limits.
        available: (futures, limits, horizon) cumulative amount of each limit that exists by each month.
        energised_month: (futures, phases) out: month of full energisation, inf if never within the horizon.
        cancelled_month: (futures, phases) out: month of cancellation, inf if none within the horizon.
        charges: (futures, phases, 7) out: months late by cause, for phases energised within the horizon.
        group_mw: (futures, groups, horizon) out: facility MW energised by the end of each month.
        domestic_it_mw: (futures, horizon) out: the same for domestic IT MW.
        energised_share: (futures, phases) out: share of the phase energised by the end of the horizon.
    """
    futures = durations.shape[0]
    phases = status.shape[0]
    limits = available.shape[1]
    ready = np.empty(phases)
    milestone = np.empty((phases, 3))
    critical = np.empty(phases, np.int64)
    used = np.empty(limits)
    late = np.empty(phases)
    left = np.empty(phases)
    queue = np.empty(phases, np.int64)
    order = np.empty(phases, np.int64)
    first = np.empty(horizon + 1, np.int64)
    filled = np.empty(horizon, np.int64)
    group_mw[:] = 0.0
    domestic_it_mw[:] = 0.0
    charges[:] = 0.0
    for future in range(futures):
        for p in range(phases):
            cancelled_month[future, p] = np.inf
            energised_month[future, p] = np.inf
            energised_share[future, p] = 0.0
            if lapsed[future, p]:
                cancelled_month[future, p] = status_month[p]
                ready[p] = np.inf
                continue
            now = status_month[p]
            done = now - since_month[p]
            land_end = build_start[p]
            if status[p] == 0:
                work = durations[future, p, 0] - done
                land_end = _stage_end(scale_integral, identity, future, 0, now, work)
            build_end = since_month[p]
            critical[p] = 2
            if status[p] <= 1:
                begin = land_end if status[p] == 0 else now
                spent = 0.0 if status[p] == 0 else done
                work = durations[future, p, 1] - spent
                power_end = _stage_end(scale_integral, identity, future, 1, begin, work)
                work = durations[future, p, 2] - spent
                shell_end = _stage_end(scale_integral, identity, future, 2, begin, work)
                build_end = max(power_end, shell_end)
                if power_end >= shell_end:
                    critical[p] = 1
            begin = build_end if status[p] <= 1 else now
            spent = 0.0 if status[p] <= 1 else done
            work = durations[future, p, 3] - spent
            end = _stage_end(scale_integral, identity, future, 3, begin, work)
            milestone[p, 0] = land_end
            milestone[p, 1] = build_end
            milestone[p, 2] = end
            ready[p] = end
            # Cumulative hazard over the stages still to come.
            budget = cancel_work[future, p]
            clock = now
            for stage in range(status[p], 3):
                span = max(0.0, milestone[p, stage] - clock)
                rate = hazard[future, stage] * exposed[p, stage]
                if rate * span > budget:
                    ready[p] = np.inf
                    # What would be dropped after the run is still under way at its end.
                    if clock + budget / rate < horizon:
                        cancelled_month[future, p] = clock + budget / rate
                    break
                budget -= rate * span
                clock = max(clock, milestone[p, stage])
            late[p] = 0.0
            if np.isfinite(ready[p]) and not np.isnan(plan[p, 2]):
                stage_causes = (0, critical[p], 3)
                for step in range(3):
                    reached = milestone[p, step] - plan[p, step]
                    _charge(charges, future, p, late[p], reached, stage_causes[step])
                    late[p] = reached
        _serving_order(ready, horizon, order, first, filled)
        for limit in range(limits):
            used[limit] = 0.0
        for p in range(phases):
            left[p] = 1.0
        waiting = 0
        for month in range(horizon):
            for slot in range(first[month], first[month + 1]):
                queue[waiting] = order[slot]
                waiting += 1
            kept = 0
            for slot in range(waiting):
                p = queue[slot]
                share = left[p]
                binding = -1
                factor = size[future, p]
                if ready[p] >= free_before:
                    for kind in range(LIMIT_KINDS):
                        row = limit_index[p, kind]
                        need = limit_need[p, kind] * factor
                        if row < 0 or need <= 0.0:
                            continue
                        room = available[future, row, month] - used[row]
                        if room < share * need:
                            share = max(0.0, room / need)
                            binding = kind
                if share > 0.0:
                    for kind in range(LIMIT_KINDS):
                        row = limit_index[p, kind]
                        counts = ready[p] >= (counted_from if kind == 0 else free_before)
                        if row >= 0 and counts:
                            used[row] += share * limit_need[p, kind] * factor
                    left[p] -= share
                    group_mw[future, group[p], month] += share * facility_mw[p] * factor
                    if domestic[p] == 1:
                        domestic_it_mw[future, month] += share * it_mw[p] * factor
                if left[p] <= DONE:
                    # What was ready before the run keeps its own date.
                    energised_month[future, p] = ready[p] if month == 0 else max(ready[p], float(month))
                else:
                    wait = month + 1 - max(ready[p], float(month))
                    if not np.isnan(plan[p, 2]):
                        _charge(charges, future, p, late[p], late[p] + wait, 4 + binding)
                    late[p] += wait
                    queue[kept] = p
                    kept += 1
            waiting = kept
        for g in range(groups):
            for month in range(1, horizon):
                group_mw[future, g, month] += group_mw[future, g, month - 1]
        for month in range(1, horizon):
            domestic_it_mw[future, month] += domestic_it_mw[future, month - 1]
        for p in range(phases):
            if ready[p] < horizon:
                energised_share[future, p] = 1.0 - max(0.0, left[p]) if left[p] > DONE else 1.0
            if energised_month[future, p] == np.inf:
                for cause in range(CAUSES):
                    charges[future, p, cause] = 0.0


def empty_outputs(futures: int, phases: int, groups: int, horizon: int) -> dict[str, Any]:
    """Return the six output arrays of `deliver`, uninitialised, shaped for a block."""
    return {
        "energised_month": np.empty((futures, phases)),
        "cancelled_month": np.empty((futures, phases)),
        "charges": np.empty((futures, phases, CAUSES)),
        "group_mw": np.empty((futures, groups, horizon)),
        "domestic_it_mw": np.empty((futures, horizon)),
        "energised_share": np.empty((futures, phases)),
    }

"""The month loop: where delivery, power and opposition of one block of futures meet.

Each month, in this order: phases in land work on, are dropped or begin to build; what is ready joins the
queue; regions settle what neighbours lend; the queue is served oldest first; on-site plant that may connect
to the grid does; opposition moves. A phase takes as much of its MW as the tightest of its limits allows and
waits for the rest, so a large phase can be energised in parts and no limit idles while a phase that could use
it waits.
"""

from __future__ import annotations

import numpy as np

from stargauge.compiled import step
from stargauge.delivery.phases import DONE, PhaseLuck, PhaseTable, finish_phase
from stargauge.delivery.queue import NOBODY, join_queue, note_ready
from stargauge.model.arrays import (
    SUMMER,
    WAITING,
    WALKING,
    WINTER,
    Outputs,
    Pace,
    State,
    Supply,
    Unrest,
    empty_state,
)
from stargauge.model.land import walk_land
from stargauge.model.serving import serve_queue
from stargauge.model.territory import close_regions, open_regions


def run_months(
    table: PhaseTable, luck: PhaseLuck, pace: Pace, supply: Supply, unrest: Unrest, now: float, out: Outputs
) -> None:
    """Run a block of futures.

    Args:
        table: The phases.
        luck: What differs from future to future.
        pace: What policy does.
        supply: What can be had.
        unrest: Opposition.
        now: The as-of date. What was ready before it is energised without regard to limits, as the past is
            not re-decided; levers and opposition move from then on.
        out: Written.
    """
    state = empty_state(
        table.status.size,
        supply.mode.size,
        out.domestic_it_mw.shape[1],
        supply.room.shape[2],
        supply.chips_mw_it.shape[1],
        supply.capital_mw.shape[1],
    )
    for added_to in (out.group_mw, out.domestic_it_mw, out.charges, out.waiting_mw):
        added_to[:] = 0.0
    _run(table, luck, pace, supply, unrest, now, state, out)


@step
def _run(
    table: PhaseTable,
    luck: PhaseLuck,
    pace: Pace,
    supply: Supply,
    unrest: Unrest,
    now: float,
    state: State,
    out: Outputs,
) -> None:
    futures, phases = luck.size.shape
    months = out.domestic_it_mw.shape[1]
    for f in range(futures):
        _begin(table, luck, pace, supply, unrest, state, out, f)
        for month in range(months):
            walk_land(table, luck, pace, unrest, state, out, f, month, now)
            state.counts[WAITING] = join_queue(
                state.ready, month, state.first, state.following, state.queue, state.counts[WAITING]
            )
            open_regions(supply, pace, state, f, month)
            serve_queue(table, luck, pace, supply, state, out, f, month, now)
            close_regions(supply, pace, unrest, state, out, f, month, now)
        for month in range(1, months):
            for g in range(out.group_mw.shape[1]):
                out.group_mw[f, g, month] += out.group_mw[f, g, month - 1]
            out.domestic_it_mw[f, month] += out.domestic_it_mw[f, month - 1]
        for p in range(phases):
            out.energised_share[f, p] = 0.0
            if state.ready[p] < months:
                out.energised_share[f, p] = 1.0 - state.left[p] if state.left[p] > DONE else 1.0
            if out.energised_month[f, p] == np.inf:
                for cause in range(out.charges.shape[2]):
                    out.charges[f, p, cause] = 0.0


@step
def _begin(
    table: PhaseTable,
    luck: PhaseLuck,
    pace: Pace,
    supply: Supply,
    unrest: Unrest,
    state: State,
    out: Outputs,
    f: int,
) -> None:
    """Set the state of a future to its beginning; phases past land are settled at once."""
    for month in range(state.first.shape[0]):
        state.first[month] = NOBODY
    for r in range(state.firm.shape[0]):
        state.firm[r] = 0.0
        state.unrest[r] = unrest.base[r]
        state.peak[r, SUMMER] = supply.peak_mw[f, r, SUMMER]
        state.peak[r, WINTER] = supply.peak_mw[f, r, WINTER]
        state.flexible[r] = 0.0
        state.onsite[r] = 0.0
        state.may_connect[r] = 0.0
        state.begun[r] = 0.0
        state.points[r] = 0.0
        for month in range(state.connecting.shape[1]):
            state.connecting[r, month] = 0.0
    for row in range(state.chips_used.shape[0]):
        state.chips_used[row] = 0.0
    for row in range(state.money_used.shape[0]):
        state.money_used[row] = 0.0
    state.used[0] = 0.0
    state.counts[WALKING] = 0
    state.counts[WAITING] = 0
    low, weight = supply.table[f], supply.weight[f]
    below, above, blend = supply.room[low], supply.room[low + 1], state.tables
    for r in range(blend.shape[0]):
        for i in range(blend.shape[1]):
            for j in range(blend.shape[2]):
                blend[r, i, j] = below[r, i, j] + weight * (above[r, i, j] - below[r, i, j])
    for p in range(table.status.shape[0]):
        out.energised_month[f, p] = np.inf
        out.cancelled_month[f, p] = np.inf
        out.size[f, p] = luck.size[f, p]
        state.left[p] = 1.0
        state.late[p] = 0.0
        state.ready[p] = np.inf
        state.plant_due[p] = np.inf
        if luck.absent[f, p]:
            out.cancelled_month[f, p] = table.status_month[p]
        elif table.status[p] > 0:
            state.ready[p] = finish_phase(
                table,
                luck,
                pace.integral,
                pace.identity,
                f,
                p,
                table.build_start[p],
                luck.cancel_work[f, p],
                out.domestic_it_mw.shape[1],
                out.charges,
                state.late,
                out.cancelled_month,
            )
            note_ready(state.ready, p, state.first, state.following)
        else:
            state.whole[p] = luck.durations[f, p, 0]
            state.work[p] = state.whole[p] - (table.status_month[p] - table.since_month[p])
            state.cancel[p] = luck.cancel_work[f, p]
            state.begin[p] = luck.begin_work[f, p]
            state.halt[p] = luck.halt_work[f, p]
            state.halted_to[p] = -np.inf
            state.reached[p] = table.status_month[p]
            state.excess[p] = 0.0
            state.walking[state.counts[WALKING]] = p
            state.counts[WALKING] += 1

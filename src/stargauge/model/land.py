"""Land and permits of one future in one month: work goes on, is dropped, is halted, or ends.

What is built in a region raises opposition there, and opposition makes permits slower and raises the hazard
of being dropped; moratoria halt the work. All of it counts from the as-of date: today's is in the facts.
"""

from __future__ import annotations

import numpy as np

from stargauge.compiled import step
from stargauge.delivery.phases import (
    AT_WORK,
    LAND_ENDS,
    PhaseLuck,
    PhaseTable,
    finish_phase,
    land_gain,
    land_step,
)
from stargauge.delivery.queue import note_ready
from stargauge.model.arrays import WALKING, Outputs, Pace, State, Unrest
from stargauge.opposition.index import bill_change, land_factors, moratorium_rate


@step
def walk_land(
    table: PhaseTable,
    luck: PhaseLuck,
    pace: Pace,
    unrest: Unrest,
    state: State,
    out: Outputs,
    f: int,
    month: int,
    now: float,
) -> None:
    """Walk all phases in land through a month; those whose land ends are noted by the month they are ready.

    A phase seen before the month walks up to it first.

    Args:
        table: The phases.
        luck: What differs from future to future.
        pace: What policy does.
        unrest: Opposition.
        state: The future; changed.
        out: Changed: `cancelled_month`, `size`, `charges`.
        f: The future.
        month: The month.
        now: The as-of date: opposition and moratoria move things from its month on, and what begins to be
            built after it counts as begun.
    """
    horizon, opposed = state.first.shape[0], month + 1 > now
    level, worse, slower = state.unrest, state.worse, state.slower
    walking, halted_to, halt, excess = state.walking, state.halted_to, state.halt, state.excess
    work, whole, cancel, begun, begin_left = state.work, state.whole, state.cancel, state.begun, state.begin
    regions, begin_hazard, hazard, base = luck.region, luck.begin_hazard, luck.hazard[f, 0], unrest.base
    reached, exposed, thinned, facility_mw = state.reached, table.exposed, table.thinned, table.facility_mw
    sizes, cancelled, integral, identity = out.size, out.cancelled_month, pace.integral, pace.identity
    rate_of_halt, months_of_halt = unrest.moratorium_rate[f], unrest.moratorium_months[f]
    exponent, share, permit_exponent = (
        unrest.hazard_exponent[f],
        unrest.hazard_share[f],
        unrest.permit_exponent[f],
    )
    for r in range(level.shape[0]):
        worse[r] = 1.0
        slower[r] = 1.0
        if opposed and level[r] != base[r]:
            worse[r], slower[r] = land_factors(level[r], base[r], exponent, share, permit_exponent)
    still = 0
    for slot in range(state.counts[WALKING]):
        p = walking[slot]
        r = regions[f, p]
        begin, end = reached[p], month + 1.0
        if begin >= end:
            walking[still] = p
            still += 1
            continue
        if identity and not opposed:
            # Up to the as-of date nothing changes from month to month.
            end = max(end, min(np.floor(now), float(horizon)))
        ours, drag = (worse[r], slower[r]) if r >= 0 else (1.0, 1.0)
        rate = hazard * exposed[p, 0] * ours
        event, when = AT_WORK, end
        while begin < end:
            # Levers may change at the beginning of the run; a step is linear in between.
            stop = min(end, 0.0) if begin < 0.0 else end
            gain = 0.0
            if halted_to[p] > begin:
                # A moratorium: no work is done, the owner may still give up.
                stop = min(stop, halted_to[p])
            else:
                if opposed and r >= 0:
                    pull = moratorium_rate(level[r], base[r], rate_of_halt)
                    if pull * (stop - begin) > halt[p]:
                        stop = begin + halt[p] / pull
                        halted_to[p] = stop + months_of_halt
                        halt[p] = np.inf
                    else:
                        halt[p] -= pull * (stop - begin)
                gain = land_gain(integral, identity, f, begin, stop) / drag
            dropping = 0.0
            if whole[p] > 0.0:
                dropping = begin_hazard[f, p] * ours * gain / whole[p]
            event, when = land_step(begin, stop, gain, work[p], rate, cancel[p], dropping, begin_left[p])
            if thinned[p]:
                excess[p] += hazard * (ours - 1.0) * (when - begin)
            cancel[p] -= rate * (when - begin)
            if event != AT_WORK:
                break
            begin_left[p] -= dropping
            work[p] -= gain
            begin = stop
        reached[p] = end
        if event == AT_WORK:
            walking[still] = p
            still += 1
        elif event == LAND_ENDS:
            sizes[f, p] *= np.exp(-excess[p])
            if r >= 0 and when > now:
                begun[r] += facility_mw[p] * sizes[f, p]
                state.points[r] = bill_change(
                    unrest.begun_mw[r] + begun[r],
                    unrest.begun_mw[r],
                    unrest.bill[f, r],
                    unrest.bill_exponent[f],
                )
            state.ready[p] = finish_phase(
                table,
                luck,
                integral,
                identity,
                f,
                p,
                when,
                cancel[p],
                horizon,
                out.charges,
                state.late,
                cancelled,
            )
            note_ready(state.ready, p, state.first, state.following)
        else:
            cancelled[f, p] = when
    state.counts[WALKING] = still

"""One phase in one future, in compiled steps: land month by month, then building and fit-out at once.

Land and permits are walked month by month, because what is built meanwhile can slow or stop them; what
follows is settled when land ends. A late month is charged as it happens: `docs/model.md`, section 4.

Times are months from the start of the run. Nothing is drawn here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.delivery.clocks import progress, stage_end

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DONE = 1e-12
"""A phase with less than this share left is energised: a guard against rounding only."""

NO_LIMIT, GRID, ON_SITE = 0, 1, 2
"""Values of `PhaseTable.power`: nothing limits its power, it takes the grid's, or it brings its own."""

AT_WORK, LAND_ENDS, DROPPED, NEVER_BEGUN = 0, 1, 2, 3
"""What a step through land comes to."""


class PhaseTable(NamedTuple):
    """What is the same in every future; one row a phase.

    `status` 0 land, 1 building, 2 fit-out on the status date; `status_month` the month on which it was seen;
    nothing happens before it. `since_month` is when the present stage began, `build_start` when building
    began (ignored for phases in land). `plan` (phases, 3) is the planned end of land, of building, and
    energisation, nan without a plan. `exposed` (phases, 3) is 1 where the hazard of land, building, fit-out
    applies. `power` is `NO_LIMIT`, `GRID` or `ON_SITE`; `committed` marks what holds a connection already.
    `thinned` marks phases that stand for many: opposition shrinks them and does not cancel them.
    `chip_row` and `capital_row` are rows of their limits, -1 where none applies.
    """

    status: Ints
    status_month: Floats
    since_month: Floats
    build_start: Floats
    plan: Floats
    facility_mw: Floats
    it_mw: Floats
    group: Ints
    domestic: Ints
    exposed: Floats
    power: Ints
    committed: Flags
    thinned: Flags
    chip_row: Ints
    capital_row: Ints


class PhaseLuck(NamedTuple):
    """What differs from future to future; (futures, phases) unless said otherwise.

    `durations` (futures, phases, 4) is the work of each stage in months at scale 1, for the present stage the
    whole of it; `upgrade` the months that wires take at least, 0 without. `hazard` (futures, 3) is that of
    cancellation a month in land, building, fit-out. `cancel_work`, `begin_work` and `halt_work` are unit
    exponential draws: a phase is cancelled, is never begun, is caught by a moratorium when its cumulative
    hazard reaches the draw. `begin_hazard` is the hazard over the whole of land that it is never begun,
    `absent` marks what is not there at all. `size` is a factor on the phase's MW. `region` is -1 outside the
    regions. `accepts` is a uniform draw: the owner accepts curtailment where it is below the share that does;
    `orders` marks owners who order on-site plant when they wait, and `onsite_lead` its months.
    """

    durations: Floats
    upgrade: Floats
    hazard: Floats
    cancel_work: Floats
    begin_work: Floats
    begin_hazard: Floats
    halt_work: Floats
    absent: Flags
    size: Floats
    region: Ints
    accepts: Floats
    orders: Flags
    onsite_lead: Floats


@step
def charge(charges: Floats, future: int, phase: int, before: float, after: float, cause: int) -> None:
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


@step
def land_step(
    begin: float,
    end: float,
    gain: float,
    work: float,
    hazard: float,
    hazard_left: float,
    begin_hazard: float,
    begin_left: float,
) -> tuple[int, float]:
    """Return what ends a step through land first, and when; `AT_WORK` and its end where nothing does.

    Args:
        begin: Month at which the step begins.
        end: Month at which it ends.
        gain: Months of work, at scale 1, that are done in the whole step.
        work: Months of work still to do.
        hazard: Hazard of cancellation a month.
        hazard_left: Cumulative hazard at which the phase is cancelled, less what it has met.
        begin_hazard: Hazard, over the whole step, that the phase is never begun.
        begin_left: The same as `hazard_left` for it.
    """
    span = end - begin
    event, part = AT_WORK, 1.0
    # A stage that ends with the month ends in the next one, at its first moment.
    if gain > 0.0 and work < gain:
        event, part = LAND_ENDS, work / gain
    if hazard * span * part > hazard_left:
        event, part = DROPPED, hazard_left / (hazard * span)
    if begin_hazard * part > begin_left:
        event, part = NEVER_BEGUN, begin_left / begin_hazard
    return event, begin + part * span


@step
def finish_phase(
    table: PhaseTable,
    luck: PhaseLuck,
    integral: Floats,
    identity: bool,
    future: int,
    phase: int,
    land_end: float,
    budget: float,
    horizon: int,
    charges: Floats,
    late: Floats,
    cancelled_month: Floats,
) -> float:
    """Settle building and fit-out once land has ended; return the month the phase is ready, inf if never.

    Args:
        table: The phases.
        luck: Draws of the block.
        integral: (futures, 4, months + 1) ∫ dt/scale of each stage at month boundaries.
        identity: True where every scale is 1.
        future: Row of the draws.
        phase: Row of the phases.
        land_end: Month in which land ended; for a phase past land, the month building began.
        budget: What is left of the cumulative hazard at which the phase is cancelled.
        horizon: Number of months.
        charges: (futures, phases, 8) months late by cause, increased.
        late: (phases) lateness of the last milestone, written.
        cancelled_month: (futures, phases) month of cancellation, written where it falls.
    """
    status = table.status[phase]
    now = table.status_month[phase]
    done = now - table.since_month[phase]
    build_end = table.since_month[phase]
    cause = 2
    clock = now
    if status <= 1:
        begin = land_end if status == 0 else now
        spent = 0.0 if status == 0 else done
        clock = begin
        work = max(luck.durations[future, phase, 1], luck.upgrade[future, phase]) - spent
        power_end = stage_end(integral, identity, future, 1, begin, work)
        work = luck.durations[future, phase, 2] - spent
        shell_end = stage_end(integral, identity, future, 2, begin, work)
        build_end = max(power_end, shell_end)
        if power_end >= shell_end:
            cause = 1
    begin = build_end if status <= 1 else now
    spent = 0.0 if status <= 1 else done
    ready = stage_end(integral, identity, future, 3, begin, luck.durations[future, phase, 3] - spent)
    milestones = (land_end, build_end, ready)
    for stage in range(max(status, 1), 3):
        span = max(0.0, milestones[stage] - clock)
        rate = luck.hazard[future, stage] * table.exposed[phase, stage]
        if rate * span > budget:
            # What would be dropped after the run is still under way at its end.
            if clock + budget / rate < horizon:
                cancelled_month[future, phase] = clock + budget / rate
            return np.inf
        budget -= rate * span
        clock = max(clock, milestones[stage])
    late[phase] = 0.0
    if not np.isnan(table.plan[phase, 2]):
        causes = (0, cause, 3)
        for step in range(3):
            reached = milestones[step] - table.plan[phase, step]
            charge(charges, future, phase, late[phase], reached, causes[step])
            late[phase] = reached
    return float(ready)


@step
def land_gain(integral: Floats, identity: bool, future: int, begin: float, end: float) -> float:
    """Return the months of land work, at scale 1, that levers let be done between two times."""
    if identity:
        return end - begin
    return float(progress(integral, future, 0, end) - progress(integral, future, 0, begin))

"""The queue of phases that are ready: first come, first served, in compiled steps of one future."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOBODY = -1


@step
def note_ready(ready: Floats, phase: int, first: Ints, following: Ints) -> None:
    """Note a phase under the month in which it is ready, if that lies within the horizon.

    Args:
        ready: (phases) months; those before the start count to month 0.
        phase: The phase.
        first: (months) one phase of each month, `NOBODY` where none is; changed.
        following: (phases) the next phase of the same month; changed.
    """
    if ready[phase] < first.shape[0]:
        month = max(0, int(np.floor(ready[phase])))
        following[phase] = first[month]
        first[month] = phase


@step
def join_queue(ready: Floats, month: int, first: Ints, following: Ints, queue: Ints, waiting: int) -> int:
    """Append the phases that are ready in a month, by time and then by number; return the queue's length.

    Args:
        ready: (phases) months.
        month: The month.
        first: (months) as `note_ready` left it.
        following: (phases) as `note_ready` left it.
        queue: (phases) those that wait, oldest first; changed.
        waiting: Length of the queue before.
    """
    start = waiting
    phase = first[month]
    while phase != NOBODY:
        slot = waiting
        # Insertion: a month holds a few phases.
        while slot > start and (
            ready[queue[slot - 1]] > ready[phase]
            or (ready[queue[slot - 1]] == ready[phase] and queue[slot - 1] > phase)
        ):
            queue[slot] = queue[slot - 1]
            slot -= 1
        queue[slot] = phase
        waiting += 1
        phase = following[phase]
    return waiting

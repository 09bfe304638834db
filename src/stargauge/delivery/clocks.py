"""Clocks of stages: when a stage ends that levers make run faster, in compiled steps of one phase.

A stage ends when ∫ dt/scale reaches its work; the integral is given at month boundaries and is linear inside
months. Outside the horizon the scale is 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

Floats = NDArray[np.float64]


@step
def progress(integral: Floats, future: int, stage: int, time: float) -> float:
    """Return ∫ dt/scale of a stage from 0 to `time`; the time itself outside the horizon.

    Args:
        integral: (futures, stages, months + 1) at month boundaries.
        future: Row of `integral`.
        stage: Column of `integral`.
        time: Months from the start of the run.
    """
    last = integral.shape[2] - 1
    if time <= 0.0:
        return time
    if time >= last:
        return float(integral[future, stage, last] + (time - last))
    month = int(time)
    low = float(integral[future, stage, month])
    return low + (time - month) * (float(integral[future, stage, month + 1]) - low)


@step
def reach(integral: Floats, future: int, stage: int, work: float) -> float:
    """Return the time at which the integral reaches `work`: the inverse of `progress`."""
    last = integral.shape[2] - 1
    if work <= 0.0:
        return work
    if work >= integral[future, stage, last]:
        return float(last + (work - integral[future, stage, last]))
    below, above = 0, last
    while above - below > 1:
        middle = (below + above) // 2
        if integral[future, stage, middle] <= work:
            below = middle
        else:
            above = middle
    low = float(integral[future, stage, below])
    return float(below + (work - low) / (float(integral[future, stage, below + 1]) - low))


@step
def stage_end(integral: Floats, identity: bool, future: int, stage: int, begin: float, work: float) -> float:
    """Return when a stage ends that begins at `begin` and has `work` months to do at scale 1."""
    if identity:
        return begin + work
    return float(reach(integral, future, stage, progress(integral, future, stage, begin) + work))

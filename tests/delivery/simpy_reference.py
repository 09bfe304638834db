"""Delivery written a second time, event by event in SimPy, from the description alone.

Each phase is a process that works through its stages; power and construction are two processes side by side;
cancellation races against the stage under way; a clock that strikes at month ends serves what is ready. It
shares no code with `stargauge.delivery.kernel` and takes the same arrays, so that the two can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Work = Generator[simpy.Event, Any, None]

LAND, BUILD, FITOUT = 0, 1, 2
CRUMB = 1e-12
"""A phase is whole when less than this share of it is missing: what adding up shares leaves over."""


@dataclass(frozen=True)
class Pipeline:
    """What is the same in every future; the fields are the arguments of `deliver` of the same name."""

    status: Ints
    status_month: Floats
    since_month: Floats
    build_start: Floats
    plan: Floats
    facility_mw: Floats
    it_mw: Floats
    group: Ints
    domestic: Ints
    limit_index: Ints
    limit_need: Floats
    free_before: float
    counted_from: float
    horizon: int
    groups: int
    exposed: Floats


@dataclass(frozen=True)
class Luck:
    """One future: (phases, 4) durations, (4, months) speed of each stage or None for 1 throughout, (3)
    hazards, (phases) cancellation draws, (phases) lapsed, (phases) size over nominal, (limits, months) what
    exists.
    """

    durations: Floats
    speed: Floats | None
    hazard: Floats
    cancel_work: Floats
    lapsed: NDArray[np.bool_]
    size: Floats
    available: Floats


@dataclass
class Outcome:
    """What became of one future. `waits` lists (phase, month, kind of the limit that left a part over)."""

    group_mw: Floats
    domestic_it_mw: Floats
    energised_month: Floats
    cancelled_month: Floats
    energised_share: Floats
    ready_month: Floats
    used: Floats
    waits: list[tuple[int, int, int]] = field(default_factory=list)


def simulate_future(pipeline: Pipeline, luck: Luck) -> Outcome:
    """Return one future, played out event by event."""
    phases = pipeline.status.size
    outcome = Outcome(
        group_mw=np.zeros((pipeline.groups, pipeline.horizon)),
        domestic_it_mw=np.zeros(pipeline.horizon),
        energised_month=np.full(phases, math.inf),
        cancelled_month=np.full(phases, math.inf),
        energised_share=np.zeros(phases),
        ready_month=np.full(phases, math.inf),
        used=np.zeros(luck.available.shape[0]),
    )
    env = simpy.Environment(initial_time=min(0.0, float(pipeline.status_month.min(initial=0.0))))
    for phase in range(phases):
        if not luck.lapsed[phase]:
            env.process(_build(env, pipeline, luck, outcome, phase))
    env.run(until=env.process(_clock(env, pipeline, luck, outcome)))
    return outcome


def _build(env: simpy.Environment, p: Pipeline, luck: Luck, outcome: Outcome, phase: int) -> Work:
    """Work through the stages of one phase, unless it is cancelled on the way."""
    yield env.timeout(p.status_month[phase] - env.now)
    status = p.status[phase]
    spent = p.status_month[phase] - p.since_month[phase]
    patience = luck.cancel_work[phase]
    for step, stages in ((LAND, (0,)), (BUILD, (1, 2)), (FITOUT, (3,))):
        if step < status:
            continue
        done = spent if step == status else 0.0
        crews = [env.process(_work(env, luck, s, luck.durations[phase, s] - done)) for s in stages]
        finished = env.all_of(crews)
        hazard = luck.hazard[step] * p.exposed[phase, step]
        begun = env.now
        if hazard > 0.0 and math.isfinite(patience):
            given_up = env.timeout(patience / hazard)
            yield finished | given_up
            if given_up.processed:
                outcome.cancelled_month[phase] = env.now
                return
        else:
            yield finished
        patience -= hazard * (env.now - begun)
    outcome.ready_month[phase] = env.now


def _work(env: simpy.Environment, luck: Luck, stage: int, work: float) -> Work:
    """Do `work` months of a stage at the speed of each calendar month; 1 before and after the grid."""
    if luck.speed is None:
        yield env.timeout(max(0.0, work))
        return
    while work > 0.0:
        month = math.floor(env.now)
        inside = 0 <= month < luck.speed.shape[1]
        speed = float(luck.speed[stage, month]) if inside else 1.0
        to_boundary = month + 1 - env.now
        if work <= speed * to_boundary:
            yield env.timeout(work / speed)
            return
        yield env.timeout(to_boundary)
        work -= speed * to_boundary


def _clock(env: simpy.Environment, p: Pipeline, luck: Luck, outcome: Outcome) -> Work:
    """Serve what is ready at each month end, oldest first, and book the paths."""
    for month in range(p.horizon):
        yield env.timeout(month + 1 - env.now)
        for phase in _queue(outcome, month):
            _serve(p, luck, outcome, phase, month)
        standing = outcome.energised_share * p.facility_mw * luck.size
        outcome.group_mw[:, month] = np.bincount(p.group, weights=standing, minlength=p.groups)
        outcome.domestic_it_mw[month] = float(
            np.sum(outcome.energised_share * p.it_mw * luck.size * p.domestic)
        )


def _queue(outcome: Outcome, month: int) -> Iterator[int]:
    """Yield phases ready before the month's end and not whole yet, oldest first, ties by number."""
    waiting = (outcome.ready_month < month + 1) & np.isinf(outcome.energised_month)
    yield from sorted(np.flatnonzero(waiting), key=lambda phase: (outcome.ready_month[phase], phase))


def _serve(p: Pipeline, luck: Luck, outcome: Outcome, phase: int, month: int) -> None:
    """Energise as much of one phase as its tightest limit allows."""
    missing = 1.0 - outcome.energised_share[phase]
    free = outcome.ready_month[phase] < p.free_before
    rows = [(kind, row) for kind, row in enumerate(p.limit_index[phase]) if row >= 0]
    take, binding = missing, -1
    for kind, row in () if free else rows:
        need = p.limit_need[phase, kind] * luck.size[phase]
        left = max(0.0, luck.available[row, month] - outcome.used[row])
        if need > 0.0 and left / need < take:
            take, binding = left / need, kind
    for kind, row in rows:
        if outcome.ready_month[phase] >= (p.counted_from if kind == 0 else p.free_before):
            outcome.used[row] += take * p.limit_need[phase, kind] * luck.size[phase]
    outcome.energised_share[phase] += take
    if outcome.energised_share[phase] >= 1.0 - CRUMB:
        outcome.energised_share[phase] = 1.0
        ready = outcome.ready_month[phase]
        outcome.energised_month[phase] = ready if month == 0 else max(ready, float(month))
    else:
        outcome.waits.append((phase, month, binding))

"""Records and registries for the tests of the execution model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Constant, Distribution, Lognormal
from stargauge.policy.execution.chain import Hazards, generators, transitions
from stargauge.policy.execution.observations import Record, months_between
from stargauge.policy.execution.priors import UNITS, Priors
from stargauge.streams import uniforms as named_uniforms

VALUES = np.array([0.0, 0.15, 0.5, 1.0])

QUARTERS = (
    dt.date(2025, 7, 31),
    dt.date(2025, 9, 30),
    dt.date(2025, 12, 31),
    dt.date(2026, 3, 31),
    dt.date(2026, 6, 30),
)

PLAIN: dict[str, float] = {
    "begin": 0.09,
    "advance": 0.05,
    "complete": 0.03,
    "reverse": 0.0,
    "skip": 0.0,
    "detection": 1.0,
    "pillar": 0.0,
    "verb": 0.0,
}


def uniforms(entity: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return named_uniforms(11, "policy.execution", entity, 0, shape)


def seeded(seed: int) -> Callable[[str, tuple[int, ...]], NDArray[np.float64]]:
    return lambda entity, shape: named_uniforms(seed, "policy.execution", entity, 0, shape)


def priors(**changes: Distribution | float) -> Priors:
    """Return priors that are the constants of `PLAIN` but for some; a number stands for a constant."""
    chosen = {**PLAIN, **changes}
    assert len(chosen) == len(UNITS)
    made = [one if isinstance(one, Distribution) else Constant(float(one)) for one in chosen.values()]
    return Priors(tuple(made), VALUES)


def wide(median: float, log_sd: float = 0.7) -> Lognormal:
    return Lognormal(median, log_sd)


def record(
    stages: Sequence[Sequence[int]],
    days: Sequence[dt.date] = QUARTERS,
    pillars: Sequence[int] | None = None,
    verbs: Sequence[str] | None = None,
) -> Record:
    table = np.array(stages, dtype=np.int8)
    count = table.shape[0]
    return Record(
        days=tuple(days),
        actions=tuple(f"A{place}" for place in range(count)),
        pillars=tuple(pillars or [1] * count),
        verbs=tuple(verbs or ["other"] * count),
        stages=table,
    )


def simulated(
    generator: np.random.Generator,
    count: int,
    hazards: Hazards,
    detection: float = 1.0,
    days: Sequence[dt.date] = QUARTERS,
) -> NDArray[np.int8]:
    """Return (actions, days) recorded stages of a made-up world that starts with nothing done.

    Args:
        generator: Luck.
        count: How many actions.
        hazards: Of each action, arrays (count).
        detection: Chance that an action is visible at all.
        days: When the record is read.
    """
    rates = generators(hazards)
    stage = np.zeros(count, dtype=np.int64)
    columns = [stage]
    for before, after in pairwise(days):
        chances = transitions(rates, np.array(months_between(before, after)))
        chances = np.broadcast_to(chances, (count, 4, 4))[np.arange(count), stage]
        stage = (generator.random(count)[:, None] > np.cumsum(chances, axis=1)[:, :3]).sum(axis=1)
        columns.append(stage)
    visible = generator.random(count) < detection
    return np.where(visible[:, None], np.stack(columns, axis=1), 0).astype(np.int8)

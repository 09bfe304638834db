"""Forecasts of stages that know nothing of hazards, and the scores that compare them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.policy.execution.chain import STAGES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RESAMPLES = 2000
"""Bootstrap resamples; the ends of a 90 % interval then rest on 100 each."""


def nothing_moves(stages: Ints) -> Floats:
    """Return (actions, 4) the forecast that every action stays where it is."""
    return np.asarray(np.eye(STAGES)[stages])


def straight_line(history: Floats, times: Floats, ahead: float, groups: Ints) -> Floats:
    """Return (actions, 4) the forecast that the mean stage of each group goes on along its line.

    The line is that of least squares through the group's mean stages so far. Each of its actions rises by
    what the line rises; a stage between two whole ones is split between them so that the mean is kept.

    Args:
        history: (actions, times) recorded stages.
        times: (times) when, in months; two or more.
        ahead: Months from the last time to the day forecast.
        groups: (actions) group of each action.
    """
    centred = times - times.mean()
    forecast = np.zeros((history.shape[0], STAGES))
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        slope = float(history[rows].mean(axis=0) @ centred / (centred @ centred))
        reached = np.clip(history[rows, -1] + slope * ahead, 0.0, STAGES - 1)
        below = np.minimum(np.floor(reached).astype(np.int64), STAGES - 2)
        above = reached - below
        forecast[rows, below] = 1.0 - above
        forecast[rows, below + 1] += above
    return forecast


def past_moves(stages: Ints, times: Floats, ahead: float) -> Floats:
    """Return (actions, 4) the forecast that stages go on moving as often as they did.

    The shares of all moves seen between two readings, whatever the action, are taken as the chances over the
    mean time between readings and repeated; a time between two whole repeats is split between them.

    Args:
        stages: (actions, times) recorded stages; entries below 0 say nothing.
        times: (times) when, in months; two or more.
        ahead: Months from the last time to the day forecast.
    """
    moves = np.zeros((STAGES, STAGES))
    for before, after in zip(stages[:, :-1].T, stages[:, 1:].T, strict=True):
        known = before >= 0
        np.add.at(moves, (before[known], after[known]), 1.0)
    total = moves.sum(axis=1, keepdims=True)
    chances = np.divide(moves, total, out=np.eye(STAGES), where=total > 0.0)
    repeats = ahead / float(np.diff(times).mean())
    whole = int(repeats)
    power = np.linalg.matrix_power(chances, whole)
    return np.asarray((power + (repeats - whole) * (power @ chances - power))[stages[:, -1]])


def brier(forecast: Floats, truth: Ints) -> Floats:
    """Return (actions) the Brier score over all stages: sum of (p - o)^2, 0 best and 2 worst (Brier 1950)."""
    return np.asarray(((forecast - np.eye(STAGES)[truth]) ** 2).sum(axis=1))


def ranked(forecast: Floats, truth: Ints) -> Floats:
    """Return (actions) the ranked probability score, 0 best and 1 worst (Epstein 1969).

    The mean over the three borders between stages of the squared error of the chance to be below each: a miss
    by two stages costs more than a miss by one.
    """
    below = np.cumsum(forecast - np.eye(STAGES)[truth], axis=1)[:, : STAGES - 1]
    return np.asarray((below**2).mean(axis=1))


def bootstrap(values: Floats, chances: Floats, share: float = 0.9) -> tuple[float, float]:
    """Return the interval of a mean over actions, drawn with replacement.

    Args:
        values: (actions) scores, or differences of scores.
        chances: (resamples, actions) uniform draws that pick the actions.
        share: Coverage of the interval.
    """
    picks = np.minimum((chances * values.size).astype(np.int64), values.size - 1)
    tail = (1.0 - share) / 2.0
    low, high = np.quantile(values[picks].mean(axis=1), [tail, 1.0 - tail])
    return float(low), float(high)

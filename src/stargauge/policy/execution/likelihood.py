"""How likely the record is, given hazards and the detection rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.policy.execution.chain import Floats, generators, transitions
from stargauge.policy.execution.observations import Observations
from stargauge.policy.execution.priors import Parameters


def log_likelihood(observations: Observations, parameters: Parameters) -> Floats:
    """Return (draws) the log-likelihood of a record, minus infinity where the record is impossible.

    A visible action contributes the chance of each pair of readings, p_ij(t). One that began at 0 and was
    seen also contributes the detection rate d; one that was never seen contributes
    d · (chance that it was still at 0 at every reading) + (1 - d).

    Args:
        observations: Counts of the record.
        parameters: Draws of hazards and detection.
    """
    moves = observations.moves
    group, length, before, after = np.nonzero(moves)
    matrices = step_matrices(observations, parameters)
    detection = parameters.detection
    with np.errstate(divide="ignore"):
        chances = np.log(matrices[:, group, length, before, after])
        found: Floats = chances @ moves[group, length, before, after]
        if observations.seen:
            found = found + observations.seen * np.log(detection)
        never_seen = np.log(unseen_terms(observations, matrices, detection)[1]).sum(axis=1)
    return np.asarray(found + never_seen)


def step_matrices(observations: Observations, parameters: Parameters) -> Floats:
    """Return (draws, groups, lengths, 4, 4) transition matrices over the times between readings."""
    rates = generators(parameters.hazards())
    return transitions(rates[:, :, None], observations.months)


def unseen_terms(
    observations: Observations, matrices: Floats, detection: NDArray[np.float64]
) -> tuple[Floats, Floats]:
    """Return what is to be said of the actions that were never seen.

    Args:
        observations: Counts of the record.
        matrices: From `step_matrices`.
        detection: (draws) detection rate.

    Returns:
        (draws, unseen) the chance that an action is one whose execution leaves no traces, given that it was
        never seen; and (draws, unseen) the chance that it is never seen.
    """
    stays = matrices[..., 0, 0][:, observations.unseen_group]
    quiet = np.prod(stays**observations.unseen_times, axis=2)
    traceless = np.broadcast_to(1.0 - detection[:, None], quiet.shape)
    total = traceless + detection[:, None] * quiet
    return np.divide(traceless, total, out=np.zeros_like(total), where=total > 0.0), total

"""Where actions stand and where they will: chances of stages, true and as the record will show them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.policy.execution.chain import STAGES, generators, transitions
from stargauge.policy.execution.fit import Fit
from stargauge.policy.execution.likelihood import step_matrices, unseen_terms

Floats = NDArray[np.float64]


def monthly_matrices(fit: Fit, months: float = 1.0) -> Floats:
    """Return (draws, groups, 4, 4) transition matrices over some months."""
    return transitions(generators(fit.parameters.hazards()), np.array(months))


def true_now(fit: Fit) -> Floats:
    """Return (draws, actions, 4) chances of the true stage on the day of the fit.

    A stage above 0 is what it is on record. An action that was never seen is at 0 if it is visible; if its
    execution leaves no traces, it moved unseen like any other of its group since it was first followed.
    """
    observations, parameters = fit.observations, fit.parameters
    latest = np.eye(STAGES)[fit.record.latest.astype(np.int64)]
    found = np.broadcast_to(latest, (fit.draws, *latest.shape)).copy()
    never = np.flatnonzero(observations.unseen >= 0)
    if never.size == 0:
        return found
    traceless, _ = _traceless(fit)
    groups = observations.groups.of_action[never]
    followed = observations.unseen_times[observations.unseen[never]] @ observations.months
    rates = generators(parameters.hazards())[:, groups]
    unseen_moves = transitions(rates, followed)[:, :, 0]
    share = traceless[:, observations.unseen[never], None]
    found[:, never] = share * unseen_moves + (1.0 - share) * latest[never]
    return found


def recorded_after(fit: Fit, months: float) -> Floats:
    """Return (actions, 4) chances of the stage that the record will show some months later.

    The average over the draws of the posterior. An action whose execution leaves no traces goes on to show 0.
    """
    return np.asarray(recorded_by_draw(fit, months).mean(axis=0))


def recorded_by_draw(fit: Fit, months: float) -> Floats:
    """Return (draws, actions, 4) chances of the stage that the record will show, for each draw."""
    moves = monthly_matrices(fit, months)
    latest = fit.record.latest.astype(np.int64)
    found = moves[:, fit.observations.groups.of_action, latest]
    never = np.flatnonzero(fit.observations.unseen >= 0)
    if never.size:
        traceless, _ = _traceless(fit)
        share = traceless[:, fit.observations.unseen[never], None]
        stays = np.eye(STAGES)[0]
        found[:, never] = share * stays + (1.0 - share) * found[:, never]
    return found


def _traceless(fit: Fit) -> tuple[Floats, Floats]:
    return unseen_terms(
        fit.observations, step_matrices(fit.observations, fit.parameters), fit.parameters.detection
    )

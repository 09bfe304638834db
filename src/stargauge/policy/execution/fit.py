"""The posterior of the hazards given everything on record by a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Registry
from stargauge.policy.execution.likelihood import log_likelihood
from stargauge.policy.execution.observations import Observations, Record, observe, read_record
from stargauge.policy.execution.priors import Parameters, Priors, parameters, read_priors
from stargauge.policy.execution.sampler import Plan, Uniforms, sample, split_r_hat
from stargauge.policy.plan.strategy import Strategy

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Hazards given a record.

    Attributes:
        as_of: Last day of the record.
        record: The stages it rests on.
        observations: The counts of the record.
        priors: What was held before.
        parameters: Draws from the posterior.
        r_hat: (numbers) how far chains disagree, 1 where they do not.
    """

    as_of: dt.date
    record: Record
    observations: Observations
    priors: Priors
    parameters: Parameters
    r_hat: Floats

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.parameters.shared.shape[0])


def fit(
    strategy: Strategy, registry: Registry, as_of: dt.date, uniforms: Uniforms, plan: Plan | None = None
) -> Fit:
    """Return the posterior given the events on record and the facts known by a day.

    Args:
        strategy: The strategy with its events.
        registry: The facts; those known later than the day are left out.
        as_of: The day; later than the edition of the strategy nothing is on record.
        uniforms: Draws by name.
        plan: How long to sample.

    Raises:
        InputError: If the strategy was not released by the day, or an input has no fact known by it.
    """
    priors = read_priors(registry.as_of(as_of))
    return fit_record(read_record(strategy, as_of), priors, uniforms, plan)


def fit_record(record: Record, priors: Priors, uniforms: Uniforms, plan: Plan | None = None) -> Fit:
    """Return the posterior given a record; arguments as in `fit`."""
    drawn = draw_normals(record, priors, uniforms, plan)
    return fit_of(record, priors, drawn.reshape(-1, drawn.shape[2]), split_r_hat(drawn))


def draw_normals(record: Record, priors: Priors, uniforms: Uniforms, plan: Plan | None = None) -> Floats:
    """Return (kept, chains, numbers) draws of the standard normal numbers behind the parameters."""
    observations = observe(record)
    groups = observations.groups

    def judge(normals: Floats) -> Floats:
        return log_likelihood(observations, parameters(priors, groups, normals))

    return sample(judge, priors.size(groups), uniforms, plan or Plan())


def fit_of(record: Record, priors: Priors, normals: Floats, r_hat: Floats) -> Fit:
    """Return the hazards at (draws, numbers) standard normal numbers, beside the record they meet."""
    observations = observe(record)
    return Fit(
        as_of=record.days[-1],
        record=record,
        observations=observations,
        priors=priors,
        parameters=parameters(priors, observations.groups, normals),
        r_hat=r_hat,
    )

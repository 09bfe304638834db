"""What is held of the hazards before the panel is read: facts, each with a source or marked as judgement.

Every parameter is the quantile of its fact's distribution at a standard normal number, so the prior of all of
them together is a standard normal vector whatever kinds of distributions the facts have. Pillars and verbs
have an effect each on the logarithm of the hazards of moving on: pooling is partial, and how far it goes is
itself uncertain (`spread`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from stargauge.errors import InputError, Mistake
from stargauge.facts import Distribution, Registry
from stargauge.policy.execution.chain import STAGES, Hazards
from stargauge.policy.execution.observations import Groups

Floats = NDArray[np.float64]

UNITS = {
    "execution.hazard.begin": "1/month",
    "execution.hazard.advance": "1/month",
    "execution.hazard.complete": "1/month",
    "execution.hazard.reverse": "1/month",
    "execution.skip": "share",
    "execution.detection": "share",
    "execution.spread.pillar": "ratio",
    "execution.spread.verb": "ratio",
}
"""Inputs with a prior, with the unit of the chain; the order is that of the parameters."""

VALUES = ("execution.value.begun", "execution.value.partly", "execution.value.full")
"""Inputs that say how much of an action's effect stages 1 to 3 are worth."""

FURTHEST = 8.0
"""A standard normal number is cut here: beyond it the probability rounds to 0 or 1."""


@dataclass(frozen=True)
class Priors:
    """Prior distributions in the order of `UNITS`; `values` (4) is what each stage is worth."""

    distributions: tuple[Distribution, ...]
    values: Floats

    def size(self, groups: Groups) -> int:
        """Return how many standard normal numbers the parameters of these groups take."""
        return len(self.distributions) + len(groups.pillars) + len(groups.verbs)


@dataclass(frozen=True)
class Parameters:
    """Draws of the parameters.

    Attributes:
        shared: (draws, inputs) values in the order and units of `UNITS`.
        pace: (draws, groups) factor on the hazards of moving on.
    """

    shared: Floats
    pace: Floats

    @property
    def detection(self) -> Floats:
        """(draws) share of actions whose execution leaves traces."""
        return np.asarray(self.shared[:, 5])

    def hazards(self) -> Hazards:
        """Return (draws, groups) hazards per month; a reversal has no pace of its own."""
        begin, advance, complete, reverse, skip = (self.shared[:, place, None] for place in range(5))
        return Hazards(begin * self.pace, advance * self.pace, complete * self.pace, reverse, skip)


def read_priors(registry: Registry) -> Priors:
    """Return the priors as known to a registry.

    Raises:
        InputError: Listing every input that no known fact feeds, and values of stages that do not rise.
    """
    mistakes: list[Mistake] = []
    found: dict[str, Distribution] = {}
    for name, unit in {**UNITS, **dict.fromkeys(VALUES, "share")}.items():
        try:
            found[name] = registry.input(name).to(unit)
        except InputError as error:
            mistakes.extend(error.mistakes)
    if not mistakes:
        values = np.array([0.0, *(found[name].median for name in VALUES)])
        if values[-1] > 1.0 or np.any(np.diff(values) < 0.0):
            said = f"must rise from 0 to at most 1 by stage, not {', '.join(f'{v:g}' for v in values)}"
            mistakes.append(Mistake(0, "execution.value", said))
    if mistakes:
        raise InputError("facts", mistakes, "no hazard was fitted")
    assert values.size == STAGES
    return Priors(tuple(found[name] for name in UNITS), values)


def parameters(priors: Priors, groups: Groups, normals: Floats) -> Parameters:
    """Return the parameters at standard normal numbers.

    Args:
        priors: The distributions.
        groups: Pairs of pillar and verb.
        normals: (draws, `priors.size(groups)`) shared parameters, then pillars, then verbs.
    """
    count = len(priors.distributions)
    chances = ndtr(np.clip(normals[:, :count], -FURTHEST, FURTHEST))
    shared = np.stack(
        [one.quantile(chances[:, place]) for place, one in enumerate(priors.distributions)], axis=1
    )
    by_pillar = normals[:, count : count + len(groups.pillars)]
    by_verb = normals[:, count + len(groups.pillars) :]
    pace = np.exp(
        shared[:, 6, None] * by_pillar[:, groups.pillar] + shared[:, 7, None] * by_verb[:, groups.verb]
    )
    return Parameters(shared, pace)

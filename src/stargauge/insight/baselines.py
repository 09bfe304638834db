"""Baselines that a forecast of site MW must beat: nothing changes, and what the tracker said.

Each is used bare and *dressed*: its value plus the errors it has made before, on all pairs of sites whose
target was not after the origin, so that it has a spread like the model. Bare and dressed are the same where
no error is known yet. `hindsight` dresses with the errors of all other sites at any date, which no one could
have known: a bound on what dressing can do, not a competitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """One forecast to be judged: site MW at the target vintage as seen from the origin vintage.

    `truth_mw` is the value first reported at the target; `persistence_mw` what stood at the origin;
    `announced_mw` what the origin vintage expected at the target.
    """

    origin: date
    target: date
    site_id: str
    truth_mw: float
    persistence_mw: float
    announced_mw: float

    @property
    def could_change(self) -> bool:
        """Whether something could happen: the tracker expected a change, or one came."""
        return self.announced_mw != self.persistence_mw or self.truth_mw != self.persistence_mw

    @property
    def horizon_months(self) -> float:
        """Months from origin to target."""
        return (self.target - self.origin).days / (365.25 / 12)


def bare(pair: Pair, kind: str) -> float:
    """Return a baseline's single value: kind `persistence` or `announced`."""
    return pair.persistence_mw if kind == "persistence" else pair.announced_mw


def dressed(pair: Pair, pairs: Sequence[Pair], kind: str) -> Floats:
    """Return a baseline's value with the spread of its past errors, MW not below zero."""
    return _dress(pair, [other for other in pairs if other.target <= pair.origin], kind)


def hindsight(pair: Pair, pairs: Sequence[Pair], kind: str) -> Floats:
    """Return a baseline's value with the spread of all other sites' errors, MW not below zero."""
    return _dress(pair, [other for other in pairs if other.site_id != pair.site_id], kind)


def _dress(pair: Pair, known: Sequence[Pair], kind: str) -> Floats:
    errors = np.array([other.truth_mw - bare(other, kind) for other in known] or [0.0])
    return np.maximum(0.0, bare(pair, kind) + errors)

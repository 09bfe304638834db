"""A choice between a few values, for sources that disagree outright or for counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from stargauge.facts.distributions.base import (
    Distribution,
    FloatArray,
    require_finite,
    require_positive_factor,
)

WEIGHT_TOLERANCE = 1e-6
"""Weights typed by hand, such as thirds to six places, may miss 1 by this much and are rescaled."""


@dataclass(frozen=True)
class Discrete(Distribution):
    """Each of `values`, in increasing order, with the probability in `weights`."""

    kind: ClassVar[str] = "discrete"

    values: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("values must name at least one number")
        if len(self.values) != len(self.weights):
            raise ValueError(
                f"values and weights must be equally many, not {len(self.values)} and {len(self.weights)}"
            )
        for value, weight in zip(self.values, self.weights, strict=True):
            require_finite(values=value, weights=weight)
            if weight < 0.0:
                raise ValueError(f"weights must not be negative, found {weight:g}")
        if any(a >= b for a, b in pairwise(self.values)):
            raise ValueError("values must increase, each named once")
        total = math.fsum(self.weights)
        if abs(total - 1.0) > WEIGHT_TOLERANCE:
            raise ValueError(f"weights must add up to 1, not {total:g}")

    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        cumulative = np.cumsum(self.weights)
        # Rounding must not leave the last value unreachable, nor reach past it.
        index = np.searchsorted(cumulative / cumulative[-1], u, side="left")
        return np.asarray(self.values, dtype=np.float64)[np.minimum(index, len(self.values) - 1)]

    @property
    def mean(self) -> float:
        """The weighted mean of the values."""
        weighted = math.fsum(v * w for v, w in zip(self.values, self.weights, strict=True))
        return weighted / math.fsum(self.weights)

    @property
    def parameters(self) -> dict[str, Any]:
        """`values` and `weights`, as lists."""
        return {"values": list(self.values), "weights": list(self.weights)}

    def scaled(self, factor: float) -> Discrete:
        """Return the choice between `factor` times the values."""
        require_positive_factor(factor)
        return Discrete(tuple(value * factor for value in self.values), self.weights)

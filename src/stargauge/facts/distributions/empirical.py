"""What was observed, taken as it is: the quantiles of a sample."""

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


@dataclass(frozen=True)
class Empirical(Distribution):
    """A sorted sample, with quantiles interpolated linearly between neighbours.

    Probability 0 falls on the smallest observation and 1 on the largest (type 7 of Hyndman and Fan, 1996),
    so nothing outside the sample is ever drawn.
    """

    kind: ClassVar[str] = "empirical"

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) < 2:
            raise ValueError("values must hold at least two observations; one number is a constant")
        for value in self.values:
            require_finite(values=value)
        if any(a > b for a, b in pairwise(self.values)):
            raise ValueError("values must be sorted from the smallest to the largest")

    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        sample = np.asarray(self.values, dtype=np.float64)
        return np.asarray(np.interp(u, np.linspace(0.0, 1.0, sample.size), sample), dtype=np.float64)

    @property
    def mean(self) -> float:
        """The mean of the interpolated distribution: the trapezoid rule over the sorted sample."""
        inner = math.fsum(self.values) - (self.values[0] + self.values[-1]) / 2.0
        return inner / (len(self.values) - 1)

    @property
    def parameters(self) -> dict[str, Any]:
        """`values`, as a list."""
        return {"values": list(self.values)}

    def scaled(self, factor: float) -> Empirical:
        """Return the sample with every observation times `factor`."""
        require_positive_factor(factor)
        return Empirical(tuple(value * factor for value in self.values))

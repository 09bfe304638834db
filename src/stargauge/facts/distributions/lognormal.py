"""The lognormal distribution, for durations, costs and other numbers that are products of many causes.

Sources seldom give a standard deviation of logarithms; they give a median and a band. Where the band is
not symmetric in logarithms, one log_sd cannot honour both ends, and the two halves get their own: a
two-piece (split) lognormal, continuous at the median, on which half the probability lies either side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Any, ClassVar

import numpy as np

from stargauge.facts.distributions.base import (
    Distribution,
    FloatArray,
    require_finite,
    require_positive_factor,
)

SYMMETRY_TOLERANCE = 0.01
"""Below this relative difference between the two halves, one log_sd serves for both."""


@dataclass(frozen=True)
class Lognormal(Distribution):
    """Median `centre`, and the standard deviation of the logarithm below and above it.

    `log_sd` serves for both halves unless `log_sd_above` gives the upper half its own.
    """

    kind: ClassVar[str] = "lognormal"

    centre: float
    log_sd: float
    log_sd_above: float | None = None

    def __post_init__(self) -> None:
        require_finite(median=self.centre, log_sd=self.log_sd)
        if self.centre <= 0.0:
            raise ValueError(f"median must be above 0 for a lognormal, not {self.centre:g}")
        for name, value in (("log_sd", self.log_sd), ("log_sd_above", self.log_sd_above)):
            if value is None:
                continue
            require_finite(**{name: value})
            if value <= 0.0:
                raise ValueError(
                    f"{name} must be above 0, not {value:g}; a number without spread is a constant"
                )

    @classmethod
    def from_quantiles(cls, low: float, centre: float | None, high: float, probability: float) -> Lognormal:
        """Return the lognormal whose quantiles at `probability`, one half and `1 - probability` are given.

        Args:
            low: The quantile at `probability`, above 0.
            centre: The median; None takes the geometric mean of the two ends.
            high: The quantile at `1 - probability`.
            probability: The lower probability, for example 0.1 for p10 and p90.

        Returns:
            A lognormal that honours all of them: with one log_sd where the two halves agree to
            `SYMMETRY_TOLERANCE`, else with one for each half.

        Raises:
            ValueError: If the quantiles are not positive and increasing.
        """
        names = tuple(f"p{round(100 * p):02d}" for p in (probability, 1.0 - probability))
        require_finite(**{names[0]: low, "p50": low if centre is None else centre, names[1]: high})
        if low <= 0.0:
            raise ValueError(f"{names[0]} must be above 0 for a lognormal, not {low:g}")
        if centre is None:
            _require_increasing((names[0], low), (names[1], high))
            centre = math.sqrt(low * high)
        _require_increasing((names[0], low), ("p50", centre), (names[1], high))
        z = NormalDist().inv_cdf(1.0 - probability)
        below, above = math.log(centre / low) / z, math.log(high / centre) / z
        if abs(above - below) <= SYMMETRY_TOLERANCE * (above + below) / 2.0:
            return cls(centre, math.log(high / low) / (2.0 * z))
        return cls(centre, below, above)

    @property
    def _upper(self) -> float:
        return self.log_sd if self.log_sd_above is None else self.log_sd_above

    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        from scipy.special import ndtri  # 0.2 s to import, and most commands draw nothing

        z = ndtri(u)
        return np.asarray(
            self.centre * np.exp(np.where(z < 0.0, self.log_sd, self._upper) * z), dtype=np.float64
        )

    @property
    def median(self) -> float:
        """`centre`."""
        return float(self.centre)

    @property
    def mean(self) -> float:
        """The median times the two half-integrals of exp(s z) under the standard normal density."""
        phi = NormalDist().cdf
        below, above = self.log_sd, self._upper
        return self.centre * (math.exp(below**2 / 2) * phi(-below) + math.exp(above**2 / 2) * phi(above))

    @property
    def parameters(self) -> dict[str, Any]:
        """`median`, `log_sd` and, where the halves differ, `log_sd_above`."""
        parameters: dict[str, Any] = {"median": self.centre, "log_sd": self.log_sd}
        if self.log_sd_above is not None:
            parameters["log_sd_above"] = self.log_sd_above
        return parameters

    def scaled(self, factor: float) -> Lognormal:
        """Return the lognormal of `factor` times the number: the median moves, the spread stays."""
        require_positive_factor(factor)
        return Lognormal(self.centre * factor, self.log_sd, self.log_sd_above)


def _require_increasing(*quantiles: tuple[str, float]) -> None:
    for (low_name, low), (high_name, high) in pairwise(quantiles):
        if low >= high:
            raise ValueError(f"{low_name} ({low:g}) must be below {high_name} ({high:g})")

"""The normal distribution, for numbers that may be of either sign or are sums of many small errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from stargauge.facts.distributions.base import (
    Distribution,
    FloatArray,
    require_finite,
    require_positive_factor,
)


@dataclass(frozen=True)
class Normal(Distribution):
    """Mean `centre` and standard deviation `sd`, both in the unit of the fact."""

    kind: ClassVar[str] = "normal"

    centre: float
    sd: float

    def __post_init__(self) -> None:
        require_finite(mean=self.centre, sd=self.sd)
        if self.sd <= 0.0:
            raise ValueError(f"sd must be above 0, not {self.sd:g}; a number without spread is a constant")

    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        from scipy.special import ndtri  # 0.2 s to import, and most commands draw nothing

        return np.asarray(self.centre + self.sd * ndtri(u), dtype=np.float64)

    @property
    def median(self) -> float:
        """The mean: the distribution is symmetric."""
        return float(self.centre)

    @property
    def mean(self) -> float:
        """`centre`."""
        return float(self.centre)

    @property
    def parameters(self) -> dict[str, Any]:
        """`mean` and `sd`."""
        return {"mean": self.centre, "sd": self.sd}

    def scaled(self, factor: float) -> Normal:
        """Return the normal distribution of `factor` times the number."""
        require_positive_factor(factor)
        return Normal(self.centre * factor, self.sd * factor)

"""The beta distribution, for shares, and for numbers known to lie between two ends."""

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
class Beta(Distribution):
    """Shapes `alpha` and `beta` on the interval from `low` to `high` (0 to 1 unless stated)."""

    kind: ClassVar[str] = "beta"

    alpha: float
    beta: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        require_finite(alpha=self.alpha, beta=self.beta, low=self.low, high=self.high)
        for name, value in (("alpha", self.alpha), ("beta", self.beta)):
            if value <= 0.0:
                raise ValueError(f"{name} must be above 0, not {value:g}")
        if self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")

    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        from scipy.special import betaincinv  # 0.2 s to import, and most commands draw nothing

        share = betaincinv(self.alpha, self.beta, u)
        return np.asarray(self.low + (self.high - self.low) * share, dtype=np.float64)

    @property
    def mean(self) -> float:
        """`alpha / (alpha + beta)` of the way from `low` to `high`."""
        return self.low + (self.high - self.low) * self.alpha / (self.alpha + self.beta)

    @property
    def parameters(self) -> dict[str, Any]:
        """`alpha`, `beta`, `low` and `high`."""
        return {"alpha": self.alpha, "beta": self.beta, "low": self.low, "high": self.high}

    def scaled(self, factor: float) -> Beta:
        """Return the beta distribution of `factor` times the number."""
        require_positive_factor(factor)
        return Beta(self.alpha, self.beta, self.low * factor, self.high * factor)

"""The triangular distribution, for a stated range with a most likely value and nothing more."""

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
class Triangular(Distribution):
    """Never below `low`, never above `high`, most likely at `mode` (which may be either end)."""

    kind: ClassVar[str] = "triangular"

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        require_finite(low=self.low, mode=self.mode, high=self.high)
        if self.low > self.mode:
            raise ValueError(f"low ({self.low:g}) must not exceed mode ({self.mode:g})")
        if self.mode > self.high:
            raise ValueError(f"mode ({self.mode:g}) must not exceed high ({self.high:g})")
        if self.low == self.high:
            raise ValueError("low and high are equal; a number without spread is a constant")

    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1.0 - u) * width * right)
        return np.asarray(np.where(u * width < left, rising, falling), dtype=np.float64)

    @property
    def mean(self) -> float:
        """One third of low, mode and high."""
        return (self.low + self.mode + self.high) / 3.0

    @property
    def parameters(self) -> dict[str, Any]:
        """`low`, `mode` and `high`."""
        return {"low": self.low, "mode": self.mode, "high": self.high}

    def scaled(self, factor: float) -> Triangular:
        """Return the triangular distribution of `factor` times the number."""
        require_positive_factor(factor)
        return Triangular(self.low * factor, self.mode * factor, self.high * factor)

"""A number that is exactly known, or whose uncertainty no source states."""

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
class Constant(Distribution):
    """One value with probability one."""

    kind: ClassVar[str] = "constant"

    value: float

    def __post_init__(self) -> None:
        require_finite(value=self.value)

    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        return np.full(u.shape, self.value, dtype=np.float64)

    @property
    def mean(self) -> float:
        """The value itself."""
        return float(self.value)

    @property
    def parameters(self) -> dict[str, Any]:
        """`value`."""
        return {"value": self.value}

    @property
    def is_constant(self) -> bool:
        """Always true."""
        return True

    def scaled(self, factor: float) -> Constant:
        """Return the constant `factor` times the value."""
        require_positive_factor(factor)
        return Constant(self.value * factor)

"""What every distribution can do: give a quantile, a median, a mean, and a scaled copy of itself.

Draws are made elsewhere: a caller draws `u` uniform in (0, 1) and asks for `quantile(u)`. One uniform a
number means that two runs with the same uniforms meet the same luck, whatever the distributions are.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class Distribution(ABC):
    """A number as the sources leave it: exactly known, or spread over values.

    Members are frozen dataclasses, so that two distributions with the same parameters are equal and hash
    alike. All of them are univariate and have a finite mean.
    """

    kind: ClassVar[str]

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the value below which a share `u` of the probability lies (the inverse CDF).

        Args:
            u: Probabilities strictly between 0 and 1, any shape.

        Returns:
            Array of the shape of `u`, in the unit of the fact, not decreasing in `u`.

        Raises:
            ValueError: If a probability is 0 or less, 1 or more, or not a number.
        """
        probability = np.asarray(u, dtype=np.float64)
        if not np.all((probability > 0.0) & (probability < 1.0)):
            raise ValueError("a quantile needs probabilities strictly between 0 and 1")
        return self._inverse_cdf(probability)

    @abstractmethod
    def _inverse_cdf(self, u: FloatArray) -> FloatArray:
        """Return the inverse CDF at probabilities already checked."""

    @property
    def median(self) -> float:
        """The value that is exceeded with probability one half."""
        return float(self._inverse_cdf(np.array(0.5)))

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected value."""

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """The parameters by the names that `parse_distribution` reads."""

    @abstractmethod
    def scaled(self, factor: float) -> Distribution:
        """Return the distribution of `factor` times the number.

        Raises:
            ValueError: If the factor is not a positive finite number.
        """

    @property
    def is_constant(self) -> bool:
        """Whether the number is exactly known."""
        return False

    def describe(self) -> str:
        """Return the parameters in the syntax of the fact tables, for example `median=18; log_sd=0.4`."""
        return "; ".join(f"{name}={format_number(value)}" for name, value in self.parameters.items())


def format_number(value: float | list[float]) -> str:
    """Return the shortest text that reads back as the same number, or a list of them with commas."""
    if isinstance(value, list):
        return ",".join(format_number(item) for item in value)
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def require_finite(**values: float) -> None:
    """Refuse parameters that are infinite or not a number.

    Raises:
        ValueError: Naming the first parameter at fault.
    """
    for name, value in values.items():
        if not math.isfinite(value):
            raise ValueError(f"{name} must be a finite number, not {value}")


def require_positive_factor(factor: float) -> None:
    """Refuse a scale that would turn a distribution round or flatten it.

    Raises:
        ValueError: If the factor is not a positive finite number.
    """
    if not (math.isfinite(factor) and factor > 0.0):
        raise ValueError(f"a distribution scales by a positive number, not {factor}")

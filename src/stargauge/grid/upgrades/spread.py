"""A number that is not known to a point: low, median and high."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stargauge.facts import Distribution

LOW, HIGH = 0.1, 0.9
"""Probabilities of the ends: one time in ten it is lower, one time in ten higher."""


@dataclass(frozen=True)
class Spread:
    """Low (10 %), median and high (90 %) of a number.

    Sums and products take low with low and high with high: prices and delays of one time and country move
    together, so that spreads do not average out. The ends of a sum are then wider than if they did.
    """

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, distribution: Distribution) -> Spread:
        """Return the spread of a distribution."""
        low, high = distribution.quantile([LOW, HIGH])
        return cls(float(low), distribution.median, float(high))

    def __add__(self, other: Spread) -> Spread:
        return Spread(self.low + other.low, self.median + other.median, self.high + other.high)

    def __mul__(self, other: Spread | float) -> Spread:
        by = other if isinstance(other, Spread) else Spread(other, other, other)
        return Spread(self.low * by.low, self.median * by.median, self.high * by.high)

    def later(self, other: Spread) -> Spread:
        """Return the larger of both, end by end: what is done side by side."""
        return Spread(max(self.low, other.low), max(self.median, other.median), max(self.high, other.high))

    def text(self, unit: str) -> str:
        """Return it for people: `1.2–3.4–5.6 mn USD`."""
        return f"{short(self.low)}–{short(self.median)}–{short(self.high)} {unit}"


def total(spreads: Iterable[Spread | None]) -> Spread | None:
    """Return the sum; None if one is unknown."""
    result = Spread(0.0, 0.0, 0.0)
    for spread in spreads:
        if spread is None:
            return None
        result = result + spread
    return result


def slowest(spreads: Iterable[Spread | None]) -> Spread | None:
    """Return the largest, end by end; None if one is unknown."""
    result = Spread(0.0, 0.0, 0.0)
    for spread in spreads:
        if spread is None:
            return None
        result = result.later(spread)
    return result


def short(value: float) -> str:
    """Return a number for people: one decimal below ten, where it matters."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"

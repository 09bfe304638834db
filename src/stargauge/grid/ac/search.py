"""The load at which a margin first turns negative: false position inside a bracket, checked from below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

PROBES = (1 / 3, 2 / 3)
"""Shares of the load found at which smaller loads are tried: what fails first may pass again later."""

GROWTH = 1.6
"""Most by which a load that passes is raised at a time: a start too far off finds no solution that exists."""

INSIDE = 0.4
"""Share of the tolerance by which a point is set beyond the estimate: the bracket closes on both sides."""

MOST_POINTS = 60
"""Loads tried after which the bracket is given as it stands."""


@dataclass
class Search:
    """A search for the first load that fails.

    Attributes:
        margin: Margin at a load; negative if it fails.
        upper: Largest load to try.
        tolerance: Width of the bracket that ends the search.
        tried: Loads tried with their margins, in order.
        again: Loads that pass above one that fails.
    """

    margin: Callable[[float], float]
    upper: float
    tolerance: float
    tried: list[tuple[float, float]] = field(default_factory=list)
    again: list[float] = field(default_factory=list)

    def run(self, guess: float) -> tuple[float, float | None]:
        """Return the largest load that passes below the smallest that fails, and that; None if none fails.

        Args:
            guess: Load to start with.
        """
        low, high = self._bracket(0.0, guess)
        while True:
            high, low = self._narrowed(low, high)
            probes = [share * low for share in PROBES]
            failing = next((point for point in probes if self._try(point) < 0), None)
            if failing is None or len(self.tried) >= MOST_POINTS:
                return low, high
            self.again.append(low)
            high = failing
            low = max(point for point, margin in self.tried if margin >= 0 and point < high)

    def _try(self, point: float) -> float:
        known = next((margin for there, margin in self.tried if there == point), None)
        if known is not None:
            return known
        margin = self.margin(point)
        self.tried.append((point, margin))
        return margin

    def _bracket(self, low: float, guess: float) -> tuple[float, float | None]:
        """Return a load that passes and one above it that fails; None if none does up to the upper bound."""
        self._try(low)
        point = min(max(guess, self.tolerance), self.upper)
        while True:
            if self._try(point) < 0:
                return low, point
            if point >= self.upper or len(self.tried) >= MOST_POINTS:
                return point, None
            estimate = self._estimate((low, self._try(low)), (point, self._try(point)))
            beyond = estimate + INSIDE * self.tolerance
            low = point
            point = min(
                max(beyond, 1.05 * point) if np.isfinite(beyond) else GROWTH * point,
                GROWTH * point,
                self.upper,
            )

    def _narrowed(self, low: float, high: float | None) -> tuple[float | None, float]:
        """Return the bracket no wider than the tolerance, its upper end first."""
        if high is None:
            return None, low
        stalled = 0
        while high - low > self.tolerance and len(self.tried) < MOST_POINTS:
            width = high - low
            estimate = self._estimate((low, self._try(low)), (high, self._try(high)))
            if not low < estimate < high or stalled >= 1:
                estimate = 0.5 * (low + high)
                stalled = 0
                point = estimate
            else:
                passed_last = self.tried[-1][1] >= 0
                point = estimate + INSIDE * self.tolerance * (1 if passed_last else -1)
                edge = 0.5 * self.tolerance
                point = min(max(point, low + min(edge, 0.5 * width)), high - min(edge, 0.5 * width))
            if self._try(point) < 0:
                high = point
            else:
                low = point
            stalled = stalled + 1 if high - low > 0.5 * width else 0
        return high, low

    @staticmethod
    def _estimate(first: tuple[float, float], second: tuple[float, float]) -> float:
        """Return where a line through two points is zero; nan or inf where it is nowhere.

        Without a load nothing counts, so the margin there says nothing.
        """
        (x0, y0), (x1, y1) = first, second
        if x0 == 0.0 or not (np.isfinite(y0) and np.isfinite(y1)) or y0 == y1:
            return float("nan")
        estimate = x1 - y1 * (x1 - x0) / (y1 - y0)
        return estimate if estimate > 0 else float("inf")

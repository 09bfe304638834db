"""Load-duration curves: demand as a share of its peak, by the share of hours in which it is exceeded.

A curve is kept as straight lines between points. The points are means of the demand over bins of hours,
placed at the middle of the bin, with the peak and the smallest demand at the ends: so the energy above any
level, which is what curtailment takes, comes out nearly as from the hours themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flexibility.headroom import checked_curtailment
from stargauge.grid.flexibility.seasons import SeasonalPeaks

# Two points of equal level would make a step; far below the last decimal kept, so no number changes by it.
STEP = 1e-9


@dataclass(frozen=True)
class SeasonCurve:
    """The load-duration curve of one season.

    Attributes:
        peak_mw: Largest demand, MW.
        hours: Known hours of the season.
        shares: Shares of the season's hours, from 0 to 1, increasing, shape (points,).
        levels: Demand over peak that is exceeded in that share of hours, falling, shape (points,).
    """

    peak_mw: float
    hours: int
    shares: NDArray[np.float64]
    levels: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Part levels that are equal, so that the curve can be read in both directions."""
        object.__setattr__(self, "levels", self.levels - STEP * np.arange(self.levels.size))


@dataclass(frozen=True)
class LoadDuration:
    """The load-duration curves of an authority or region.

    Attributes:
        name: Code.
        summer: Curve of the summer.
        winter: Curve of the winter.
    """

    name: str
    summer: SeasonCurve
    winter: SeasonCurve

    @property
    def peaks_mw(self) -> SeasonalPeaks:
        """Peaks by season, MW."""
        return SeasonalPeaks(self.summer.peak_mw, self.winter.peak_mw)

    @property
    def peak_mw(self) -> float:
        """The larger of the two peaks, MW."""
        return max(self.peaks_mw)

    @property
    def hours(self) -> int:
        """Known hours of both seasons."""
        return self.summer.hours + self.winter.hours

    @overload
    def headroom(
        self,
        curtailment: float,
        *,
        growth: float = ...,
        added_mw: float = ...,
        limits_mw: SeasonalPeaks | None = ...,
    ) -> float: ...

    @overload
    def headroom(
        self,
        curtailment: ArrayLike,
        *,
        growth: float = ...,
        added_mw: float = ...,
        limits_mw: SeasonalPeaks | None = ...,
    ) -> NDArray[np.float64]: ...

    def headroom(
        self,
        curtailment: ArrayLike,
        *,
        growth: float = 1.0,
        added_mw: float = 0.0,
        limits_mw: SeasonalPeaks | None = None,
    ) -> float | NDArray[np.float64]:
        """Return the largest constant load, MW, that is cut by no more than a share of its energy.

        Within 0.5 % of the number from the hours for curtailment from 0.1 % to 5 %, tested for every row.

        Args:
            curtailment: Share of the load's possible energy, from 0 to below 1; one or many.
            growth: Factor on demand.
            added_mw: Firm constant load on top of demand, served before the new load, MW.
            limits_mw: Load that may be reached, MW, by season; the peaks of the curves if None.

        Returns:
            MW, a number or an array of the shape of `curtailment`.

        Raises:
            InputError: A share, factor or load that makes no sense.
        """
        shares = checked_curtailment(curtailment)
        load, cut, energy = self._curtailed(growth, added_mw, limits_mw)
        mean = np.empty_like(energy)
        mean[0] = cut[0]
        mean[1:] = np.maximum.accumulate(energy[1:] / load[1:])
        place = np.searchsorted(mean, shares, side="right") - 1
        at = np.maximum(place, 0)
        after = np.minimum(at + 1, load.size - 1)
        width = load[after] - load[at]
        # Within a segment the energy cut is a parabola in the load; where it meets share times load.
        slope = np.divide(cut[after] - cut[at], width, out=np.zeros_like(width), where=width > 0)
        excess = cut[at] - shares
        rest = np.maximum(shares * load[at] - energy[at], 0.0)
        root = np.sqrt(excess**2 + 2.0 * slope * rest)
        falling = np.divide(root - excess, slope, out=np.zeros_like(root), where=slope > 0)
        rising = np.divide(2.0 * rest, excess + root, out=np.zeros_like(root), where=excess > 0)
        found = np.where(place < 0, 0.0, load[at] + np.where(excess > 0, rising, falling))
        return float(found) if found.ndim == 0 else found

    def hours_curtailed(
        self,
        load_mw: float,
        *,
        growth: float = 1.0,
        added_mw: float = 0.0,
        limits_mw: SeasonalPeaks | None = None,
    ) -> float:
        """Return the share of hours in which a constant load of so many MW is cut at all."""
        load, cut, _ = self._curtailed(growth, added_mw, limits_mw)
        return float(np.interp(load_mw, load, cut))

    @overload
    def load_level(self, share_of_hours: float) -> float: ...

    @overload
    def load_level(self, share_of_hours: ArrayLike) -> NDArray[np.float64]: ...

    def load_level(self, share_of_hours: ArrayLike) -> float | NDArray[np.float64]:
        """Return demand over the year's peak that is exceeded in a share of all hours, both seasons.

        Args:
            share_of_hours: Shares, 0 to 1; one or many. At 0 it is 1, at 1 the smallest demand.

        Raises:
            InputError: A share outside 0 to 1.
        """
        wanted = np.asarray(share_of_hours, dtype=np.float64)
        if not ((wanted >= 0) & (wanted <= 1)).all():
            value = f"{wanted[~((wanted >= 0) & (wanted <= 1))].flat[0]:g}" if wanted.ndim else f"{wanted:g}"
            raise InputError(
                "the load level",
                [Mistake(0, "share_of_hours", f"{value} is no share of hours, 0 to 1")],
                "nothing was computed",
            )
        gap, exceeded = self._exceeded(1.0, 0.0, SeasonalPeaks(self.peak_mw, self.peak_mw))
        level = 1.0 - np.interp(wanted, exceeded, gap) / self.peak_mw
        return float(level) if level.ndim == 0 else level

    def _exceeded(
        self, growth: float, added_mw: float, limits: SeasonalPeaks
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return distances below the limit, MW, and the share of all hours that lie nearer to it."""
        gaps = [
            limit - added_mw - growth * curve.peak_mw * curve.levels
            for limit, curve in zip(limits, (self.summer, self.winter), strict=True)
            if curve.hours
        ]
        curves = [curve for curve in (self.summer, self.winter) if curve.hours]
        merged = np.unique(np.concatenate(gaps))
        share = np.zeros(merged.size)
        for gap, curve in zip(gaps, curves, strict=True):
            share += curve.hours / self.hours * np.interp(merged, gap, curve.shares, left=0.0, right=1.0)
        return merged, share

    def _curtailed(
        self, growth: float, added_mw: float, limits_mw: SeasonalPeaks | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return loads, MW, the share of hours in which each is cut, and the mean MW cut from it.

        The last load is so large that no curtailment below 1 reaches it.
        """
        limits = self.peaks_mw if limits_mw is None else limits_mw
        self._check(growth, added_mw, limits)
        gap, share = self._exceeded(growth, added_mw, limits)
        inside = gap > 0
        load = np.concatenate([[0.0], gap[inside], [max(float(gap[-1]), 1.0) * 2**60]])
        cut = np.concatenate([[np.interp(0.0, gap, share, left=0.0, right=1.0)], share[inside], [1.0]])
        energy = np.concatenate([[0.0], np.cumsum((cut[1:] + cut[:-1]) / 2.0 * np.diff(load))])
        return load, cut, energy

    @staticmethod
    def _check(growth: float, added_mw: float, limits: SeasonalPeaks) -> None:
        mistakes = []
        if not (np.isfinite(growth) and growth > 0):
            mistakes.append(Mistake(0, "growth", f"{growth:g} is no factor above 0"))
        if not np.isfinite(added_mw):
            mistakes.append(Mistake(0, "added_mw", f"{added_mw:g} is no load in MW"))
        if not np.isfinite(limits).all():
            mistakes.append(Mistake(0, "limits_mw", f"{tuple(limits)} are no two loads in MW"))
        if mistakes:
            raise InputError("the load-duration curve", mistakes, "nothing was computed")


def bin_means(demand_mw: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the levels of a curve: demand over peak at 0, at the middles of the bins and at 1.

    Args:
        demand_mw: Demand of a season's known hours, MW, any order, shape (hours,).
        edges: Edges of the bins, shares of hours from 0 to 1, shape (bins + 1,).

    Returns:
        Levels, shape (bins + 2,), falling, the first 1.
    """
    ordered = np.sort(demand_mw)[::-1]
    energy = np.concatenate([[0.0], np.cumsum(ordered)])
    within = np.diff(np.interp(edges * ordered.size, np.arange(energy.size), energy))
    means = within / (np.diff(edges) * ordered.size)
    levels: NDArray[np.float64] = np.concatenate([ordered[:1], means, ordered[-1:]]) / ordered[0]
    return levels

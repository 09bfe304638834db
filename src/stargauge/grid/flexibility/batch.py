"""Flexible headroom from a load-duration curve for many systems at once: futures, months, limits.

The energy cut from a load is a convex function of it, so Newton's steps from a load that is surely too large
come down on the answer and never pass it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flexibility.duration import LoadDuration, SeasonCurve
from stargauge.grid.flexibility.headroom import checked_curtailment

STEPS = 60
"""Far more than are needed; five to fifteen are usual."""

CLOSE = 1e-13
"""Relative change of the load below which a further step changes nothing."""


class _Excess:
    """Share of a season's hours above a level, and the mean of what is above it, both over the peak."""

    def __init__(self, curve: SeasonCurve) -> None:
        self.levels = curve.levels[::-1].copy()
        self.shares = curve.shares[::-1].copy()
        width, mean = np.diff(self.levels), (self.shares[1:] + self.shares[:-1]) / 2.0
        above = np.cumsum((width * mean)[::-1])[::-1]
        self.energy = np.concatenate([above, [0.0]])

    def at(self, level: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the share of hours above a level and the mean excess, shapes of `level`."""
        place = np.clip(np.searchsorted(self.levels, level, side="right") - 1, 0, self.levels.size - 2)
        low, high = self.levels[place], self.levels[place + 1]
        inside = np.clip(level, low, high)
        slope = (self.shares[place + 1] - self.shares[place]) / (high - low)
        share = self.shares[place] + slope * (inside - low)
        energy = self.energy[place + 1] + (high - inside) * (share + self.shares[place + 1]) / 2.0
        below = self.levels[0] - level
        return np.where(below > 0, 1.0, np.where(level >= self.levels[-1], 0.0, share)), np.where(
            below > 0, self.energy[0] + below, energy
        )


def headrooms(
    curves: LoadDuration,
    curtailment: float,
    *,
    summer_limit_mw: ArrayLike,
    winter_limit_mw: ArrayLike,
    growth: ArrayLike = 1.0,
    added_mw: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    """Return the largest constant loads that are cut by no more than a share of their energy.

    The same numbers as `LoadDuration.headroom`, for arrays of systems that share one curve; a few
    microseconds for each. It is homogeneous: under growth g, firm load a and limits l the headroom is g times
    that under limits (l - a) / g, so that one table over two limits holds all of them.

    Args:
        curves: Load-duration curves of the place.
        curtailment: Share of the load's possible energy, from 0 to below 1.
        summer_limit_mw: Load that may be reached in summer, MW.
        winter_limit_mw: Load that may be reached in winter, MW.
        growth: Factors on demand.
        added_mw: Firm constant load on top of demand, MW.

    Returns:
        MW, in the common shape of the four arrays.

    Raises:
        InputError: A share, factor or load that makes no sense, or shapes that do not go together.
    """
    share = float(checked_curtailment(curtailment))
    try:
        summer, winter, factor, added = np.broadcast_arrays(
            *(
                np.asarray(values, dtype=np.float64)
                for values in (summer_limit_mw, winter_limit_mw, growth, added_mw)
            )
        )
    except ValueError as error:
        raise InputError(
            "the load-duration curve",
            [Mistake(0, "limits, growth, added_mw", str(error))],
            "nothing was computed",
        ) from error
    wrong = {
        "summer_limit_mw": not np.isfinite(summer).all(),
        "winter_limit_mw": not np.isfinite(winter).all(),
        "growth": not (np.isfinite(factor) & (factor > 0)).all(),
        "added_mw": not np.isfinite(added).all(),
    }
    if any(wrong.values()):
        raise InputError(
            "the load-duration curve",
            [
                Mistake(0, field, "holds a value that is no number" + " above 0" * (field == "growth"))
                for field, bad in wrong.items()
                if bad
            ],
            "nothing was computed",
        )
    parts = [
        (curve.hours / curves.hours, factor * curve.peak_mw, limit - added, _Excess(curve))
        for limit, curve in ((summer, curves.summer), (winter, curves.winter))
        if curve.hours
    ]
    return _solved(parts, share, factor.shape)


Part = tuple[float, NDArray[np.float64], NDArray[np.float64], _Excess]


def _solved(parts: list[Part], share: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the loads at which the energy cut is a share of the load."""
    # What existing demand exceeds a limit by is not cut from the new load.
    before = [scale * excess.at(limit / scale)[1] for _, scale, limit, excess in parts]

    def cut(load: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        hours, energy = np.zeros(shape), np.zeros(shape)
        for (weight, scale, limit, excess), already in zip(parts, before, strict=True):
            some_hours, mean = excess.at((limit - load) / scale)
            hours += weight * some_hours
            energy += weight * (scale * mean - already)
        return hours, energy

    nothing_spare = np.zeros(shape)
    spare = sum((weight * np.maximum(limit, scale) for weight, scale, limit, _ in parts), start=nothing_spare)
    load = np.maximum(spare, 1.0) / (1.0 - share)
    for _ in range(STEPS):
        hours, energy = cut(load)
        slope = hours - share
        step = np.divide(energy - share * load, slope, out=np.zeros(shape), where=slope > 0)
        lower = np.maximum(load - np.maximum(step, 0.0), 0.0)
        done = load - lower <= CLOSE * load
        load = lower
        if done.all():
            break
    return load

"""Durations of stages: lognormal, correlated through shared factors, conditional on the time already spent.

For phase p and stage s, with k the national slip, z the factors of programme and site and e a draw of its
own, all standard normal but k:

    log D = log m + b k + sd (sqrt(w_programme) z_programme + sqrt(w_site) z_site + sqrt(w_own) e)

where the three weights add up to 1. For the stage a phase is in, D is conditional on being longer than the
time spent in it: e is drawn from its upper tail by inversion, so that one uniform draw gives one duration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri, ndtri_exp

Floats = NDArray[np.float64]

TAIL = 6.0
"""Beyond this many standard deviations the tail is inverted on the log scale, where 1 - Φ has no digits."""


@dataclass(frozen=True)
class Weights:
    """Shares of the variance of a log duration: programme, site, and the phase's own; they add up to 1."""

    programme: float
    site: float

    @property
    def own(self) -> float:
        """The share that is the phase's own."""
        return 1.0 - self.programme - self.site


def truncated_normal(lower: Floats, uniform: Floats) -> Floats:
    """Return standard normal draws conditional on exceeding `lower`, by inversion of the upper tail.

    Args:
        lower: Bounds, any shape; -inf for no condition.
        uniform: Draws in (0, 1) of the same shape.

    Returns:
        Values >= `lower`, increasing in `uniform`. Works far into the tail (log survival function).
    """
    survival = ndtr(-lower)
    values = -ndtri(survival * (1.0 - uniform))
    deep = lower > TAIL
    if np.any(deep):
        values = np.where(deep, -ndtri_exp(log_ndtr(-lower) + np.log1p(-uniform)), values)
    result: Floats = np.maximum(values, lower)
    return result


def stage_durations(
    log_median: Floats,
    log_sd: Floats,
    slip_loading: Floats,
    weights: Weights,
    slip: Floats,
    programme_factor: Floats,
    site_factor: Floats,
    elapsed: Floats,
    stage_scale: Floats,
    uniform: Floats,
) -> Floats:
    """Return stage durations of a block.

    Args:
        log_median: (phases, stages) log of the median in months.
        log_sd: (phases, stages) log standard deviation.
        slip_loading: (phases, stages) how much of the national slip enters, 0 or 1.
        weights: Shares of the variance.
        slip: (futures) national slip in log months.
        programme_factor: (futures, phases) factor of each phase's programme.
        site_factor: (futures, phases) factor of each phase's site.
        elapsed: (phases, stages) months already spent in the stage; 0 where it has not begun.
        stage_scale: (futures, stages) factor on the duration of every phase's stage; 1 leaves it.
        uniform: (futures, phases, stages) draws in (0, 1).

    Returns:
        (futures, phases, stages) months; strictly more than `elapsed` where that is positive.
    """
    shared = np.sqrt(weights.programme) * programme_factor + np.sqrt(weights.site) * site_factor
    centre = log_median + slip_loading * slip[:, None, None] + log_sd * shared[:, :, None]
    centre += np.log(stage_scale)[:, None, :]
    own_sd = log_sd * np.sqrt(weights.own)
    own = np.empty_like(uniform)
    begun = elapsed > 0.0
    own[:, ~begun] = ndtri(uniform[:, ~begun])
    if np.any(begun):
        lower = (np.log(elapsed[begun]) - centre[:, begun]) / own_sd[begun]
        own[:, begun] = truncated_normal(lower, uniform[:, begun])
    durations: Floats = np.exp(centre + own_sd * own)
    return durations

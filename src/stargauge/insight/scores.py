"""Scores of probabilistic forecasts: CRPS, interval coverage, bootstrap over sites."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.streams import generator

Floats = NDArray[np.float64]

RESAMPLES = 2000
"""Bootstrap resamples; the ends of a 90 % interval then rest on 100 each."""


def crps(sample: Floats, truth: float) -> float:
    """Return the continuous ranked probability score of a sample forecast, in the unit of the truth.

    E|X - y| - E|X - X'|/2 over the sample's own distribution (Gneiting and Raftery 2007, eq. 21); for one
    value it is the absolute error. Lower is better.

    Args:
        sample: (draws) equally likely values.
        truth: What came.
    """
    ordered = np.sort(sample)
    count = ordered.size
    rank = 2.0 * np.arange(1, count + 1) - count - 1.0
    spread = float(rank @ ordered) / count**2
    return float(np.abs(ordered - truth).mean()) - spread


def covers(sample: Floats, truth: float, share: float) -> bool:
    """Return whether the central interval that holds `share` of the sample holds the truth, ends included."""
    tail = (1.0 - share) / 2.0
    low, high = np.quantile(sample, [tail, 1.0 - tail])
    return bool(low <= truth <= high)


def site_bootstrap(values: Floats, sites: list[str], share: float = 0.9) -> tuple[float, float]:
    """Return a bootstrap interval of the mean, resampling whole sites.

    Pairs of one site are not independent (one builder, one revision moves them all), so sites are drawn with
    replacement and each brings all its pairs.

    Args:
        values: (pairs) score or difference of scores.
        sites: Site of each pair.
        share: Coverage of the interval.
    """
    names = sorted(set(sites))
    member = np.array([names.index(site) for site in sites])
    totals = np.bincount(member, weights=values, minlength=len(names))
    counts = np.bincount(member, minlength=len(names))
    picks = generator(0, "backtest.bootstrap", "sites", 0).integers(len(names), size=(RESAMPLES, len(names)))
    means = totals[picks].sum(axis=1) / counts[picks].sum(axis=1)
    tail = (1.0 - share) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)

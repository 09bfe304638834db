"""How logarithms of stocks move: a random walk with drift, seen with noise, told in closed form and drawn.

The log stock of each of n parties is x_i(t) = level_i + drift_i t + W_i(t), and what is reported of it
carries noise. Only ratios to the first party, the reference, are seen: z_i = x_i - x_0. All but the shocks to
come is Gaussian, so the likelihood of a history and the state at its end are exact (Harvey 1989, local level
with drift; Rasmussen and Williams 2006, eq. 2.23-2.24 and 2.30). Shocks to come are Student-t with the fitted
variance: shares of a young technology jump.

A single quantity is the case of two parties of which the reference stands still.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TAIL_DF = 4.0
"""Degrees of freedom of shocks to come. Open-weight shares have moved by over a logit in two months, which no
normal shock of the usual size does; with 4 the variance still exists, so that it can be the fitted one."""

DIFFUSE = 100.0
"""Prior variance of a log ratio: sd 10, a ratio of 20,000 either way. Nothing is known of a level before it
is seen."""

JITTER = 1e-9
"""Added to the diagonal of a history without noise, so that its factor exists in floating point."""


class Variances(NamedTuple):
    """Settings side by side, each (settings, parties): variances of log stocks, party 0 the reference.

    `shock` a half-year of the walk, `noise` of one report, `drift` prior variance of growth a half-year.
    """

    shock: Floats
    noise: Floats
    drift: Floats


class Conditioned(NamedTuple):
    """What a history says under each setting.

    `log_evidence` (settings); `mean` (settings, 2 k) and `root` (settings, 2 k, 2 k) of the k log ratios at
    the end of the history, then of their k drifts a half-year: root @ root.T is the covariance.
    """

    log_evidence: Floats
    mean: Floats
    root: Floats


class Luck(NamedTuple):
    """Draws of one set of futures.

    `pick` (futures) uniform, chooses the setting; `state` (futures, 2 k) normal; `shock` (futures, times,
    parties) uniform; `noise` (futures, times, parties) normal.
    """

    pick: Floats
    state: Floats
    shock: Floats
    noise: Floats


def condition(times: Floats, ratios: Floats, variances: Variances) -> Conditioned:
    """Return what a history of log ratios says of its end, under each setting.

    Args:
        times: (times) half-years from the first time, rising.
        ratios: (times, k) log ratios to the reference; nan where there is none.
        variances: k + 1 parties.
    """
    row, item = np.nonzero(~np.isnan(ratios))
    seen, when, last = ratios[row, item], times[row], float(times[-1])
    alike = (item[:, None] == item[None, :]).astype(np.float64)
    cover = _shared(variances.drift, item, item) * (when[:, None] * when[None, :])
    cover += _shared(variances.shock, item, item) * np.minimum(when[:, None], when[None, :])
    cover += _shared(variances.noise, item, item) * (row[:, None] == row[None, :])
    cover += DIFFUSE * alike + JITTER * np.eye(len(seen))

    every = np.arange(ratios.shape[1])
    same = (every[:, None] == item[None, :]).astype(np.float64)
    to_drift = _shared(variances.drift, every, item) * when
    to_level = last * to_drift + _shared(variances.shock, every, item) * when + DIFFUSE * same
    reach = np.concatenate([to_level, to_drift], axis=1)  # (settings, 2 k, seen)

    drift = _shared(variances.drift, every, every)
    walk = _shared(variances.shock, every, every) * last + DIFFUSE * np.eye(len(every))
    prior = np.block([[last * last * drift + walk, last * drift], [last * drift, drift]])

    factor = np.linalg.cholesky(cover)
    white = np.linalg.solve(factor, np.broadcast_to(seen[:, None], (*factor.shape[:2], 1)))[..., 0]
    leaned = np.linalg.solve(factor, reach.swapaxes(1, 2))  # (settings, seen, 2 k)
    size = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    evidence = -0.5 * np.square(white).sum(axis=1) - size - 0.5 * len(seen) * np.log(2.0 * np.pi)
    mean = (leaned.swapaxes(1, 2) @ white[..., None])[..., 0]
    return Conditioned(evidence, mean, _root(prior - leaned.swapaxes(1, 2) @ leaned))


def simulate(
    known: Conditioned, weights: Floats, variances: Variances, ahead: Floats, luck: Luck, df: float = TAIL_DF
) -> Floats:
    """Return (futures, times, k) log ratios as they will be reported.

    Args:
        known: What the history says under each setting.
        weights: (settings) chance of each setting, adding up to 1.
        variances: The settings.
        ahead: (times) half-years after the end of the history, rising.
        luck: Draws.
        df: Degrees of freedom of the shocks, above 2.
    """
    chosen: Ints = np.minimum(np.searchsorted(np.cumsum(weights), luck.pick), len(weights) - 1)
    state = known.mean[chosen] + (known.root[chosen] @ luck.state[..., None])[..., 0]
    level, drift = np.split(state, 2, axis=1)
    # A step between two times asked for is one shock, however long: a sum of many would lose its tail.
    length = np.diff(ahead, prepend=0.0)
    scale = np.sqrt((df - 2.0) / df * variances.shock[chosen][:, None, :] * length[:, None])
    walk = np.cumsum(scale * stdtrit(df, luck.shock), axis=1)
    seen = walk + np.sqrt(variances.noise[chosen])[:, None, :] * luck.noise
    moved: Floats = level[:, None, :] + drift[:, None, :] * ahead[:, None] + seen[..., 1:] - seen[..., :1]
    return moved


def _shared(variance: Floats, left: Ints, right: Ints) -> Floats:
    """Return (settings, left, right) covariances of ratios: the reference's in all, one's own with itself."""
    own = variance[:, 1:][:, left][:, :, None] * (left[:, None] == right[None, :])
    shared: Floats = own + variance[:, :1, None]
    return shared


def _root(covariance: Floats) -> Floats:
    # Not a Cholesky factor: without drift the covariance is singular.
    values, vectors = np.linalg.eigh((covariance + covariance.swapaxes(1, 2)) / 2.0)
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    return root

"""A small model of shares: stocks of blocs grow and jump, a share is one stock over all.

Log stocks walk as in `movement`. A bloc of few clusters swings more, so its shock variance is
v × (its mean share)^-γ; noise of a report is a fraction of it; drifts are pooled towards one common growth.
The four numbers behind this are not estimated at a point: a grid of them is weighed by the evidence of the
history, and every future draws one setting. Nine steps of seven blocs do not say more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from stargauge.world.series.movement import TAIL_DF, Conditioned, Luck, Variances, condition, simulate

Floats = NDArray[np.float64]

DAYS_A_HALF_YEAR = 365.25 / 2.0

SHOCK_VARIANCES = tuple(float(v) for v in np.geomspace(0.0025, 0.64, 9))
"""Of log stock a half-year, for a bloc that holds all: sd from 0.05, which no share could be seen to do, to
0.8, a stock more than doubled or halved in every other half-year."""

LUMPINESS = (0.0, 0.25, 0.5, 1.0)
"""Powers of the share: 0 all blocs swing alike, 1 as counts of equal clusters do."""

NOISE_PARTS = (0.0, 0.125, 0.5, 1.5)
"""Variance of a report over that of a half-year's shock."""

DRIFT_SDS = (0.0, 0.05, 0.1, 0.2)
"""Spread of growth among blocs, log units a half-year; 0 is no drift, 0.2 is 50 % a year."""


@dataclass(frozen=True)
class Movement:
    """How shares of some history moved: settings and the chance of each, adding up to 1.

    `settings` (settings, 4): shock variance, lumpiness, part of noise, spread of drift.
    """

    settings: Floats
    weights: Floats

    def mean(self) -> dict[str, float]:
        """Return the weighed mean of each number."""
        names = ("shock_variance", "lumpiness", "noise_part", "drift_sd")
        return dict(zip(names, (float(x) for x in self.weights @ self.settings), strict=True))

    def variances(self, typical: Floats) -> Variances:
        """Return the variances of parties under every setting.

        Args:
            typical: (parties) share that is typical of each, above 0; the reference first.
        """
        base, lumpy, part, drift = (column[:, None] for column in self.settings.T)
        shock = base * typical[None, :] ** -lumpy
        return Variances(shock, part * shock, np.broadcast_to(drift**2, shock.shape))


def flat_grid() -> Movement:
    """Return every setting of the grid with the same chance: what is held before a history is seen."""
    settings = np.array(list(product(SHOCK_VARIANCES, LUMPINESS, NOISE_PARTS, DRIFT_SDS)))
    return Movement(settings, np.full(len(settings), 1.0 / len(settings)))


@dataclass(frozen=True)
class ShareForecast:
    """A fitted history of shares, ready to be drawn from.

    `present` are the parties that ever had a share, the reference first; the others stay at 0.
    """

    movement: Movement
    known: Conditioned
    variances: Variances
    present: tuple[int, ...]
    parties: int
    last: date


def half_years(days: Sequence[date], origin: date) -> Floats:
    """Return (days) time from an origin in half-years."""
    return np.array([(day - origin).days for day in days]) / DAYS_A_HALF_YEAR


def fit_shares(days: Sequence[date], shares: Floats, movement: Movement | None = None) -> ShareForecast:
    """Return a history of shares fitted, from what it is given and nothing else.

    Args:
        days: When; rising.
        shares: (days, parties) parts of the whole; 0 counts as not seen.
        movement: Settings and their chances, where another history lends them because this one is too short
            to tell; else the grid, weighed by the evidence of this history.

    Raises:
        ValueError: No party has a share above 0 on every day: ratios need one that is always there.
    """
    always = np.flatnonzero((shares > 0.0).all(axis=0))
    if not len(always):
        raise ValueError("no bloc has a share above 0 on every day, and shares are seen against one that has")
    reference = int(always[np.argmax(shares[:, always].mean(axis=0))])
    others = [party for party in range(shares.shape[1]) if party != reference and shares[:, party].any()]
    present = (reference, *others)
    held = np.where(shares > 0.0, shares, np.nan)
    ratios = np.log(held[:, others]) - np.log(held[:, [reference]])
    typical: Floats = np.nanmean(held[:, present], axis=0)

    lent = movement or flat_grid()
    variances = lent.variances(typical)
    known = condition(half_years(days, days[0]), ratios, variances)
    if movement is None:
        likely = np.exp(known.log_evidence - known.log_evidence.max()) * lent.weights
        lent = Movement(lent.settings, likely / likely.sum())
    return ShareForecast(lent, known, variances, present, shares.shape[1], days[-1])


def forecast_shares(fit: ShareForecast, days: Sequence[date], luck: Luck, df: float = TAIL_DF) -> Floats:
    """Return (futures, days, parties) shares as they will be reported, adding up to 1.

    Args:
        fit: A fitted history.
        days: After its last day; rising.
        luck: Draws for `len(fit.present)` parties and these days.
        df: Degrees of freedom of the shocks, above 2.
    """
    ahead = half_years(days, fit.last)
    ratios = simulate(fit.known, fit.movement.weights, fit.variances, ahead, luck, df)
    logs = np.concatenate([np.zeros((*ratios.shape[:2], 1)), ratios], axis=2)
    stocks = np.exp(logs - logs.max(axis=2, keepdims=True))
    shares = np.zeros((*ratios.shape[:2], fit.parties))
    shares[..., list(fit.present)] = stocks / stocks.sum(axis=2, keepdims=True)
    return shares

"""Shares of compute by bloc, forecast from every half-year with enough history, and the poles they make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.insight.world_backtest.answer import (
    LEAST_POINTS,
    MODEL,
    PERSISTENCE,
    WALK,
    Scored,
    predicted,
    score,
)
from stargauge.insight.world_backtest.baselines import logit_walk
from stargauge.insight.world_backtest.luck import luck
from stargauge.world.blocs import BLOCS
from stargauge.world.poles import effective_poles
from stargauge.world.series import ShareHistory, fit_shares, forecast_shares

Floats = NDArray[np.float64]

SHARES, POLES = "share of compute", "effective poles of compute"
STEPS_AHEAD = 3
"""Half-years ahead that are judged."""


def compute_scores(history: ShareHistory, futures: int) -> list[Scored]:
    """Return forecasts of compute shares and poles from every origin with enough points, scored.

    Args:
        history: All points; a fit sees those up to its origin.
        futures: How many.
    """
    found: list[Scored] = []
    for index in range(LEAST_POINTS - 1, len(history.days) - 1):
        origin = history.days[index]
        ahead = history.days[index + 1 : index + 1 + STEPS_AHEAD]
        found += _from(history.upto(origin), ahead, history.at(ahead), futures)
    return found


def _from(known: ShareHistory, ahead: Sequence[date], came: Floats, futures: int) -> list[Scored]:
    """Return the forecasts from one origin: `came` (ahead, blocs) is used to judge, not to forecast."""
    origin, last = known.days[-1], known.shares[-1]
    fit = fit_shares(known.days, known.shares)
    model = forecast_shares(fit, ahead, luck(f"compute {origin}", futures, len(ahead), len(fit.present)))
    walked = np.stack(
        [
            logit_walk(known.days, known.shares[:, b], ahead, f"{bloc} {origin}", futures)
            for b, bloc in enumerate(BLOCS)
        ],
        axis=-1,
    )
    # Blocs walk apart in the baseline, so their shares must be made a whole before poles are counted.
    whole = walked / walked.sum(axis=-1, keepdims=True)
    found: list[Scored] = []
    for step, day in enumerate(ahead):
        seen = f"{len(known.days)} half-years"
        for b, bloc in enumerate(BLOCS):
            told = predicted(
                SHARES, bloc, (origin, day), "share", seen, model[:, step, b], float(came[step, b])
            )
            samples = {MODEL: model[:, step, b], PERSISTENCE: last[[b]], WALK: walked[:, step, b]}
            found.append(score(told, samples))
        poles = effective_poles(model[:, step])
        actual = float(effective_poles(came[step]))
        told = predicted(POLES, "World", (origin, day), "poles", seen, poles, actual)
        standing = np.array([effective_poles(last)])
        found.append(
            score(told, {MODEL: poles, PERSISTENCE: standing, WALK: effective_poles(whole[:, step])})
        )
    return found

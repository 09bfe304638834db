"""Capital spending of the four largest buyers of compute, forecast from every year with enough history."""

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
from stargauge.insight.world_backtest.baselines import log_walk
from stargauge.insight.world_backtest.luck import luck
from stargauge.world.series import fit_level, forecast_level, world_series

Floats = NDArray[np.float64]

SPENDING, GUIDED = "capital spending", "capital spending guided to"
FIRMS = "Amazon, Microsoft, Google, Meta"
UNIT = "billion USD"
YEARS_AHEAD = 2


def spending_scores(futures: int) -> list[Scored]:
    """Return forecasts of yearly capital spending from every origin with enough points, scored.

    The last truth is what the firms guided to for 2026, and is told apart: it is no outturn.
    """
    days, values, guided = spending_history()
    found: list[Scored] = []
    for index in range(LEAST_POINTS - 1, len(days)):
        known = values[: index + 1]
        if index + 1 < len(values):
            end = min(index + 1 + YEARS_AHEAD, len(values))
            question, ahead, came = SPENDING, days[index + 1 : end], values[index + 1 : end]
        else:
            question, ahead, came = GUIDED, (guided[0],), np.array([guided[1]])
        found += _from(question, days[: index + 1], known, ahead, came, futures)
    return found


def spending_history() -> tuple[tuple[date, ...], Floats, tuple[date, float]]:
    """Return years' ends, billions of dollars with finance leases, and the year and amount guided to.

    Two sources are chained: the longer one counts no finance leases and ends in 2024, the other counts them
    and begins there. The earlier years are raised by the ratio of 2024; their growth is as reported.
    """
    plain = world_series("capex_big4", FIRMS)
    leased = world_series("capex_big4_incl_finance_leases", FIRMS)
    guidance = world_series("capex_big4_guidance", FIRMS)
    joint = plain.days.index(leased.days[0])
    early = plain.values[:joint] * (leased.values[0] / plain.values[joint])
    return (
        (*plain.days[:joint], *leased.days),
        np.concatenate([early, leased.values]),
        (guidance.days[0], float(guidance.values[0])),
    )


def _from(
    question: str,
    days: Sequence[date],
    known: Floats,
    ahead: Sequence[date],
    came: Floats,
    futures: int,
) -> list[Scored]:
    """Return the forecasts from one origin: `came` (ahead) is used to judge, not to forecast."""
    origin = days[-1]
    model = forecast_level(fit_level(days, known), ahead, luck(f"spending {origin}", futures, len(ahead), 2))
    walked = log_walk(days, known, ahead, f"spending {origin}", futures)
    return [
        score(
            predicted(
                question,
                "four firms",
                (origin, day),
                UNIT,
                f"{len(known)} years",
                model[:, step],
                float(came[step]),
            ),
            {MODEL: model[:, step], PERSISTENCE: known[-1:], WALK: walked[:, step]},
        )
        for step, day in enumerate(ahead)
    ]

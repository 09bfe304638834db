"""The back-test of the world in one call."""

from __future__ import annotations

from datetime import date
from functools import cache

from stargauge.insight.world_backtest.answer import Scored, Summary, WorldBacktest, summarise
from stargauge.insight.world_backtest.compute import POLES, SHARES, compute_scores
from stargauge.insight.world_backtest.singles import LEFT_OUT, ORIGIN, single_predictions
from stargauge.insight.world_backtest.spending import GUIDED, SPENDING, spending_scores
from stargauge.world.series import compute_history, fit_shares

FUTURES = 4096

MAIN_ORIGIN = date(2023, 12, 31)
"""The origin from which shares of 2024 and mid-2025 are asked for."""


@cache
def world_backtest(futures: int = FUTURES) -> WorldBacktest:
    """Return the back-test of the world over the shipped series: the same answer on every call.

    Args:
        futures: Futures a forecast.
    """
    history = compute_history()
    scored = [*compute_scores(history, futures), *spending_scores(futures)]
    lent = history.upto(ORIGIN)
    movement = fit_shares(lent.days, lent.shares).movement
    return WorldBacktest(
        futures,
        tuple(scored),
        tuple(_summaries(scored)),
        tuple(single_predictions(movement, futures)),
        dict(LEFT_OUT),
        movement.mean(),
    )


def _summaries(scored: list[Scored]) -> list[Summary]:
    found: list[Summary] = []
    for question in (SHARES, POLES, SPENDING, GUIDED):
        mine = [one for one in scored if one.prediction.question == question]
        main = [one for one in mine if one.prediction.origin == MAIN_ORIGIN]
        if question in (SHARES, POLES):
            found.append(summarise(f"{question}, from the end of {MAIN_ORIGIN.year}", main))
            found.append(summarise(f"{question}, all origins", mine))
        else:
            found.append(summarise(question, mine))
    return found

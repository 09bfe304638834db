"""Single predictions of the first half of 2026: series too short to be scored, each with where reality fell.

A series of one or two points cannot tell how it moves. It borrows that from the shares of compute known by
the origin: shock, noise and spread of drift, at the size of the share in question. That is the model's claim,
and what these predictions test: that markets of models move as stocks of machines do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from stargauge.insight.wording import PERCENT
from stargauge.insight.world_backtest.answer import Prediction, predicted
from stargauge.insight.world_backtest.luck import luck
from stargauge.world.series import Movement, WorldSeries, fit_shares, forecast_shares, world_series

ORIGIN = date(2025, 12, 31)

TOKENS, DOWNLOADS, USE = "share of tokens", "share of downloads", "users of AI"
ROUTER, GATEWAY = "openrouter_token_share", "openrouter_weekly_tokens"
BOTH = "China of both"
DEFINITION = "China's part of China and the US; downloads are defined otherwise before and after the origin"
WEEK = "China's part of China and the US, from the shares of mid-2025 to the tokens of one week"
DEEPSEEK = "from the share of DeepSeek alone in 2025, as another source counts it"


@dataclass(frozen=True)
class Question:
    """A share before and after the origin; `after` holds the days judged, in order."""

    question: str
    place: str
    before: WorldSeries
    after: WorldSeries
    note: str = ""


def single_predictions(movement: Movement, futures: int) -> list[Prediction]:
    """Return the single predictions.

    Args:
        movement: How shares of compute moved up to the origin.
        futures: How many.
    """
    return [one for asked in questions() for one in _predict(asked, movement, futures)]


def questions() -> list[Question]:
    """Return what is asked, from the series table."""
    china, us = world_series(ROUTER, "China"), world_series(ROUTER, "US")
    deepseek = world_series(ROUTER, "DeepSeek")
    weekly = _part(world_series(GATEWAY, "China"), world_series(GATEWAY, "US"))
    early = _part(world_series("hf_download_share_12m", "China"), world_series("hf_download_share_12m", "US"))
    late = _part(
        world_series("hf_model_download_share", "China"), world_series("hf_model_download_share", "US")
    )
    users = [world_series("genai_user_share", place) for place in USERS]
    return [
        Question(TOKENS, "China", china, china),
        Question(TOKENS, "China", deepseek, china, DEEPSEEK),
        Question(TOKENS, "US", us, us),
        Question(TOKENS, BOTH, _part(china, us), weekly, WEEK),
        Question(DOWNLOADS, BOTH, early, late, DEFINITION),
        *(Question(USE, one.place, one, one) for one in users),
    ]


USERS = ("World", "US", "China", "United Arab Emirates", "Global North", "Global South")

LEFT_OUT: Mapping[str, str] = {
    "openrouter_weekly_tokens_top100": "the hundred largest models, a cut without a point before the origin; "
    "its ratio of China to the US is that of the shares",
    "vercel_open_weight_token_share": "no point before the origin; it moved by 1.2 logits from April to June",
    "vercel_open_weight_spend_share": "one point, after the origin",
    "open_model_cumulative_downloads": "one point, after the origin, for each country",
    "qwen_cumulative_downloads": "one point before the origin gives no rate, and a running total cannot "
    "fall as a walk may",
    "zhenwu_cumulative_deliveries": "one point, after the origin, claimed by the vendor",
    "capability_lag": "two spans of another length; a mean over nearly three years is no point",
    "h20_h200_sales": "decided by a licence: see the chip-control rules, not a walk",
    "uae_stargate_energised": "decided by a licence and a building site: a delivery, not a share",
}
"""Series with rows on 2026 that are not predicted, and why."""


def _predict(asked: Question, movement: Movement, futures: int) -> list[Prediction]:
    known = asked.before.upto(ORIGIN)
    days = [day for day in asked.after.days if day > ORIGIN]
    came = [value for day, value in zip(asked.after.days, asked.after.values, strict=True) if day > ORIGIN]
    fit = fit_shares(known.days, np.stack([known.values, 1.0 - known.values], axis=1), movement)
    name = f"{asked.question} {asked.place} {asked.before.name} {asked.before.place}"
    drawn = forecast_shares(fit, days, luck(name, futures, len(days), 2))[..., 0]
    seen = ", ".join(
        f"{PERCENT * value:.1f} ({day:%y-%m})" for day, value in zip(known.days, known.values, strict=True)
    )
    return [
        predicted(
            asked.question,
            asked.place,
            (ORIGIN, day),
            "share",
            seen,
            drawn[:, step],
            float(value),
            asked.note,
        )
        for step, (day, value) in enumerate(zip(days, came, strict=True))
    ]


def _part(one: WorldSeries, other: WorldSeries) -> WorldSeries:
    """Return one's part of the two together, on the days both have."""
    days: Sequence[date] = [day for day in one.days if day in other.days]
    left = np.array([one.values[one.days.index(day)] for day in days])
    right = np.array([other.values[other.days.index(day)] for day in days])
    kinds = tuple(one.kinds[one.days.index(day)] for day in days)
    return WorldSeries(one.name, BOTH, "share", tuple(days), left / (left + right), kinds)

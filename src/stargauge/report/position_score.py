"""How the world block has scored, told also where it loses: scores by question, single predictions."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.insight.wording import scaled
from stargauge.insight.world_backtest import Prediction, Summary, WorldBacktest
from stargauge.insight.world_backtest.answer import MODEL, PERSISTENCE, WALK
from stargauge.insight.world_backtest.screen import percentile_text
from stargauge.report import position_wording as words
from stargauge.report.charts import Cell, Table, rows_table
from stargauge.report.numbers import decimal, month_long, share
from stargauge.report.sentences import listing

WHOLE = 10.0
"""Scores and values from here on are told without decimals."""


@dataclass(frozen=True)
class WorldScore:
    """What the report tells of the back-test of the world."""

    verdicts: tuple[str, ...]
    scores: Table
    singles: Table


def world_score(scored: WorldBacktest) -> WorldScore:
    """Return the scores with a verdict on each question, and the single predictions."""
    return WorldScore(
        verdicts=tuple(_verdict(one) for one in scored.summaries),
        scores=rows_table(words.SCORE_TITLE, words.SCORE_COLUMNS, [_row(one) for one in scored.summaries]),
        singles=rows_table(
            words.SINGLES_TITLE, words.SINGLES_COLUMNS, [_single(one) for one in scored.singles], 4
        ),
    )


def _verdict(one: Summary) -> str:
    losses = one.loses_to()
    counts = listing(
        [
            words.COUNT.format(rival=words.RIVAL[name], won=won, forecasts=one.forecasts)
            for name, won in one.won.items()
        ]
    )
    form = words.LOSES if losses else words.WINS
    label = one.label[:1].upper() + one.label[1:]
    return form.format(label=label, rivals=listing([words.RIVAL[name] for name in losses]), counts=counts)


def _row(one: Summary) -> tuple[Cell, ...]:
    held = one.coverage[MODEL]
    scores = (_told(scaled(one.crps[name], one.unit)) for name in (MODEL, PERSISTENCE, WALK))
    return (one.label, str(one.forecasts), *scores, *(share(part) for part in held))


def _single(one: Prediction) -> tuple[Cell, ...]:
    low, middle, high, came = (
        decimal(scaled(value, one.unit), 1)
        for value in (one.quantiles[0], one.median, one.quantiles[-1], one.came)
    )
    return (
        one.question,
        one.place,
        one.seen,
        month_long(f"{one.day:%Y-%m}"),
        middle,
        f"{low}–{high}",
        came,
        percentile_text(one.percentile),
    )


def _told(value: float) -> str:
    return decimal(value, 0 if abs(value) >= WHOLE else 2)

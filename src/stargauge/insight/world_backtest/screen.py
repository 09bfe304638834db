"""The back-test of the world on a terminal: scores by question, the forecasts one by one."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.insight.wording import PERCENT, plain_table, scaled
from stargauge.insight.world_backtest.answer import (
    BANDS,
    MODEL,
    PERSISTENCE,
    VINTAGE,
    WALK,
    Prediction,
    Summary,
    WorldBacktest,
)
from stargauge.insight.world_backtest.compute import SHARES
from stargauge.insight.world_backtest.spending import GUIDED, SPENDING
from stargauge.insight.world_backtest.study import MAIN_ORIGIN
from stargauge.world.blocs import BLOCS

SHARE_UNIT = "share"


def world_backtest_screen(answer: WorldBacktest) -> RenderableType:
    """Return the screen of the back-test, within 100 columns."""
    return Group(
        Text(f"The world as of earlier dates · {answer.futures:,} futures a forecast", style="bold"),
        Text(VINTAGE),
        Text(),
        _scores(answer),
        *(Text(line) for line in verdicts(answer)),
        Text(),
        _shares(answer),
        Text(),
        _spending(answer),
        Text(),
        _singles(answer),
        *(Text(f"({number}) {note}") for note, number in _notes(answer).items()),
        Text(),
        Text("Not predicted", style="bold"),
        *(Text(f"{name}: {why}.") for name, why in answer.left_out.items()),
    )


def verdicts(answer: WorldBacktest) -> list[str]:
    """Return a sentence for each question on whether the model is worth having, also where it is not."""
    return [_verdict(one) for one in answer.summaries]


def _verdict(one: Summary) -> str:
    losses = one.loses_to()
    counts = " and ".join(f"{name} in {won} of {one.forecasts}" for name, won in one.won.items())
    if losses:
        return f"{_upper(one.label)}: the model loses to {' and '.join(losses)}; it beats {counts}."
    return f"{_upper(one.label)}: the model scores better than both; it beats {counts}."


def _scores(answer: WorldBacktest) -> Table:
    table = plain_table(
        "CRPS, lower is better",
        "n",
        MODEL,
        PERSISTENCE,
        WALK,
        "in 50 %",
        "in 90 %",
        "walk 50",
        "walk 90",
        title="Scores: points of share, poles, billion USD; how many truths fell in the bands of the model",
    )
    for one in answer.summaries:
        table.add_row(
            one.label,
            str(one.forecasts),
            *(_score(one.crps[name], one.unit) for name in (MODEL, PERSISTENCE, WALK)),
            *(
                f"{PERCENT * one.coverage[name][b]:.0f} %"
                for name in (MODEL, WALK)
                for b in range(len(BANDS))
            ),
        )
    return table


def _shares(answer: WorldBacktest) -> Table:
    table = plain_table(
        "bloc",
        "by",
        "forecast [5 to 95 %]",
        "came",
        "percentile",
        MODEL,
        PERSISTENCE,
        WALK,
        left=2,
        title=f"Share of compute by location, as of {MAIN_ORIGIN}; CRPS in points",
    )
    mine = [
        one
        for one in answer.scored
        if one.prediction.question == SHARES and one.prediction.origin == MAIN_ORIGIN
    ]
    for one in sorted(mine, key=lambda scored: BLOCS.index(scored.prediction.place)):
        told = one.prediction
        table.add_row(
            told.place,
            f"{told.day:%Y-%m}",
            *_band(told),
            *(_score(one.crps[name], told.unit) for name in (MODEL, PERSISTENCE, WALK)),
        )
    return table


def _spending(answer: WorldBacktest) -> Table:
    table = plain_table(
        "as of",
        "year",
        "forecast [5 to 95 %]",
        "came",
        "percentile",
        MODEL,
        PERSISTENCE,
        "log walk",
        left=2,
        title="Capital spending of Amazon, Microsoft, Google and Meta, billion USD; * guided to, no outturn",
    )
    for one in answer.scored:
        told = one.prediction
        if told.question in (SPENDING, GUIDED):
            mark = "*" if told.question == GUIDED else ""
            table.add_row(
                str(told.origin),
                f"{told.day:%Y}{mark}",
                *_band(told),
                *(_score(one.crps[name], told.unit) for name in (MODEL, PERSISTENCE, WALK)),
            )
    return table


def _singles(answer: WorldBacktest) -> Table:
    table = plain_table(
        "what",
        "place",
        "seen",
        "by",
        "forecast [5 to 95 %]",
        "came",
        "percentile",
        left=3,
        title="Single predictions from the end of 2025, %: too short to score, with where reality fell",
    )
    notes = _notes(answer)
    for told in answer.singles:
        mark = f" ({notes[told.note]})" if told.note else ""
        table.add_row(told.question, told.place + mark, told.seen, f"{told.day:%y-%m}", *_band(told))
    return table


def _notes(answer: WorldBacktest) -> dict[str, int]:
    """Return notes on single predictions, numbered in their order."""
    notes = dict.fromkeys(told.note for told in answer.singles if told.note)
    return {note: number for number, note in enumerate(notes, start=1)}


def _band(told: Prediction) -> tuple[str, str, str]:
    low, middle, high = (scaled(x, told.unit) for x in (told.quantiles[0], told.median, told.quantiles[-1]))
    came = scaled(told.came, told.unit)
    digits = 1 if told.unit == SHARE_UNIT else 0
    return (
        f"{middle:.{digits}f} [{low:.{digits}f} to {high:.{digits}f}]",
        f"{came:.{digits}f}",
        percentile_text(told.percentile),
    )


def percentile_text(part: float) -> str:
    """Return a percentile: whole ones inside, and how far out at the ends of what was drawn."""
    value = PERCENT * part
    if value < 1.0:
        return "below 1" if value > 0.0 else "below all"
    if value > PERCENT - 1.0:
        return "above 99" if part < 1.0 else "above all"
    return f"{value:.0f}"


def _score(value: float, unit: str) -> str:
    return f"{scaled(value, unit):.2f}" if unit in (SHARE_UNIT, "poles") else f"{value:.0f}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]

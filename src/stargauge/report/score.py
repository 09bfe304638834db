"""The model's own score: its errors on past forecasts beside those of its rivals, and where it loses."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from stargauge.insight import ALL_PAIRS, COULD_CHANGE, Backtest, Summary
from stargauge.insight.backtest import INTERVAL
from stargauge.report import wording
from stargauge.report.charts import NARROW, WIDE, Chart, Table, drawn, rows_table
from stargauge.report.figures import Dot, DotRow, RowLayout, dot_rows, marker
from stargauge.report.figures.svg import tag
from stargauge.report.numbers import day_long, decimal, share
from stargauge.report.sentences import listing

TOLERANCE = 0.05
"""Coverage this near to the nominal 80 % counts as right."""

STYLES = {
    "model": ("circle", "method-model"),
    "persistence": ("square", "method-none open"),
    "persistence, dressed": ("square", "method-none"),
    "announced": ("diamond", "method-dates open"),
    "announced, dressed": ("diamond", "method-dates"),
}
"""Shape and class of the methods that are drawn; those dressed in hindsight stand in the table only."""


@dataclass(frozen=True)
class Score:
    """The score as the page tells it."""

    sentences: tuple[str, ...]
    loses: tuple[str, ...]
    unsettled: tuple[str, ...]
    chart: Chart
    gains: Table


def score(backtest: Backtest) -> Score:
    """Return the model's score: sentences, where it loses, the chart with its table, and the leads."""
    return Score(
        sentences=_sentences(backtest),
        loses=_loses(backtest),
        unsettled=_unsettled(backtest),
        chart=_chart(backtest),
        gains=_gains(backtest),
    )


def method_name(name: str) -> str:
    """Return a method as the page calls it: `announced, dressed` is the announced dates (dressed)."""
    base, _, form = name.partition(", ")
    return wording.FORM.get(form, wording.FORM_OTHER).format(method=wording.METHOD.get(base, base), form=form)


def set_name(label: str) -> str:
    """Return a set of pairs as the page calls it."""
    if label.startswith("as of "):
        return wording.AS_OF.format(day=day_long(label.removeprefix("as of ")))
    return wording.SET.get(label, label)


def _sentences(backtest: Backtest) -> tuple[str, str]:
    everything, moving = backtest.summary(ALL_PAIRS), backtest.summary(COULD_CHANGE)
    scores = {name: decimal(value) for name, value in everything.crps_mw.items()}
    verdict = wording.ABOUT_RIGHT
    if everything.coverage_80 > INTERVAL + TOLERANCE:
        verdict = wording.TOO_WIDE
    elif everything.coverage_80 < INTERVAL - TOLERANCE:
        verdict = wording.TOO_NARROW
    return (
        wording.ERRORS.format(
            pairs=everything.pairs,
            sites=everything.sites,
            model=scores["model"],
            announced=scores["announced"],
            persistence=scores["persistence"],
            announced_dressed=scores["announced, dressed"],
            persistence_dressed=scores["persistence, dressed"],
        ),
        wording.COVERAGE.format(
            all=share(everything.coverage_80), moving=share(moving.coverage_80), verdict=verdict
        ),
    )


def _loses(backtest: Backtest) -> tuple[str, ...]:
    """Return the sets on which a rival has the smaller mean error, hindsight included."""
    told: list[str] = []
    for summary in backtest.summaries:
        rivals = [
            wording.LOSES_RIVAL.format(rival=method_name(name), score=decimal(summary.crps_mw[name]))
            for name, (mean, _, _) in summary.gain.items()
            if mean < 0.0
        ]
        if rivals:
            told.append(
                wording.LOSES.format(
                    set=set_name(summary.label),
                    model=decimal(summary.crps_mw["model"]),
                    rivals=listing(rivals),
                )
            )
    return tuple(told) or (wording.LOSES_NOWHERE,)


def _unsettled(backtest: Backtest) -> tuple[str, ...]:
    """Return the leads over fair rivals, on all pairs and those that could change, whose interval holds 0."""
    return tuple(
        wording.UNSETTLED.format(
            set=set_name(label),
            rival=method_name(name),
            mean=decimal(mean),
            low=decimal(low),
            high=decimal(high),
        )
        for label in (ALL_PAIRS, COULD_CHANGE)
        for name, (mean, low, high) in backtest.summary(label).gain.items()
        if name in STYLES and mean >= 0.0 and low <= 0.0 <= high
    )


def _chart(backtest: Backtest) -> Chart:
    rows = [_row(summary) for summary in backtest.summaries]
    wide, narrow = drawn(
        "score",
        wording.SCORE_TITLE,
        wording.SCORE_DESCRIPTION.format(count=len(rows)),
        lambda label, layout: dot_rows(label, rows, wording.MW_SITE, layout),
        RowLayout(WIDE, 280.0, 60.0, 34.0),
        RowLayout(NARROW, 0.0, 60.0, 46.0),
    )
    names = list(backtest.summaries[0].crps_mw)
    column = wording.COLUMN
    table = rows_table(
        wording.SCORE_TITLE,
        (
            column["set"],
            column["pairs"],
            column["score_sites"],
            *(method_name(name) for name in names),
            column["coverage"],
        ),
        [
            (
                set_name(item.label),
                decimal(item.pairs),
                decimal(item.sites),
                *(decimal(item.crps_mw[name], 1) for name in names),
                share(item.coverage_80),
            )
            for item in backtest.summaries
        ],
    )
    key = tuple((_mark(*style), method_name(name)) for name, style in STYLES.items())
    return Chart("score", wording.SCORE_TITLE, "", wide, narrow, table, key)


def _row(summary: Summary) -> DotRow:
    dots = tuple(
        Dot(
            summary.crps_mw[name],
            *STYLES[name],
            f"{method_name(name)}: {decimal(summary.crps_mw[name], 1)} MW",
        )
        for name in reversed(STYLES)
    )
    return DotRow(
        words=set_name(summary.label),
        detail=wording.PAIRS.format(count=summary.pairs),
        value=decimal(summary.crps_mw["model"]),
        dots=dots,
    )


def _mark(shape: str, kind: str) -> Markup:
    return tag(
        "svg",
        marker(7.0, 7.0, shape, kind, 5.0),
        viewbox="0 0 14 14",
        width=14,
        height=14,
        aria_hidden="true",
        class_="swatch",
    )


def _gains(backtest: Backtest) -> Table:
    """Return the model's lead over every rival on the two main sets, with its interval."""
    column = wording.COLUMN
    groups = tuple(
        (
            set_name(label),
            tuple(
                (
                    method_name(name),
                    decimal(mean, 1),
                    f"{decimal(low, 1)} … {decimal(high, 1)}",
                    _verdict(low, high),
                )
                for name, (mean, low, high) in backtest.summary(label).gain.items()
            ),
        )
        for label in (ALL_PAIRS, COULD_CHANGE)
    )
    return Table(
        wording.GAINS, (column["rival"], column["gain"], column["gain_range"], column["verdict"]), groups
    )


def _verdict(low: float, high: float) -> str:
    if low > 0.0:
        return wording.BETTER
    return wording.WORSE if high < 0.0 else wording.OPEN_LEAD

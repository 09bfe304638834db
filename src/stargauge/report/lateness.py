"""Months late by cause: a bar a programme, and the same numbers with the unexplained column always there."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from stargauge.insight import Answers
from stargauge.report import wording
from stargauge.report.charts import NARROW, WIDE, Chart, drawn, rows_table
from stargauge.report.figures import RowLayout, StackRow, stacked_bars
from stargauge.report.figures.svg import Size, rectangle, tag
from stargauge.report.numbers import decimal
from stargauge.report.programmes import country_name

KINDS = ("cause1", "cause2", "cause3", "cause4", "cause5", "cause6", "cause7", "cause8")
UNEXPLAINED_KIND = "cause0"
DUST = 1e-9
"""Rounding leaves less than this many months; it is drawn and printed as 0."""

SWATCH = 11.0


def lateness_chart(answers: Answers) -> Chart:
    """Return months late by cause for all named programmes together and for each, latest first."""
    causes = list(answers.late_months)
    kinds = {name: KINDS[index % len(KINDS)] for index, name in enumerate(causes)}
    kinds[wording.UNEXPLAINED] = UNEXPLAINED_KIND
    lines: list[tuple[str, float | None, Mapping[str, float], float]] = [
        (wording.ALL_PROGRAMMES, answers.late_total_months, answers.late_months, answers.unexplained_months)
    ]
    lines += sorted(
        (
            (country_name(one), one.late_total_months, one.late_months, one.unexplained_months)
            for one in answers.programmes
        ),
        key=lambda line: (-(line[1] if line[1] is not None else -1.0), line[0]),
    )
    rows = [
        StackRow(
            words=words,
            detail="" if total is not None else wording.LATE_NO_DATE,
            value=decimal(total, 1),
            parts={**{name: months[name] for name in causes}, wording.UNEXPLAINED: _clear(unexplained)},
        )
        for words, total, months, unexplained in lines
    ]
    wide, narrow = drawn(
        "lateness",
        wording.STACK_TITLE,
        wording.STACK_DESCRIPTION.format(count=len(rows) - 1),
        lambda label, layout: stacked_bars(label, rows, kinds, wording.MONTHS_UNIT, layout),
        RowLayout(WIDE, 220.0, 48.0, 30.0),
        RowLayout(NARROW, 0.0, 40.0, 46.0),
    )
    table = rows_table(
        wording.STACK_TITLE,
        (wording.COLUMN["programme"], wording.COLUMN["cause_total"], *causes, wording.UNEXPLAINED),
        [
            (
                words,
                decimal(total, 1),
                *(decimal(months[name] if total is not None else None, 1) for name in causes),
                decimal(_clear(unexplained) if total is not None else None, 1),
            )
            for words, total, months, unexplained in lines
        ],
    )
    key = tuple((_swatch(kinds[name]), name) for name in (*causes, wording.UNEXPLAINED))
    return Chart("lateness", wording.STACK_TITLE, "", wide, narrow, table, key)


def _clear(months: float) -> float:
    return 0.0 if abs(months) < DUST else months


def _swatch(kind: str) -> Markup:
    return tag(
        "svg",
        rectangle((0.0, 0.0), Size(SWATCH, SWATCH), kind),
        viewbox=f"0 0 {SWATCH:.0f} {SWATCH:.0f}",
        width=SWATCH,
        height=SWATCH,
        aria_hidden="true",
        class_="swatch",
    )

"""Charts of the plan: stages by quarter, and what each lever adds to an outcome."""

from __future__ import annotations

from stargauge.insight.attribution import Attribution, LeverShare, OutcomeShares
from stargauge.insight.wording import difference_text, scaled, unit_words
from stargauge.policy.plan import Panel
from stargauge.report import plan_wording as words
from stargauge.report.charts import NARROW, WIDE, Cell, Chart, drawn, rows_table
from stargauge.report.figures import IntervalRow, Label, RowLayout, Size, StackColumn, intervals, stack_chart
from stargauge.report.figures.shades import RISING, swatch
from stargauge.report.numbers import NO_BREAK, decimal, share, significant

SIZES = (("wide", Size(WIDE, 280.0)), ("narrow", Size(NARROW, 240.0)))


def ranked(one: OutcomeShares) -> list[LeverShare]:
    """Return the levers of an outcome, the largest effect first."""
    return sorted(one.levers, key=lambda lever: (-abs(lever.value), lever.lever))


def lever_name(name: str) -> str:
    """Return a lever as a reader meets it."""
    return name.replace("_", " ")


def panel_chart(panel: Panel) -> Chart:
    """Return how many actions stood at each stage by quarter, the furthest lowest."""
    counts = panel.counts()
    order = range(len(words.STAGES) - 1, -1, -1)
    columns = [
        StackColumn(
            quarter.replace("Q", f"{NO_BREAK}Q"),
            {words.STAGES[stage]: float(counts[stage, at]) for stage in order},
        )
        for at, quarter in enumerate(panel.quarters)
    ]
    shades = {words.STAGES[stage]: RISING[stage] for stage in order}
    kinds = {name: f"patch {shade}" for name, shade in shades.items()}
    description = words.PANEL_DESCRIPTION.format(
        said=words.PANEL_SAID, first=columns[0].year, last=columns[-1].year
    )
    wide, narrow = (
        stack_chart(
            Label(f"plan-stages-{suffix}", words.PANEL_TITLE, description),
            columns,
            kinds,
            words.PANEL_UNIT,
            size,
        )
        for suffix, size in SIZES
    )
    table = rows_table(
        words.PANEL_TITLE,
        (words.PANEL_QUARTER, *(words.STAGES[stage] for stage in order)),
        [(column.year, *(decimal(value) for value in (column.parts or {}).values())) for column in columns],
    )
    key = tuple((swatch(shade), name) for name, shade in reversed(shades.items()))
    return Chart("plan-stages", words.PANEL_TITLE, words.PANEL_CAPTION, wide, narrow, table, key)


def levers_chart(answer: Attribution, one: OutcomeShares) -> Chart:
    """Return what each lever adds to an outcome, with its range over futures and the actions behind it."""
    unit = unit_words(one.unit, difference=True)
    behind = {told.lever: told.actions for told in answer.players}
    rows: list[IntervalRow] = []
    cells: list[tuple[Cell, ...]] = []
    for lever in ranked(one):
        low, mean, high = (scaled(value, one.unit) for value in (lever.p05, lever.value, lever.p95))
        value = difference_text(lever.value, lever.standard_error, one.unit)
        ends = (significant(low), significant(high))
        name = lever_name(lever.lever)
        hint = words.LEVER_HINT.format(lever=name, value=value, low=ends[0], high=ends[1])
        rows.append(IntervalRow(name, "", value, low, mean, high, hint))
        cells.append(
            (
                name,
                lever.pillar or words.NO_PILLAR,
                value,
                f"{ends[0]} … {ends[1]}",
                share(lever.against),
                ", ".join(behind[lever.lever]),
            )
        )
    cells.append((words.ALL, "", difference_text(one.total, one.total_error, one.unit), "", "", ""))
    title = words.LEVERS_TITLE.format(title=one.title)
    wide, narrow = drawn(
        "plan-levers",
        title,
        words.LEVERS_SAID,
        lambda label, layout: intervals(label, rows, unit, layout),
        RowLayout(WIDE, 200.0, 120.0, 28.0),
        RowLayout(NARROW, 0.0, 60.0, 42.0),
    )
    caption = words.LEVERS_CAPTION.format(unit=unit, futures=decimal(answer.futures))
    return Chart("plan-levers", title, caption, wide, narrow, rows_table(title, words.LEVERS_COLUMNS, cells))

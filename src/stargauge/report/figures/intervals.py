"""Signed intervals: what each thing adds or takes away, one row each, with the range over futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report.figures.axes import Scale, flat_axis, round_ticks
from stargauge.report.figures.rows import RowLayout
from stargauge.report.figures.svg import Label, figure, line, tag

DOT = 4.5


@dataclass(frozen=True)
class IntervalRow:
    """One row: a mean, and a range that need not hold it; all in the axis unit."""

    words: str
    detail: str
    value: str
    low: float
    mean: float
    high: float
    hint: str


def intervals(label: Label, rows: Sequence[IntervalRow], unit: str, layout: RowLayout) -> Markup:
    """Return a line from low to high and a dot at the mean for each row, over one axis that holds 0.

    Args:
        label: Name and description.
        rows: The rows, from the top.
        unit: Axis unit as it is written.
        layout: Where labels stand.
    """
    frame = layout.frame(len(rows))
    ends = [0.0, *(value for row in rows for value in (row.low, row.mean, row.high))]
    ticks = round_ticks(min(ends), max(ends), 4 if layout.stacked else 6)
    across = Scale(ticks[0], ticks[-1], frame.left, frame.right)
    parts: list[Markup] = [*layout.rules(len(rows)), *flat_axis(frame, ticks, across, unit)]
    for index, row in enumerate(rows):
        parts.extend(layout.label(index, row.words, row.detail, row.value))
        y = layout.middle(index)
        parts.append(
            tag(
                "g",
                tag("title", row.hint),
                line((across(row.low), y), (across(row.high), y), "whisker"),
                tag("circle", cx=across(row.mean), cy=y, r=DOT, class_="dot"),
            )
        )
    return figure(label, frame.size, *parts)

"""Ranges of dates: when each thing is reached in the futures, against the day it was due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report.figures.axes import Frame, Scale, year_ticks
from stargauge.report.figures.fan import Mark
from stargauge.report.figures.rows import RowLayout
from stargauge.report.figures.svg import Label, Size, figure, line, polyline, rectangle, tag, text

BAR = 9.0
DOT = 5.0
ARROW = 7.0
DUE = Size(6.0, 10.0)
"""Half the diamond of a deadline; taller than the dot that may cover it."""


@dataclass(frozen=True)
class RangeRow:
    """One row, times in years; None where a quantile or the deadline lies beyond the axis."""

    words: str
    detail: str
    value: str
    low: float | None
    middle: float | None
    high: float | None
    due: float | None
    hint: str


def ranges(
    label: Label, rows: Sequence[RangeRow], span: tuple[float, float], now: Mark, layout: RowLayout
) -> Markup:
    """Return bars from the 10 % to the 90 % time with a dot at the median and a diamond on the deadline.

    Args:
        label: Name and description.
        rows: One row a pledge.
        span: First and last time of the axis, in years.
        now: The as-of day.
        layout: Where labels stand.
    """
    frame = layout.frame(len(rows))
    across = Scale(span[0], span[1], frame.left, frame.right)
    parts = [*layout.rules(len(rows)), *_years(frame, across)]
    x = across(now.at)
    parts.append(line((x, frame.top), (x, frame.bottom), "now"))
    for index, row in enumerate(rows):
        parts.extend(layout.label(index, row.words, row.detail, row.value))
        parts.append(tag("g", tag("title", row.hint), *_marks(row, layout.middle(index), across)))
    parts.append(text((x + 4.0, frame.bottom + 14.0), now.words, "note"))
    return figure(label, frame.size, *parts)


def _years(frame: Frame, across: Scale) -> list[Markup]:
    parts: list[Markup] = []
    for year in year_ticks(across.low, across.high, frame.right - frame.left):
        x = across(float(year))
        parts.append(line((x, frame.top), (x, frame.bottom), "grid"))
        parts.append(text((x, frame.top - 6.0), str(year), "tick year", "middle"))
    return parts


def _marks(row: RangeRow, y: float, across: Scale) -> list[Markup]:
    parts: list[Markup] = []
    if row.low is not None:
        start, end = across(row.low), across(row.high) if row.high is not None else across.end
        parts.append(rectangle((start, y - BAR / 2), Size(end - start, BAR), "range"))
        if row.high is None:  # the bar goes on beyond the last year
            points = [(end, y - BAR / 2), (end + ARROW, y), (end, y + BAR / 2)]
            parts.append(polyline(points, "range", closed=True))
    if row.due is not None:
        x = across(row.due)
        points = [(x, y - DUE.height), (x + DUE.width, y), (x, y + DUE.height), (x - DUE.width, y)]
        parts.append(polyline(points, "due", closed=True))
    if row.middle is not None:
        parts.append(tag("circle", cx=across(row.middle), cy=y, r=DOT, class_="dot"))
    return parts

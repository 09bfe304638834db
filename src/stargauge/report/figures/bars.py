"""Bars: parts of a whole laid end to end, what stands within what was promised, and a correlation's sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report.figures.axes import Scale, flat_axis, round_ticks
from stargauge.report.figures.rows import RowLayout
from stargauge.report.figures.svg import Label, Size, figure, line, rectangle, tag, text

BAR = 18.0
NUMBER_WIDTH = 30.0
"""A part wider than this carries its number."""


@dataclass(frozen=True)
class StackRow:
    """One bar: its parts by name in order of drawing, each at least 0, and the number beside it."""

    words: str
    detail: str
    value: str
    parts: Mapping[str, float]


@dataclass(frozen=True)
class BulletRow:
    """What was announced, what stands, and the range to come at one date, all in the axis unit."""

    words: str
    detail: str
    value: str
    announced: float
    standing: float
    ahead: tuple[float, float, float]
    hint: str


def stacked_bars(
    label: Label, rows: Sequence[StackRow], kinds: Mapping[str, str], unit: str, layout: RowLayout
) -> Markup:
    """Return level bars whose parts stand end to end.

    Args:
        label: Name and description.
        rows: One row a bar.
        kinds: Class of each part by name.
        unit: Axis unit as it is written.
        layout: Where labels stand.
    """
    frame = layout.frame(len(rows))
    longest = max((sum(row.parts.values()) for row in rows), default=0.0)
    ticks = round_ticks(0.0, longest or 1.0, 5 if layout.stacked else 8)
    across = Scale(ticks[0], ticks[-1], frame.left, frame.right)
    parts: list[Markup] = [*layout.rules(len(rows)), *flat_axis(frame, ticks, across, unit)]
    for index, row in enumerate(rows):
        parts.extend(layout.label(index, row.words, row.detail, row.value))
        y, start = layout.middle(index), 0.0
        for name, length in row.parts.items():
            left, right = across(start), across(start + length)
            start += length
            if right - left < 0.2:
                continue
            size = Size(right - left - (1.0 if right - left > 3.0 else 0.0), BAR)
            parts.append(rectangle((left, y - BAR / 2), size, kinds[name], f"{name}: {length:.1f} {unit}"))
            if right - left > NUMBER_WIDTH:
                centre = ((left + right) / 2, y + 4.0)
                parts.append(text(centre, f"{length:.1f}", f"inside {kinds[name]}-text", "middle"))
    return figure(label, frame.size, *parts)


def bullets(label: Label, rows: Sequence[BulletRow], unit: str, layout: RowLayout) -> Markup:
    """Return one bar a row: open for what was announced, filled for what stands, a range for what is to come.

    The range runs from the 10 % to the 90 % value with a dot at the median.
    """
    frame = layout.frame(len(rows))
    top = max((max(row.announced, row.standing, row.ahead[2]) for row in rows), default=0.0)
    ticks = round_ticks(0.0, top or 1.0, 5)
    across = Scale(ticks[0], ticks[-1], frame.left, frame.right)
    parts: list[Markup] = [*layout.rules(len(rows)), *flat_axis(frame, ticks, across, unit)]
    for index, row in enumerate(rows):
        parts.extend(layout.label(index, row.words, row.detail, row.value))
        y = layout.middle(index)
        low, middle, high = (across(value) for value in row.ahead)
        marks = (
            tag("title", row.hint),
            rectangle((frame.left, y - BAR / 2), Size(across(row.announced) - frame.left, BAR), "promised"),
            rectangle((frame.left, y - BAR / 2), Size(across(row.standing) - frame.left, BAR), "standing"),
            line((low, y), (high, y), "whisker"),
            tag("circle", cx=middle, cy=y, r=4.5, class_="dot"),
        )
        parts.append(tag("g", *marks))
    return figure(label, frame.size, *parts)


def correlation_bar(value: float, size: Size) -> Markup:
    """Return a small bar left or right of the middle for a correlation; its number is to stand beside it."""
    middle = size.width / 2
    length = abs(value) * middle
    return tag(
        "svg",
        line((middle, 0.0), (middle, size.height), "base"),
        rectangle(
            (middle if value > 0 else middle - length, 2.0),
            Size(length, size.height - 4.0),
            "standing" if value > 0 else "against",
        ),
        viewbox=f"0 0 {size.width:.0f} {size.height:.0f}",
        width=size.width,
        height=size.height,
        aria_hidden="true",
        class_="spark",
    )

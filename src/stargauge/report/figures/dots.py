"""Dot charts: several methods' numbers side by side on one line a row, so that the best is the leftmost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report.figures.axes import Scale, flat_axis, round_ticks
from stargauge.report.figures.rows import RowLayout
from stargauge.report.figures.svg import Label, figure, line, polyline, tag

RADIUS = 5.5


@dataclass(frozen=True)
class Dot:
    """A number of one method: `shape` is circle, square or diamond; `kind` its class; `hint` its words."""

    value: float
    shape: str
    kind: str
    hint: str


@dataclass(frozen=True)
class DotRow:
    """One row of dots."""

    words: str
    detail: str
    value: str
    dots: tuple[Dot, ...]


def dot_rows(label: Label, rows: Sequence[DotRow], unit: str, layout: RowLayout) -> Markup:
    """Return rows of dots over one axis from 0.

    Args:
        label: Name and description.
        rows: The rows; dots drawn first lie below.
        unit: Axis unit as it is written.
        layout: Where labels stand.
    """
    frame = layout.frame(len(rows))
    top = max((dot.value for row in rows for dot in row.dots), default=0.0)
    ticks = round_ticks(0.0, top or 1.0, 5)
    across = Scale(ticks[0], ticks[-1], frame.left, frame.right)
    parts: list[Markup] = [*layout.rules(len(rows)), *flat_axis(frame, ticks, across, unit)]
    for index, row in enumerate(rows):
        y = layout.middle(index)
        parts.extend(layout.label(index, row.words, row.detail, row.value))
        places = [across(dot.value) for dot in row.dots]
        parts.append(line((min(places), y), (max(places), y), "span"))
        parts.extend(_dot(x, y, dot) for x, dot in zip(places, row.dots, strict=True))
    return figure(label, frame.size, *parts)


def _dot(x: float, y: float, dot: Dot) -> Markup:
    return tag("g", tag("title", dot.hint), marker(x, y, dot.shape, dot.kind))


def marker(x: float, y: float, shape: str, kind: str, radius: float = RADIUS) -> Markup:
    """Return a mark of a shape centred at a place."""
    if shape == "circle":
        return tag("circle", cx=x, cy=y, r=radius, class_=kind)
    r = radius * (1.25 if shape == "diamond" else 0.9)
    corners = (
        [(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
        if shape == "diamond"
        else [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
    )
    return polyline(corners, kind, closed=True)

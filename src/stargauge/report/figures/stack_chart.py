"""Upright columns, one a year: parts on top of each other, and the range of futures of their total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report import region_wording as words
from stargauge.report import wording
from stargauge.report.figures.axes import (
    TEXT_DROP,
    YEAR_DROP,
    Frame,
    Margins,
    Scale,
    round_ticks,
    tick_text,
    value_axis,
)
from stargauge.report.figures.svg import Label, Size, figure, line, rectangle, tag, text, text_width
from stargauge.report.numbers import decimal

LABEL_SIZE = 12.0
WANTED_TICKS = 7
TOP_ROOM = 34.0
YEAR_ROOM = 24.0
COLUMN = 0.62
"""Share of a year's room that its column takes."""

YEAR_GAP = 6.0
"""Least room between two years under the columns."""

CAP = 4.0
SLIVER = 0.2
"""A part lower than this, in pixels, is not drawn; the table has it."""

PART_KINDS = ("cause2", "cause3", "cause5", "cause1", "cause4", "cause6", "cause7", "cause8")
"""Classes of parts in order of stacking: neighbours differ in lightness as well as in hue."""


@dataclass(frozen=True)
class StackColumn:
    """One year.

    Attributes:
        year: As it is written.
        parts: By name in order of stacking, each at least 0; None where the year has no value.
        low: 10 % value of the total over futures; None where it is not known.
        high: 90 % value.
    """

    year: str
    parts: Mapping[str, float] | None
    low: float | None = None
    high: float | None = None

    @property
    def total(self) -> float | None:
        """Sum of the parts."""
        return None if self.parts is None else sum(self.parts.values())


def stack_chart(
    label: Label,
    columns: Sequence[StackColumn],
    kinds: Mapping[str, str],
    unit: str,
    size: Size,
    decimals: int = 0,
) -> Markup:
    """Return a chart of stacked columns with the total and its range above each.

    Args:
        label: Name and description.
        columns: One a year, in order.
        kinds: Class of each part by name; see `PART_KINDS`.
        unit: Axis unit as it is written.
        size: Size of the chart.
        decimals: Of the totals above the columns.

    Raises:
        ValueError: A part is negative, or there is no column.
    """
    if not columns:
        raise ValueError("a chart of stacked columns needs a column")
    for column in columns:
        wrong = [name for name, value in (column.parts or {}).items() if not value >= 0.0]
        if wrong:
            raise ValueError(f"{column.year}: {wrong[0]} is no amount of at least 0")
    top = max(max(column.total or 0.0, column.high or 0.0) for column in columns)
    ticks = round_ticks(0.0, top, WANTED_TICKS)
    widest = max(text_width(tick_text(tick, ticks[1] - ticks[0]), LABEL_SIZE) for tick in ticks)
    frame = Frame(size, Margins(widest + 10.0, 4.0, TOP_ROOM, YEAR_ROOM))
    upright = Scale(ticks[0], ticks[-1], frame.bottom, frame.top)
    step = (frame.right - frame.left) / len(columns)
    parts = value_axis(frame, ticks, upright, unit)
    for index, column in enumerate(columns):
        parts.append(_column(column, frame.left + (index + 0.5) * step, step, kinds, unit, upright, decimals))
        if _labelled(index, len(columns), step):
            place = (frame.left + (index + 0.5) * step, frame.bottom + YEAR_DROP)
            parts.append(text(place, column.year, "tick year", "middle"))
    return figure(label, size, *parts)


def band_mark(size: Size) -> Markup:
    """Return the line of a range, for a key."""
    middle = size.height / 2
    marks = [line((1.0, middle), (size.width - 1.0, middle), "band")]
    marks += [line((x, middle - CAP), (x, middle + CAP), "band") for x in (1.0, size.width - 1.0)]
    return tag("svg", *marks, width=size.width, height=size.height, aria_hidden="true", class_="swatch")


def _labelled(index: int, count: int, step: float) -> bool:
    """Return whether a year has room for its label: all, or every second counted from the last."""
    return step >= text_width("2030", LABEL_SIZE) + YEAR_GAP or (count - 1 - index) % 2 == 0


def _column(
    column: StackColumn,
    middle: float,
    step: float,
    kinds: Mapping[str, str],
    unit: str,
    upright: Scale,
    decimals: int,
) -> Markup:
    base = upright(0.0)
    if column.parts is None or column.total is None:
        hint = f"{column.year}: {words.MISSING}"
        return tag(
            "g", tag("title", hint), text((middle, base - TEXT_DROP), wording.NOTHING, "value", "middle")
        )
    width, stood = step * COLUMN, 0.0
    left = middle - width / 2
    drawn: list[Markup] = []
    for name, value in column.parts.items():
        low, high = upright(stood), upright(stood + value)
        stood += value
        if low - high < SLIVER:
            continue
        # A hair of paper between parts keeps those of like lightness apart.
        height = low - high - (0.75 if low - high > 3.0 else 0.0)
        hint = words.PART_HINT.format(
            year=column.year, part=name, value=_told(value, decimals + 1), unit=unit
        )
        drawn.append(rectangle((left, high), Size(width, height), kinds[name], hint))
    height = upright(column.total)
    if column.low is not None and column.high is not None:
        low, high = upright(column.low), upright(column.high)
        hint = words.TOTAL_HINT.format(
            year=column.year,
            total=_told(column.total, decimals),
            low=_told(column.low, decimals),
            high=_told(column.high, decimals),
            unit=unit,
        )
        # Paper under ink: the line is seen on any colour of a part.
        for kind in ("band-under", "band"):
            marks = [line((middle, low), (middle, high), kind)]
            marks += [line((middle - CAP, y), (middle + CAP, y), kind) for y in (low, high)]
            drawn.append(tag("g", tag("title", hint), *marks))
        height = min(height, high)
    drawn.append(text((middle, height - 6.0), _told(column.total, decimals), "value", "middle"))
    return tag("g", *drawn, class_="column")


def _told(value: float, decimals: int) -> str:
    return decimal(value, decimals)

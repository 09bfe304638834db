"""Areas over the years: parts on top of each other that make up a whole in every month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from stargauge.report.figures.axes import (
    TEXT_DROP,
    Frame,
    Margins,
    Scale,
    round_ticks,
    spread,
    tick_text,
    value_axis,
    year_axis,
)
from stargauge.report.figures.fan import Mark
from stargauge.report.figures.svg import Label, Size, figure, line, polyline, tag, text, text_width

Floats = NDArray[np.float64]

LABEL_SIZE = 12.0
LABEL_GAP = 14.0
TOP_ROOM = 26.0
YEAR_ROOM = 24.0
WANTED_TICKS = 4
DECIMALS = 6
NOTICED = 0.02
"""A part below this share of the whole at the end has no label beside it; the table has it."""


@dataclass(frozen=True)
class AreaData:
    """What areas show.

    Attributes:
        time: (months) end of each month in years, 2026.0 being the end of 2025.
        parts: By name in order of stacking from below: (months) amounts of at least 0.
        kinds: Class of each part by name.
        unit: Axis unit as it is written.
        now: The as-of day, in years, with its words.
        ends: Words beside the last month, by name of part.
    """

    time: Floats
    parts: Mapping[str, Floats]
    kinds: Mapping[str, str]
    unit: str
    now: Mark | None = None
    ends: Mapping[str, str] | None = None


def area_chart(label: Label, data: AreaData, size: Size) -> Markup:
    """Return a chart of stacked areas; what each part is stands in a key, and beside it where there is room.

    Raises:
        ValueError: There is no part, or an amount is negative or no number.
    """
    if not data.parts:
        raise ValueError("a chart of areas needs a part")
    for name, values in data.parts.items():
        if not float(np.min(values)) >= 0.0:
            raise ValueError(f"{name} has an amount that is not at least 0")
    tops = np.cumsum(np.stack(list(data.parts.values())), axis=0)
    # Shares that add up to a whole may pass it by rounding, and must not open another step.
    ticks = round_ticks(0.0, round(float(tops[-1].max()), DECIMALS), WANTED_TICKS)
    widest = max(text_width(tick_text(tick, ticks[1] - ticks[0]), LABEL_SIZE) for tick in ticks)
    ends = data.ends or {}
    right = max((text_width(words, LABEL_SIZE) for words in ends.values()), default=0.0) + 14.0
    frame = Frame(size, Margins(widest + 10.0, max(20.0, right), TOP_ROOM, YEAR_ROOM))
    across = Scale(float(data.time[0]), float(data.time[-1]), frame.left, frame.right)
    upright = Scale(ticks[0], ticks[-1], frame.bottom, frame.top)
    parts = value_axis(frame, ticks, upright, data.unit)
    below = np.zeros_like(data.time)
    for name, top in zip(data.parts, tops, strict=True):
        # A part that nothing of was ever there would be a line without area.
        if float((top - below).max()) > 0.0:
            parts.append(_area(data, name, below, top, across, upright))
        below = top
    parts.extend(year_axis(frame, across))
    if data.now:
        x = across(data.now.at)
        parts.append(line((x, frame.top), (x, frame.bottom), "now"))
        # Above the plot: areas fill it to the top.
        parts.append(text((x + 4.0, frame.top - 10.0), data.now.words, "note"))
    parts.extend(_ends(data, tops, ends, frame, upright))
    return figure(label, size, *parts)


def _area(data: AreaData, name: str, low: Floats, high: Floats, across: Scale, upright: Scale) -> Markup:
    upper = [(across(float(t)), upright(float(v))) for t, v in zip(data.time, high, strict=True)]
    lower = [(across(float(t)), upright(float(v))) for t, v in zip(data.time, low, strict=True)]
    shape = polyline([*upper, *reversed(lower)], f"area {data.kinds[name]}", closed=True)
    return tag("g", tag("title", name), shape)


def _ends(
    data: AreaData, tops: Floats, ends: Mapping[str, str], frame: Frame, upright: Scale
) -> list[Markup]:
    """Return the labels beside the last month, from the top, moved apart where they would overlap."""
    last = dict(zip(data.parts, tops[:, -1], strict=True))
    whole = float(tops[-1, -1])
    shown = [
        name for name in data.parts if name in ends and float(data.parts[name][-1]) > NOTICED * whole > 0.0
    ]
    shown.reverse()
    middles = [upright(float(last[name]) - float(data.parts[name][-1]) / 2.0) for name in shown]
    places = spread(middles, LABEL_GAP, frame.top, frame.bottom)
    return [
        text((frame.right + 6.0, y + TEXT_DROP), ends[name], "end")
        for name, y in zip(shown, places, strict=True)
    ]

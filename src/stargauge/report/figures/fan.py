"""Fan charts: a quantity over the years with the bands that hold 50 % and 90 % of the futures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from stargauge.report.figures.axes import (
    Frame,
    Margins,
    Scale,
    round_ticks,
    spread,
    tick_text,
    value_axis,
    year_axis,
)
from stargauge.report.figures.svg import Label, Size, figure, line, polyline, text, text_width

Floats = NDArray[np.float64]

BANDS = (("p05", "p95", "band90"), ("p25", "p75", "band50"))
LABEL_GAP = 14.0
LABEL_SIZE = 12.0
TOP_ROOM = 26.0
YEAR_ROOM = 24.0


@dataclass(frozen=True)
class Mark:
    """A time with its words."""

    at: float
    words: str


@dataclass(frozen=True)
class FanData:
    """What a fan shows.

    Attributes:
        time: (months) end of each month in years, 2026.0 being the end of 2025.
        quantiles: `p05`, `p25`, `p50`, `p75`, `p95` to (months) values in the axis unit.
        unit: Axis unit as it is written.
        now: The as-of day, in years, with its words.
        level: A level to compare with; what it is stands beside the chart.
        ends: Words beside the last month, by quantile.
    """

    time: Floats
    quantiles: Mapping[str, Floats]
    unit: str
    now: Mark | None = None
    level: float | None = None
    ends: Mapping[str, str] | None = None


def fan(label: Label, data: FanData, size: Size) -> Markup:
    """Return a fan chart of a size; all values must be in one unit, that of the axis."""
    ends = data.ends or {}
    top = max(float(np.max(data.quantiles["p95"])), data.level or 0.0)
    least = min(float(np.min(data.quantiles["p05"])), 0.0)
    ticks = round_ticks(least, top, 4 if size.height < 250.0 else 5)
    widest = max(text_width(tick_text(tick, ticks[1] - ticks[0]), LABEL_SIZE) for tick in ticks)
    right = max((text_width(words, LABEL_SIZE) for words in ends.values()), default=0.0) + 14.0
    frame = Frame(size, Margins(widest + 10.0, max(20.0, right), TOP_ROOM, YEAR_ROOM))
    across = Scale(float(data.time[0]), float(data.time[-1]), frame.left, frame.right)
    upright = Scale(ticks[0], ticks[-1], frame.bottom, frame.top)
    parts = [
        *value_axis(frame, ticks, upright, data.unit),
        *year_axis(frame, across),
        *(_band(data, low, high, kind, across, upright) for low, high, kind in BANDS),
        polyline(_points(data.time, data.quantiles["p50"], across, upright), "median"),
    ]
    if data.level is not None:
        y = upright(data.level)
        parts.append(line((frame.left, y), (frame.right, y), "level"))
    if data.now:
        x = across(data.now.at)
        parts.append(line((x, frame.top), (x, frame.bottom), "now"))
        parts.append(text((x + 4.0, frame.top + LABEL_GAP), data.now.words, "note"))
    parts.extend(_ends(data, ends, frame, upright))
    return figure(label, size, *parts)


def _points(time: Floats, values: Floats, across: Scale, upright: Scale) -> list[tuple[float, float]]:
    return [(across(float(t)), upright(float(v))) for t, v in zip(time, values, strict=True)]


def _band(data: FanData, low: str, high: str, kind: str, across: Scale, upright: Scale) -> Markup:
    upper = _points(data.time, data.quantiles[high], across, upright)
    lower = _points(data.time, data.quantiles[low], across, upright)
    return polyline([*upper, *reversed(lower)], kind, closed=True)


def _ends(data: FanData, ends: Mapping[str, str], frame: Frame, upright: Scale) -> list[Markup]:
    """Return the labels beside the last month, highest first, moved apart where they would overlap."""
    names = sorted(ends, key=lambda name: -float(data.quantiles[name][-1]))
    wanted = [upright(float(data.quantiles[name][-1])) for name in names]
    places = spread(wanted, LABEL_GAP, frame.top, frame.bottom)
    return [
        text((frame.right + 6.0, y + 4.0), ends[name], "end strong" if name == "p50" else "end")
        for name, y in zip(names, places, strict=True)
    ]

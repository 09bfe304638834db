"""Axes: linear scales, round ticks that cover the data, whole years, and the lines that carry them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report.figures.svg import Size, line, text
from stargauge.report.numbers import MINUS

ROUND_STEPS = (1.0, 2.0, 5.0, 10.0)
YEAR_STEPS = (1, 2, 5, 10, 20, 50)
WANTED_TICKS = 5
YEAR_WIDTH = 34.0
"""Room a year's four digits take on an axis."""

SMALLEST_RANGE = 1e-12
"""A range below this is one value: nothing the report shows is that small."""

TICK_GAP = 6.0
TEXT_DROP = 4.0
"""From the middle of a line of text down to its base line."""

YEAR_DROP = 16.0


@dataclass(frozen=True)
class Scale:
    """A straight map from values [low, high] to coordinates [start, end]; end may be less than start."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the coordinate of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True)
class Margins:
    """Room around the plot for labels."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Frame:
    """The plot within a figure."""

    size: Size
    margins: Margins

    @property
    def left(self) -> float:
        """Left edge of the plot."""
        return self.margins.left

    @property
    def right(self) -> float:
        """Right edge of the plot."""
        return self.size.width - self.margins.right

    @property
    def top(self) -> float:
        """Upper edge of the plot."""
        return self.margins.top

    @property
    def bottom(self) -> float:
        """Lower edge of the plot."""
        return self.size.height - self.margins.bottom


def round_ticks(low: float, high: float, wanted: int = WANTED_TICKS) -> tuple[float, ...]:
    """Return equally spaced round values, the first not above `low`, the last not below `high`.

    The step is 1, 2 or 5 times a power of ten, so that there are at most `wanted` + 2 ticks.

    Args:
        low: Lowest value to cover.
        high: Highest value to cover; equal to `low` where there is but one.
        wanted: Number of steps aimed at.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"an axis from {low} to {high} has no ticks")
    if high - low <= max(SMALLEST_RANGE, max(abs(low), abs(high)) * 1e-9):
        high = max(high, low + max(abs(low), abs(high), 1.0))
    rough = (high - low) / wanted
    power = math.floor(math.log10(rough))
    mantissa = next(step for step in ROUND_STEPS if step * 10.0**power >= rough * (1 - 1e-12))
    first = math.floor(low / (mantissa * 10.0**power))
    last = math.ceil(high / (mantissa * 10.0**power))
    while _multiple(first, mantissa, power) > low:
        first -= 1
    while _multiple(last, mantissa, power) < high:
        last += 1
    return tuple(_multiple(index, mantissa, power) for index in range(first, last + 1))


def _multiple(index: int, mantissa: float, power: int) -> float:
    """Return index * mantissa * 10^power, rounded once: 3 * 0.1 is to be 0.3."""
    scaled = index * mantissa
    return scaled * 10.0**power if power >= 0 else scaled / 10.0**-power


def year_ticks(first: float, last: float, width: float) -> tuple[int, ...]:
    """Return the years that begin within [first, last], so many as find room on an axis of a width.

    Args:
        first: Start of the axis in years, 2025.0 being 1 January 2025.
        last: End of the axis.
        width: Length of the axis.
    """
    for step in YEAR_STEPS:
        years = tuple(year for year in range(math.ceil(first), math.floor(last) + 1) if year % step == 0)
        if len(years) * YEAR_WIDTH <= width:
            return years
    return years[:1]


def tick_text(value: float, step: float) -> str:
    """Return a value with as many decimals as the step between ticks asks for."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0.0 else text.replace("-", MINUS)


def value_axis(frame: Frame, ticks: tuple[float, ...], scale: Scale, unit: str) -> list[Markup]:
    """Return the lines and labels of an upright axis at the left; its unit stands above them at the edge."""
    step = ticks[1] - ticks[0]
    parts = [text((0.0, frame.top - 10.0), unit, "unit")]
    for tick in ticks:
        y = scale(tick)
        parts.append(line((frame.left, y), (frame.right, y), "base" if tick == 0.0 else "grid"))
        parts.append(text((frame.left - TICK_GAP, y + TEXT_DROP), tick_text(tick, step), "tick", "end"))
    return parts


def year_axis(frame: Frame, scale: Scale) -> list[Markup]:
    """Return the ticks and labels of years below the plot."""
    parts: list[Markup] = []
    for year in year_ticks(scale.low, scale.high, frame.right - frame.left):
        x = scale(float(year))
        parts.append(line((x, frame.bottom), (x, frame.bottom + 4.0), "base"))
        parts.append(text((x, frame.bottom + YEAR_DROP), str(year), "tick year", "middle"))
    return parts


def flat_axis(frame: Frame, ticks: tuple[float, ...], scale: Scale, unit: str) -> list[Markup]:
    """Return the lines and labels of a level axis above the plot, the unit beside the last label."""
    step = ticks[1] - ticks[0]
    parts: list[Markup] = []
    for tick in ticks:
        x = scale(tick)
        parts.append(line((x, frame.top), (x, frame.bottom), "base" if tick == 0.0 else "grid"))
        words = tick_text(tick, step)
        parts.append(
            text(
                (x, frame.top - TICK_GAP), f"{words} {unit}" if tick == ticks[-1] else words, "tick", "middle"
            )
        )
    return parts


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions at least `gap` apart, in the given ascending order, near the wanted ones.

    They stay within [low, high] where there is room for all.
    """
    placed: list[float] = []
    for position in wanted:
        placed.append(max(position, placed[-1] + gap) if placed else max(position, low))
    limit = high
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - gap
    return placed

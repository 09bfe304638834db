"""Figures: pure functions from arrays to SVG text, drawn with the page's own colours and type."""

from __future__ import annotations

from stargauge.report.figures.axes import Scale, round_ticks, tick_text, year_ticks
from stargauge.report.figures.bars import BulletRow, StackRow, bullets, correlation_bar, stacked_bars
from stargauge.report.figures.dots import Dot, DotRow, dot_rows, marker
from stargauge.report.figures.fan import FanData, Mark, fan
from stargauge.report.figures.ranges import RangeRow, ranges
from stargauge.report.figures.rows import RowLayout
from stargauge.report.figures.svg import Label, Size

__all__ = [
    "BulletRow",
    "Dot",
    "DotRow",
    "FanData",
    "Label",
    "Mark",
    "RangeRow",
    "RowLayout",
    "Scale",
    "Size",
    "StackRow",
    "bullets",
    "correlation_bar",
    "dot_rows",
    "fan",
    "marker",
    "ranges",
    "round_ticks",
    "stacked_bars",
    "tick_text",
    "year_ticks",
]

"""Figures: pure functions from plain data to SVG and HTML, drawn with the page's own colours and type."""

from __future__ import annotations

from stargauge.report.figures.area_chart import AreaData, area_chart
from stargauge.report.figures.axes import Scale, round_ticks, tick_text, year_ticks
from stargauge.report.figures.bars import BulletRow, StackRow, bullets, correlation_bar, stacked_bars
from stargauge.report.figures.dots import Dot, DotRow, dot_rows, marker
from stargauge.report.figures.fan import FanData, Mark, fan
from stargauge.report.figures.heat_table import HeatCell, HeatRow, heat_table
from stargauge.report.figures.intervals import IntervalRow, intervals
from stargauge.report.figures.ranges import RangeRow, ranges
from stargauge.report.figures.region_map import NARROW_MAP, WIDE_MAP, MapLayout, Tile, region_map
from stargauge.report.figures.rows import RowLayout
from stargauge.report.figures.shades import Names, Shade, Steps, parted, rising, shade_key
from stargauge.report.figures.stack_chart import StackColumn, stack_chart
from stargauge.report.figures.svg import Label, Size

__all__ = [
    "NARROW_MAP",
    "WIDE_MAP",
    "AreaData",
    "BulletRow",
    "Dot",
    "DotRow",
    "FanData",
    "HeatCell",
    "HeatRow",
    "IntervalRow",
    "Label",
    "MapLayout",
    "Mark",
    "Names",
    "RangeRow",
    "RowLayout",
    "Scale",
    "Shade",
    "Size",
    "StackColumn",
    "StackRow",
    "Steps",
    "Tile",
    "area_chart",
    "bullets",
    "correlation_bar",
    "dot_rows",
    "fan",
    "heat_table",
    "intervals",
    "marker",
    "parted",
    "ranges",
    "region_map",
    "rising",
    "round_ticks",
    "shade_key",
    "stack_chart",
    "stacked_bars",
    "tick_text",
    "year_ticks",
]

"""Figures: what is drawn is what was given, at the place where the axis says it is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from report_reading import Node, labels, line_through, number, parse, points, shapes

from stargauge.report.figures import (
    BulletRow,
    Dot,
    DotRow,
    FanData,
    Label,
    Mark,
    RangeRow,
    RowLayout,
    Size,
    StackRow,
    bullets,
    correlation_bar,
    dot_rows,
    fan,
    ranges,
    stacked_bars,
)
from stargauge.report.figures.svg import number as coordinate
from stargauge.report.figures.svg import tag

NAME = Label("one", "A title", "What it shows")
WIDE = RowLayout(800.0, 220.0, 60.0, 34.0)
NARROW = RowLayout(350.0, 0.0, 60.0, 46.0)


def upright(svg: Node) -> tuple[float, float]:
    """Return slope and start of the map from height to value, read off the labels of the value axis."""
    ticks = [tick for tick in labels(svg, "tick") if "year" not in tick.kinds()]
    return line_through([(float(tick.attributes["y"]) - 4.0, number(tick.text)) for tick in ticks])


def level(svg: Node, unit: str = "GW") -> tuple[float, float]:
    """Return slope and start of the map from place to value, read off the labels of a level axis."""
    ticks = labels(svg, "tick")
    return line_through(
        [(float(tick.attributes["x"]), number(tick.text.replace(unit, ""))) for tick in ticks]
    )


def years(svg: Node) -> tuple[float, float]:
    return line_through([(float(tick.attributes["x"]), float(tick.text)) for tick in labels(svg, "year")])


@pytest.fixture
def data() -> FanData:
    time = 2025.0 + np.arange(1, 133) / 12
    middle = np.linspace(0.0, 115.4, time.size)
    quantiles = {
        "p05": middle * 0.5,
        "p25": middle * 0.8,
        "p50": middle,
        "p75": middle * 1.2,
        "p95": middle * 1.7,
    }
    return FanData(
        time, quantiles, "GW", Mark(2026.76, "5 October 2026"), 120.0, {"p50": "115", "p95": "196"}
    )


@pytest.mark.parametrize("size", [Size(800.0, 400.0), Size(350.0, 290.0), Size(260.0, 180.0)])
def test_a_fan_is_drawn_at_its_values(data: FanData, size: Size) -> None:
    svg = parse(fan(NAME, data, size)).children[0]
    assert isinstance(svg, Node)
    (slope, start), (year_slope, year_start) = upright(svg), years(svg)
    drawn = points(shapes(svg, "median")[0])
    assert [start + slope * y for _, y in drawn] == pytest.approx(data.quantiles["p50"], abs=0.01 * 115.4)
    assert [year_start + year_slope * x for x, _ in drawn] == pytest.approx(data.time, abs=0.02)
    for kind, low, high in (("band90", "p05", "p95"), ("band50", "p25", "p75")):
        outline = points(shapes(svg, kind)[0])
        half = data.time.size
        assert [start + slope * y for _, y in outline[:half]] == pytest.approx(data.quantiles[high], abs=1.2)
        assert [start + slope * y for _, y in outline[half:]] == pytest.approx(
            data.quantiles[low][::-1], abs=1.2
        )
    assert start + slope * float(shapes(svg, "level")[0].attributes["y1"]) == pytest.approx(120.0, abs=1.2)
    assert year_start + year_slope * float(shapes(svg, "now")[0].attributes["x1"]) == pytest.approx(
        2026.76, abs=0.02
    )


def test_years_are_never_written_with_a_separator(data: FanData) -> None:
    svg = parse(fan(NAME, data, Size(800.0, 400.0)))
    written = [tick.text for tick in labels(svg, "year")]
    assert written == [str(year) for year in range(2026, 2037)]


def test_labels_beside_the_last_month_do_not_overlap() -> None:
    time = np.array([2026.0, 2027.0])
    flat = {name: np.array([5.0, 5.0]) for name in ("p05", "p25", "p50", "p75", "p95")}
    svg = parse(fan(NAME, FanData(time, flat, "GW", ends=dict.fromkeys(flat, "5")), Size(300.0, 200.0)))
    heights = sorted(float(label.attributes["y"]) for label in labels(svg, "end"))
    assert len(heights) == 5
    assert min(after - before for before, after in pairwise(heights)) >= 14.0


def test_a_fan_of_nothing_is_drawn() -> None:
    zero = {name: np.zeros(3) for name in ("p05", "p25", "p50", "p75", "p95")}
    assert "<svg" in fan(NAME, FanData(np.array([2026.0, 2026.5, 2027.0]), zero, "GW"), Size(300.0, 200.0))


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_stacked_bars_have_the_lengths_of_their_parts(layout: RowLayout) -> None:
    parts = {"power": 11.7, "construction": 11.8, "capital": 0.0, "unexplained": 3.0}
    rows = [StackRow("Atlas", "", "26.5", parts), StackRow("None", "nothing", "–", dict.fromkeys(parts, 0.0))]
    kinds = dict(zip(parts, ("a", "b", "c", "d"), strict=True))
    svg = parse(stacked_bars(NAME, rows, kinds, "months", layout))
    slope, start = level(svg, "months")
    edges = [(float(r.attributes["x"]), float(r.attributes["width"]) + 1.0) for r in svg.all("rect")]
    assert len(edges) == 3  # the part of no length is not drawn
    assert [start + slope * x for x, _ in edges] == pytest.approx([0.0, 11.7, 23.5], abs=0.05)
    assert [slope * width for _, width in edges] == pytest.approx([11.7, 11.8, 3.0], abs=0.05)
    assert svg.all("rect")[0].all("title")[0].text == "power: 11.7 months"


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_bullets_show_announced_standing_and_what_is_to_come(layout: RowLayout) -> None:
    svg = parse(
        bullets(
            NAME, [BulletRow("Atlas", "1 of 7", "590 MW", 9.773, 0.59, (2.3, 4.7, 8.1), "h")], "GW", layout
        )
    )
    slope, start = level(svg)

    def ends(kind: str) -> float:
        shape = shapes(svg, kind)[0].attributes
        return start + slope * (float(shape["x"]) + float(shape["width"]))

    assert ends("promised") == pytest.approx(9.773, abs=0.03)
    assert ends("standing") == pytest.approx(0.59, abs=0.03)
    whisker = shapes(svg, "whisker")[0].attributes
    assert start + slope * float(whisker["x1"]) == pytest.approx(2.3, abs=0.03)
    assert start + slope * float(whisker["x2"]) == pytest.approx(8.1, abs=0.03)
    assert start + slope * float(shapes(svg, "dot")[0].attributes["cx"]) == pytest.approx(4.7, abs=0.03)


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_ranges_of_dates(layout: RowLayout) -> None:
    rows = [
        RangeRow("whole", "", "42 %", 2027.0, 2028.5, 2031.25, 2029.0, "h"),
        RangeRow("open", "", "4 %", 2028.0, 2030.0, None, 2027.0, "h"),
        RangeRow("late", "", "1 %", 2034.0, None, None, None, "h"),
        RangeRow("never", "", "0 %", None, None, None, 2030.0, "h"),
    ]
    svg = parse(ranges(NAME, rows, (2025.0, 2036.0), Mark(2026.76, "now"), layout))
    slope, start = years(svg)
    groups = svg.all("g")
    bar = groups[0].all("rect")[0].attributes
    assert start + slope * float(bar["x"]) == pytest.approx(2027.0, abs=0.02)
    assert start + slope * (float(bar["x"]) + float(bar["width"])) == pytest.approx(2031.25, abs=0.02)
    assert start + slope * float(groups[0].all("circle")[0].attributes["cx"]) == pytest.approx(
        2028.5, abs=0.02
    )
    assert start + slope * points(shapes(groups[0], "due")[0])[0][0] == pytest.approx(2029.0, abs=0.02)
    counts = [(len(g.all("rect")), len(g.all("circle")), len(shapes(g, "due"))) for g in groups]
    assert counts == [(1, 1, 1), (1, 1, 1), (1, 0, 0), (0, 0, 1)]
    arrows = [len(shapes(group, "range")) - len(group.all("rect")) for group in groups]
    assert arrows == [0, 1, 1, 0]


def test_dots_stand_at_their_values() -> None:
    row = DotRow(
        "all",
        "175 forecasts",
        "62",
        (Dot(135.0, "square", "x", "no change: 135"), Dot(62.0, "circle", "y", "m")),
    )
    svg = parse(dot_rows(NAME, [row], "MW", WIDE))
    slope, start = level(svg, "MW")
    assert start + slope * float(svg.all("circle")[0].attributes["cx"]) == pytest.approx(62.0, abs=0.3)
    square = points(shapes(svg, "x")[0])
    assert start + slope * (square[0][0] + square[1][0]) / 2 == pytest.approx(135.0, abs=0.3)


@pytest.mark.parametrize(("value", "kind", "left"), [(0.5, "standing", 40.0), (-0.5, "against", 20.0)])
def test_a_correlation_goes_to_its_side(value: float, kind: str, left: float) -> None:
    bar = shapes(parse(correlation_bar(value, Size(80.0, 16.0))), kind)[0].attributes
    assert (float(bar["x"]), float(bar["width"])) == (left, 20.0)


def test_every_figure_is_named_for_those_who_cannot_see_it(data: FanData) -> None:
    svg = parse(fan(NAME, data, Size(300.0, 200.0))).children[0]
    assert isinstance(svg, Node)
    assert svg.attributes["role"] == "img"
    assert svg.by_id(svg.attributes["aria-labelledby"]).text == "A title"
    assert svg.by_id(svg.attributes["aria-describedby"]).text == "What it shows"


def test_text_and_attributes_are_escaped() -> None:
    hostile = '<script>"&'
    svg = parse(tag("text", hostile, data_words=hostile))
    node = svg.children[0]
    assert isinstance(node, Node)
    assert (node.text, node.attributes["data-words"]) == (hostile, hostile)
    assert "<script>" not in tag("text", hostile, data_words=hostile)


@pytest.mark.parametrize(("value", "written"), [(-0.001, "0"), (3.0, "3"), (2.456, "2.46"), (-1.5, "-1.5")])
def test_coordinates(value: float, written: str) -> None:
    assert coordinate(value) == written

"""Areas stand where the axis says, and what is named beside them is what they hold at the end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from report_reading import labels, line_through, number, parse, points, shapes

from stargauge.report.figures import AreaData, Label, Mark, Size, area_chart

NAME = Label("one", "A title", "What it shows")
TIME = 2025.0 + np.arange(1, 133) / 12
DATA = AreaData(
    time=TIME,
    parts={
        "first": np.linspace(0.2, 0.5, 132),
        "never": np.zeros(132),
        "second": np.linspace(0.8, 0.499, 132),
        "rare": np.linspace(0.0, 0.001, 132),
    },
    kinds={"first": "cause1", "never": "cause2", "second": "cause3", "rare": "cause4"},
    unit="share",
    now=Mark(2026.76, "5 October 2026"),
    ends={"first": "first 50 %", "second": "second 50 %", "rare": "rare 0 %"},
)


def test_areas_stand_on_each_other_where_the_axis_says() -> None:
    svg = parse(area_chart(NAME, DATA, Size(800.0, 300.0)))
    ticks = [tick for tick in labels(svg, "tick") if "year" not in tick.kinds()]
    slope, start = line_through([(float(t.attributes["y"]) - 4.0, number(t.text)) for t in ticks])
    found = {name: points(shapes(svg, name)[0]) for name in ("cause1", "cause3", "cause4")}
    count = TIME.size
    for name, part in (("cause1", "first"), ("cause3", "second"), ("cause4", "rare")):
        top, base = found[name][:count], found[name][count:][::-1]
        heights = [slope * (high[1] - low[1]) for high, low in zip(top, base, strict=True)]
        np.testing.assert_allclose(heights, DATA.parts[part], atol=2e-4)
    # The second stands on the first, and all of them make up one in every month.
    assert found["cause3"][count:][::-1] == found["cause1"][:count]
    tops = [slope * y + start for _, y in found["cause4"][:count]]
    np.testing.assert_allclose(tops, 1.0, atol=2e-4)


def test_a_part_that_never_is_has_no_area_and_a_rare_one_no_label() -> None:
    svg = parse(area_chart(NAME, DATA, Size(800.0, 300.0)))
    assert not shapes(svg, "cause2")
    assert [one.text for one in labels(svg, "end")] == ["second 50 %", "first 50 %"]


def test_labels_beside_the_end_do_not_overlap() -> None:
    close = {name: np.full(132, 0.05) for name in ("first", "second", "rare")}
    data = replace(DATA, parts={**close, "rest": np.full(132, 0.85)}, kinds={**DATA.kinds, "rest": "cause5"})
    svg = parse(area_chart(NAME, data, Size(350.0, 290.0)))
    heights = sorted(float(one.attributes["y"]) for one in labels(svg, "end"))
    assert all(b - a >= 13.9 for a, b in pairwise(heights))


def test_what_cannot_be_stacked_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a part"):
        area_chart(NAME, replace(DATA, parts={}), Size(800.0, 300.0))
    for wrong in (-0.1, np.nan):
        broken = {**DATA.parts, "first": np.full(132, wrong)}
        with pytest.raises(ValueError, match="first has an amount that is not at least 0"):
            area_chart(NAME, replace(DATA, parts=broken), Size(800.0, 300.0))

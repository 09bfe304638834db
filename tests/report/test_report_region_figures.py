"""Figures about regions: what is given is what is read, in words before colours, light and dark."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from region_demo import BINDS, HEADROOM, LIMITS, PARTS, YEARS, additions, demo_page, headroom_map
from report_reading import Node, labels, line_through, number, parse

from stargauge.power.regions import REGIONS
from stargauge.report.figures import (
    NARROW_MAP,
    WIDE_MAP,
    HeatCell,
    HeatRow,
    Label,
    MapLayout,
    Names,
    Size,
    StackColumn,
    Steps,
    Tile,
    heat_table,
    parted,
    region_map,
    rising,
    shade_key,
    stack_chart,
)
from stargauge.report.figures.region_map import PLACES, missing_regions
from stargauge.report.figures.shades import KINDS, RISING, SHORT, SPARE, UNKNOWN
from stargauge.report.figures.stack_chart import PART_KINDS
from stargauge.report.files import TEMPLATES
from stargauge.report.numbers import decimal
from stargauge.report.region_wording import REGION
from stargauge.report.regions import region_chart, stacked_years

PAGE_WIDE, PHONE = Size(800.0, 380.0), Size(350.0, 320.0)
NAME = Label("one", "A title", "What it shows")
HOSTILE = '<script>"&'
STEPS = parted([-5.0, -1.0, 2.0, 8.0], "GW")
numbers = st.one_of(st.none(), st.floats(-1e6, 1e6), st.just(math.nan))


@pytest.fixture(scope="module")
def page() -> Node:
    return parse(demo_page())


def tile_of(svg: Node, code: str) -> Node:
    found = [g for g in svg.all("g") if "tile" in g.kinds() and labels(g, "region")[0].text == code]
    assert len(found) == 1
    return found[0]


def box(tile: Node) -> tuple[float, float, float, float]:
    shape = tile.all("rect")[0].attributes
    x, y, width, height = (float(shape[name]) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


# The map


def test_the_regions_are_those_of_the_model() -> None:
    assert set(PLACES) == set(REGIONS) == set(REGION)
    assert len(set(PLACES.values())) == len(PLACES) == 13


@pytest.mark.parametrize("layout", [WIDE_MAP, NARROW_MAP])
def test_tiles_say_what_was_given_and_do_not_overlap(layout: MapLayout) -> None:
    tiles = {code: Tile(f"{place}.5", f"line {place}", float(place)) for place, code in enumerate(PLACES)}
    svg = parse(region_map(NAME, tiles, rising(range(13), "GW"), layout))
    boxes = []
    for code, tile in tiles.items():
        drawn = tile_of(svg, code)
        assert labels(drawn, "amount")[0].text == tile.number
        assert labels(drawn, "line")[0].text == tile.line
        assert drawn.all("title")[0].text == f"{REGION[code]}: {tile.number}; {tile.line}"
        boxes.append(box(drawn))
    for index, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left < right <= layout.size.width + 0.01
        assert 0 <= top < bottom <= layout.size.height + 0.01
        for other in boxes[:index]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top


@pytest.mark.parametrize(("west", "east"), [("CAL", "SW"), ("NW", "CENT"), ("CENT", "MIDW"), ("NY", "NE")])
def test_west_is_left_of_east(west: str, east: str) -> None:
    assert PLACES[west][1] < PLACES[east][1]


@pytest.mark.parametrize(("north", "south"), [("NW", "CAL"), ("CENT", "TEX"), ("MIDA", "CAR"), ("SE", "FLA")])
def test_north_is_above_south(north: str, south: str) -> None:
    assert PLACES[north][0] < PLACES[south][0]


@pytest.mark.parametrize("layout", [WIDE_MAP, NARROW_MAP])
@given(amount=st.text("0123456789.,−", min_size=1, max_size=7), line=st.text("abcdefgh lmnop", max_size=60))
def test_no_word_runs_out_of_its_tile(layout: MapLayout, amount: str, line: str) -> None:
    svg = parse(region_map(NAME, {"TEX": Tile(amount, line, 1.0)}, STEPS, layout))
    tile = tile_of(svg, "TEX")
    left, top, right, bottom = box(tile)
    for node in tile.all("text"):
        size = font_size(layout, node)
        ems = 0.54 if "line" in node.kinds() else 0.6
        assert float(node.attributes["x"]) + ems * size * len(node.text) <= right + 0.01
        assert top < float(node.attributes["y"]) - size * 0.7
        assert float(node.attributes["y"]) + size * 0.2 < bottom
    heights = [float(node.attributes["y"]) for node in tile.all("text")]
    assert heights == sorted(heights)
    assert float(labels(tile, "region")[0].attributes["x"]) > left


def font_size(layout: MapLayout, node: Node) -> float:
    """Return the size that the style sheet gives a text of a map."""
    kind = next(kind for kind in ("long", "amount", "line", "region") if kind in node.kinds())
    found = re.search(rf"svg \.{layout.kind} \.{kind} {{ font-size: ([\d.]+)px; }}", style())
    assert found
    return float(found[1])


def test_the_style_sets_the_sizes_the_layout_counts_with() -> None:
    for layout in (WIDE_MAP, NARROW_MAP):
        sizes = (layout.name, layout.number, layout.small)
        for kind, size in zip(("region", "amount", "line"), sizes, strict=True):
            assert font_size(layout, Node("text", {"class": kind})) == size


def test_a_region_without_a_value_has_a_dash_and_says_so() -> None:
    svg = parse(region_map(NAME, {"TEX": Tile("7.6", "", 7.6), "NE": Tile(None)}, STEPS, WIDE_MAP))
    for code in set(PLACES) - {"TEX"}:
        tile = tile_of(svg, code)
        assert (labels(tile, "amount")[0].text, labels(tile, "line")[0].text) == ("–", "no value")
        assert UNKNOWN in tile.kinds()
        assert tile.all("title")[0].text == f"{REGION[code]}: –; no value"
    assert UNKNOWN not in tile_of(svg, "TEX").kinds()
    assert missing_regions({"TEX": Tile("7.6")}) == tuple(sorted(set(PLACES) - {"TEX"}))


def test_a_map_is_named_and_its_words_are_escaped() -> None:
    label = Label("one", HOSTILE, HOSTILE)
    drawn = region_map(label, {"TEX": Tile(HOSTILE, HOSTILE, 1.0)}, STEPS, WIDE_MAP)
    assert "<script>" not in drawn
    svg = parse(drawn).children[0]
    assert isinstance(svg, Node)
    assert svg.attributes["role"] == "img"
    assert svg.by_id(svg.attributes["aria-labelledby"]).text == HOSTILE
    assert svg.by_id(svg.attributes["aria-describedby"]).text == HOSTILE
    assert labels(tile_of(svg, "TEX"), "amount")[0].text == HOSTILE


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="PJM: no region of EIA-930; there are CAL, CAR, CENT"):
        region_map(NAME, {"PJM": Tile("1", "", 1.0)}, STEPS, WIDE_MAP)


def test_a_chart_of_regions_has_key_table_and_description() -> None:
    chart = headroom_map()
    rows = chart.table.groups[0][1] if chart.table else ()
    assert [row[0] for row in rows] == [f"{REGION[code]} ({code})" for code in sorted(REGION)]
    told = {row[0].split("(")[1][:-1]: row[1] for row in rows}
    assert told == {
        code: "–\u00a0no\u00a0value" if gw is None else decimal(gw, 1) for code, gw in HEADROOM.items()
    }
    assert [words for _, words in chart.key][-1] == "no value"
    assert chart.narrow is not None
    for drawing, suffix in ((chart.wide, "wide"), (chart.narrow, "narrow")):
        said = parse(drawing).by_id(f"headroom-{suffix}-desc").text
        assert said.startswith("Firm headroom in summer 2030, GW, median of futures. One tile for each of 13")
        assert "No value for Florida." in said


def test_cells_of_a_chart_are_one_a_column() -> None:
    cells = dict.fromkeys(PLACES, ("1",))
    with pytest.raises(ValueError, match="CAL has 1 cells for 2 columns"):
        region_chart("a", "t", "c", "s", {}, STEPS, ("one", "two"), cells)


# Shades and keys


@given(values=st.lists(numbers, max_size=30))
def test_parted_shades_keep_the_sign(values: list[float | None]) -> None:
    shade = parted(values, "GW")
    known = [value for value in values if value is not None and not math.isnan(value)]
    for value in known:
        assert shade.kind(value) in (SHORT if value < 0 else SPARE)
    said = [words for _, words in shade.entries()]
    assert len(set(said)) == len(said)
    assert {shade.kind(value) for value in known} <= {kind for kind, _ in shade.entries()}
    for low, high in pairwise(sorted(known)):
        order = (*SHORT, *SPARE)
        assert order.index(shade.kind(low)) <= order.index(shade.kind(high))


@given(values=st.lists(st.floats(0, 1e9), max_size=30))
def test_rising_shades_never_fall(values: list[float]) -> None:
    shade = rising(values, "GW")
    assert 1 <= len(shade.entries()) <= 5
    for low, high in pairwise(sorted(values)):
        assert RISING.index(shade.kind(low)) <= RISING.index(shade.kind(high))


def test_one_extreme_value_leaves_the_others_apart() -> None:
    values = [-111.0, -6.2, -2.6, -1.7, -0.8, 0.4, 1.2, 3.1, 4.9, 7.6]
    assert len({parted(values, "GW").kind(value) for value in values}) == 6


def test_a_key_says_ranges_in_words() -> None:
    shade = Steps((-5.0, 0.0, 0.5), ("neg2", "neg1", "pos1", "pos2"), "GW")
    said = [words for _, words in shade_key(shade, missing=True)]
    assert said == ["under −5 GW", "−5 to 0 GW", "0 to 0.5 GW", "0.5 GW or more", "no value"]
    assert [shade.kind(value) for value in (-6.0, -5.0, -0.1, 0.0, 0.5)] == [
        "neg2", "neg1", "neg1", "pos1", "pos2",
    ]  # fmt: skip
    assert rising([9.0], "").entries()[0] == ("seq1", "under 2")
    assert len(shade_key(shade, missing=False)) == 4


def test_nothing_known_is_still_a_key() -> None:
    for shade in (rising([], "GW"), parted([None, math.nan], "GW"), rising([0.0], "GW")):
        assert shade.kind(None) == shade.kind(math.nan) == UNKNOWN
        assert shade.kind(0.0) != UNKNOWN


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rising([1.0, -2.0], "GW"), "-2.0 is negative"),
        (lambda: Steps((1.0, 1.0), ("a", "b", "c"), ""), "do not ascend"),
        (lambda: Steps((1.0,), ("a",), ""), "1 edges part 2 steps, not 1"),
        (lambda: Names(("a", "a")), "a name stands twice in a, a"),
        (lambda: Names(tuple("abcdefghi")), "9 names; 8 can be told apart"),
        (lambda: Names(LIMITS).kind("weather"), "'weather' is none of gas turbines, wires"),
        (lambda: Names(LIMITS).kind(3.0), "3.0 is none of"),
        (lambda: STEPS.kind("wires"), '"wires" is a name; these shades are steps of a number'),
    ],
)
def test_shades_that_do_not_fit_are_refused(make, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


def test_names_are_shaded_in_the_order_given() -> None:
    shade = Names(LIMITS)
    assert [shade.kind(name) for name in LIMITS] == list(KINDS[: len(LIMITS)])
    assert shade.entries() == tuple(zip(KINDS, LIMITS, strict=False))
    assert set(BINDS.values()) <= set(LIMITS)


# The heat table


def heat(**changes: object) -> Node:
    cells = (HeatCell("−2.5", "wires", -2.5), HeatCell("4.0", "", 4.0), HeatCell(None))
    given_fields: dict[str, object] = {
        "ident": "heat",
        "caption": "Headroom, GW",
        "corner": "Region",
        "columns": ("2026", "2027", "2028"),
        "rows": [HeatRow("TEX", "Texas", cells)],
        "shade": STEPS,
    }
    return parse(heat_table(**(given_fields | changes)))  # type: ignore[arg-type]


def test_a_heat_table_is_a_table_with_heads_and_its_numbers_as_given() -> None:
    table = heat().by_id("heat-table")
    assert table.tag == "table"
    assert table.all("caption")[0].text == "Headroom, GW"
    assert [head.text for head in table.all("th", scope="col")] == ["Region", "2026", "2027", "2028"]
    assert [head.text for head in table.all("th", scope="row")] == ["TEX Texas"]
    assert heat().rows() == [["TEX Texas", "−2.5 wires", "4.0", "– no value"]]
    kinds = [next(iter(cell.kinds())) for cell in table.all("td")]
    assert kinds == [STEPS.kind(-2.5), STEPS.kind(4.0), UNKNOWN]


def test_a_heat_table_has_a_key_in_words_and_scrolls_by_keyboard() -> None:
    table = heat()
    key = table.all("ul")[0]
    assert key.attributes["aria-label"] == "Key"
    assert [item.text for item in key.all("li")] == [
        *(words for _, words in STEPS.entries()),
        "no value",
    ]
    region = table.all("div", role="region")[0]
    assert (region.attributes["tabindex"], region.attributes["aria-label"]) == ("0", "Headroom, GW")


def test_a_missing_cell_may_say_why() -> None:
    rows = [HeatRow("NE", "", (HeatCell(None, "not modelled"),))]
    table = heat(rows=rows, columns=("2026",))
    assert table.rows() == [["NE", "– not modelled"]]


def test_words_of_a_heat_table_are_escaped() -> None:
    rows = [HeatRow(HOSTILE, HOSTILE, (HeatCell(HOSTILE, HOSTILE, "a"),))]
    written = heat_table("heat", HOSTILE, HOSTILE, (HOSTILE,), rows, Names(("a",)))
    assert "<script>" not in written
    assert parse(written).rows() == [[f"{HOSTILE} {HOSTILE}"] * 2]


def test_a_row_has_one_cell_a_column() -> None:
    with pytest.raises(ValueError, match="TEX has 3 cells for 2 columns"):
        heat(columns=("2026", "2027"))


# Stacked years


def stack(columns: list[StackColumn], size: Size = PAGE_WIDE) -> Node:
    kinds = dict(zip(("a", "b"), PART_KINDS, strict=False))
    return parse(stack_chart(NAME, columns, kinds, "GW", size, 1))


@pytest.mark.parametrize("size", [PAGE_WIDE, PHONE])
def test_parts_and_band_stand_where_the_axis_says(size: Size) -> None:
    columns = [
        StackColumn("2026", {"a": 10.0, "b": 20.0}, 25.0, 41.0),
        StackColumn("2027", {"a": 0.0, "b": 7.0}),
    ]
    svg = stack(columns, size)
    ticks = [tick for tick in labels(svg, "tick") if "year" not in tick.kinds()]
    slope, start = line_through([(float(t.attributes["y"]) - 4.0, number(t.text)) for t in ticks])
    assert slope < 0
    first, second = (group for group in svg.all("g") if "column" in group.kinds())
    spans = [
        (start + slope * (float(r.attributes["y"]) + float(r.attributes["height"])),
         start + slope * float(r.attributes["y"]))
        for r in first.all("rect")
    ]  # fmt: skip
    # A hair of paper is taken off the lower end of each part.
    for span, true in zip(spans, ((0.0, 10.0), (10.0, 30.0)), strict=True):
        assert span == pytest.approx(true, abs=0.2)
    band = next(node for node in first.all("line") if node.attributes["class"] == "band")
    ends = [start + slope * float(band.attributes[name]) for name in ("y1", "y2")]
    assert ends == pytest.approx([25.0, 41.0], abs=0.1)
    assert labels(first, "value")[0].text == "30.0"
    assert [rect.all("title")[0].text for rect in first.all("rect")] == [
        "2026, a: 10.00 GW",
        "2026, b: 20.00 GW",
    ]
    assert first.all("title")[-1].text == "2026: 30.0 GW, 80 % of futures 25.0 to 41.0"
    assert len(second.all("rect")) == 1
    assert not second.all("line")


def test_a_year_without_a_value_is_a_dash() -> None:
    svg = stack([StackColumn("2026", {"a": 1.0, "b": 0.0}), StackColumn("2027", None)])
    (empty,) = (group for group in svg.all("g") if group.all("title")[0].text == "2027: no value")
    assert empty.all("text")[0].text == "–"
    assert [year.text for year in labels(svg, "year")] == ["2026", "2027"]


def test_years_on_a_phone_do_not_overlap() -> None:
    columns = [StackColumn(str(2026 + i), {"a": 1.0, "b": 2.0}) for i in range(11)]
    places = [float(y.attributes["x"]) for y in labels(stack(columns, PHONE), "year")]
    assert min(after - before for before, after in pairwise(places)) > 30.0
    assert labels(stack(columns, PHONE), "year")[-1].text == "2036"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([], "needs a column"),
        ([StackColumn("2026", {"a": -1.0})], "2026: a is no amount of at least 0"),
        ([StackColumn("2026", {"a": math.nan})], "2026: a is no amount"),
    ],
)
def test_columns_that_cannot_be_stacked_are_refused(columns: list[StackColumn], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stack(columns)


def test_stacked_years_have_a_table_and_a_key() -> None:
    chart = additions()
    assert chart.table is not None
    assert chart.table.columns[:2] == ("Year", PARTS[0])
    rows = chart.table.groups[0][1]
    assert [row[0] for row in rows] == list(YEARS)
    for row in rows[:-1]:
        values = [number(str(cell)) for cell in row[1:]]
        assert sum(values[: len(PARTS)]) == pytest.approx(values[len(PARTS)], abs=0.31)
        assert values[-2] < values[len(PARTS)] < values[-1]
    assert set(rows[-1][1:]) == {"–"}
    assert [words for _, words in chart.key] == [*reversed(PARTS), "middle 80 % of futures of the total"]
    assert "No value for 2036." in parse(chart.wide).by_id("additions-wide-desc").text


def test_years_with_other_parts_and_too_many_parts_are_refused() -> None:
    two = [StackColumn("2026", {"a": 1.0}), StackColumn("2027", {"b": 1.0})]
    with pytest.raises(ValueError, match="2027 has other parts than 2026"):
        stacked_years("a", "t", "c", "s", two, "GW")
    many = [StackColumn("2026", dict.fromkeys("abcdefghi", 1.0))]
    with pytest.raises(ValueError, match="9 parts; 8 can be told apart: put the smallest together"):
        stacked_years("a", "t", "c", "s", many, "GW")


# The page


def test_the_page_is_well_formed_and_every_id_is_its_own(page: Node) -> None:
    idents = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(idents) == len(set(idents))
    drawings = [svg for svg in page.all("svg") if svg.attributes.get("role") == "img"]
    assert len(drawings) == 2 * 4
    for svg in drawings:
        base = re.sub("-(wide|narrow)$", "", svg.attributes["id"])
        assert page.by_id(f"{base}-table").tag == "details"
        assert page.by_id(svg.attributes["aria-labelledby"]).text
        assert page.by_id(svg.attributes["aria-describedby"]).text


# Contrast


def style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


def colours(scheme: str) -> dict[str, str]:
    """Return the colour variables of a scheme; dark takes over from light what it does not set."""
    text = style()
    roots = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    assert len(roots) == 2
    found: dict[str, str] = {}
    for root in roots[: 1 if scheme == "light" else 2]:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", root))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_of_contrast() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", [*RISING, *SHORT, *SPARE, *KINDS, UNKNOWN])
def test_words_are_read_on_every_shade(scheme: str, kind: str) -> None:
    rule = re.search(rf"\.{kind} {{ --fill: var\(--([\w-]+)\); --on: var\(--([\w-]+)\); }}", style())
    assert rule, f"the style sheet has no shade {kind}"
    named = colours(scheme)
    assert contrast(named[rule[1]], named[rule[2]]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("order", [RISING, tuple(reversed(SHORT)), SPARE])
def test_steps_differ_in_lightness_and_not_in_hue_alone(scheme: str, order: tuple[str, ...]) -> None:
    named = colours(scheme)
    paper = [contrast(named[kind], named["paper"]) for kind in order]
    assert paper == sorted(paper)
    assert all(contrast(named[one], named[other]) > 1.2 for one, other in pairwise(order))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neighbours_in_a_stack_differ_in_lightness(scheme: str) -> None:
    rules = dict(re.findall(r"\.(cause\d) \{ fill: var\(--(c\d)\); \}", style()))
    named = colours(scheme)
    for one, other in pairwise(PART_KINDS):
        assert contrast(named[rules[one]], named[rules[other]]) > 1.1, f"{one} beside {other}"

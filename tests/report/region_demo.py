"""A page of figures about regions with made-up numbers, for tests and for looking at.

`python tests/report/region_demo.py FILE` writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from stargauge.report.charts import Chart
from stargauge.report.figures import HeatCell, HeatRow, Names, StackColumn, Tile, heat_table, parted, rising
from stargauge.report.files import TEMPLATES
from stargauge.report.numbers import decimal
from stargauge.report.region_wording import REGION
from stargauge.report.regions import region_chart, stacked_years

HEADROOM: dict[str, float | None] = {
    "CAL": 1.24, "CAR": -0.8, "CENT": -2.6, "FLA": None, "MIDA": -111.3, "MIDW": -6.2, "NE": 0.4,
    "NW": 3.1, "NY": -0.05, "SE": 4.9, "SW": 0.0, "TEN": -1.7, "TEX": 7.6,
}  # fmt: skip
BINDS = {
    "CAL": "interconnection studies", "CAR": "gas turbines", "CENT": "wires", "MIDA": "gas turbines",
    "MIDW": "wires", "NE": "opposition", "NW": "wires", "NY": "opposition", "SE": "gas turbines",
    "SW": "interconnection studies", "TEN": "construction labour", "TEX": "gas turbines",
}  # fmt: skip
LIMITS = ("gas turbines", "wires", "interconnection studies", "construction labour", "opposition")
YEARS = tuple(str(year) for year in range(2026, 2037))
PARTS = ("solar", "wind", "battery", "gas", "nuclear", "other")


def headroom_map() -> Chart:
    tiles = {
        code: Tile(
            None if gw is None else decimal(gw, 1),
            "" if gw is None else f"{decimal(gw - 2, 1)} to {decimal(gw + 2, 1)}",
            gw,
        )
        for code, gw in HEADROOM.items()
    }
    return region_chart(
        "headroom",
        "Firm headroom by region",
        "GW left for new firm load in summer 2030 after the reserve margin; median, with 80 % of futures. "
        "A negative number is a shortfall.",
        "Firm headroom in summer 2030, GW, median of futures.",
        tiles,
        parted(HEADROOM.values(), "GW"),
        ("Median, GW", "80 % of futures"),
    )


def binding_map() -> Chart:
    tiles = {code: Tile(str(2026 + index % 5), BINDS[code], BINDS[code]) for index, code in enumerate(BINDS)}
    return region_chart(
        "binding",
        "What binds first, and from when",
        "The limit that first holds back load in half of all futures, and the year.",
        "The limit that binds first in each region.",
        tiles,
        Names(LIMITS),
        ("From", "Limit"),
    )


def opposition_map() -> Chart:
    index = {code: (place * 37 % 61) / 10 for place, code in enumerate(sorted(REGION))}
    tiles = {code: Tile(decimal(value, 1), "of 10", value) for code, value in index.items()}
    return region_chart(
        "opposition",
        "Local opposition",
        "Index from 0 to 10 at the end of 2030, median.",
        "Index of local opposition at the end of 2030.",
        tiles,
        rising(index.values(), "points"),
        ("Index", "Scale"),
    )


def headroom_years() -> Markup:
    rows = []
    values: list[float | None] = []
    for place, (code, start) in enumerate(HEADROOM.items()):
        cells = []
        for index, _ in enumerate(YEARS):
            gw = None if start is None and index > 3 else (start or 0.3) + (place % 5 - 2) * 0.35 * index
            values.append(gw)
            label = "" if gw is None or gw > 1 else LIMITS[(place + index // 3) % len(LIMITS)]
            cells.append(HeatCell(None if gw is None else decimal(gw, 1), label, gw))
        rows.append(HeatRow(code, REGION[code], tuple(cells)))
    shade = parted(values, "GW")
    return heat_table("headroom-years", "Firm headroom by region and year, GW", "Region", YEARS, rows, shade)


def limits_years() -> Markup:
    rows = [
        HeatRow(
            code,
            REGION[code],
            tuple(
                HeatCell(f"{(place * 7 + index * 5) % 60 + 20} %", LIMITS[(place + index // 4) % 5],
                         LIMITS[(place + index // 4) % 5])
                if (place + index) % 11
                else HeatCell(None, "not modelled")
                for index, _ in enumerate(YEARS)
            ),
        )
        for place, code in enumerate(sorted(REGION))
    ]  # fmt: skip
    return heat_table(
        "limits-years", "What binds most often, share of futures", "Region", YEARS, rows, Names(LIMITS)
    )


def additions() -> Chart:
    columns = []
    for index, year in enumerate(YEARS):
        parts = dict(
            zip(PARTS, (30 - index, 9.5, 14 + index, 4.2 + 2.6 * index, 0.3 * index, 0.8), strict=True)
        )
        total = sum(parts.values())
        columns.append(StackColumn(year, parts, total * 0.8, total * 1.25))
    columns[-1] = StackColumn(YEARS[-1], None)
    return stacked_years(
        "additions",
        "Additions by technology",
        "GW of nameplate capacity that enters service in the year; mean of futures.",
        "Capacity that enters service by technology.",
        columns,
        "GW",
    )


PAGE = """{% from "macros.html.j2" import table, drawing, key, twin %}
<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Figures about regions</title>
<style>{{ style }}</style></head>
<body><main>
{% for chart in charts %}
<section id="about-{{ chart.ident }}"><div class="side"><h2>{{ chart.title }}</h2></div><div class="body">
<figure aria-labelledby="{{ chart.ident }}-head">
<h3 id="{{ chart.ident }}-head">{{ chart.title }}</h3><p class="caption">{{ chart.caption }}</p>
{{ key(chart) }}{{ drawing(chart) }}</figure>{{ twin(chart) }}</div></section>
{% endfor %}
{% for heat in heats %}<section><div class="full">{{ heat }}</div></section>{% endfor %}
</main></body></html>
"""


def demo_page() -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return (
        environment.from_string(PAGE)
        .render(
            style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
            charts=[headroom_map(), binding_map(), opposition_map(), additions()],
            heats=[headroom_years(), limits_years()],
        )
        .lstrip()
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(demo_page(), encoding="utf-8")

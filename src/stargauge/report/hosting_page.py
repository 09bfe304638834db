"""A hosting study as one self-contained page: the answer, the map, what binds, and the rule."""

from __future__ import annotations

import base64
from pathlib import Path

import polars as pl

from stargauge import __version__
from stargauge.grid.hosting import HostingTable
from stargauge.grid.picture import bus_map
from stargauge.report.charts import Table, rows_table
from stargauge.report.files import filled, write_page

LISTED = 25
"""Buses listed on the page; files of the table hold all."""

BINDING = 15
CAMPUS_MW = (100.0, 300.0, 1000.0)
"""Sizes that the page counts buses for: a large hall, a campus, a gigawatt campus."""


def write_hosting_page(table: HostingTable, path: Path) -> None:
    """Write the page so that a crash at any moment leaves the old file or the new one.

    Raises:
        MissingExtraError: matplotlib is not installed and there is a map to draw.
        StoreError: The file cannot be written.
    """
    write_page(hosting_html(table), path)


def hosting_html(table: HostingTable) -> str:
    """Return the page as HTML; the same table gives the same text but for the seconds it took."""
    network, frame = table.model.network, table.frame.filter("site")
    placed = frame["lat"].null_count() < frame.height
    picture = base64.b64encode(bus_map(table)).decode() if placed else ""
    by_place = "distance_km" in frame.columns
    listed = frame if by_place else frame.sort(["n1_mw", "bus"], descending=[True, False])
    shown = min(LISTED, frame.height)
    over = table.pre_existing().height
    return filled(
        "hosting.html.j2",
        {
            "version": __version__,
            "title": f"Hosting capacity of {network.name}",
            "network": network.name,
            "synthetic": network.synthetic,
            "notice": table.notice,
            "standfirst": _standfirst(table, frame.height),
            "sentences": _sentences(frame),
            "map": f"data:image/png;base64,{picture}" if picture else "",
            "map_words": f"Map of {frame.height:,} buses of {network.name} by the load they can take",
            "voltages": _voltages(frame),
            "binding": _binding(frame),
            "listed_title": f"The {shown} nearest buses" if by_place else f"The {shown} buses that take most",
            "listed": _listed(listed.head(LISTED), by_place),
            "rule": table.rule.split(" · "),
            "excluded": f"{over:,} pairs of element and outage are over their limit before any new load.",
            "source": network.source.rstrip(".") + ".",
            "licence": network.licence,
            "notes": (*network.notes, *table.model.notes),
        },
    )


def _standfirst(table: HostingTable, sites: int) -> str:
    network = table.model.network
    where = f", {table.selection}" if table.selection else ""
    stars = table.frame.height - sites
    without = f" (without {stars:,} star points of transformers)" if stars else ""
    return (
        f"{sites:,} of {network.buses:,} buses{where}{without} · {network.branches:,} branches · "
        f"{table.computed:,} buses computed in {table.seconds:.1f} s"
    )


def _sentences(frame: pl.DataFrame) -> list[str]:
    """Return the answer in sentences; quantiles are over buses."""
    mw, base = frame["n1_mw"], frame["n0_mw"]
    if frame.height == 1:
        row = frame.row(0, named=True)
        binds = f"{row['element']} binds" + (f" when {row['outage']} is out" if row["outage"] else "")
        return [
            f"Bus {row['bus']} can take {row['n1_mw']:,.1f} MW more, whatever single branch is lost, "
            f"and {row['n0_mw']:,.1f} MW with nothing out.",
            f"{binds}." if row["element"] else "No element binds.",
        ]
    middle, low, high, open_mw = (
        float(values.quantile(part, "linear") or 0.0)
        for values, part in ((mw, 0.5), (mw, 0.1), (mw, 0.9), (base, 0.5))
    )
    counts = ", ".join(f"{int((mw >= size).sum()):,} take {size:,.0f} MW" for size in CAMPUS_MW)
    cost = f": security costs {1 - middle / open_mw:.0%} of it" if 0 < open_mw < float("inf") else ""
    return [
        f"Half of {frame.height:,} buses can take {middle:,.0f} MW or more, whatever single branch is lost; "
        f"one in ten takes less than {low:,.0f} MW and one in ten more than {high:,.0f} MW.",
        f"With nothing out the median would be {open_mw:,.0f} MW{cost}.",
        f"Of these buses {counts} or more.",
    ]


def _voltages(frame: pl.DataFrame) -> Table:
    grouped = (
        frame.group_by("kv")
        .agg(
            pl.len().alias("buses"),
            pl.col("n1_mw").quantile(0.1, "linear").alias("low"),
            pl.col("n1_mw").median().alias("middle"),
            pl.col("n1_mw").quantile(0.9, "linear").alias("high"),
            pl.col("n0_mw").median().alias("base"),
            *((pl.col("n1_mw") >= size).sum().alias(f"{size:g}") for size in CAMPUS_MW),
        )
        .sort("kv", descending=True, nulls_last=True)
    )
    rows: list[tuple[str, ...]] = [
        (
            "unknown" if row["kv"] is None else f"{row['kv']:g} kV",
            f"{row['buses']:,}",
            *(f"{row[name]:,.0f}" for name in ("low", "middle", "high", "base")),
            *(f"{row[f'{size:g}']:,}" for size in CAMPUS_MW),
        )
        for row in grouped.iter_rows(named=True)
    ]
    sizes = tuple(f"take {size:,.0f} MW" for size in CAMPUS_MW)
    columns = ("Base voltage", "Buses", "N-1 MW, 10 %", "median", "90 %", "N-0 MW, median", *sizes)
    return rows_table("Capacity by base voltage", columns, rows)


def _binding(frame: pl.DataFrame) -> Table:
    most = pl.col("outage").drop_nulls().mode().sort().first().alias("outage")
    grouped = (
        frame.drop_nulls("element")
        .group_by("element")
        .agg(pl.len().alias("buses"), pl.col("n1_mw").median().alias("middle"), most)
        .sort(["buses", "element"], descending=[True, False])
        .head(BINDING)
    )
    rows: list[tuple[str, ...]] = [
        (row["element"], row["outage"] or "nothing", f"{row['buses']:,}", f"{row['middle']:,.0f}")
        for row in grouped.iter_rows(named=True)
    ]
    columns = ("Element", "Most often when this is out", "Buses it binds", "their median N-1 MW")
    return rows_table("Elements that bind the most buses", columns, rows, numeric=2)


def _listed(frame: pl.DataFrame, by_place: bool) -> Table:
    # The MW stand beside the name: on a phone the rest lies beyond the edge.
    columns = ["Bus", "N-1 MW", "N-0 MW", "Next limit, MW", "kV", "Binds", "When this is out"]
    rows = []
    for row in frame.iter_rows(named=True):
        cells = [
            f"{row['name']} ({row['bus']})" if row["name"] else f"{row['bus']}",
            f"{row['n1_mw']:,.1f}",
            f"{row['n0_mw']:,.1f}",
            "" if row.get("next_1_mw") is None else f"{row['next_1_mw']:,.1f}",
            "" if row["kv"] is None else f"{row['kv']:g}",
            row["element"] or "nothing",
            row["outage"] or "nothing",
        ]
        rows.append((*cells, f"{row['distance_km']:.1f}") if by_place else tuple(cells))
    if by_place:
        columns.append("km")
    return rows_table("Buses", tuple(columns), rows)

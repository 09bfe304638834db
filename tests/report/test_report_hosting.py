from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from stargauge.errors import StoreError
from stargauge.grid import load
from stargauge.grid.hosting import HostingTable, hosting_capacity
from stargauge.report.hosting_page import BINDING, LISTED, hosting_html, write_hosting_page


@pytest.fixture(scope="module")
def texas() -> HostingTable:
    return hosting_capacity(load("case_ACTIVSg2000"))


@pytest.fixture(scope="module")
def page(texas: HostingTable) -> str:
    return hosting_html(texas)


def cells(page: str, section: str) -> list[list[str]]:
    """Return the texts of a section's table, row by row."""
    part = page[page.index(f'<section id="{section}">') :]
    body = re.search(r"<tbody>(.*?)</tbody>", part, re.DOTALL)
    assert body
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_the_answer_is_the_tables(page: str, texas: HostingTable) -> None:
    mw = texas.frame["n1_mw"]
    assert f"Half of 2,000 buses can take {mw.median():,.0f} MW or more" in page
    for size in (100, 300, 1000):
        assert f"{(mw >= size).sum():,} take {size:,} MW" in page


def test_voltages_add_up_to_all_buses(page: str, texas: HostingTable) -> None:
    rows = cells(page, "voltages")
    assert sum(int(row[1].replace(",", "")) for row in rows) == texas.frame.height
    top = texas.frame.filter(pl.col("kv") == texas.frame["kv"].max())
    assert rows[0][3] == f"{top['n1_mw'].median():,.0f}"


def test_what_binds_is_counted(page: str, texas: HostingTable) -> None:
    rows = cells(page, "binding")
    assert len(rows) == BINDING
    for row in rows:
        assert int(row[2].replace(",", "")) == (texas.frame["element"] == row[0]).sum()
    counts = [int(row[2].replace(",", "")) for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_the_list_is_of_the_largest(page: str, texas: HostingTable) -> None:
    rows = cells(page, "largest")
    assert len(rows) == LISTED
    assert rows[0][1] == f"{texas.frame['n1_mw'].max():,.1f}"


def test_near_a_place_the_nearest_are_listed(texas: HostingTable) -> None:
    page = hosting_html(texas.select(near=(32.45, -99.73), radius_km=60.0))
    assert "nearest buses" in page
    distances = [float(row[7]) for row in cells(page, "largest")]
    assert distances == sorted(distances)
    assert distances[-1] <= 60.0


def test_a_single_bus_is_told_in_a_sentence(texas: HostingTable) -> None:
    one = texas.select(bus=3088)
    row = one.frame.row(0, named=True)
    page = hosting_html(one)
    assert f"Bus 3088 can take {row['n1_mw']:,.1f} MW more, whatever single branch is lost" in page
    assert f"{row['element']} binds when {row['outage']} is out." in page


def test_it_says_what_the_network_is_and_under_which_rule(page: str) -> None:
    assert "Synthetic network, not a finding about this place." in page
    for words in ("cut-off 3 %", "limits rate A before and after an outage", "3 pairs of element and outage"):
        assert words in page


def test_without_coordinates_there_is_a_page_but_no_map() -> None:
    page = hosting_html(hosting_capacity(load("case30")))
    assert "there is no map" in page
    assert "<img" not in page


def test_it_asks_nothing_of_the_network_and_runs_nothing(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)


def test_a_folder_that_cannot_be_written_leaves_nothing(texas: HostingTable, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        write_hosting_page(texas, tmp_path / "nowhere" / "page.html")
    assert not list(tmp_path.iterdir())

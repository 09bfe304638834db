from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from stargauge.errors import InputError, MissingExtraError
from stargauge.grid import Network, load
from stargauge.grid.hosting import HostingTable, hosting_capacity
from stargauge.grid.picture import bus_map
from stargauge.grid.picture.bus_map import COLOURS


@pytest.fixture(scope="module")
def texas() -> HostingTable:
    return hosting_capacity(load("case_ACTIVSg2000"))


def colours(picture: bytes, folder: Path) -> dict[tuple[int, ...], int]:
    path = folder / "map.png"
    path.write_bytes(picture)
    with Image.open(path) as image:
        shades = image.convert("RGB").getcolors(maxcolors=2**24)
    return {shade: count for count, shade in shades}


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def test_the_same_table_gives_the_same_bytes(texas: HostingTable) -> None:
    assert bus_map(texas) == bus_map(texas)
    assert bus_map(texas, "svg") == bus_map(texas, "svg")


def test_every_class_that_has_buses_is_on_the_map(texas: HostingTable, tmp_path: Path) -> None:
    seen = colours(bus_map(texas), tmp_path)
    for colour in COLOURS:
        assert seen.get(rgb(colour), 0) > 100, colour


def test_colours_follow_the_numbers(texas: HostingTable, tmp_path: Path) -> None:
    poor = HostingTable(
        texas.frame.with_columns(n1_mw=pl.lit(5.0)), texas.rules, texas.model, 0.0, texas.computed
    )
    before, after = colours(bus_map(texas), tmp_path), colours(bus_map(poor), tmp_path)
    assert after[rgb(COLOURS[0])] > 5 * before[rgb(COLOURS[0])]
    assert after.get(rgb(COLOURS[3]), 0) < before[rgb(COLOURS[3])] / 5


def test_the_svg_says_what_it_is(texas: HostingTable) -> None:
    words = bus_map(texas, "svg").decode()
    assert "SYNTHETIC NETWORK, not a finding about this place" in words
    assert "2,000 buses, median 110 MW" in words
    assert "cut-off 3 %" in words
    assert "http://" not in words.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    )


def test_star_points_are_no_sites(tmp_path: Path) -> None:
    network = Network.from_arrays(
        name="star",
        bus_id=[1, 2, 3],
        branch_from=[0, 1],
        branch_to=[1, 2],
        branch_x=[0.1, 0.1],
        rate_a=[100.0, 100.0],
        bus_kv=[230.0, 1.0, 115.0],
        bus_lat=[30.0, 31.0, 32.0],
        bus_lon=[-99.0, -98.0, -97.0],
        unit_bus=[0],
        unit_p_mw=[0.0],
        unit_pmax_mw=[200.0],
    )
    assert network.is_site.tolist() == [True, False, True]
    table = hosting_capacity(network)
    assert table.frame["site"].to_list() == [True, False, True]
    assert b"2 buses, median" in bus_map(table, "svg")


def test_no_coordinates_no_map() -> None:
    table = hosting_capacity(load("case30"))
    with pytest.raises(InputError, match="case30 states no coordinates of buses"):
        bus_map(table)


def test_without_matplotlib_it_says_what_to_install(
    texas: HostingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stargauge\[grid\]'"):
        bus_map(texas)


def test_a_single_bus_is_drawn(texas: HostingTable, tmp_path: Path) -> None:
    seen = colours(bus_map(texas.select(bus=3013)), tmp_path)
    assert np.sum([seen.get(rgb(colour), 0) for colour in COLOURS]) > 0


def test_the_place_that_was_asked_for_is_marked(texas: HostingTable, tmp_path: Path) -> None:
    near = texas.select(near=(32.45, -99.73), radius_km=60.0)
    marked = colours(bus_map(near), tmp_path).get(rgb("#b3261e"), 0)
    plain = HostingTable(near.frame, near.rules, near.model, 0.0, near.computed)
    assert marked > colours(bus_map(plain), tmp_path).get(rgb("#b3261e"), 0)
    assert b"20 km" in bus_map(near, "svg")

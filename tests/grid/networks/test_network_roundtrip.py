"""Any network written and read back is the same network, to the last bit."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_samples import CASE, TABLES, differing, triangle, write_tables

from stargauge.errors import InputError
from stargauge.grid import Network, load

finite = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: value + 0.0)
positive = st.floats(1e-6, 1e6)
text = st.text(st.characters(exclude_categories=("C", "Z")), max_size=8)
notes = st.lists(st.text(st.characters(exclude_categories=("C",)), max_size=20), max_size=3)


def column(values: st.SearchStrategy[Any], rows: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=rows, max_size=rows)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A connected network: a random tree with more branches, parallel ones among them."""
    n = draw(st.integers(2, 8))
    ids = draw(st.lists(st.integers(0, 10**9), min_size=n, max_size=n, unique=True))
    start = [draw(st.integers(0, bus - 1)) for bus in range(1, n)]
    end = list(range(1, n))
    for _ in range(draw(st.integers(0, 5))):
        one = draw(st.integers(0, n - 1))
        other = draw(st.integers(0, n - 2))
        start.append(one)
        end.append(other if other < one else other + 1)
    m, g, d = len(start), draw(st.integers(1, 4)), draw(st.integers(0, 2))
    bottom, span = draw(column(finite, g)), draw(column(st.floats(0, 1e6), g))
    dc_from = draw(column(st.integers(0, n - 2), d))
    cost = draw(column(finite, g)) if draw(st.booleans()) else [np.nan] * g
    return Network.from_arrays(
        name=draw(st.text("abc", min_size=1, max_size=5)),
        base_mva=draw(positive),
        synthetic=draw(st.booleans()),
        source=draw(text),
        licence=draw(text),
        notes=draw(notes),
        bus_id=ids,
        bus_name=draw(column(text, n)),
        bus_kv=draw(column(positive | st.just(np.nan), n)),
        bus_area=draw(column(st.integers(-5, 10**6), n)),
        bus_state=draw(column(text, n)),
        bus_lat=draw(column(st.floats(-90, 90) | st.just(np.nan), n)),
        bus_type=draw(column(st.integers(1, 3), n)),
        bus_load_mw=draw(column(finite, n)),
        bus_shunt_mvar=draw(column(finite, n)),
        branch_from=start,
        branch_to=end,
        branch_r=draw(column(finite, m)),
        branch_x=draw(column(positive | positive.map(lambda value: -value), m)),
        branch_b=draw(column(finite, m)),
        branch_tap=draw(column(st.just(1.0) | positive, m)),
        branch_shift_deg=draw(column(st.just(0.0) | st.floats(-360, 360), m)),
        rate_a=draw(column(positive | st.just(np.inf), m)),
        rate_b=draw(column(positive | st.just(np.nan), m)),
        unit_bus=draw(column(st.integers(0, n - 1), g)),
        unit_p_mw=draw(column(finite, g)),
        unit_pmin_mw=bottom,
        unit_pmax_mw=[low + more for low, more in zip(bottom, span, strict=True)],
        unit_fuel=draw(column(text, g)),
        unit_cost_per_mwh=cost,
        dc_from=dc_from,
        dc_to=[bus + 1 for bus in dc_from],
        dc_p_mw=draw(column(finite, d)),
        dc_pmax_mw=draw(column(st.floats(0, 1e6) | st.just(np.inf), d)),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_csv_folders(network: Network) -> None:
    with tempfile.TemporaryDirectory() as folder:
        network.to_csv(folder)
        again = load(folder)
    assert not differing(network, again)
    for name in ("name", "base_mva", "synthetic", "source", "licence", "notes"):
        assert getattr(again, name) == getattr(network, name), name


LOST = {
    "bus_zone", "bus_state", "bus_substation", "bus_lat", "bus_lon", "branch_name", "branch_kind",
    "unit_name", "dc_name",
}  # fmt: skip
"""What MATPOWER has no place for."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_matpower_files(network: Network) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any_case.m"
        network.to_matpower(path)
        again = load(path)
    assert set(differing(network, again)) <= LOST
    assert again.base_mva == network.base_mva


def test_a_folder_needs_only_what_has_no_neutral_value(tmp_path: Path) -> None:
    network = load(write_tables(tmp_path / "mine", TABLES))
    assert network.name == "mine"
    assert not network.synthetic
    assert network.rate_a.tolist() == [100, np.inf, 60]
    assert network.bus_name == ("ALPHA", "", "")
    assert np.isnan(network.bus_lat).tolist() == [False, True, False]
    assert network.dc_pmin_mw.tolist() == [-np.inf]
    least = {"buses.csv": "bus\n1\n2\n3\n", "branches.csv": TABLES["branches.csv"]}
    assert load(write_tables(tmp_path / "less", least)).units == 0


def test_blank_lines_and_quotes_keep_line_numbers(tmp_path: Path) -> None:
    tables = {**TABLES, "buses.csv": 'bus,name,load_mw\n1,"A\nB",0\n\n2,,50\n3,,bad\n'}
    with pytest.raises(InputError) as caught:
        load(write_tables(tmp_path / "mine", tables))
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.field) == (6, "buses.csv[3].load_mw")


def test_names_that_matlab_cannot_bear_are_refused(tmp_path: Path) -> None:
    for name in ("1case.m", "my case.m", "case.txt"):
        with pytest.raises(InputError, match="is no name of a MATLAB function file"):
            triangle().to_matpower(tmp_path / name)


def test_notes_cannot_break_out_of_comments(tmp_path: Path) -> None:
    path = tmp_path / "case_x.m"
    triangle(notes=["one\nsystem('ls')\n%{"], bus_name=["it's", "%", "};"]).to_matpower(path)
    assert load(path).bus_name == ("it's", "%", "};")


def test_written_cases_keep_what_was_read(tmp_path: Path) -> None:
    first = tmp_path / "five.m"
    first.write_text(CASE, encoding="utf-8")
    network = load(first)
    network.to_matpower(tmp_path / "six.m")
    assert not differing(load(tmp_path / "six.m"), network)

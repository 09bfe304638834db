"""Every bus, its next limits, its ties and what is over before, by the definition on rebuilt networks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from grid_strategies import random_network
from hosting_oracle import brute_force
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stargauge.grid.catalogue import load
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import bus_limits, hosting_capacity
from stargauge.grid.hosting.limits import BusLimits
from stargauge.grid.hosting.rules import PRE_EXISTING, PreExisting, Rules
from stargauge.grid.hosting.sources import ProRata
from stargauge.grid.network import Network

KEPT = 4
TABLES = Path(__file__).parent / "tables"


def found(network: Network, cutoff: float, rule: PreExisting, factor: float, **how: bool) -> BusLimits:
    rules = Rules(ProRata(), cutoff, rule, Ratings(factor, use_rate_b=not np.isnan(network.rate_b).all()))
    everything = np.arange(network.buses)
    return bus_limits(prepare(network), rules, everything, KEPT, 2, lambda text: None, **how)


def check(network: Network, cutoff: float, rule: PreExisting, factor: float = 1.0) -> None:
    truth = brute_force(network, max(cutoff, 1e-5), rule, factor)
    ours = found(network, cutoff, rule, factor)
    np.testing.assert_allclose(ours.base_value, truth.base, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(ours.value, truth.tightest(KEPT), rtol=1e-6, atol=1e-6)
    assert ours.over.tolist() == truth.over.tolist()
    for bus in range(network.buses):
        if np.isfinite(ours.value[bus, 0]):
            assert (ours.element[bus, 0], ours.outage[bus, 0]) == truth.binding(bus), bus


@pytest.mark.parametrize("rule", PRE_EXISTING)
@pytest.mark.parametrize("cutoff", [0.0, 0.03, 0.2])
@pytest.mark.parametrize("case", ["case30", "case24_ieee_rts"])
def test_small_cases(case: str, cutoff: float, rule: PreExisting) -> None:
    check(load(case), cutoff, rule)


@pytest.mark.parametrize("factor", [0.8, 1.2])
@pytest.mark.parametrize("rule", PRE_EXISTING)
def test_limits_after_an_outage_above_and_below_those_before(rule: PreExisting, factor: float) -> None:
    check(load("case30"), 0.03, rule, factor)
    check(load("case24_ieee_rts"), 0.03, rule, factor)


@pytest.mark.parametrize(("cutoff", "rule"), [(0.03, "exclude"), (0.0, "exclude"), (0.05, "block")])
def test_two_hundred_buses(cutoff: float, rule: PreExisting) -> None:
    check(load("case_ACTIVSg200"), cutoff, rule)


@pytest.mark.slow
@pytest.mark.parametrize(("cutoff", "rule"), [(0.03, "exclude"), (0.0, "exclude"), (0.03, "do-no-harm")])
def test_five_hundred_buses_with_pairs_over_their_limit(cutoff: float, rule: PreExisting) -> None:
    check(load("case_ACTIVSg500"), cutoff, rule)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(4, 14),
    st.integers(0, 12),
    st.sampled_from([0.0, 0.01, 0.03, 0.1, 0.3]),
    st.sampled_from(PRE_EXISTING),
    st.sampled_from([0.7, 1.0, 1.1]),
    st.integers(0, 2),
)
def test_random_networks(
    seed: int, buses: int, extra: int, cutoff: float, rule: PreExisting, factor: float, ties: int
) -> None:
    check(random_network(seed, buses=buses, extra=extra, ties=ties), cutoff, rule, factor)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.03, 0.1]))
def test_random_networks_with_negative_reactances(seed: int, cutoff: float) -> None:
    check(random_network(seed, buses=10, extra=9, negative=True), cutoff, "exclude")


@pytest.mark.parametrize("rule", PRE_EXISTING)
@pytest.mark.parametrize("case", ["case_ACTIVSg200", "case_ACTIVSg500", "case_ACTIVSg2000"])
def test_evaluating_every_weak_outage_changes_nothing(case: str, rule: PreExisting) -> None:
    network = load(case)
    trusting, doubting = (found(network, 0.03, rule, 1.0, recheck=flag) for flag in (False, True))
    np.testing.assert_allclose(trusting.value, doubting.value, rtol=1e-12)
    assert (trusting.element == doubting.element).all()
    assert (trusting.outage == doubting.outage).all()
    assert (trusting.over == doubting.over).all()


@pytest.mark.parametrize(
    ("case", "without"), [("case24_ieee_rts", ()), ("case30", ()), ("case_ACTIVSg200", ("133",))]
)
def test_tables_computed_elsewhere(case: str, without: tuple[str, ...]) -> None:
    """Bus 133 of the third is limited by the source's own MW, which the table does not count."""
    expected = pl.read_csv(TABLES / f"ref_hosting_{case}.csv", infer_schema_length=None)
    table = hosting_capacity(load(case), cutoff=0.0, limits=Ratings(use_rate_b=False)).frame
    both = expected.join(table.select("bus", "n0_mw", "n1_mw"), on="bus").filter(
        ~pl.col("bus").cast(pl.String).is_in(list(without))
    )
    assert both.height == expected.height - len(without)
    np.testing.assert_allclose(both["n0_mw"], both["hosting_N0_MW"], atol=6e-5)
    np.testing.assert_allclose(both["n1_mw"], both["hosting_N1_MW"], atol=6e-5)


class TestByHand:
    """Values that need no computer: rating of what remains less the load it carries."""

    def test_buses_of_rts_with_two_supplies_and_no_unit(self) -> None:
        table = hosting_capacity(load("case24_ieee_rts"), limits=Ratings(use_rate_b=False)).frame
        n1 = dict(zip(table["bus"], table["n1_mw"], strict=True))
        assert {bus: round(n1[bus], 9) for bus in (4, 5, 6)} == {4: 101.0, 5: 104.0, 6: 39.0}

    def test_case30_from_bus_1_to_bus_30(self) -> None:
        network = load("case30")
        unit = network.unit_name[int(np.flatnonzero(network.unit_bus == network.bus_index(1))[0])]
        table = hosting_capacity(network, source=f"unit:{unit}", buses=[30, 26]).frame
        row = table.row(0, named=True)
        assert row["n1_mw"] == pytest.approx(3.0, abs=1e-9)
        assert {row["element"].split("#")[0], row["outage"].split("#")[0]} == {"27-29", "27-30"}
        assert row["n0_mw"] == pytest.approx(15.276, abs=5e-4)
        assert table["n1_mw"][1] == pytest.approx(12.5, abs=1e-9)

    def test_case30_without_a_cutoff_one_pair_limits_all_but_one_bus(self) -> None:
        table = hosting_capacity(load("case30"), cutoff=0.0, limits=Ratings(use_rate_b=False)).frame
        held = table.filter(pl.col("n1_mw") < 0.02)
        assert held.height == 29
        np.testing.assert_allclose(held["n1_mw"], 0.0137, atol=5e-5)
        assert {name.split("#")[0] for name in held["element"]} <= {"15-23", "23-24"}

    def test_a_radial_bus_takes_its_branch_less_its_load(self) -> None:
        table = hosting_capacity(load("case_ACTIVSg200"), buses=[6]).frame
        row = table.row(0, named=True)
        assert row["n0_mw"] == pytest.approx(92.05, abs=1e-9)
        assert row["n1_mw"] == pytest.approx(92.05, abs=1e-9)
        assert row["outage"] is None
        assert row["n1_radial_mw"] == 0.0
        assert row["radial_by"] == row["element"]

    def test_texas_in_the_middle(self) -> None:
        table = hosting_capacity(load("case_ACTIVSg2000"))
        assert table.frame["n1_mw"].median() == pytest.approx(110.115, abs=5e-4)
        assert table.pre_existing().height == 3


@settings(max_examples=60, deadline=None)
@example(84246, "exclude", 0.5625, 0.03)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(PRE_EXISTING),
    st.floats(0.1, 0.6),
    st.sampled_from([0.0, 0.03, 0.2]),
)
def test_rates_b_above_and_below_rates_a_that_are_passed(
    seed: int, rule: PreExisting, tight: float, cutoff: float
) -> None:
    """What is over rate A but within rate B counts after an outage, bridges and unmoved lines included."""
    network = random_network(seed, buses=9, extra=4)
    rng = np.random.default_rng(seed)
    rate_a = network.rate_a * tight
    check(replace(network, rate_a=rate_a, rate_b=rate_a * rng.uniform(0.7, 3.0, rate_a.size)), cutoff, rule)

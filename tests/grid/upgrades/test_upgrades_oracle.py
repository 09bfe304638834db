"""Needed ratings against re-solved outages, and the whole plan against hosting computed anew."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from grid_strategies import networks, random_network
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from upgrades_oracle import needs

from stargauge.grid.catalogue import load
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.rules import PreExisting
from stargauge.grid.network import Network
from stargauge.grid.upgrades import UpgradePlan, upgrades_for
from stargauge.grid.upgrades.ratings import Raise, with_ratings

few = settings(max_examples=40, deadline=None)
RULES: tuple[PreExisting, ...] = ("exclude", "block", "do-no-harm")


def capacity(plan: UpgradePlan, raises: list[Raise]) -> float:
    """Return what hosting gives the bus with some raises, on a network built anew."""
    changed = with_ratings(plan.model, plan.rules.ratings, raises).network
    table = hosting_capacity(
        changed,
        buses=[plan.bus],
        cutoff=plan.rules.cutoff,
        pre_existing=plan.rules.pre_existing,
        limits=plan.rules.ratings,
        threads=1,
    )
    return float(table.frame["n1_mw"][0])


def check_against_the_oracle(network: Network, bus: int, mw: float, **options: object) -> int:
    plan = upgrades_for(network, int(network.bus_id[bus]), mw, threads=1, **options)
    expected = needs(
        network,
        bus,
        plan.reached_mw,
        rule=options.get("pre_existing", "exclude"),
        ratings=options.get("limits"),
    )
    assert {change.element for change in plan.raises} == set(expected)
    for change, binds in zip(plan.raises, plan.frame["binds_mw"], strict=True):
        truth = expected[change.element]
        assert binds == pytest.approx(truth.binds_mw, rel=1e-6, abs=1e-6)
        assert change.needed_before_mw == pytest.approx(truth.before_mw, rel=1e-6, abs=1e-6)
        assert change.needed_after_mw == pytest.approx(truth.after_mw, rel=1e-6, abs=1e-6)
    return plan.frame.height


@pytest.mark.parametrize(("case", "mw"), [("case30", 60.0), ("case24_ieee_rts", 500.0), ("case39", 900.0)])
def test_needed_ratings_are_those_of_resolved_outages(case: str, mw: float) -> None:
    network = load(case)
    raised = [check_against_the_oracle(network, bus, mw) for bus in range(0, network.buses, 2)]
    assert max(raised) >= 3


@few
@given(networks(), st.sampled_from(RULES), st.sampled_from([0.8, 1.0, 1.2]), st.booleans())
def test_needed_ratings_on_random_networks(
    network: Network, rule: PreExisting, factor: float, stated: bool
) -> None:
    if stated:
        rates = np.where(np.arange(network.branches) % 3 == 0, np.nan, network.rate_a * 1.1)
        network = dataclasses.replace(network, rate_b=rates)
    bus = network.buses // 2
    check_against_the_oracle(network, bus, 150.0, pre_existing=rule, limits=Ratings(factor))


@few
@given(
    networks(islands=2, rate_b=True),
    st.sampled_from(RULES),
    st.sampled_from([0.0, 0.03, 0.2]),
    st.integers(0, 27),
    st.floats(20, 400),
)
def test_all_raises_reach_the_load_and_any_one_less_does_not(
    network: Network, rule: PreExisting, cutoff: float, pick: int, mw: float
) -> None:
    number = int(network.bus_id[pick % network.buses])
    plan = upgrades_for(network, number, mw, cutoff=cutoff, pre_existing=rule, threads=1)
    assert capacity(plan, list(plan.raises)) >= plan.reached_mw * (1 - 1e-9)
    assert plan.today_mw == pytest.approx(capacity(plan, []), rel=1e-9, abs=1e-9)
    for left_out, change in enumerate(plan.raises):
        rest = [other for place, other in enumerate(plan.raises) if place != left_out]
        assert capacity(plan, rest) < plan.reached_mw
        cut = dataclasses.replace(
            change,
            needed_before_mw=change.before_mw + 0.99 * (change.needed_before_mw - change.before_mw),
            needed_after_mw=change.after_mw + 0.99 * (change.needed_after_mw - change.after_mw),
        )
        assume(change.raise_mw > 1e-4)
        assert capacity(plan, [*rest, cut]) < plan.reached_mw


@few
@given(networks(rate_b=True), st.floats(40, 300))
def test_each_step_gives_what_it_says(network: Network, mw: float) -> None:
    plan = upgrades_for(network, int(network.bus_id[-1]), mw, threads=1)
    for step, unlocks in enumerate(plan.frame["unlocks_mw"]):
        assert capacity(plan, list(plan.raises[: step + 1])) == pytest.approx(unlocks, rel=1e-9, abs=1e-9)


@few
@given(networks(), st.floats(20, 150), st.floats(1.05, 3.0))
def test_a_larger_load_needs_no_less(network: Network, mw: float, more: float) -> None:
    number = int(network.bus_id[0])
    small, large = (upgrades_for(network, number, size, threads=1) for size in (mw, mw * more))
    needed = {change.element: change for change in large.raises}
    for change in small.raises:
        assert needed[change.element].needed_before_mw >= change.needed_before_mw * (1 - 1e-9)
        assert needed[change.element].needed_after_mw >= change.needed_after_mw * (1 - 1e-9)
    for binds, again in zip(small.frame["binds_mw"], large.frame["binds_mw"], strict=False):
        assert again == pytest.approx(binds, rel=1e-9, abs=1e-9)


def test_negative_reactances_and_few_outages_are_screened_whole() -> None:
    network = random_network(11, buses=14, extra=9, negative=True)
    assert check_against_the_oracle(network, 7, 250.0) > 0


def test_pairs_that_return_are_part_of_the_rating_needed() -> None:
    """A rating raised past the flow of a pair that was left out brings that pair back."""
    returning = 0
    for seed in range(60):
        network = random_network(seed, buses=12, extra=8)
        flow = np.abs(np.nan_to_num(prepare(network).flow))
        tight = dataclasses.replace(network, rate_a=np.maximum(flow * 1.02, 1.0))
        plan = upgrades_for(tight, 5, 60.0, threads=1)
        assert capacity(plan, list(plan.raises)) >= plan.reached_mw * (1 - 1e-9)
        listed = hosting_capacity(tight, threads=1).pre_existing()
        raised = dict(zip(plan.frame["element"], plan.frame["needed_after_mw"], strict=True))
        returning += sum(
            abs(row["flow_mw"]) <= raised.get(row["element"], 0.0) for row in listed.iter_rows(named=True)
        )
    assert returning > 20


def test_results_do_not_depend_on_threads_or_on_how_many_outages_are_taken_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = load("case_ACTIVSg2000")
    number = int(network.bus_id[300])
    one = upgrades_for(network, number, 400.0, threads=1)
    two = upgrades_for(network, number, 400.0, threads=2)
    monkeypatch.setattr("stargauge.grid.upgrades.limits.OUTAGES_AT_ONCE", 160)
    parts = upgrades_for(network, number, 400.0, threads=1)
    assert one.frame.equals(two.frame)
    assert one.frame.equals(parts.frame)
    assert one.frame.height > 0


def test_two_thousand_buses_reach_what_is_wanted() -> None:
    network = load("case_ACTIVSg2000")
    for index in range(0, network.buses, 97):
        plan = upgrades_for(network, int(network.bus_id[index]), 350.0)
        table = hosting_capacity(plan.upgraded(), buses=[plan.bus])
        assert table.frame["n1_mw"][0] >= 350.0 * (1 - 1e-9)


@pytest.mark.slow
def test_a_bus_of_the_whole_country_reaches_what_is_wanted() -> None:
    network = load("usa")
    plan = upgrades_for(network, int(network.bus_id[41_000]), 400.0)
    table = hosting_capacity(plan.upgraded(), buses=[plan.bus])
    assert plan.frame.height > 0
    assert table.frame["n1_mw"][0] >= 400.0 * (1 - 1e-9)


@pytest.mark.parametrize(("bus", "today"), [(4, 101.0), (5, 104.0), (6, 39.0)])
def test_the_first_to_bind_is_the_capacity_of_the_reliability_test_system(bus: int, today: float) -> None:
    """With rate A after an outage as well, these capacities can be added up by hand."""
    plan = upgrades_for(load("case24_ieee_rts"), bus, 400.0, limits=Ratings(1.0, use_rate_b=False))
    assert plan.today_mw == pytest.approx(today, abs=0.5)
    assert plan.frame["binds_mw"][0] == plan.today_mw

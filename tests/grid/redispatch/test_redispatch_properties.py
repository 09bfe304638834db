"""What must hold of loads with redispatch whatever the network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flow_oracle import dense_flows, splits
from grid_strategies import networks, random_network
from hypothesis import given, settings
from hypothesis import strategies as st
from redispatch_oracle import dense_case, most

from stargauge.grid.flows.dispatch import balance
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.network import Network
from stargauge.grid.redispatch import Redispatch, redispatch_capacity, redispatch_many

few = settings(max_examples=15, deadline=None)
CLOSE = {"rel": 1e-6, "abs": 2e-4}


def rebuilt(network: Network, **changes: Any) -> Network:
    kept = [
        "bus_load_mw", "branch_from", "branch_to", "branch_x", "branch_shift_deg", "branch_kind", "rate_a",
        "rate_b", "unit_bus", "unit_p_mw", "unit_pmin_mw", "unit_pmax_mw",
    ]  # fmt: skip
    arrays = {name: getattr(network, name) for name in kept}
    return Network.from_arrays(name="changed", bus_id=network.bus_id, **{**arrays, **changes})


def roomy(network: Network) -> Network:
    """Return the network with ratings that nothing passes before any load, whatever is lost."""
    return rebuilt(network, rate_a=np.abs(hosting_flow(network)) * 3 + 60)


def hosting_flow(network: Network) -> np.ndarray:
    worst = np.abs(dense_flows(network, balance(network).injection_mw)[:, 0])
    for lost in range(network.branches):
        if not splits(network, lost):
            flow = dense_flows(network, balance(network).injection_mw, (lost,))[:, 0]
            worst = np.maximum(worst, np.abs(flow))
    return worst


def one(network: Network, bus: int, **options: Any) -> Redispatch:
    return redispatch_capacity(network, bus, threads=1, **options)


@few
@given(
    networks(),
    st.integers(0, 10**6),
    st.sampled_from(["exclude", "do-no-harm"]),
    st.sampled_from([0.8, 1.0, 1.2]),
)
def test_equal_to_a_dense_programme_over_all_rows(
    network: Network, pick: int, rule: str, factor: float
) -> None:
    bus = pick % network.buses
    limits = Ratings(emergency_factor=factor)
    answer = one(network, bus + 1, pre_existing=rule, limits=limits)
    assert answer.mw == pytest.approx(most(dense_case(network, factor), [bus], rule=rule)[0], **CLOSE)
    assert answer.n0_mw == pytest.approx(most(dense_case(network, n1=False), [bus], rule=rule)[0], **CLOSE)
    assert answer.mw <= answer.n0_mw + 1e-4
    assert answer.mw - 1e-3 <= answer.bound_mw
    assert answer.gap_mw <= 1e-2


@few
@given(networks(), st.sampled_from([0.9, 1.0, 1.1]))
def test_never_below_a_fixed_source_under_the_same_rows(network: Network, factor: float) -> None:
    """Same exclusions, no cut-off, same unit limits: the fixed source is one of the dispatches."""
    limits = Ratings(emergency_factor=factor)
    fixed = hosting_capacity(network, cutoff=0.0, limits=limits, threads=1).frame
    moving = redispatch_many(network, limits=limits, threads=1).frame
    assert (moving["n1_mw"].to_numpy() >= fixed["n1_mw"].to_numpy() - 2e-4).all()
    assert (moving["n0_mw"].to_numpy() >= fixed["n0_mw"].to_numpy() - 2e-4).all()


@few
@given(networks(ties=1), st.integers(0, 10**6))
def test_its_dispatch_holds_when_every_outage_is_rebuilt(network: Network, pick: int) -> None:
    bus = pick % network.buses
    answer = one(network, bus + 1)
    now = balance(network)
    injection = now.injection_mw + np.bincount(network.unit_bus, answer.unit_mw - now.unit_mw, network.buses)
    injection[bus] -= answer.mw
    injection -= injection.sum() / network.buses  # the dispatch of least movement serves up to 1 kW less
    assert (answer.unit_mw >= -1e-6).all()
    assert (answer.unit_mw <= np.maximum(network.unit_pmax_mw, now.unit_mw) + 1e-6).all()
    losable = [b for b in range(network.branches) if not network.is_tie[b] and not splits(network, b)]
    for lost in [-1, *losable]:
        out = () if lost < 0 else (lost,)
        was = np.abs(dense_flows(network, now.injection_mw, out)[:, 0])
        flow = np.abs(dense_flows(network, injection, out)[:, 0])
        held = was <= network.rate_a + 1e-7
        assert (flow[held] <= network.rate_a[held] + 5e-3).all()


@few
@given(networks(), st.integers(0, 10**6))
def test_less_of_the_load_needs_no_more_movement(network: Network, pick: int) -> None:
    answer = one(network, pick % network.buses + 1)
    moved = answer.movement["moved_mw"].to_numpy()
    assert answer.movement["share"].to_list() == [1.0, 0.99, 0.95, 0.9, 0.75, 0.5]
    # A part of the way from the present dispatch to the other serves that part of the load.
    if answer.excluded.is_empty():
        assert (moved <= answer.movement["share"].to_numpy() * (moved[0] + 2e-3) + 2e-3).all()
    assert (moved >= answer.movement["mw"].to_numpy() - 2e-3).all()
    assert answer.moved_mw == pytest.approx(moved[0], abs=0.1)


@few
@given(networks(), st.integers(0, 10**6), st.sampled_from([2.0, 0.5]))
def test_twice_everything_is_twice_the_load(network: Network, pick: int, factor: float) -> None:
    names = ["bus_load_mw", "rate_a", "unit_p_mw", "unit_pmax_mw", "branch_shift_deg"]
    scaled = rebuilt(network, **{name: getattr(network, name) * factor for name in names})
    bus = pick % network.buses + 1
    before, after = one(network, bus), one(scaled, bus)
    assert after.mw == pytest.approx(factor * before.mw, **CLOSE)
    assert after.n0_mw == pytest.approx(factor * before.n0_mw, **CLOSE)


@few
@given(networks(), st.integers(0, 10**6))
def test_a_marginal_value_is_what_one_finds_by_raising_the_rating(network: Network, pick: int) -> None:
    """The load is a concave function of a rating: the value lies between the slopes on both sides of it."""
    network = roomy(network)
    bus = pick % network.buses + 1
    answer = one(network, bus)
    if not answer.ratings.height:
        return
    row = answer.ratings.row(pick % answer.ratings.height, named=True)
    branch = network.branch_name.index(row["element"])
    assert (row["rating"], row["rating_mw"]) == ("A", network.rate_a[branch])
    step = 0.02
    slopes = []
    for sign in (1, -1):
        rates = np.array(network.rate_a)
        rates[branch] += sign * step
        changed = one(rebuilt(network, rate_a=rates), bus)
        if sign > 0:
            assert changed.mw >= answer.mw - 1e-4, "raising a binding rating lowered the load"
        slopes.append(sign * (changed.mw - answer.mw) / step)
    room = 1e-2 * max(1.0, abs(row["value"]))
    assert slopes[0] - room <= row["value"] <= slopes[1] + room


def test_on_ordinary_networks_both_slopes_and_the_value_are_one_number() -> None:
    checked = 0
    for seed in range(40):
        network = roomy(random_network(seed, buses=10, extra=8))
        answer = one(network, 1 + seed % 10)
        if answer.ratings.height != 1:
            continue
        branch = network.branch_name.index(answer.ratings["element"][0])
        moved = []
        for sign in (1, -1):
            rates = np.array(network.rate_a)
            rates[branch] += sign * 0.5
            moved.append(sign * (one(rebuilt(network, rate_a=rates), answer.bus).mw - answer.mw) / 0.5)
        if moved == pytest.approx([moved[0]] * 2, abs=1e-3):
            assert answer.ratings["value"][0] == pytest.approx(moved[0], abs=2e-3)
            checked += 1
    assert checked >= 5


@few
@given(networks(), st.integers(0, 10**6))
def test_holding_what_is_over_admits_no_more_than_leaving_it_out(network: Network, pick: int) -> None:
    bus = pick % network.buses + 1
    left_out = one(network, bus)
    no_harm = one(network, bus, pre_existing="do-no-harm")
    assert no_harm.mw <= left_out.mw + 1e-4
    soft = one(network, bus, pre_existing="soft")
    if soft.least_overload_mw < 1e-4:
        assert soft.mw <= no_harm.mw + 1e-3
    over = no_harm.excluded
    assert over["element"].to_list() == left_out.excluded["element"].to_list()
    assert (over["flow_mw"] <= over["held_to_mw"] + 5e-3).all()


@few
@given(networks(islands=2), st.integers(0, 2**32 - 1))
def test_one_after_another_is_each_by_itself(network: Network, seed: int) -> None:
    """Rows and basis of the buses before change no number, in whatever order; nor do threads."""
    order = np.random.default_rng(seed).permutation(network.buses)[:6]
    numbers = network.bus_id[order].tolist()
    warm = redispatch_many(network, numbers, threads=2).frame
    assert warm["bus"].to_list() == numbers
    for row in warm.iter_rows(named=True):
        alone = one(network, row["bus"])
        assert row["n1_mw"] == pytest.approx(alone.mw, **CLOSE)
        assert row["n0_mw"] == pytest.approx(alone.n0_mw, **CLOSE)


def test_units_that_keep_their_output_and_caps() -> None:
    network = random_network(5, buses=12, extra=10, unit_fuel=["wind", "ng", "ng"])
    network = rebuilt(network, rate_a=np.array(network.rate_a) * 3, unit_fuel=network.unit_fuel)
    dense = dense_case(network)
    free, held = one(network, 4), one(network, 4, fixed_fuels=["wind"])
    moves = np.array([fuel != "wind" for fuel in network.unit_fuel])
    assert held.mw == pytest.approx(most(dense, [3], moves=moves)[0], **CLOSE)
    assert held.mw <= free.mw + 1e-6
    assert "wind" not in held.units["fuel"].to_list()
    assert "wind units keep their output" in held.rule
    capped = one(network, 4, cap_mw=free.mw / 2)
    assert capped.mw == pytest.approx(free.mw / 2)
    assert capped.binds == "the cap that was asked for"
    assert not capped.binding.height


@pytest.mark.parametrize("rule", ["exclude", "soft"])
def test_where_the_rounds_start_and_how_many_rows_they_add_changes_no_number(
    monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    """Large fleets start near the present dispatch; here small ones do, with two rows a round."""
    for seed in range(6):
        network = random_network(seed, buses=14, extra=10)
        expected = redispatch_many(network, pre_existing=rule, threads=1).frame  # type: ignore[arg-type]
        with monkeypatch.context() as patched:
            patched.setattr("stargauge.grid.redispatch.maximum.LARGE", 0)
            patched.setattr("stargauge.grid.redispatch.rounds.ROWS_A_ROUND", 2)
            again = redispatch_many(network, pre_existing=rule, threads=1).frame  # type: ignore[arg-type]
        for column in ("n0_mw", "n1_mw"):
            np.testing.assert_allclose(again[column], expected[column], rtol=1e-6, atol=1e-3)
        assert again["rounds"].sum() > expected["rounds"].sum()

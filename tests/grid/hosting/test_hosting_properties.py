"""What must hold of hosting capacities whatever the network."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from flow_oracle import dense_flows
from grid_strategies import networks, random_network
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.grid.flows.model import prepare
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.network import Network

few = settings(max_examples=40, deadline=None)
NEXT = 3


def rebuilt(network: Network, **changes: Any) -> Network:
    branch = ["branch_from", "branch_to", "branch_x", "branch_shift_deg", "branch_kind", "rate_a", "rate_b"]
    kept = ["bus_load_mw", *branch, "unit_bus", "unit_p_mw", "unit_pmax_mw"]
    arrays = {name: getattr(network, name) for name in kept}
    return Network.from_arrays(name="changed", bus_id=network.bus_id, **{**arrays, **changes})


def n1(network: Network, **options: Any) -> np.ndarray:
    return hosting_capacity(network, threads=1, **options).frame["n1_mw"].to_numpy()


@few
@given(networks(islands=2, rate_b=True), st.sampled_from([0.0, 0.03, 0.2]))
def test_outages_never_add_capacity_and_next_limits_ascend(network: Network, cutoff: float) -> None:
    frame = hosting_capacity(network, cutoff=cutoff, next_limits=NEXT, threads=1).frame
    assert (frame["n1_mw"] <= frame["n0_mw"] * (1 + 1e-9)).all()
    assert (frame["n1_radial_mw"] <= frame["n1_mw"]).all()
    values = frame.select("n1_mw", *(f"next_{rank}_mw" for rank in range(1, NEXT + 1)))
    ordered = values.fill_null(np.inf).to_numpy()
    assert (np.diff(np.where(np.isinf(ordered), 1e300, ordered), axis=1) >= -1e-6).all()


@few
@given(networks(), st.integers(0, 2**32 - 1))
def test_numbering_and_direction_and_so_the_reference_do_not_matter(network: Network, seed: int) -> None:
    rng = np.random.default_rng(seed)
    order = rng.permutation(network.buses)
    place = np.argsort(order)
    turned = rng.random(network.branches) < 0.5
    start = np.where(turned, network.branch_to, network.branch_from)
    end = np.where(turned, network.branch_from, network.branch_to)
    moved = Network.from_arrays(
        name="moved",
        bus_id=network.bus_id[order],
        bus_load_mw=network.bus_load_mw[order],
        branch_from=place[start],
        branch_to=place[end],
        branch_x=network.branch_x,
        branch_shift_deg=np.where(turned, -network.branch_shift_deg, network.branch_shift_deg),
        branch_name=network.branch_name,
        rate_a=network.rate_a,
        unit_bus=place[network.unit_bus],
        unit_p_mw=network.unit_p_mw,
        unit_pmax_mw=network.unit_pmax_mw,
    )
    columns = ["bus", "n0_mw", "n1_mw", "element", "outage"]
    before = hosting_capacity(network, threads=1).frame.select(columns).sort("bus")
    after = hosting_capacity(moved, threads=1).frame.select(columns).sort("bus")
    np.testing.assert_allclose(after["n0_mw"], before["n0_mw"], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(after["n1_mw"], before["n1_mw"], rtol=1e-8, atol=1e-8)
    # A cut-off is a step: only pairs well away from it must be the same, and here all are.
    assert after["element"].to_list() == before["element"].to_list()
    assert after["outage"].to_list() == before["outage"].to_list()


@few
@given(networks(), st.sampled_from([0.03, 0.1]))
def test_at_the_capacity_the_binding_pair_is_at_its_limit_and_nothing_included_is_over(
    network: Network, cutoff: float
) -> None:
    model = prepare(network)
    frame = hosting_capacity(network, cutoff=cutoff, threads=1).frame
    share = np.bincount(network.unit_bus, model.dispatch.headroom_mw, network.buses)
    share = share / share.sum()
    index = {name: i for i, name in enumerate(network.branch_name)}
    for bus, row in enumerate(frame.iter_rows(named=True)):
        if row["element"] == "source":
            assert row["n1_mw"] == pytest.approx(model.dispatch.headroom_mw.sum())
            continue
        injection = model.dispatch.injection_mw + row["n1_mw"] * share
        injection[bus] -= row["n1_mw"]
        out = () if row["outage"] is None else (index[row["outage"]],)
        flow = dense_flows(network, injection, out)[index[row["element"]], 0]
        assert abs(flow) == pytest.approx(row["limit_mw"], rel=1e-6, abs=1e-6)
        assert row["flow_mw"] + row["factor"] * row["n1_mw"] == pytest.approx(row["limit_mw"])
        base = dense_flows(network, injection)[:, 0]
        was = np.abs(model.flow)
        transfer = injection - model.dispatch.injection_mw
        factor = np.abs(dense_flows(network, transfer, shifts=False)[:, 0]) / max(row["n1_mw"], 1e-12)
        included = (was <= network.rate_a + 1e-7) & (factor >= cutoff)
        if row["n1_mw"] > 1e-6:
            assert (np.abs(base)[included] <= network.rate_a[included] * (1 + 1e-6) + 1e-6).all()


@few
@given(networks(), st.integers(0, 10**6))
def test_raising_a_rating_lowers_nothing_as_long_as_the_pairs_are_the_same(
    network: Network, pick: int
) -> None:
    roomy = rebuilt(network, rate_a=np.abs(prepare(network).flow) * 3 + 200)  # nothing is over anywhere
    table = hosting_capacity(roomy, threads=1)
    if table.pre_existing().height:
        return
    rates = np.array(roomy.rate_a)
    rates[pick % rates.size] *= 1.5
    raised = n1(rebuilt(roomy, rate_a=rates))
    assert (raised >= table.frame["n1_mw"].to_numpy() * (1 - 1e-9)).all()


@few
@given(networks(), st.sampled_from([2.0, 0.5]))
def test_twice_everything_is_twice_the_capacity(network: Network, factor: float) -> None:
    scaled = rebuilt(
        network,
        bus_load_mw=network.bus_load_mw * factor,
        rate_a=network.rate_a * factor,
        unit_p_mw=network.unit_p_mw * factor,
        unit_pmax_mw=network.unit_pmax_mw * factor,
        branch_shift_deg=network.branch_shift_deg * factor,
    )
    np.testing.assert_allclose(n1(scaled), factor * n1(network), rtol=1e-8, atol=1e-7)


@few
@given(networks(), st.integers(0, 10**6))
def test_a_bus_split_by_a_tie_is_one_bus_still(network: Network, pick: int) -> None:
    """Half of a bus's branches moved to a new bus behind a tie without reactance: nothing else changes."""
    bus = pick % network.buses
    new = network.buses
    start, end = np.array(network.branch_from), np.array(network.branch_to)
    at_bus = np.flatnonzero((start == bus) | (end == bus))
    for branch in at_bus[::2]:
        start[branch] = new if start[branch] == bus else start[branch]
        end[branch] = new if end[branch] == bus else end[branch]
    split = Network.from_arrays(
        name="split",
        bus_id=np.append(network.bus_id, 999),
        bus_load_mw=np.append(network.bus_load_mw, 0.0),
        branch_from=np.append(start, bus),
        branch_to=np.append(end, new),
        branch_x=np.append(network.branch_x, 0.0),
        branch_shift_deg=np.append(network.branch_shift_deg, 0.0),
        branch_kind=[*network.branch_kind, "tie"],
        rate_a=np.append(network.rate_a, np.inf),
        unit_bus=network.unit_bus,
        unit_p_mw=network.unit_p_mw,
        unit_pmax_mw=network.unit_pmax_mw,
    )
    columns = ["n0_mw", "n1_mw", "n1_radial_mw"]
    whole = hosting_capacity(network, threads=1).frame.select(columns).to_numpy()
    parts = hosting_capacity(split, threads=1).frame.select(columns).to_numpy()
    np.testing.assert_allclose(parts[:-1], whole, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(parts[-1], whole[bus], rtol=1e-8, atol=1e-8)


@few
@given(networks(islands=2))
def test_interconnects_do_not_know_of_each_other(network: Network) -> None:
    half = network.buses // 2
    inside = network.branch_from < half
    units = network.unit_bus < half
    alone = Network.from_arrays(
        name="first half",
        bus_id=network.bus_id[:half],
        bus_load_mw=network.bus_load_mw[:half],
        branch_from=network.branch_from[inside],
        branch_to=network.branch_to[inside],
        branch_x=network.branch_x[inside],
        branch_shift_deg=network.branch_shift_deg[inside],
        rate_a=network.rate_a[inside],
        unit_bus=network.unit_bus[units],
        unit_p_mw=network.unit_p_mw[units],
        unit_pmax_mw=network.unit_pmax_mw[units],
    )
    np.testing.assert_allclose(n1(alone), n1(network)[:half], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_selections_of_buses_do_not_change_a_number(threads: int) -> None:
    network = random_network(31, buses=80, extra=90)
    whole = hosting_capacity(network, threads=1).frame
    again = hosting_capacity(network, threads=threads).frame
    assert again.equals(whole)
    some = [5, 77, 3, 40]
    part = hosting_capacity(network, threads=threads, buses=some).frame
    assert part["bus"].to_list() == some
    picked = pl.concat([whole.filter(pl.col("bus") == bus) for bus in some])
    np.testing.assert_allclose(part["n1_mw"], picked["n1_mw"], rtol=1e-12)
    assert part["element"].to_list() == picked["element"].to_list()


@few
@given(networks(), st.integers(0, 10**6))
def test_a_bus_that_one_branch_feeds_is_cut_off_by_it(network: Network, pick: int) -> None:
    """The bridge named is one whose loss leaves the bus without the side with more generating capacity."""
    from flow_oracle import islands

    table = hosting_capacity(network, threads=1).frame
    capacity = np.bincount(network.unit_bus, network.unit_pmax_mw, network.buses)
    bridges = np.flatnonzero(prepare(network).is_bridge)
    bus = pick % network.buses
    cutting = set()
    for branch in bridges:
        label = islands(network, (int(branch),))
        mine = capacity[label == label[bus]].sum()
        size = (label == label[bus]).sum()
        rest = capacity.sum() - mine
        if mine < rest or (mine == rest and 2 * size <= network.buses):
            cutting.add(network.branch_name[branch])
    named = table["radial_by"][bus]
    if cutting:
        assert named in cutting
        assert table["n1_radial_mw"][bus] == 0.0
    else:
        assert named is None
        assert table["n1_radial_mw"][bus] == table["n1_mw"][bus]

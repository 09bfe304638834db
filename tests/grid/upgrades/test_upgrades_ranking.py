"""What upgrades unlock in a region: gains against hosting computed anew for every element."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import polars as pl
import pytest
from grid_strategies import networks, random_network
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.errors import InputError
from stargauge.grid.catalogue import load
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.rules import PreExisting, Rules
from stargauge.grid.hosting.sources import ProRata
from stargauge.grid.network import Network
from stargauge.grid.upgrades import UpgradeRanking, best_upgrades
from stargauge.grid.upgrades.gains import COLUMNS, OVERLAP
from stargauge.grid.upgrades.ranking import groups
from stargauge.grid.upgrades.relief import Sites

few = settings(max_examples=25, deadline=None)


def n1(network: Network, size_mw: float = np.inf, **options: object) -> np.ndarray:
    table = hosting_capacity(network, threads=1, next_limits=0, **options)
    return np.minimum(table.frame["n1_mw"].to_numpy(), size_mw)


def lifted(network: Network, branches: list[int]) -> Network:
    rate_a, rate_b = np.array(network.rate_a), np.array(network.rate_b)
    rate_a[branches] = 1e9
    rate_b[branches] = np.where(np.isnan(rate_b[branches]), np.nan, 1e9)
    return dataclasses.replace(network, rate_a=rate_a, rate_b=rate_b)


def raised(network: Network, row: dict[str, object], share: float = 1.0) -> Network:
    """Return the network with the ratings that a row says it needs, or a part of the raise."""
    assert " + " not in str(row["element"])
    branch = network.branch_name.index(str(row["element"]))
    rate_a, rate_b = np.array(network.rate_a), np.array(network.rate_b)
    rate_a[branch] += share * (row["needed_before_mw"] - row["before_mw"])
    if not np.isnan(rate_b[branch]):
        rate_b[branch] += share * (row["needed_after_mw"] - row["after_mw"])
    return dataclasses.replace(network, rate_a=rate_a, rate_b=rate_b)


def all_gains(network: Network, size_mw: float, **options: object) -> np.ndarray:
    """Return what lifting each element alone gives, by hosting computed anew for each."""
    now = n1(network, size_mw, **options)
    return np.array(
        [(n1(lifted(network, [e]), size_mw, **options) - now).sum() for e in range(network.branches)]
    )


@pytest.mark.parametrize(
    ("case", "size"), [("case30", np.inf), ("case24_ieee_rts", 300.0), ("case39", np.inf)]
)
def test_the_gain_of_every_element_is_that_of_hosting_computed_anew(case: str, size: float) -> None:
    network = load(case)
    model = prepare(network)
    rules = Rules(ProRata(), 0.03, "exclude", Ratings())
    sites = Sites(rules, np.arange(network.buses), np.arange(network.branches), size, 2, 1)
    truth = all_gains(network, size)
    np.testing.assert_allclose(sites.gains(sites.limits(model)), truth, rtol=1e-6, atol=1e-6)
    ranking = best_upgrades(network, count=5, size_mw=None if np.isinf(size) else size, threads=1)
    np.testing.assert_allclose(
        ranking.frame["unlocked_mw"], np.sort(truth)[::-1][: ranking.frame.height], rtol=1e-6, atol=1e-6
    )


@few
@given(networks(islands=2, rate_b=True), st.sampled_from(["exclude", "block", "do-no-harm"]), st.booleans())
def test_the_rating_named_gives_all_of_the_gain_and_less_does_not(
    network: Network, rule: PreExisting, sized: bool
) -> None:
    size = 120.0 if sized else None
    ranking = best_upgrades(network, count=3, size_mw=size, pre_existing=rule, threads=1)
    limit = np.inf if size is None else size
    now = n1(network, limit, pre_existing=rule)
    for row in ranking.frame.iter_rows(named=True):
        branch = network.branch_name.index(row["element"])
        most = (n1(lifted(network, [branch]), limit, pre_existing=rule) - now).sum()
        given_ = n1(raised(network, row), limit, pre_existing=rule) - now
        assert row["unlocked_mw"] == pytest.approx(most, rel=1e-6, abs=1e-6)
        assert given_.sum() == pytest.approx(row["unlocked_mw"], rel=1e-6, abs=1e-6)
        assert row["most_mw"] == pytest.approx(given_.max(), rel=1e-6, abs=1e-6)
        assert row["sites_raised"] == (given_ > 1e-6).sum()
        if row["raise_mw"] > 1e-2:
            less = n1(raised(network, row, 0.99), limit, pre_existing=rule) - now
            assert less.sum() < row["unlocked_mw"]


def test_each_step_is_the_best_of_its_time_and_the_sum_is_that_of_all_steps() -> None:
    network = load("case24_ieee_rts")
    ranking = best_upgrades(network, count=4, size_mw=400.0, threads=1)
    assert ranking.sequence.height == 4
    first = ranking.frame.row(0, named=True)
    assert ranking.sequence.row(0, named=True) == first
    now, start = network, n1(network, 400.0)
    for row in ranking.sequence.iter_rows(named=True):
        gains = all_gains(now, 400.0)
        assert row["unlocked_mw"] == pytest.approx(gains.max(), rel=1e-6)
        earlier, now = n1(now, 400.0), raised(now, row)
        assert (n1(now, 400.0) - start).sum() == pytest.approx(row["cumulative_mw"], rel=1e-6)
        reaching = (n1(now, 400.0) >= 400.0 * (1 - 1e-9)) & (earlier < 400.0 * (1 - 1e-9))
        assert row["sites_reaching"] == reaching.sum()
    np.testing.assert_allclose(n1(ranking.changed.network, 400.0), n1(now, 400.0), rtol=1e-9)


def test_parallel_circuits_bind_together_and_are_raised_together() -> None:
    """Two equal circuits feed a bus: one alone unlocks nothing, the corridor does."""
    network = Network.from_arrays(
        name="pair",
        bus_id=[1, 2, 3],
        branch_from=[0, 0, 0, 1],
        branch_to=[1, 1, 2, 2],
        branch_x=[0.1, 0.1, 10.0, 0.1],
        branch_kind=["line"] * 4,
        rate_a=[50.0, 50.0, 100.0, 500.0],
        bus_kv=[138.0] * 3,
        unit_bus=[0],
        unit_p_mw=[0.0],
        unit_pmax_mw=[1000.0],
    )
    alone = best_upgrades(network, count=3, threads=1)
    corridor = best_upgrades(network, count=1, together="corridor", threads=1)
    pair = {network.branch_name[0], network.branch_name[1]}
    assert not pair & set(alone.frame["element"])
    row = corridor.frame.row(0, named=True)
    assert set(row["element"].split(" + ")) == pair
    truth = n1(lifted(network, [0, 1])) - n1(network)
    assert row["unlocked_mw"] == pytest.approx(truth.sum(), rel=1e-6)
    assert groups(network, "corridor").tolist() == [0, 0, 2, 3]
    assert "all circuits of a corridor at a time" in corridor.rule


def placed() -> Network:
    """The last bus is a star point: 1 kV, and what the random network puts there stands at the one before."""
    network = random_network(
        7,
        buses=30,
        extra=30,
        bus_kv=[138.0] * 29 + [1.0],
        bus_state=["TX"] * 20 + ["NM"] * 10,
        bus_area=[1] * 15 + [2] * 15,
        bus_zone=["north"] * 3 + [""] * 27,
        bus_lat=[32.0 + i / 10 for i in range(30)],
        bus_lon=[-99.0] * 30,
    )
    load = network.bus_load_mw.copy()
    load[28:] = load[28:].sum(), 0.0
    return dataclasses.replace(network, bus_load_mw=load, unit_bus=np.minimum(network.unit_bus, 28))


@pytest.fixture(scope="module")
def ranking() -> UpgradeRanking:
    return best_upgrades(placed(), state="TX", count=4, size_mw=150.0, threads=1)


def test_a_region_is_a_state_an_area_or_a_circle_without_star_points() -> None:
    network = placed()
    assert best_upgrades(network, state="NM", count=1).sites == 9
    assert best_upgrades(network, area="1", count=1).sites == 15
    assert best_upgrades(network, area="north", count=1).sites == 3
    circle = best_upgrades(network, near=(32.0, -99.0), radius_km=25, count=1)
    assert (circle.sites, circle.where) == (3, "within 25 km of 32,-99")
    assert best_upgrades(network, count=1).where == "all buses"
    assert best_upgrades(network, state="TX", area="2", count=1).sites == 5


def test_only_sites_of_the_region_count(ranking: UpgradeRanking) -> None:
    network = placed()
    inside = np.array(network.bus_state) == "TX"
    now = n1(network, 150.0)
    for row in ranking.frame.iter_rows(named=True):
        gain = (n1(raised(network, row), 150.0) - now)[inside]
        assert gain.sum() == pytest.approx(row["unlocked_mw"], rel=1e-6)
        assert network.bus_state[network.bus_index(row["most_bus"])] == "TX"
    assert ranking.frame["unlocked_mw"].is_sorted(descending=True)


def test_every_row_carries_what_the_sum_is_the_rule_and_the_notice(ranking: UpgradeRanking) -> None:
    for frame in (ranking.frame, ranking.sequence):
        assert set(frame["overlap"]) == {OVERLAP}
        assert set(frame["rule"]) == {ranking.rule}
        assert set(frame["notice"]) == {"synthetic network, not a finding about this place"}
    assert "cannot be used at the same time" in OVERLAP
    assert "capacity beyond 150 MW at a site does not count" in ranking.rule
    described = {name for name in ranking.frame.columns if not name.startswith("firm_")}
    assert described <= set(COLUMNS)


def test_plain_data_and_screen(ranking: UpgradeRanking) -> None:
    data = json.loads(json.dumps(ranking.to_dict(), allow_nan=False))
    assert data["overlap"] == OVERLAP
    assert len(data["rows"]) == ranking.frame.height
    assert len(data["sequence"]) == ranking.sequence.height
    assert data["sites"] == 20


def test_nothing_to_unlock_gives_empty_tables() -> None:
    network = placed()
    roomy = dataclasses.replace(network, rate_a=np.full(network.branches, np.inf))
    ranking = best_upgrades(roomy, count=3)
    assert ranking.frame.height == 0
    assert ranking.sequence.height == 0
    assert ranking.frame.schema["unlocked_mw"] == pl.Float64


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        best_upgrades(
            placed(),
            state="Texas",
            area="9",
            near=(32.0, -99.0),
            count=0,
            size_mw=-1.0,
            together="zone",
            cutoff=2,
        )
    text = str(caught.value)
    for words in (
        "upgrades has 7 mistakes; nothing was computed",
        'no bus lies in "Texas"; known: NM, TX',
        'no bus lies in area or zone "9"; known areas: 1, 2',
        "a place needs a radius, for example 100",
        "is 0; it must be at least 1",
        "is -1; it must be above 0, for example 300",
        '"zone" is nothing to raise together; known: element, corridor',
        "it must be at least 0 and below 1",
    ):
        assert words in text
    with pytest.raises(InputError, match="a radius needs a place"):
        best_upgrades(placed(), radius_km=10)
    with pytest.raises(InputError, match="the network states no coordinates of buses"):
        best_upgrades(random_network(1), near=(1.0, 1.0), radius_km=10)
    with pytest.raises(InputError, match="no bus lies within 1 km of 0,0"):
        best_upgrades(placed(), near=(0.0, 0.0), radius_km=1)


def test_results_do_not_depend_on_threads() -> None:
    network = load("case_ACTIVSg2000")
    one = best_upgrades(network, near=(30.3, -97.7), radius_km=60, count=3, size_mw=300.0, threads=1)
    two = best_upgrades(network, near=(30.3, -97.7), radius_km=60, count=3, size_mw=300.0, threads=2)
    assert one.frame.equals(two.frame)
    assert one.sequence.equals(two.sequence)
    assert one.frame.height == 3

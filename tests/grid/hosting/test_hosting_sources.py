"""Where the power comes from: each source against brute force with its own shares, and its words."""

from __future__ import annotations

import numpy as np
import pytest
from grid_strategies import random_network
from hosting_oracle import brute_force

from stargauge.errors import InputError
from stargauge.grid.flows.model import prepare
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.sources import Area, MeritOrder, ProRata, SingleUnit, Source, parse_source

NETWORK = random_network(
    44, buses=14, extra=14, unit_fuel=["coal", "wind", "gas"], bus_area=[1] * 7 + [2] * 7, unit_bus=[1, 3, 9]
)
HEADROOM = prepare(NETWORK).dispatch.headroom_mw


def merit(block: float) -> np.ndarray:
    taken, left = np.zeros(3), block
    for unit in np.argsort(NETWORK.unit_cost_per_mwh):
        taken[unit] = min(left, HEADROOM[unit])
        left -= taken[unit]
    return taken


@pytest.mark.parametrize(
    ("source", "offered", "words"),
    [
        (ProRata(), HEADROOM, "online units pro rata to headroom, per interconnect"),
        (
            ProRata(("wind",)),
            HEADROOM * [1, 0, 1],
            "online units without wind pro rata to headroom, per interconnect",
        ),
        (MeritOrder(60.0), merit(60.0), "the cheapest 60 MW of headroom, per interconnect"),
        (Area("2"), HEADROOM * [0, 0, 1], "online units of area 2 pro rata to headroom"),
        (SingleUnit(NETWORK.unit_name[0]), HEADROOM * [1, 0, 0], f"unit {NETWORK.unit_name[0]} alone"),
    ],
)
def test_each_source_as_by_brute_force(source: Source, offered: np.ndarray, words: str) -> None:
    truth = brute_force(NETWORK, 0.03, offered=offered)
    table = hosting_capacity(NETWORK, source=source)
    np.testing.assert_allclose(table.frame["n0_mw"], truth.base, rtol=1e-6)
    np.testing.assert_allclose(table.frame["n1_mw"], truth.tightest(1)[:, 0], rtol=1e-6)
    assert source.rule == words
    assert f"source = {words}" in table.rule
    assert table.frame["n1_mw"].max() <= offered.sum() * (1 + 1e-9)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("prorata", ProRata()),
        ("prorata:without=wind+solar", ProRata(("wind", "solar"))),
        ("merit", MeritOrder()),
        ("merit:500", MeritOrder(500.0)),
        ("area:COAST", Area("COAST")),
        ("unit:unit 3", SingleUnit("unit 3")),
    ],
)
def test_sources_by_their_words(text: str, source: Source) -> None:
    assert parse_source(text) == source


@pytest.mark.parametrize("text", ["", "pro", "merit:-1", "merit:lots", "area:", "unit:", "prorata:wind"])
def test_words_that_are_no_source_are_answered_with_those_that_are(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_source(text)
    assert f'"{text}" is no source; known: prorata, prorata:without=FUEL+FUEL, merit' in str(caught.value)


def test_what_a_network_does_not_have_is_said() -> None:
    with pytest.raises(
        InputError, match='no online unit lies in an area, zone or state "9"; areas with units: 1, 2'
    ):
        hosting_capacity(NETWORK, source="area:9")
    with pytest.raises(InputError, match='no unit is called "unit 22"; did you mean unit 2'):
        hosting_capacity(NETWORK, source="unit:unit 22")
    unknown = random_network(44, unit_cost_per_mwh=[1.0, np.nan, np.nan])
    with pytest.raises(
        InputError, match="merit order needs the cost of every unit; 2 have none, the first is"
    ):
        hosting_capacity(unknown, source="merit")


def test_an_interconnect_without_the_source_takes_nothing() -> None:
    network = random_network(45, islands=2)
    table = hosting_capacity(network, source=SingleUnit(network.unit_name[0])).frame
    other = network.interconnect != network.interconnect[network.unit_bus[0]]
    assert (table["n1_mw"].to_numpy()[other] == 0).all()
    assert set(table["element"].to_numpy()[other]) == {"source"}
    assert table["n1_mw"].to_numpy()[~other].max() > 0

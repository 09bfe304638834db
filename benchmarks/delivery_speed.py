"""Futures per second of the month loop on the default scenario, beside the SimPy reference, in one run.

Usage: python benchmarks/delivery_speed.py [SCENARIO] [--profile]

Prints the number of phases, the time to prepare and to compile apart, futures per second of whole blocks
(draws, durations, regional supply, month loop, compute, outcomes), of the loop alone and of the reference
that the tests compare it with, on the same durations, supply and luck; whole blocks with one process and with
two. Rates are the best of a few repeats: the others measure what else the machine was doing.
"""

# ruff: noqa: E402 - the environment is set before anything reads it
from __future__ import annotations

import os
import sys
import tempfile

# One thread a process, and a compilation that is not read from the cache of an earlier run.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"))
SCRATCH = tempfile.TemporaryDirectory()
os.environ["NUMBA_CACHE_DIR"] = SCRATCH.name

import cProfile
import pstats
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "model"))

from simpy_reference import simulate_future
from worlds import World, model_world

from stargauge.delivery import CAUSE_NAMES
from stargauge.model import Prepared, draw, prepare, simulate_block
from stargauge.model.arrays import empty_outputs
from stargauge.model.months import run_months
from stargauge.scenario import load_scenario

BLOCK = 256
BLOCKS = 16
REPEATS = 3
REFERENCE_FUTURES = 12
TARGET_RATIO, TARGET_RATE = 500.0, 2000.0

_worker: Prepared


def main() -> None:
    arguments = [given for given in sys.argv[1:] if not given.startswith("--")]
    name = arguments[0] if arguments else "us-2026"
    scenario = load_scenario(name)
    start = time.perf_counter()
    prepared = prepare(scenario)
    ready = time.perf_counter()
    simulate_block(prepared, 0, 1)
    compiled = time.perf_counter()
    delivery = prepared.delivery
    sorts = delivery.arrays.sort
    print(f"scenario {name}: {len(sorts)} phases, {delivery.horizon} months, {len(CAUSE_NAMES)} causes")
    print("  " + ", ".join(f"{sorts.count(sort)} {sort}" for sort in dict.fromkeys(sorts)))
    print(f"prepare {ready - start:.2f} s; compilation and first block {compiled - ready:.2f} s")

    world = model_world(prepared, 0, BLOCK)
    loop = BLOCK * BLOCKS / best(lambda: _loop(world))
    both = _two_threads(world)
    reference = REFERENCE_FUTURES / best(lambda: _reference(world), repeats=2)
    one = BLOCK * BLOCKS / best(lambda: [simulate_block(prepared, block, BLOCK) for block in range(BLOCKS)])
    two = _two_processes(prepared)
    print(f"{'SimPy reference':34} {reference:12,.1f} futures/s")
    print(f"{'loop alone':34} {loop:12,.0f} futures/s   {loop / reference:8,.0f} x the reference")
    print(f"{'loop alone, two cores':34} {both:12,.0f} futures/s   {both / reference:8,.0f} x the reference")
    print(f"{'draws alone':34} {_draws(prepared):12,.0f} futures/s")
    print(
        f"{'whole blocks, one process':34} {one:12,.0f} futures/s   {one / reference:8,.0f} x the reference"
    )
    print(
        f"{'whole blocks, two processes':34} {two:12,.0f} futures/s   {two / reference:8,.0f} x the reference"
    )
    print(f"aim on two cores: loop {TARGET_RATIO:,.0f} x {_verdict(both / reference >= TARGET_RATIO)}"
          f" (one core: {_verdict(loop / reference >= TARGET_RATIO)});"
          f" whole blocks {TARGET_RATE:,.0f} futures/s {_verdict(two >= TARGET_RATE)}")  # fmt: skip
    if "--profile" in sys.argv:
        _profile(prepared)


def best(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the shortest time of a few repeats, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _reference(world: World) -> None:
    for future in range(REFERENCE_FUTURES):
        simulate_future(world, future)


def _loop(world: World) -> None:
    out = empty_outputs(world.futures, world.phases, world.groups, world.regions, world.months)
    for _ in range(BLOCKS):
        run_months(world.table, world.luck, world.pace, world.supply, world.unrest, world.now, out)


def _two_threads(world: World) -> float:
    """Return futures per second of the loop on two cores: it holds no lock while it runs."""
    with ThreadPoolExecutor(2) as pool:
        return 2 * BLOCKS * BLOCK / best(lambda: list(pool.map(_loop, [world, world])))


def _draws(prepared: Prepared) -> float:
    return BLOCK * BLOCKS / best(lambda: [draw(prepared, block, BLOCK) for block in range(BLOCKS)])


def _start(prepared: Prepared) -> None:
    global _worker
    _worker = prepared
    simulate_block(prepared, 0, 1)


def _block(number: int) -> int:
    return len(simulate_block(_worker, number, BLOCK).ends)


def _two_processes(prepared: Prepared) -> float:
    """Return futures per second of two warm worker processes; only counts come back to the parent."""
    with ProcessPoolExecutor(2, get_context("spawn"), _start, (prepared,)) as pool:
        list(pool.map(_block, range(8)))
        seconds = best(lambda: list(pool.map(_block, range(2 * BLOCKS))))
    return 2 * BLOCKS * BLOCK / seconds


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT reached"


def _profile(prepared: Prepared) -> None:
    profile = cProfile.Profile()
    profile.enable()
    for block in range(BLOCKS):
        simulate_block(prepared, block, BLOCK)
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    main()

"""Futures per second of delivery on the default scenario, beside the SimPy reference, in one run.

Usage: python benchmarks/delivery_speed.py [SCENARIO] [--profile]

Prints the number of phases, the time to prepare and to compile apart, futures per second of whole blocks
(draws, durations, kernel, compute, outcomes), of the kernel alone and of the reference that the tests compare
it with, on the same durations, limits and luck; whole blocks with one process and with two. Rates are the
best of a few repeats: the others measure what else the machine was doing.
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

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "delivery"))

from pipelines import Case, model_case
from simpy_reference import simulate_future

from stargauge.delivery import CAUSE_NAMES, deliver
from stargauge.model import Prepared, draw, prepare, simulate_block
from stargauge.scenario import load_scenario

BLOCK = 256
BLOCKS = 16
REPEATS = 3
REFERENCE_FUTURES = 48
TARGET_RATIO, TARGET_RATE = 500.0, 5000.0

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

    case = model_case(prepared, 0, BLOCK)
    given, out = case.arguments()
    kernel = BLOCK * BLOCKS / best(lambda: [deliver(*given, **out) for _ in range(BLOCKS)])
    both = _two_threads(case)
    reference = REFERENCE_FUTURES / best(lambda: _reference(case), repeats=2)
    one = BLOCK * BLOCKS / best(lambda: [simulate_block(prepared, block, BLOCK) for block in range(BLOCKS)])
    two = _two_processes(prepared)
    print(f"{'SimPy reference':34} {reference:12,.1f} futures/s")
    print(f"{'kernel alone':34} {kernel:12,.0f} futures/s   {kernel / reference:8,.0f} x the reference")
    print(
        f"{'kernel alone, two cores':34} {both:12,.0f} futures/s   {both / reference:8,.0f} x the reference"
    )
    print(f"{'draws alone':34} {_draws(prepared):12,.0f} futures/s")
    print(
        f"{'whole blocks, one process':34} {one:12,.0f} futures/s   {one / reference:8,.0f} x the reference"
    )
    print(
        f"{'whole blocks, two processes':34} {two:12,.0f} futures/s   {two / reference:8,.0f} x the reference"
    )
    print(f"aim on two cores: kernel {TARGET_RATIO:,.0f} x {_verdict(both / reference >= TARGET_RATIO)}"
          f" (one core: {_verdict(kernel / reference >= TARGET_RATIO)});"
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


def _reference(case: Case) -> None:
    for future in range(REFERENCE_FUTURES):
        simulate_future(case.pipeline, case.luck(future))


def _two_threads(case: Case) -> float:
    """Return futures per second of the kernel on two cores: it holds no lock while it runs."""
    jobs = [case.arguments() for _ in range(2)]

    def work(job: int) -> None:
        given, out = jobs[job]
        for _ in range(BLOCKS):
            deliver(*given, **out)

    with ThreadPoolExecutor(2) as pool:
        return 2 * BLOCKS * BLOCK / best(lambda: list(pool.map(work, range(2))))


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

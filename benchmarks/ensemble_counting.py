"""CPU time of counting a block of the default scenario: naming each value's slot, and tallies, in one run.

Usage: python benchmarks/ensemble_counting.py [SCENARIO] [BLOCKS]

First the steps apart, best of a few: what a worker does with the paths of a block, what it sends, what the
main process does with it. *Named* is the way before tallies, kept here to compare with: the slot of every
value, uint16, goes to the main process, which counts it. Counts and moments of both must be equal to the bit.
Then whole runs of a model that gives the same paths again and does nothing else, so that what they take is
the ensemble itself: CPU seconds of the main process and of its workers, beside a run of one block. CPU
seconds are told because the others measure what else the machine was doing.
"""

from __future__ import annotations

import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import BLOCK_SIZE, RunInputs, run_ensemble
from stargauge.ensemble.blocks import lower_end, span
from stargauge.ensemble.counting import ABOVE, BELOW, BINS, FIRST, LOWEST, ROUNDING
from stargauge.ensemble.ranges import lower_ends, upper_ends
from stargauge.ensemble.reduction import Reduction, summarise
from stargauge.model import BlockResult, EndValue, Series, prepare, simulate_block
from stargauge.scenario import load_scenario

REPEATS = 10
INPUTS = RunInputs(scenario_name="counting", scenario_yaml="", facts_digest="", facts_as_of="")


@dataclass(frozen=True)
class Replay:
    """The paths and end values of one block, given again as every block."""

    months: tuple[str, ...]
    series: tuple[Series, ...]
    end_values: tuple[EndValue, ...]
    paths: NDArray[np.float64]
    ends: NDArray[np.float64]
    seed: int = 1


def replay(prepared: Replay, block: int, futures: int = BLOCK_SIZE) -> BlockResult:
    return BlockResult(prepared.paths, prepared.ends)


@numba.njit
def name_slots(paths, lowers, uppers):  # type: ignore[no-untyped-def]
    futures, series, months = paths.shape
    slots = np.empty((series, months, futures), dtype=np.uint16)
    totals, squares = np.zeros((series, months)), np.zeros((series, months))
    lows, highs = paths[0].copy(), paths[0].copy()
    rows = np.empty((futures, months), dtype=np.uint16)
    for s in range(series):
        lower = lowers[s]
        scale = BINS / (uppers[s] - lower)
        for f in range(futures):
            for m in range(months):
                value, upper = paths[f, s, m], uppers[s, m]
                totals[s, m] += value
                lows[s, m] = min(lows[s, m], value)
                highs[s, m] = max(highs[s, m], value)
                rounding = ROUNDING * (upper - lower)
                bin_ = min(np.int32((min(max(value, lower), upper) - lower) * scale[m]), np.int32(BINS - 1))
                slot = LOWEST if value <= lower else FIRST + bin_
                rows[f, m] = (
                    BELOW if value < lower - rounding else ABOVE if value > upper + rounding else slot
                )
        for f in range(futures):
            for m in range(months):
                gap = paths[f, s, m] - totals[s, m] / futures
                squares[s, m] += gap * gap
        for m in range(months):
            for f in range(futures):
                slots[s, m, f] = rows[f, m]
    return slots, totals, squares, lows, highs


@numba.njit
def count_slots(counts, slots):  # type: ignore[no-untyped-def]
    series, months, futures = slots.shape
    for s in range(series):
        for m in range(months):
            for f in range(futures):
                counts[s, m, slots[s, m, f]] += 1


def best_ms(work: Callable[[], object]) -> float:
    """Return the least CPU time of a few repeats, in ms."""
    work()
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1e3 * min(times)


def steps(prepared: Replay) -> None:
    lowers = lower_ends([lower_end(series) for series in prepared.series])
    uppers = upper_ends([series.upper for series in prepared.series], len(prepared.months))
    ends = prepared.ends
    wanted = span(0, BLOCK_SIZE)
    paths = prepared.paths
    named = name_slots(paths, lowers, uppers)
    tallied = summarise(wanted, paths, ends, uppers, 0, lowers)
    reduction = Reduction.empty([series.upper for series in prepared.series], len(prepared.months), lowers)
    reduction.add(tallied)
    counts = np.zeros_like(reduction.counts)
    count_slots(counts, named[0])
    moments = (tallied.totals, tallied.squares, tallied.lows, tallied.highs)
    same = all(a.tobytes() == b.tobytes() for a, b in zip(moments, named[1:], strict=True))
    assert same, "moments differ"
    assert (counts == reduction.counts).all(), "counts differ"

    def add() -> None:
        reduction.futures = 0
        reduction.add(tallied)

    messages = [pickle.dumps((*named, ends)), pickle.dumps(tallied)]
    worker = [
        best_ms(lambda: (np.isfinite(paths).all(), name_slots(paths, lowers, uppers))),
        best_ms(lambda: summarise(wanted, paths, ends, uppers, 0, lowers)),
    ]
    sent = [best_ms(lambda: pickle.dumps((*named, ends))), best_ms(lambda: pickle.dumps(tallied))]
    read = [best_ms(lambda message=message: pickle.loads(message)) for message in messages]  # type: ignore[misc]
    main = [best_ms(lambda: count_slots(counts, named[0])), best_ms(add)]
    print(f"{'CPU ms a block':34} {'named':>8} {'tallied':>8}")
    for label, (old, new) in (
        ("worker: moments and slots", worker),
        ("worker: to bytes", sent),
        ("main process: from bytes", read),
        ("main process: counts and moments", main),
        ("all", [sum(part) for part in zip(worker, sent, read, main, strict=True)]),
    ):
        print(f"{label:34} {old:8.1f} {new:8.1f}   {old / new:5.1f} x")
    print(f"{'message, MB':34} {len(messages[0]) / 1e6:8.1f} {len(messages[1]) / 1e6:8.1f}")


def cpu_seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def whole_run(prepared: Replay, blocks: int) -> tuple[float, float]:
    """Return CPU seconds of the main process and of two workers for a run."""
    before = cpu_seconds(resource.RUSAGE_SELF), cpu_seconds(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        run_ensemble(
            prepared,
            Path(folder) / "run",
            inputs=INPUTS,
            futures=blocks * BLOCK_SIZE,
            workers=2,
            simulate=replay,
        )
    return cpu_seconds(resource.RUSAGE_SELF) - before[0], cpu_seconds(resource.RUSAGE_CHILDREN) - before[1]


def main() -> None:
    scenario = sys.argv[1] if len(sys.argv) > 1 else "us-2026"
    blocks = int(sys.argv[2]) if len(sys.argv) > 2 else 160
    model = prepare(load_scenario(scenario))
    # Not the first blocks, whose futures are in the sample.
    result = simulate_block(model, 5)
    prepared = Replay(tuple(model.months), model.series, model.end_values, result.paths, result.ends)
    print(f"{scenario}: {len(model.series)} series x {len(model.months)} months x {BLOCK_SIZE} futures")
    steps(prepared)
    # Two blocks, so that both workers start.
    whole_run(prepared, 2)
    base, run = whole_run(prepared, 2), whole_run(prepared, blocks)
    own, workers = (1e3 * (many - few) / (blocks - 2) for many, few in zip(run, base, strict=True))
    values = len(model.series) * len(model.months) * BLOCK_SIZE
    print(f"whole runs without a model: {own + workers:.1f} CPU ms a block ({own:.1f} in the main process)")
    print(f"  {1e6 * (own + workers) / values:.1f} ns a value, and {sum(base):.1f} s a run, however short")


if __name__ == "__main__":
    main()

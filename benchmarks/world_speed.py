"""CPU time a future of the whole model, and the part of it that the world takes, on the default scenario.

Usage: python benchmarks/world_speed.py [SCENARIO]

Counts processor time, not the clock, so that a busy machine says nearly what a quiet one does: whole blocks
(policy, power, delivery, compute, world) as a run simulates them, and of the world its draws, quarters and
what is told of it. The median of a few blocks each, after one that compiles.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from stargauge.model import BLOCK_FUTURES, draw, prepare, simulate_block, world_inputs
from stargauge.model.world import fill_world, world_draws
from stargauge.scenario import load_scenario
from stargauge.world.block import simulate_world

REPEATS = 8
PROCESSES = 2
TARGET_RATE, TARGET_PART = 1500.0, 1.0 / 3.0


def main() -> None:
    prepared = prepare(load_scenario(sys.argv[1] if len(sys.argv) > 1 else "us-2026"))
    plan, told = prepared.world, prepared.told
    if plan is None or told is None:
        sys.exit("the scenario leaves the world out")
    inputs = world_inputs(prepared, draw(prepared, 0))
    block = simulate_world(plan, *inputs)
    paths = np.empty((BLOCK_FUTURES, len(told.series), len(prepared.months)))
    whole = cost(lambda number: simulate_block(prepared, number))
    parts = {
        "draws": cost(lambda number: world_draws(plan, prepared.seed, number, BLOCK_FUTURES)),
        "quarters": cost(lambda _: simulate_world(plan, *inputs)),
        "what is told": cost(lambda _: fill_world(plan, told, block, inputs.us_h100e, paths, 0)),
    }
    part = sum(parts.values()) / whole
    rate = PROCESSES * 1000.0 / whole
    print(f"whole model    {whole:.3f} ms of CPU a future: {rate:,.0f} a second on {PROCESSES} cores")
    print(f"of the world   {part:.0%}: " + ", ".join(f"{name} {ms:.3f}" for name, ms in parts.items()))
    print(f"target         over {TARGET_RATE:,.0f} a second, the world under {TARGET_PART:.0%} of it")


def cost(work: Callable[[int], object]) -> float:
    """Return milliseconds of processor time a future of one call, which makes a block of them."""
    work(0)
    taken = []
    for number in range(1, REPEATS + 1):
        begun = time.process_time()
        work(number)
        taken.append(time.process_time() - begun)
    return 1000.0 * median(taken) / BLOCK_FUTURES


if __name__ == "__main__":
    main()

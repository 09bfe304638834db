"""Futures of power supply for answers of this room alone: seeded draws, and runs of several blocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from stargauge.power.setup import PowerPrepared
from stargauge.power.supply import PowerBlock, Uniform, draw, simulate

Floats = NDArray[np.float64]

BLOCK_FUTURES = 256
AS_OF = date(2026, 10, 5)
"""The newest date of the shipped facts that answers are given for."""


def seeded(seed: int, block: int = 0) -> Uniform:
    """Return a source of uniforms in which each input has a stream of its own.

    Args:
        seed: Seed of the answer.
        block: Number of the block, from 0.
    """

    def uniform(name: str, futures: int) -> Floats:
        words = blake2b(f"{seed}|{block}|{name}".encode(), digest_size=16).digest()
        generator = np.random.Generator(np.random.Philox(key=int.from_bytes(words, "little")))
        # Quantiles need probabilities inside (0, 1): the lower end is open.
        return np.asarray(np.maximum(generator.random(futures), np.finfo(np.float64).tiny))

    return uniform


def run_blocks(
    prepared: PowerPrepared,
    futures: int,
    seed: int = 0,
    deferral: Floats | None = None,
    *,
    by_pair: bool = False,
) -> Iterator[PowerBlock]:
    """Yield blocks of at most 256 futures until there are as many as asked for.

    Raises:
        ValueError: fewer than one future is asked for.
    """
    if futures < 1:
        raise ValueError(f"{futures} futures were asked for; at least 1")
    for block, first in enumerate(range(0, futures, BLOCK_FUTURES)):
        size = min(BLOCK_FUTURES, futures - first)
        values = draw(prepared, seeded(seed, block), size)
        yield simulate(prepared, values, deferral, by_pair=by_pair)

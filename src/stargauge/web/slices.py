"""A part of a block of futures: its luck cut out of the block's, so that two processes share a preview.

A future's outcome depends on its own luck alone, so a slice of a block has the bits of the block's rows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import BLOCK_SIZE
from stargauge.insight.trials import with_levers
from stargauge.model import BlockDraws, Prepared, draw, simulate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SLICE_FUTURES = 64
"""Futures of a slice of a refined answer: what a new move waits for at most."""

LEAST_FUTURES = 16
"""Fewer are simulated with companions: along an axis of one, NumPy adds in another order, and a bit moves."""

KEPT_BLOCKS = 8
"""Blocks whose luck a process keeps; 12 MB each for the built-in scenarios."""

KEPT_SCENARIOS = 4


@dataclass(frozen=True)
class Slice:
    """Futures to simulate.

    Attributes:
        frame: Key of the scenario made ready, without its levers.
        levers: Checked steps by lever.
        first: Number of the first future in the run.
        count: How many; all in one block.
        rows: Series to return, by their place in `Prepared.series`.
    """

    frame: str
    levers: Mapping[str, Any]
    first: int
    count: int
    rows: Ints


class Bench:
    """What a process keeps between slices: scenarios made ready, and the luck of blocks."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._frames: OrderedDict[str, Prepared] = OrderedDict()
        self._draws: OrderedDict[tuple[str, int], BlockDraws] = OrderedDict()

    def keep(self, key: str, prepared: Prepared) -> None:
        """Keep a scenario; the one unused for longest goes."""
        self._frames[key] = prepared
        while len(self._frames) > KEPT_SCENARIOS:
            gone, _ = self._frames.popitem(last=False)
            for place in [place for place in self._draws if place[0] == gone]:
                del self._draws[place]

    def has(self, key: str) -> bool:
        """Return whether a scenario is kept."""
        return key in self._frames

    def carry_out(self, wanted: Slice) -> tuple[Floats, Floats]:
        """Return paths (futures, rows, months) and ends (futures, end values) of a slice.

        Raises:
            KeyError: The scenario is not kept.
        """
        self._frames.move_to_end(wanted.frame)
        prepared = self._frames[wanted.frame]
        block, first = divmod(wanted.first, BLOCK_SIZE)
        begin = min(first, BLOCK_SIZE - LEAST_FUTURES)
        own = slice(first - begin, first - begin + wanted.count)
        luck = cut(
            self._luck(wanted.frame, prepared, block), begin, max(first + wanted.count, begin + LEAST_FUTURES)
        )
        result = simulate(with_levers(prepared, wanted.levers), luck)
        return np.ascontiguousarray(result.paths[own, wanted.rows]), np.ascontiguousarray(result.ends[own])

    def _luck(self, key: str, prepared: Prepared, block: int) -> BlockDraws:
        place = (key, block)
        if place not in self._draws:
            self._draws[place] = draw(prepared, block, BLOCK_SIZE)
            while len(self._draws) > KEPT_BLOCKS:
                self._draws.popitem(last=False)
        self._draws.move_to_end(place)
        return self._draws[place]


def cut(draws: BlockDraws, first: int, last: int) -> BlockDraws:
    """Return the luck of the futures from `first` up to `last` of a block."""
    course = replace(
        draws.course,
        **{part.name: getattr(draws.course, part.name)[first:last] for part in fields(draws.course)},
    )
    rest = {part.name: getattr(draws, part.name) for part in fields(draws) if part.name != "course"}
    return replace(draws, course=course, **{name: _rows(value, first, last) for name, value in rest.items()})


def _rows(value: Any, first: int, last: int) -> Any:
    if isinstance(value, dict):
        return {name: one[first:last] for name, one in value.items()}
    return value[first:last]

"""A move: one scenario under one set of levers, and its futures as far as they are simulated.

A refined answer goes on from the futures of the preview. Blocks are counted when they are whole, and their
paths are let go, so that a move holds no more memory for more futures.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import BLOCK_SIZE
from stargauge.web.bands import Tally
from stargauge.web.frames import Frame
from stargauge.web.slices import SLICE_FUTURES, Slice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """The first futures of a move.

    Attributes:
        frame: The scenario made ready.
        rows: Series that the tallies and paths hold, by their place in `Prepared.series`.
        futures: How many futures.
        tallies: One a block.
        ends: (futures, end values).
        paths: (futures, rows, months), where the move keeps them.
    """

    frame: Frame
    rows: Ints
    futures: int
    tallies: tuple[Tally, ...]
    ends: Floats
    paths: Floats | None


@dataclass(frozen=True)
class Held:
    """The first futures of a move as they are now, whatever comes after; `sample` counts what is not yet."""

    move: Move
    futures: int
    tallies: tuple[Tally, ...]
    rest: Floats | None
    ends: tuple[Floats, ...]
    paths: tuple[Floats, ...]

    def sample(self) -> Sample:
        """Return them as a sample."""
        move, tallies = self.move, self.tallies
        if self.rest is not None:
            tallies = (*tallies, Tally.of(self.rest, move.lowers, move.uppers))
        ends = np.concatenate(self.ends)[: self.futures]
        paths = np.concatenate(self.paths)[: self.futures] if self.paths else None
        return Sample(move.frame, move.rows, self.futures, tallies, ends, paths)


class Move:
    """Futures of a scenario under some levers, filled slice by slice from several threads."""

    def __init__(self, frame: Frame, levers: Mapping[str, Any], rows: Ints, keep: bool) -> None:
        """Hold no future yet.

        Args:
            frame: The scenario made ready.
            levers: Checked steps by lever.
            rows: Series to hold, ascending.
            keep: Whether all paths are kept, to be joined with another move's.
        """
        self.frame, self.levers, self.rows, self.keep = frame, levers, rows, keep
        self.wanted = 0
        self.lowers, self.uppers = frame.lowers[rows], frame.uppers[rows]
        self._pieces: dict[int, int] = {}
        self._done: set[int] = set()
        self._paths: dict[int, Floats] = {}
        self._ends: dict[int, Floats] = {}
        self._filled: dict[int, int] = {}
        self._tallies: dict[int, Tally] = {}
        self._lock = threading.Lock()

    def order(self, count: int, sharers: int) -> Iterator[tuple[int, int]]:
        """Yield (first, count) of the slices that are missing up to a number of futures, as ordered now.

        Args:
            count: Futures that are wanted.
            sharers: Processes that share them: few futures are cut so that all have work.
        """
        step = min(SLICE_FUTURES, max(1, -(-count // sharers)))
        at = 0
        while at < count:
            if at in self._pieces:
                at += self._pieces[at]
                continue
            ahead = min((first for first in self._pieces if first > at), default=count)
            last = min(at + step, count, ahead, (at // BLOCK_SIZE + 1) * BLOCK_SIZE)
            self._room(at // BLOCK_SIZE)
            self._pieces[at] = last - at
            yield at, last - at
            at = last

    def _room(self, block: int) -> None:
        if block not in self._ends:
            months = len(self.frame.prepared.months)
            self._paths[block] = np.empty((BLOCK_SIZE, self.rows.size, months))
            self._ends[block] = np.empty((BLOCK_SIZE, len(self.frame.prepared.end_values)))
            self._filled[block] = 0

    def slice(self, first: int, count: int) -> Slice:
        """Return what a process is asked."""
        return Slice(self.frame.key, self.levers, first, count, self.rows)

    def into(self, first: int, count: int) -> tuple[Floats, Floats]:
        """Return where the paths and ends of a slice go."""
        block, row = divmod(first, BLOCK_SIZE)
        return self._paths[block][row : row + count], self._ends[block][row : row + count]

    def drop(self, first: int) -> None:
        """Forget that a slice was ordered."""
        self._pieces.pop(first, None)

    def fill(self, first: int, count: int) -> None:
        """Note that a slice is filled; a block that is whole is counted.

        Raises:
            ValueError: A path is not finite.
        """
        block = first // BLOCK_SIZE
        with self._lock:
            self._filled[block] += count
            whole = self._filled[block] == BLOCK_SIZE
        if whole:
            self._tallies[block] = Tally.of(self._paths[block], self.lowers, self.uppers)

    def finish(self, first: int) -> None:
        """Note that a slice is done, counted if its block is whole."""
        self._done.add(first)

    @property
    def ready(self) -> int:
        """Number of futures from the first on that are there."""
        at = 0
        while at in self._done:
            at += self._pieces[at]
        return at

    def can_give(self, count: int) -> bool:
        """Return whether the first futures can be told apart: not in a block whose paths are let go."""
        last, rest = divmod(count, BLOCK_SIZE)
        return not rest or last not in self._ends or last in self._paths

    def hold(self, count: int) -> Held:
        """Return the first futures, which must be there and told apart."""
        whole, rest = divmod(count, BLOCK_SIZE)
        blocks = range(whole + bool(rest))
        return Held(
            move=self,
            futures=count,
            tallies=tuple(self._tallies[block] for block in range(whole)),
            rest=self._paths[whole][:rest] if rest else None,
            ends=tuple(self._ends[block] for block in blocks),
            paths=tuple(self._paths[block] for block in blocks) if self.keep else (),
        )

    def let_go(self) -> None:
        """Let go of the paths of blocks that are counted, unless all are kept."""
        if not self.keep:
            ready = self.ready // BLOCK_SIZE
            for block in [block for block in self._paths if block < ready]:
                del self._paths[block]

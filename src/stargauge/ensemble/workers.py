"""Who computes the blocks: this process, or a pool of processes with one thread each.

Every crew offers the same three calls: `submit` a block, `collect` what is finished (in any order) and
`close`. The caller bounds how many blocks are under way, so a crew holds no queue of its own.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import ClassVar, Protocol

from stargauge.ensemble.blocks import BlockError, PreparedLike, Simulate, lower_end, simulate_span, span
from stargauge.ensemble.ranges import lower_ends, upper_ends
from stargauge.ensemble.reduction import BlockSummary, summarise

ONE_THREAD = {
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
}
# Blocks under way for each worker: one at work, one waiting, so that no worker idles while the parent
# reduces, and as many again held back behind a slow block.
BLOCKS_IN_FLIGHT_PER_WORKER = 4


@dataclass(frozen=True)
class Work:
    """All a worker needs beside the number of a block; sent to each worker once."""

    simulate: Simulate
    prepared: PreparedLike
    futures: int
    sample: int

    def block(self, block: int) -> BlockSummary:
        """Return the summary of one block.

        Raises:
            BlockError: The model failed on it.
        """
        wanted = span(block, self.futures)
        paths, ends = simulate_span(self.simulate, self.prepared, wanted)
        series = self.prepared.series
        uppers = upper_ends([entry.upper for entry in series], len(self.prepared.months))
        lowers = lower_ends([lower_end(entry) for entry in series])
        return summarise(wanted, paths, ends, uppers, self.sample, lowers)


class Crew(Protocol):
    """Computes blocks.

    Attributes:
        window: How many blocks may be under way or held back at once.
    """

    window: int

    def submit(self, block: int) -> None:
        """Take a block to compute."""

    def collect(self, timeout: float) -> list[BlockSummary]:
        """Return what is finished, in any order; waits `timeout` seconds at most, in process for one block.

        Raises:
            BlockError: A block failed or its worker died.
        """

    def close(self) -> None:
        """Drop what has not started and end the workers."""


class InProcess:
    """Computes one block at a time in this process."""

    window = 1

    def __init__(self, work: Work) -> None:
        """Keep the work."""
        self._work = work
        self._next: list[int] = []

    def submit(self, block: int) -> None:
        """Take a block; it is computed when collected."""
        self._next.append(block)

    def collect(self, timeout: float) -> list[BlockSummary]:
        """Compute and return the oldest block, however long it takes."""
        return [self._work.block(self._next.pop(0))]

    def close(self) -> None:
        """Drop what has not started."""
        self._next.clear()


class Pool:
    """Computes blocks on `workers` processes of this machine, started fresh (spawn) with one thread each."""

    def __init__(self, work: Work, workers: int) -> None:
        """Make the pool; processes start with the first blocks."""
        self.window = workers * BLOCKS_IN_FLIGHT_PER_WORKER
        self._futures = work.futures
        self._pool = ProcessPoolExecutor(
            max_workers=workers, mp_context=_OneThreadContext(), initializer=_settle, initargs=(work,)
        )
        self._under_way: dict[Future[BlockSummary], int] = {}

    def submit(self, block: int) -> None:
        """Queue a block."""
        try:
            self._under_way[self._pool.submit(_compute, block)] = block
        except BrokenProcessPool as error:
            self._under_way[Future()] = block
            raise self._death() from error

    def collect(self, timeout: float) -> list[BlockSummary]:
        """Return the blocks that are finished."""
        done, _ = wait(self._under_way, timeout=timeout, return_when=FIRST_COMPLETED)
        summaries = []
        for future in done:
            try:
                summaries.append(future.result())
            except BrokenProcessPool as error:
                raise self._death() from error
            del self._under_way[future]
        return summaries

    def close(self) -> None:
        """Wait for the blocks at work, drop the others and end the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _death(self) -> BlockError:
        blocks = sorted(self._under_way.values())
        first, last = span(blocks[0], self._futures), span(blocks[-1], self._futures)
        return BlockError(
            f"a worker process died while blocks {blocks[0]} to {blocks[-1]} were under way "
            f"(futures {first.first} to {last.first + last.count - 1}); "
            "it was killed, ran out of memory or could not start"
        )


class _OneThreadProcess(SpawnProcess):
    """Starts with one thread for every numerical library: set before the child imports any of them."""

    def start(self) -> None:
        with one_thread():
            super().start()


class _OneThreadContext(SpawnContext):
    # Only while a child starts: this process keeps its own threads, and Numba objects when the number changes
    # under it.
    Process: ClassVar[type[SpawnProcess]] = _OneThreadProcess


@contextmanager
def one_thread() -> Iterator[None]:
    """Have processes started inside the context inherit one thread for every numerical library."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_work: Work | None = None


def _settle(work: Work) -> None:
    """Keep the work of this worker process."""
    global _work
    # Ctrl-C reaches the whole process group; the parent decides what is still finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = work


def _compute(block: int) -> BlockSummary:
    assert _work is not None
    return _work.block(block)

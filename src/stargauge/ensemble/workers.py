"""Who computes the blocks: this process, or a pool of processes with one thread each.

Every crew offers the same three calls: `submit` a block, `collect` what is finished (in any order) and
`close`. The caller bounds how many blocks are under way, so a crew holds no queue of its own.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.queues import SimpleQueue
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from stargauge.ensemble.blocks import (
    BlockError,
    PreparedLike,
    Simulate,
    check_finite,
    lower_end,
    simulated_span,
    span,
)
from stargauge.ensemble.ranges import lower_ends, upper_ends
from stargauge.ensemble.reduction import BlockSummary, summarise

if sys.platform == "linux":
    import fcntl

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Lock

    import numpy as np
    from numpy.typing import NDArray

ONE_THREAD = {
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
}
# For the C library of Linux: a block's arrays are as large as the last one's. Given back and asked for again,
# their pages are cleared anew for every block, which takes a tenth of the time; kept, the peak is the same.
KEPT_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 40)}
# What Linux lets anyone have.
PIPE_BYTES = 1 << 20
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
        paths, ends = simulated_span(self.simulate, self.prepared, wanted)
        lowers, uppers = self._ranges
        try:
            return summarise(wanted, paths, ends, uppers, self.sample, lowers)
        except ValueError as error:
            # Looked for only where the sums show it: looking costs as much as a fifth of the counting.
            check_finite(self.prepared, wanted, paths)
            raise BlockError(f"{wanted}: {error}") from error

    @cached_property
    def _ranges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        series = self.prepared.series
        uppers = upper_ends([entry.upper for entry in series], len(self.prepared.months))
        return lower_ends([lower_end(entry) for entry in series]), uppers


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
        # What a process is started with goes through a pipe that holds 64 KiB, and who starts it waits until
        # it has come far enough to read on: work of megabytes would start the processes one after another.
        # A thread waits instead. Nothing has a name that a kill would leave behind.
        context = _OneThreadContext()
        self._handed, hand = context.Pipe(duplex=False)
        content = pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
        threading.Thread(target=_hand_out, args=(hand, content, workers), daemon=True).start()
        self._pool = ProcessPoolExecutor(
            max_workers=workers,
            mp_context=context,
            initializer=_settle,
            initargs=(self._handed, context.Lock()),
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
        try:
            self._pool.shutdown(wait=True, cancel_futures=True)
        finally:
            # With no reader left, the thread stops waiting for processes that never started.
            self._handed.close()

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

    def SimpleQueue(self) -> SimpleQueue[Any]:  # noqa: N802 - the name in `multiprocessing`
        """Return the queue on which a pool's results come back, with room for more than 64 KiB at a time.

        A summary is some megabytes; by 64 KiB, handing it over takes as long as counting it. Only Linux has
        pipes of other sizes, and a system may allow less.
        """
        queue = super().SimpleQueue()
        if sys.platform == "linux":
            with suppress(OSError):
                writer = queue._writer  # type: ignore[attr-defined]
                fcntl.fcntl(writer.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        return queue


@contextmanager
def one_thread() -> Iterator[None]:
    """Have processes started inside the context inherit `ONE_THREAD` and `KEPT_MEMORY`."""
    environment = ONE_THREAD | KEPT_MEMORY
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_work: Work | None = None


def _hand_out(hand: Connection[Any, Any], content: bytes, times: int) -> None:
    with hand, suppress(OSError):
        for _ in range(times):
            hand.send_bytes(content)


def _settle(handed: Connection[Any, Any], turn: Lock) -> None:
    """Keep the work of this worker process, which is handed out to one after another."""
    global _work
    # Ctrl-C reaches the whole process group; the parent decides what is still finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with turn:
        content = handed.recv_bytes()
    _work = pickle.loads(content)


def _compute(block: int) -> BlockSummary:
    assert _work is not None
    return _work.block(block)

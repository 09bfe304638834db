"""Threads for kernels that let go of the interpreter; results never depend on their number."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """A pool of threads, used as a context manager.

    Attributes:
        count: Number of threads.
    """

    def __init__(self, count: int | None = None) -> None:
        """Start `count` threads; as many as this process may use processors if None."""
        self.count = count or _processors()
        self._pool = ThreadPoolExecutor(self.count)

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def each(self, task: Callable[[int], Result]) -> list[Result]:
        """Return the results of `task(0)` to `task(count - 1)`, one a thread."""
        return list(self._pool.map(task, range(self.count)))

    def over(self, task: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return the results of `task` over items, in their order."""
        return list(self._pool.map(task, items))

"""Blocks arrive in any order and leave in order; how far ahead they may run is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class OrderedWindow(Generic[T]):
    """Holds back what arrived early.

    At most `size` blocks may be under way or held at once, counted from the next block that is missing; that
    bounds the memory, and it is the caller's business to submit no further than `limit`.
    """

    def __init__(self, first: int, size: int) -> None:
        """Wait for block `first` with room for `size` blocks.

        Raises:
            ValueError: There is no room.
        """
        if size < 1:
            raise ValueError(f"a window holds at least one block, not {size}")
        self.next = first
        self.size = size
        self._held: dict[int, T] = {}

    @property
    def limit(self) -> int:
        """First block that may not be submitted yet."""
        return self.next + self.size

    def put(self, block: int, result: T) -> None:
        """Take the result of a block.

        Raises:
            ValueError: The block left already, is held already or lies beyond the window.
        """
        if not self.next <= block < self.limit or block in self._held:
            raise ValueError(f"block {block} is not awaited; blocks {self.next} to {self.limit - 1} are")
        self._held[block] = result

    def ready(self) -> Iterator[T]:
        """Yield results in block order as far as there is no gap."""
        while self.next in self._held:
            result = self._held.pop(self.next)
            self.next += 1
            yield result

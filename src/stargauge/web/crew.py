"""The processes that simulate, each fed by a thread of the server, what matters most first."""

from __future__ import annotations

import heapq
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from stargauge.ensemble.blocks import BlockError
from stargauge.errors import StargaugeError
from stargauge.web.frames import Frame
from stargauge.web.helpers import Helper, HelperDiedError, HelperFailedError, simulator
from stargauge.web.moves import Move
from stargauge.web.slices import Slice

_log = logging.getLogger(__name__)

WARM_FUTURES = 2
"""Futures simulated at the start, so that everything is compiled before the first move."""


@dataclass(order=True)
class Order:
    """A slice that is wanted: lowest rank first, then the oldest move, then the first future."""

    rank: int
    serial: int
    first: int
    count: int = field(compare=False)
    move: Move = field(compare=False)

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return self.first < self.move.wanted


class Crew:
    """Simulates slices on several processes."""

    def __init__(
        self,
        size: int,
        done: Callable[[Order, StargaugeError | None], None],
        dropped: Callable[[Order], None],
    ) -> None:
        """Have no process yet.

        Args:
            size: Processes.
            done: Called from a thread when a slice is filled, or cannot be.
            dropped: Called from a thread when nobody waited for a slice any more.
        """
        self.size = size
        self._done, self._dropped = done, dropped
        self._orders: list[Order] = []
        self._helpers: list[Helper] = []
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._closed = False

    def start(self, frame: Frame) -> None:
        """Start the processes and wait until all are warm; the first compiles what is not compiled yet."""
        self._warm(self._hire(1), frame)
        for helper in [self._hire(number) for number in range(2, self.size + 1)]:
            self._warm(helper, frame)
        for number in range(self.size):
            thread = threading.Thread(
                target=self._work, args=(number,), name=f"futures {number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def submit(self, order: Order) -> None:
        """Queue a slice."""
        with self._changed:
            heapq.heappush(self._orders, order)
            self._changed.notify()

    @property
    def waiting(self) -> int:
        """Number of slices that no process has begun."""
        return len(self._orders)

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        with self._changed:
            self._closed = True
            self._orders.clear()
            self._changed.notify_all()
        for helper in list(self._helpers):
            helper.end()
        for thread in self._threads:
            thread.join()

    def _hire(self, number: int) -> Helper:
        helper = Helper(f"futures {number}", simulator)
        with self._changed:
            self._helpers.append(helper)
            if not self._closed:
                return helper
        helper.end()
        raise HelperDiedError("the server ends")

    def _warm(self, helper: Helper, frame: Frame) -> None:
        helper.ask((frame.key, frame.content))
        rows = np.zeros(1, dtype=np.int64)
        months, ends = len(frame.prepared.months), len(frame.prepared.end_values)
        into = (np.empty((WARM_FUTURES, 1, months)), np.empty((WARM_FUTURES, ends)))
        helper.ask(Slice(frame.key, frame.prepared.scenario.levers, 0, WARM_FUTURES, rows), into)

    def _next(self) -> Order | None:
        with self._changed:
            while not self._orders and not self._closed:
                self._changed.wait()
            return None if self._closed else heapq.heappop(self._orders)

    def _work(self, number: int) -> None:
        while (order := self._next()) is not None:
            if not order.wanted:
                self._dropped(order)
                continue
            try:
                self._carry_out(number, order)
            except HelperDiedError as error:
                self._replace(number)
                self._done(order, error)
            except HelperFailedError as error:
                _log.error("a slice failed: %s\n%s", error, error.detail)
                self._done(order, error)
            except StargaugeError as error:
                self._done(order, error)
            except ValueError as error:
                self._done(order, BlockError(str(error)))
            else:
                self._done(order, None)

    def _replace(self, number: int) -> None:
        """Start a process anew that ended."""
        self._helpers[number].end()
        with self._changed:
            if not self._closed:
                _log.warning("a process that simulates ended and is started anew")
                self._helpers[number] = Helper(f"futures {number + 1}", simulator)

    def _carry_out(self, number: int, order: Order) -> None:
        move, helper = order.move, self._helpers[number]
        wanted, into = move.slice(order.first, order.count), move.into(order.first, order.count)
        if helper.ask(wanted, into) is False:
            helper.ask((move.frame.key, move.frame.content))
            helper.ask(wanted, into)
        move.fill(order.first, order.count)

"""The engine behind the page: moves in, samples of futures out, the newest move first.

Everything here runs in the event loop but for the threads of the crew, which come back through it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import StargaugeError
from stargauge.scenario import Scenario
from stargauge.web.bounds import Bounds
from stargauge.web.crew import Crew, Order
from stargauge.web.frames import Frame, FrameRoom
from stargauge.web.moves import Held, Move, Sample
from stargauge.web.problems import ProblemError, busy, superseded, too_slow

_log = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Answer = TypeVar("Answer")

PREVIEW, REFINED = 0, 1
"""Ranks: what a moving slider waits for goes first."""


@dataclass(eq=False)
class _Waiter:
    """Somebody who waits for the first futures of a move."""

    count: int
    held: asyncio.Future[Held]


class Engine:
    """Moves, who waits for them, and the processes that simulate them."""

    def __init__(self, bounds: Bounds, size: int) -> None:
        """Have no process yet.

        Args:
            bounds: What is granted.
            size: Processes that simulate.
        """
        self.bounds = bounds
        self.frames = FrameRoom(bounds)
        self.crew = Crew(size, self._done, self._dropped)
        self.ready = asyncio.Event()
        self._failure: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._moves: OrderedDict[str, Move] = OrderedDict()
        self._waiters: dict[Move, list[_Waiter]] = {}
        self._turns: dict[str, asyncio.Future[None]] = {}
        self._waiting = 0
        self._serial = 0

    async def start(self, scenario: Scenario) -> None:
        """Make a scenario ready and the processes warm with it; until then every move waits."""
        self._loop = asyncio.get_running_loop()
        try:
            frame = await self.frames.get(scenario)
            await asyncio.to_thread(self.crew.start, frame)
        except Exception as error:
            _log.exception("the server cannot simulate")
            self._failure = error
        self.ready.set()

    async def when_ready(self) -> None:
        """Wait until moves can be answered.

        Raises:
            ProblemError: They never will.
        """
        await self.ready.wait()
        if self._failure is not None:
            raise ProblemError(503, "unavailable", "The server cannot simulate", str(self._failure))

    async def in_time(self, work: Awaitable[Answer]) -> Answer:
        """Return what work gives.

        Raises:
            ProblemError: The time is up.
        """
        try:
            async with asyncio.timeout(self.bounds.seconds_per_request):
                return await work
        except TimeoutError:
            raise too_slow(self.bounds.seconds_per_request) from None

    def close(self) -> None:
        """End all processes."""
        self.frames.close()
        self.crew.close()

    @property
    def waiting(self) -> int:
        """Number of requests that wait for futures."""
        return self._waiting

    async def in_turn(
        self, token: str, work: Coroutine[Any, Any, Answer], gone: asyncio.Future[None]
    ) -> Answer:
        """Return what a request's work gives, unless a newer one of its token comes, it goes, or time is up.

        Args:
            token: Who moves; empty for somebody whose moves do not replace each other.
            work: What gives the answer; cancelled where it is not wanted any more.
            gone: Done when the client is gone.

        Raises:
            ProblemError: Superseded, too slow, or too many wait.
        """
        replaced: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if token:
            if before := self._turns.get(token):
                before.cancel()
            self._turns[token] = replaced
        task = asyncio.ensure_future(work)
        self._waiting += 1
        try:
            if self._waiting > self.bounds.waiting_moves:
                raise busy(f"{self._waiting - 1} moves wait for an answer, the most that may")
            awaited: set[asyncio.Future[Any]] = {task, replaced, gone}
            await asyncio.wait(
                awaited,
                timeout=self.bounds.seconds_per_request,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if task.done():
                return task.result()
            if replaced.done() or gone.done():
                raise superseded()
            raise too_slow(self.bounds.seconds_per_request)
        finally:
            self._waiting -= 1
            if token and self._turns.get(token) is replaced:
                del self._turns[token]
            if not task.done():
                task.cancel()
            replaced.cancel()

    async def sample(
        self, frame: Frame, levers: dict[str, Any], rows: Ints, count: int, *, keep: bool = False
    ) -> Sample:
        """Return the first futures of a scenario under some levers.

        Args:
            frame: The scenario made ready.
            levers: Checked steps by lever.
            rows: Series to hold, ascending.
            count: Number of futures.
            keep: Whether the paths of all futures are needed.

        Raises:
            StargaugeError: The model failed or a process died.
        """
        move = self._move(frame, levers, rows, count, keep)
        if move.ready >= count:
            held = move.hold(count)
        else:
            waiter = _Waiter(count, asyncio.get_running_loop().create_future())
            waiters = self._waiters.setdefault(move, [])
            waiters.append(waiter)
            self._want(move)
            try:
                held = await waiter.held
            finally:
                waiters.remove(waiter)
                self._want(move, forget=True)
        return await asyncio.to_thread(held.sample)

    def _move(self, frame: Frame, levers: dict[str, Any], rows: Ints, count: int, keep: bool) -> Move:
        said = {name: [step.canonical() for step in steps] for name, steps in sorted(levers.items())}
        content = json.dumps([frame.key, said, rows.tolist(), keep], sort_keys=True)
        key = sha256(content.encode()).hexdigest()
        move = self._moves.get(key)
        if move is None or not move.can_give(count):
            move = Move(frame, levers, rows, keep)
            self._moves[key] = move
        self._moves.move_to_end(key)
        while len(self._moves) > self.bounds.kept_moves:
            # Those who wait for it keep it alive.
            self._moves.popitem(last=False)
        return move

    def _want(self, move: Move, *, forget: bool = False) -> None:
        """Order what those who wait for a move are missing; or only note that one of them went."""
        waiters = self._waiters.get(move, [])
        move.wanted = max((one.count for one in waiters), default=0)
        if not waiters:
            self._waiters.pop(move, None)
        if forget:
            return
        rank = PREVIEW if move.wanted <= self.bounds.preview_futures else REFINED
        self._serial += 1
        for first, count in move.order(move.wanted, self.crew.size):
            self.crew.submit(Order(rank, self._serial, first, count, move))

    def _done(self, order: Order, error: StargaugeError | None) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._advance, order, error)

    def _dropped(self, order: Order) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._give_back, order)

    def _advance(self, order: Order, error: StargaugeError | None) -> None:
        move = order.move
        if error is not None:
            self._give_back(order, again=False)
            for waiter in self._waiters.get(move, []):
                if not waiter.held.done():
                    waiter.held.set_exception(error)
            return
        move.finish(order.first)
        ready = move.ready
        for waiter in self._waiters.get(move, []):
            if waiter.count <= ready and not waiter.held.done():
                waiter.held.set_result(move.hold(waiter.count))
        move.let_go()

    def _give_back(self, order: Order, *, again: bool = True) -> None:
        """Forget a slice that was not simulated; order it anew if somebody came to wait meanwhile."""
        order.move.drop(order.first)
        if again and self._waiters.get(order.move):
            self._want(order.move)


def rows_of(frame: Frame, names: set[str]) -> Ints:
    """Return the places of some series, ascending."""
    return np.array(sorted(frame.place[name] for name in names), dtype=np.int64)

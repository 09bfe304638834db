"""Studies of what levers buy: in a process of their own, one after another, never in a slider's way."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from stargauge.errors import StargaugeError
from stargauge.scenario import Scenario
from stargauge.web.bounds import Bounds
from stargauge.web.helpers import Helper, HelperFailedError, Work
from stargauge.web.problems import busy, too_slow

_log = logging.getLogger(__name__)

NICENESS = 10
KEPT_STUDIES = 32


@dataclass(frozen=True)
class Question:
    """What a study is asked."""

    scenario: Scenario
    outcomes: tuple[str, ...]
    futures: int
    full_force: bool

    @property
    def digest(self) -> str:
        """Return what decides its answer."""
        content = [self.scenario.digest(), self.outcomes, self.futures, self.full_force]
        return sha256(json.dumps(content).encode()).hexdigest()


class StudyState:
    """How far a study is."""

    def __init__(self) -> None:
        """It waits."""
        self.done, self.total = 0, 0
        self.state: Literal["waiting", "working", "ready"] = "waiting"
        self.answer: dict[str, Any] | None = None
        self.error: Exception | None = None

    def advance(self, said: tuple[int, int]) -> None:
        """Note how many simulations of how many are done."""
        self.done, self.total = said

    def to_dict(self, digest: str) -> dict[str, Any]:
        """Return what is told of it."""
        return {
            "state": self.state,
            "digest": digest,
            "done": self.done,
            "total": self.total,
            "answer": self.answer,
        }


class StudyRoom:
    """Keeps studies, and has one at a time carried out."""

    def __init__(self, bounds: Bounds) -> None:
        """Keep nothing yet; the process starts with the first study."""
        self._bounds = bounds
        self._kept: OrderedDict[str, StudyState] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._helper: Helper | None = None

    def ask(self, question: Question) -> StudyState:
        """Return a study as far as it is, begun now where it is new.

        Raises:
            ProblemError: Too many wait, or it took too long.
            StargaugeError: It could not be carried out; asked again it is begun anew.
        """
        digest = question.digest
        state = self._kept.get(digest)
        if state is None:
            if len(self._tasks) >= self._bounds.waiting_studies:
                raise busy(f"{len(self._tasks)} studies wait or are under way, the most that may")
            state = self._kept[digest] = StudyState()
            task = asyncio.create_task(self._carry_out(question, state))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            while len(self._kept) > KEPT_STUDIES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(digest)
        if state.error is not None:
            del self._kept[digest]
            raise state.error
        return state

    async def _carry_out(self, question: Question, state: StudyState) -> None:
        async with self._turn:
            state.state = "working"
            if self._helper is None or not self._helper.alive:
                self._helper = await asyncio.to_thread(Helper, "levers", student, NICENESS)
            helper = self._helper
            try:
                async with asyncio.timeout(self._bounds.study_seconds):
                    state.answer = await asyncio.to_thread(helper.ask, question, (), state.advance)
                state.state = "ready"
            except TimeoutError:
                helper.end()
                state.error = too_slow(self._bounds.study_seconds)
            except HelperFailedError as error:
                _log.error("a study failed: %s\n%s", error, error.detail)
                state.error = error
            except StargaugeError as error:
                state.error = error

    def close(self) -> None:
        """End the process and what waits."""
        for task in self._tasks:
            task.cancel()
        if self._helper is not None:
            self._helper.end()


def student() -> Work:
    """Return the work of a process that carries out studies of levers."""
    from stargauge.insight.attribution import attribution

    def work(question: Any, tell: Callable[[Any], None]) -> Any:
        return attribution(
            question.scenario,
            question.outcomes,
            futures=question.futures,
            full_force=question.full_force,
            workers=1,
            progress=lambda done, total: tell((done, total)),
        ).to_dict()

    return work

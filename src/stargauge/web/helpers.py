"""Processes that work for the server, started fresh, each with one thread; one question at a time.

A helper is asked from a thread of the server and answers over a pipe: an object, then arrays as plain bytes.
It ends when the server's end of the pipe does, so none outlives the server.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble.workers import one_thread
from stargauge.errors import StargaugeError

Floats = NDArray[np.float64]

Work = Callable[[Any, Callable[[Any], None]], Any]
"""Answers a question; the second argument tells how far it is."""

END_SECONDS = 2.0
"""How long a helper may take to end before it is killed."""


class HelperDiedError(StargaugeError):
    """A helper process ended while it was asked."""


class HelperFailedError(StargaugeError):
    """A helper met an error that is not the client's; `detail` is where."""

    def __init__(self, message: str, detail: str) -> None:
        """Keep message and traceback."""
        self.detail = detail
        super().__init__(message, detail)


class Helper:
    """A process that does one kind of work."""

    def __init__(self, name: str, make: Callable[[], Work], niceness: int = 0) -> None:
        """Start the process.

        Args:
            name: What it is called.
            make: Module-level function that makes the work in the process.
            niceness: By how much it stands back for others.
        """
        context = get_context("spawn")
        self._mine, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, make, niceness), name=f"stargauge {name}", daemon=True
        )
        with one_thread():
            self._process.start()
        theirs.close()

    def ask(
        self,
        question: Any,
        into: tuple[Floats, ...] = (),
        tell: Callable[[Any], None] | None = None,
    ) -> Any:
        """Return the answer; blocks.

        Args:
            question: Anything that can be pickled.
            into: Arrays that are filled with what follows the answer.
            tell: Called with what the helper tells on the way.

        Raises:
            HelperDiedError: The process ended.
            HelperFailedError: It met an error of its own.
            StargaugeError: What the work raises on purpose.
        """
        try:
            self._mine.send(question)
            while True:
                kind, content = self._mine.recv()
                if kind != "told":
                    break
                if tell is not None:
                    tell(content)
            if kind == "raised":
                raise content
            if kind == "failed":
                raise HelperFailedError(*content)
            if kind == "arrays":
                for array in into:
                    if array.size:
                        self._mine.recv_bytes_into(memoryview(array.data).cast("B"))
        except (EOFError, ConnectionError, OSError) as error:
            raise HelperDiedError("a helper process ended; it was killed or ran out of memory") from error
        return content

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process.is_alive()

    def end(self) -> None:
        """End the process, whatever it is doing; who asks it is told that it died."""
        self._process.terminate()
        self._process.join(END_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(mine: Connection, make: Callable[[], Work], niceness: int) -> None:
    # Ctrl-C reaches the whole process group; the server decides what is still finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    work = make()
    with contextlib.suppress(EOFError, ConnectionError, OSError):
        while True:
            question = mine.recv()
            try:
                answer = work(question, lambda said: mine.send(("told", said)))
            except StargaugeError as error:
                mine.send(("raised", error))
            except Exception as error:
                mine.send(("failed", (f"{type(error).__name__}: {error}", traceback.format_exc())))
            else:
                if not isinstance(answer, tuple):
                    mine.send(("answer", answer))
                    continue
                mine.send(("arrays", True))
                for array in answer:
                    if array.size:
                        mine.send_bytes(memoryview(array.data).cast("B"))


def simulator() -> Work:
    """Return the work of a process that simulates slices.

    It is asked a `Slice`, and answers False where it has not got the scenario; it is given one, pickled, as
    (key, bytes).
    """
    from stargauge.web.slices import Bench, Slice

    bench = Bench()

    def work(question: Any, tell: Callable[[Any], None]) -> Any:
        if isinstance(question, Slice):
            return bench.carry_out(question) if bench.has(question.frame) else False
        key, content = question
        bench.keep(key, pickle.loads(content))
        return True

    return work


def preparer() -> Work:
    """Return the work of a process that makes scenarios ready: a scenario in, pickled bytes out."""
    from stargauge.facts import load_registry, load_tables
    from stargauge.model import prepare

    def work(question: Any, tell: Callable[[Any], None]) -> Any:
        return pickle.dumps(prepare(question, load_registry(), load_tables()), pickle.HIGHEST_PROTOCOL)

    return work

"""Many scenarios on the same luck: a block's draws are made once and every variant is simulated on them.

A trial is one variant on one block of futures. Variants of one scenario differ in its levers only: these are
read when a block is simulated and by nothing that is made ready before, so a prepared scenario is given other
levers at no cost. What a trial returns depends on nothing but its own arguments; neither the number of
processes nor the order of work moves a bit.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import BLOCK_SIZE, BlockError
from stargauge.ensemble.workers import one_thread
from stargauge.insight.outcomes import Outcome, PhaseOutcome
from stargauge.model import Prepared, deliver, draw, simulate

Floats = NDArray[np.float64]

Levers = Mapping[str, Any]
"""The `levers` of a scenario: steps by name."""


@dataclass(frozen=True)
class Undone:
    """Levers of a scenario, and which of them the plan never did anything about (`Course.without`)."""

    levers: Levers
    never: tuple[str, ...]


Variant = Levers | Undone | None
"""What a scenario is simulated with; None: its own levers."""

TRIALS_PER_TASK = 8
"""Variants that share the draws of a block in one task: drawing costs a third of a simulation."""


@dataclass(frozen=True)
class Subject:
    """A scenario made ready, and the outcomes read from it."""

    prepared: Prepared
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Task:
    """Variants of a subject to simulate on a block; `keys` name them, `levers` make them."""

    subject: int
    block: int
    futures: int
    keys: tuple[int, ...]
    levers: tuple[Variant, ...]


@dataclass(frozen=True)
class Finished:
    """What became of a task: (variants, outcomes, futures)."""

    task: Task
    values: Floats


def with_levers(prepared: Prepared, levers: Levers) -> Prepared:
    """Return a prepared scenario under other levers, as if it had been prepared with them.

    Args:
        prepared: Made ready under any levers.
        levers: Checked steps by lever, as `Scenario.levers` holds them.
    """
    return replace(prepared, scenario=prepared.scenario.model_copy(update={"levers": dict(levers)}))


def as_variant(prepared: Prepared, variant: Variant) -> Prepared:
    """Return a prepared scenario as a variant of it."""
    if variant is None:
        return prepared
    if isinstance(variant, Undone):
        changed = with_levers(prepared, variant.levers)
        return replace(changed, course=changed.course.without(variant.never))
    return with_levers(prepared, variant)


def tasks_of_block(subject: int, block: int, futures: int, variants: Mapping[int, Variant]) -> list[Task]:
    """Return the tasks that simulate all variants of a subject on a block."""
    keys = list(variants)
    chunks = [tuple(keys[at : at + TRIALS_PER_TASK]) for at in range(0, len(keys), TRIALS_PER_TASK)]
    return [Task(subject, block, futures, chunk, tuple(variants[key] for key in chunk)) for chunk in chunks]


def carry_out(subjects: Sequence[Subject], task: Task) -> Finished:
    """Return the outcomes of a task; a block is simulated whole and cut, so fewer futures are a prefix."""
    subject = subjects[task.subject]
    draws = draw(subject.prepared, task.block, BLOCK_SIZE)
    values = np.empty((len(task.keys), len(subject.outcomes), task.futures))
    by_phase = any(isinstance(outcome, PhaseOutcome) for outcome in subject.outcomes)
    for row, levers in enumerate(task.levers):
        prepared = as_variant(subject.prepared, levers)
        result = simulate(prepared, draws)
        # What is read phase by phase costs the block once more, so it is made where it is asked for alone.
        block = deliver(prepared, draws) if by_phase else None
        for column, outcome in enumerate(subject.outcomes):
            read = (
                outcome.of_phases(block)
                if isinstance(outcome, PhaseOutcome) and block
                else outcome.of(result)
            )
            values[row, column] = read[: task.futures]
    return Finished(task, values)


def carry_out_all(
    subjects: Sequence[Subject], tasks: Sequence[Task], workers: int
) -> Generator[Finished, None, None]:
    """Yield the outcomes of tasks as they are finished, in any order.

    Closing the iterator, or an exception where it is used, drops what has not begun.

    Args:
        subjects: What is simulated; sent to each process once.
        tasks: What to do.
        workers: Processes of one thread each; 1 works in this process.

    Raises:
        BlockError: A process died.
    """
    if workers == 1 or len(tasks) < 2:
        for task in tasks:
            yield carry_out(subjects, task)
        return
    pool = ProcessPoolExecutor(
        max_workers=min(workers, len(tasks)),
        mp_context=get_context("spawn"),
        initializer=_settle,
        initargs=(tuple(subjects),),
    )
    try:
        # Processes start as tasks come in, each with one thread for every numerical library.
        with one_thread():
            under_way: set[Future[Finished]] = {pool.submit(_carry_out, task) for task in tasks}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BrokenProcessPool as error:
        raise BlockError(
            "a worker process died; it was killed, ran out of memory or could not start"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_subjects: tuple[Subject, ...] = ()


def _settle(subjects: tuple[Subject, ...]) -> None:
    """Keep the subjects of this worker process."""
    global _subjects
    # Ctrl-C reaches the whole process group; the parent decides what is still finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _subjects = subjects


def _carry_out(task: Task) -> Finished:
    return carry_out(_subjects, task)

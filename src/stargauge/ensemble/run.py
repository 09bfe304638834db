"""Runs an ensemble: blocks out to the workers, summaries back in order, a folder that survives a kill."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from stargauge.ensemble.blocks import BlockError, PreparedLike, Simulate, default_model
from stargauge.ensemble.cluster import DaskCrew, check_cluster
from stargauge.ensemble.files import make_folder, sole_use
from stargauge.ensemble.record import RunInputs, RunRecord
from stargauge.ensemble.reduction import BlockSummary
from stargauge.ensemble.store import Store
from stargauge.ensemble.window import OrderedWindow
from stargauge.ensemble.workers import Crew, InProcess, Pool, Work
from stargauge.ensemble.writer import RunWriter, resumed, stored_record
from stargauge.errors import InputError, Mistake, StargaugeError, StoreError

Progress = Callable[[int, int], None]

SAMPLE_FUTURES = 200
# How long a Ctrl-C may wait for an answer while all workers are busy.
_POLL_SECONDS = 0.25

_log = logging.getLogger(__name__)


class RunStopped(StargaugeError):  # noqa: N818 - a stop that was asked for is no error
    """The run was interrupted from outside; what it has done is stored."""

    exit_code = 130


def run_ensemble(
    prepared: PreparedLike,
    out: Path | str,
    *,
    inputs: RunInputs,
    futures: int,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = True,
    sample: int = SAMPLE_FUTURES,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
    simulate: Simulate | None = None,
) -> Store:
    """Run `futures` futures into a folder and return it; the bits depend on none of how they are computed.

    A folder that holds the beginning of the same run is gone on with; one that holds the whole run is
    checked and returned at once. Workers are started as fresh processes, so a script that calls this must
    guard its own work with `if __name__ == "__main__":`.

    Args:
        prepared: The model made ready; see `PreparedLike`.
        out: The run folder; made if it is not there.
        inputs: What `prepared` was made from, for the record.
        futures: Number of futures, from 1; a smaller run is a prefix of a larger one.
        workers: Processes of one thread each; 1 computes in this process; by default as many as the machine
            grants. Not used with a cluster.
        cluster: `local:N` or the address of a Dask scheduler.
        resume: False starts afresh: what an earlier run left in the folder is removed.
        sample: Number of futures, the first ones, whose full paths are kept.
        progress: Called with (futures done, futures in all), also at the start and the end.
        notify: Called with a sentence where something stored had to be computed again; logged by default.
        simulate: The model; by default `stargauge.model.simulate_block`.

    Raises:
        InputError: A number is out of range, or the folder holds another run or other files.
        MissingExtraError: A cluster is asked for and Dask is not installed.
        StoreError: The folder cannot be written; what was stored before stands.
        BlockError: The model failed on a block or a worker died; finished blocks are stored.
        RunStopped: Interrupted (Ctrl-C, SIGTERM); finished blocks are stored.
    """
    folder = Path(out)
    workers = available_workers() if workers is None else workers
    _check(futures=futures, workers=workers, sample=sample)
    if cluster is not None:
        check_cluster(cluster)
    tell = notify or _log.warning
    work = Work(simulate or default_model(), prepared, futures, min(sample, futures))
    record = RunRecord.begin(prepared, inputs, futures=futures, sample=sample, started=_now())
    make_folder(folder)
    with sole_use(folder):
        stored = stored_record(folder)
        if stored is None or not resume:
            writer: RunWriter | None = RunWriter.fresh(folder, record)
        else:
            writer = resumed(folder, stored, record, lambda block: work.block(block), tell)
        if writer is not None:
            _carry_on(writer, lambda: hire(work, workers, cluster), progress)
        elif progress:
            progress(futures, futures)
    return Store.open(folder)


def available_workers() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def hire(work: Work, workers: int, cluster: str | None) -> Crew:
    """Return the crew that computes the blocks: a cluster, a pool, or this process.

    Raises:
        InputError: The cluster cannot be reached or would not give the same bits.
        MissingExtraError: Dask is not installed.
    """
    if cluster is not None:
        return DaskCrew(work, cluster)
    return InProcess(work) if workers == 1 else Pool(work, workers)


def _carry_on(writer: RunWriter, hire_crew: Callable[[], Crew], progress: Progress | None) -> None:
    futures, blocks = writer.record.futures, writer.record.blocks
    report = progress or (lambda done, total: None)
    report(writer.futures, futures)
    with _stop_signals() as stop:
        try:
            crew = hire_crew()
            try:
                window: OrderedWindow[BlockSummary] = OrderedWindow(writer.next_block, crew.window)
                submitted = window.next
                while window.next < blocks and not stop.is_set():
                    while submitted < min(window.limit, blocks):
                        crew.submit(submitted)
                        submitted += 1
                    for summary in crew.collect(_POLL_SECONDS):
                        window.put(summary.wanted.block, summary)
                    for summary in window.ready():
                        writer.add(summary)
                        report(writer.futures, futures)
            finally:
                crew.close()
            if not stop.is_set():
                writer.finish(_now())
        except StoreError as error:
            raise StoreError(
                f"{error}; {_standing(writer)}; make room or give access, then {_again()}"
            ) from error
        except BlockError as error:
            writer.save()
            raise BlockError(f"{error}; {_standing(writer)}; {_again()}", error.detail) from error
        except BaseException:
            # A progress callback that raises, a second Ctrl-C: keep what is done, let the cause through.
            writer.save()
            raise
        if stop.is_set() and writer.record.finished == "":
            writer.save()
            raise RunStopped(f"stopped; {_standing(writer)}; {_again()}")


def _standing(writer: RunWriter) -> str:
    return (
        f"{writer.saved_futures:,} of {writer.record.futures:,} futures are stored in {writer.folder}"
        if writer.saved_futures
        else f"no future is stored in {writer.folder} yet"
    )


def _again() -> str:
    return "give the same command again to go on from there"


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C or SIGTERM into a flag, so that none falls into the adding of a block.

    A second one acts at once. Outside the main thread Python allows no handlers; there the caller stops a
    run by raising from its progress callback.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check(*, futures: int, workers: int, sample: int) -> None:
    mistakes = [
        Mistake(0, name, f"{value} is too few; expected a whole number from {least}")
        for name, value, least in (("futures", futures, 1), ("workers", workers, 1), ("sample", sample, 0))
        if value < least
    ]
    if mistakes:
        raise InputError("the run", mistakes)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

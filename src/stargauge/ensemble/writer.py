"""A run folder while the run is at work: parts, checkpoints, what a resumed run may trust."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stargauge.ensemble import tables
from stargauge.ensemble.blocks import BLOCK_SIZE
from stargauge.ensemble.checkpoint import Progress
from stargauge.ensemble.files import digest, file_digest, temporary, write_whole
from stargauge.ensemble.record import OutsideRange, RunRecord
from stargauge.ensemble.reduction import BlockSummary, Reduction
from stargauge.errors import InputError, Mistake, StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

RECORD, SERIES, PATHS, CHECKPOINT = "run.json", "series.parquet", "paths.parquet", "checkpoint.bin"
BLOCKS_PER_PART = 16
PART_FUTURES = BLOCKS_PER_PART * BLOCK_SIZE
# A checkpoint may cost a fiftieth of the time; a second apart at least, so that small runs do not flush all
# along.
_CHECKPOINT_SHARE = 0.02
_CHECKPOINT_SECONDS = 1.0

Compute = Callable[[int], BlockSummary]


def part_name(part: int) -> str:
    """Return the file name of a part: futures `part * PART_FUTURES` onwards."""
    return f"ends-{part:05d}.parquet"


def part_count(futures: int) -> int:
    """Return how many parts hold the end values of a run."""
    return -(-futures // PART_FUTURES)


def own_files(folder: Path) -> list[Path]:
    """Return the files of a folder that this module writes, temporary ones included."""
    names = [RECORD, SERIES, PATHS, CHECKPOINT]
    whole = [folder / name for name in names]
    parts = sorted(folder.glob("ends-*.parquet"))
    left = sorted(folder.glob(".ends-*.parquet.tmp"))
    return [path for path in [*whole, *parts, *map(temporary, whole), *left] if path.exists()]


class RunWriter:
    """Takes block summaries in order and keeps the folder such that a kill loses only the last seconds."""

    def __init__(self, folder: Path, record: RunRecord, progress: Progress) -> None:
        """Write into `folder` from where `progress` stands."""
        self.folder = folder
        self.record = record
        self._progress = progress
        self._sound = True
        self._began = self._saved_at = time.monotonic()
        self._before = progress.seconds
        self._cost = 0.0
        self.saved_futures = progress.reduction.futures

    @classmethod
    def fresh(cls, folder: Path, record: RunRecord) -> RunWriter:
        """Begin a run: what an earlier run left is removed and the record, still without outputs, is written.

        Raises:
            StoreError: The folder cannot be written.
        """
        for path in own_files(folder):
            try:
                path.unlink()
            except OSError as error:
                raise StoreError(f"cannot remove {path}: {error.strerror or error}") from error
        write_whole(folder / RECORD, record.to_json())
        reduction = Reduction.empty(
            [series.upper for series in record.series],
            len(record.months),
            [series.lower for series in record.series],
        )
        return cls(folder, record, Progress(reduction, [], [], {}, 0.0))

    @property
    def futures(self) -> int:
        """Number of futures taken so far."""
        return self._progress.reduction.futures

    @property
    def next_block(self) -> int:
        """Block that must come next."""
        return -(-self.futures // BLOCK_SIZE)

    def add(self, summary: BlockSummary) -> None:
        """Take the next block; writes a part when one is full and a checkpoint when one is due.

        Raises:
            StoreError: The disk is full or the folder cannot be written.
            ValueError: It is not the next block.
        """
        # Full already if a part could not be written, or the writing was interrupted, before a checkpoint.
        self._write_full_part()
        # A half-added block must never reach a checkpoint, whatever interrupts it.
        self._sound = False
        self._progress.reduction.add(summary)
        self._progress.pending.append(summary.ends)
        if len(summary.sample):
            self._progress.sample.append(summary.sample)
        self._sound = True
        self._write_full_part()
        wait = max(_CHECKPOINT_SECONDS, self._cost / _CHECKPOINT_SHARE)
        if self.futures < self.record.futures and time.monotonic() - self._saved_at >= wait:
            self.save()

    def save(self) -> None:
        """Write a checkpoint, so that a resumed run goes on from here.

        Raises:
            StoreError: It cannot be written; the former one stands.
        """
        if not self._sound or self.futures == self.saved_futures:
            return
        began = time.monotonic()
        self._progress.seconds = self._seconds()
        write_whole(self.folder / CHECKPOINT, self._progress.to_bytes())
        self.saved_futures = self.futures
        self._saved_at = time.monotonic()
        self._cost = self._saved_at - began

    def finish(self, finished: str) -> RunRecord:
        """Write the last part, the sample, the series and the finished record; return the record.

        Raises:
            StoreError: A file cannot be written; the checkpoint stands.
            ValueError: Futures are missing.
        """
        reduction = self._progress.reduction
        if self.futures != self.record.futures:
            raise ValueError(f"{self.futures} of {self.record.futures} futures are there")
        if self._progress.pending:
            self._write_part()
        outputs = dict(sorted(self._progress.parts.items()))
        shape = (0, len(self.record.series), len(self.record.months))
        sample = np.concatenate([np.empty(shape), *self._progress.sample])
        for name, frame in (
            (PATHS, tables.paths_frame(self.record, sample)),
            (SERIES, tables.series_frame(self.record, reduction)),
        ):
            content = tables.parquet(frame)
            write_whole(self.folder / name, content)
            outputs[name] = digest(content)
        below, above = reduction.below.sum(axis=1), reduction.above.sum(axis=1)
        outside = tuple(
            OutsideRange(series=series.name, below=int(below[i]), above=int(above[i]))
            for i, series in enumerate(self.record.series)
            if below[i] or above[i]
        )
        seconds = round(self._seconds(), 3)
        update = {"finished": finished, "wall_seconds": seconds, "outside_range": outside, "outputs": outputs}
        self.record = self.record.model_copy(update=update)
        write_whole(self.folder / RECORD, self.record.to_json())
        (self.folder / CHECKPOINT).unlink(missing_ok=True)
        return self.record

    def _write_full_part(self) -> None:
        if len(self._progress.pending) == BLOCKS_PER_PART:
            self._write_part()

    def _write_part(self) -> None:
        rows = np.concatenate(self._progress.pending)
        first = self.futures - len(rows)
        name, content = part_content(self.record, first, rows)
        write_whole(self.folder / name, content)
        self._progress.parts[name] = digest(content)
        self._progress.pending.clear()

    def _seconds(self) -> float:
        return self._before + time.monotonic() - self._began


def part_content(record: RunRecord, first: int, rows: NDArray[np.float64]) -> tuple[str, bytes]:
    """Return name and content of the part that starts at future `first`."""
    names = [value.name for value in record.end_values]
    return part_name(first // PART_FUTURES), tables.parquet(tables.ends_frame(names, first, rows))


def read_record(folder: Path) -> RunRecord:
    """Return the record of a run folder.

    Raises:
        StoreError: There is none, or it is damaged.
    """
    path = folder / RECORD
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise StoreError(f"{folder} holds no run: there is no {RECORD}") from error
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
    return RunRecord.parse(content, str(path))


def stored_record(folder: Path) -> RunRecord | None:
    """Return the record of the run a folder holds, None if it is empty or holds only what a kill left aside.

    Raises:
        InputError: The folder holds something else.
        StoreError: Its record is damaged.
    """
    if (folder / RECORD).exists():
        return read_record(folder)
    own = set(own_files(folder))
    foreign = sorted(path.name for path in folder.iterdir() if path not in own)
    if foreign or any(not path.name.endswith(".tmp") for path in own):
        what = (foreign or sorted(path.name for path in own))[0]
        message = f"the folder holds {what} and no run; choose a new or empty folder"
        raise InputError(f"--out {folder}", [Mistake(0, "out", message)], "nothing was overwritten")
    return None


def resumed(
    folder: Path, stored: RunRecord, wanted: RunRecord, compute: Compute, notify: Callable[[str], None]
) -> RunWriter | None:
    """Return a writer that goes on where a stored run stands, None if that run is finished and whole.

    Parts that are damaged are computed again from their blocks; a checkpoint or a summary that is damaged
    means that the run starts again. Both are said.

    Raises:
        InputError: The stored run would have other bits; says why.
        StoreError: A part computed again differs from what was stored.
    """
    mistakes = stored.mismatches(wanted)
    if mistakes:
        advice = Mistake(0, "out", "choose another folder, or start over in this one (--fresh)")
        raise InputError(f"--out {folder}", [*mistakes, advice], "nothing was overwritten")
    if stored.finished:
        if any(file_digest(folder / name) != stored.outputs.get(name) for name in (SERIES, PATHS)):
            notify(f"{SERIES} or {PATHS} in {folder} is missing or damaged; the run is computed again")
            return RunWriter.fresh(folder, wanted)
        parts = {name: value for name, value in stored.outputs.items() if name not in (SERIES, PATHS)}
        _mend(folder, stored, parts, compute, notify)
        return None
    path = folder / CHECKPOINT
    if not path.exists():
        return RunWriter.fresh(folder, wanted.model_copy(update={"started": stored.started}))
    try:
        progress = Progress.from_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        notify(f"{path} is damaged ({error}); the run starts again from the first future")
        return RunWriter.fresh(folder, wanted)
    _mend(folder, stored, progress.parts, compute, notify)
    return RunWriter(folder, stored, progress)


def _mend(
    folder: Path, record: RunRecord, parts: dict[str, str], compute: Compute, notify: Callable[[str], None]
) -> None:
    for part, name in enumerate(sorted(parts)):
        if file_digest(folder / name) == parts[name]:
            continue
        notify(f"{folder / name} is missing or damaged; its futures are computed again")
        first = part * BLOCKS_PER_PART
        blocks = range(first, min(first + BLOCKS_PER_PART, record.blocks))
        rows = np.concatenate([compute(block).ends for block in blocks])
        _, content = part_content(record, part * PART_FUTURES, rows)
        if digest(content) != parts[name]:
            raise StoreError(
                f"{folder / name} was damaged, and computed again it differs from what was stored; "
                "do not rely on this run, start it afresh"
            )
        write_whole(folder / name, content)

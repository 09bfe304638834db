"""Checks in batch: a CSV file of questions in, the same file with answers out."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stargauge.errors import InputError, Mistake, StoreError
from stargauge.world.controls.batch import Answers, decide_many
from stargauge.world.controls.classes import CLASSES, TARIFFS
from stargauge.world.controls.codes import ANSWERS, EXCEPTIONS, REVIEWS
from stargauge.world.controls.questions import NOT_WRITTEN, questions_of
from stargauge.world.controls.wording import NOTICE

if TYPE_CHECKING:
    import polars as pl

ANSWER_COLUMNS = ("class", "answer", "review", "exception", "tariff")
MOST_BYTES = 2_000_000_000


@dataclass(frozen=True)
class BatchAnswer:
    """A file that was checked: how many rows, how they were answered, where the answers are."""

    source: Path
    output: Path
    rows: int
    counts: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "file": str(self.source),
            "output": str(self.output),
            "rows": self.rows,
            "counts": self.counts,
            "notice": NOTICE,
        }

    def render(self) -> str:
        """Return the counts as text."""
        lines = [f"{self.rows:,} checks of {self.source} are in {self.output}."]
        lines.extend(f"  {count:>12,}  {answer}" for answer, count in self.counts.items())
        return "\n".join([*lines, NOTICE])


def controls_batch(source: Path, output: Path) -> BatchAnswer:
    """Check every row of a CSV file and write it with its answers as columns, whole or not at all.

    Args:
        source: File with a header; columns are those of `COLUMNS`, others are kept.
        output: File to write.

    Raises:
        InputError: Listing what is wrong, with its line; nothing is written then.
        StoreError: If the output cannot be written.
    """
    frame = _read(source)
    chips, questions = questions_of(frame, source.name)
    answers = decide_many(chips, questions)
    out = frame.with_columns(**_columns(answers))
    _write(out, output)
    found = np.bincount(answers.answer, minlength=len(ANSWERS))
    counts = {name: int(count) for name, count in zip(ANSWERS, found, strict=True) if count}
    return BatchAnswer(source, output, frame.height, counts)


def _read(source: Path) -> pl.DataFrame:
    import polars as pl

    try:
        if not source.is_file():
            raise InputError(source.name, [Mistake(0, "file", "is no file that can be read")], NOT_WRITTEN)
        if source.stat().st_size > MOST_BYTES:
            raise InputError(source.name, [Mistake(0, "file", "is larger than 2 GB; part it")], NOT_WRITTEN)
        frame = pl.read_csv(source, infer_schema=False, encoding="utf8").fill_null("")
    except (pl.exceptions.PolarsError, OSError) as error:
        told = str(error).splitlines()[0][:200]
        raise InputError(source.name, [Mistake(0, "file", f"is no CSV table: {told}")], NOT_WRITTEN) from None
    mistakes = [
        Mistake(1, name, "is a column of the answers; rename it")
        for name in ANSWER_COLUMNS
        if name in frame.columns
    ]
    if "to" not in frame.columns:
        mistakes.append(Mistake(1, "to", "no such column; every question needs its destination"))
    if not {"chip", "tpp", "hbm_density"} & set(frame.columns):
        mistakes.append(Mistake(1, "chip", "no such column, and no tpp or hbm_density either"))
    if not frame.height:
        mistakes.append(Mistake(1, "file", "has no rows"))
    if mistakes:
        raise InputError(source.name, mistakes, NOT_WRITTEN)
    return frame


def _columns(answers: Answers) -> dict[str, pl.Series]:
    import polars as pl

    lists = (CLASSES, ANSWERS, REVIEWS, EXCEPTIONS, TARIFFS)
    codes = (answers.chip_class, answers.answer, answers.review, answers.exception, answers.tariff)
    return {
        name: pl.Series(words).gather(values.astype(np.uint32))
        for name, words, values in zip(ANSWER_COLUMNS, lists, codes, strict=True)
    }


def _write(frame: pl.DataFrame, output: Path) -> None:
    try:
        handle, beside = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}-")
    except OSError as error:
        raise StoreError(f"cannot write {output}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as stream:
            frame.write_csv(stream)
        Path(beside).chmod(0o666 & ~_mask())
        os.replace(beside, output)
    except OSError as error:
        raise StoreError(f"cannot write {output}: {error.strerror}") from None
    finally:
        Path(beside).unlink(missing_ok=True)


def _mask() -> int:
    """Return the file mask of the process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

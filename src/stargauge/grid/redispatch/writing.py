"""Answers as files, with the rule of their numbers; a file is there whole or not at all."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import polars as pl

from stargauge.errors import InputError, Mistake, StoreError
from stargauge.grid.hosting.writing import check_ending

ENDINGS = (".parquet", ".csv", ".json")


class Answer(Protocol):
    """What can be written."""

    @property
    def frame(self) -> pl.DataFrame:
        """The main table."""

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""


def write(answer: Answer, path: str | Path) -> Path:
    """Write an answer in the format that the ending names; return the path.

    It is written beside its place and moved there once complete, so that an interruption leaves the old file
    or none.

    Raises:
        InputError: Another ending.
        StoreError: The file cannot be written.
    """
    path = Path(path)
    try:
        check_ending(path, dict.fromkeys(ENDINGS))
    except ValueError as error:
        raise InputError("output", [Mistake(0, "path", str(error))], "nothing was written") from None
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        if path.suffix.lower() == ".parquet":
            answer.frame.write_parquet(beside, metadata=answer.metadata())
        elif path.suffix.lower() == ".csv":
            head = "".join(
                f"# {key}: {' '.join(value.split())}\n" for key, value in answer.metadata().items() if value
            )
            beside.write_text(head + answer.frame.write_csv(), encoding="utf-8")
        else:
            beside.write_text(json.dumps(answer.to_dict(), indent=2, ensure_ascii=False), encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise StoreError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return path

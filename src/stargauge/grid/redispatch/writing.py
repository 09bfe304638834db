"""Answers as files: the main table, or all of it as JSON."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.frame import notice
from stargauge.grid.hosting.writing import TABLES, Writer, write

if TYPE_CHECKING:
    import polars as pl


class Answer(ABC):
    """What the answers of this room have in common.

    Attributes:
        model: The network with its matrices.
    """

    model: DcModel

    # A field in some answers and a property in one: a property here would hide the fields.
    if TYPE_CHECKING:

        @property
        def frame(self) -> pl.DataFrame:
            """The main table."""

    @property
    def notice(self) -> str:
        """What the network is: the same text as in every row."""
        return notice(self.model)

    @abstractmethod
    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""

    def write(self, path: str | Path) -> Path:
        """Write all of it as `.json`, or the main table as `.csv` or `.parquet`; return the path.

        Raises:
            InputError: Another ending.
            StoreError: The file cannot be written.
        """
        return write(self, Path(path), ANSWERS)


def _json(answer: Answer, path: Path) -> None:
    path.write_text(json.dumps(answer.to_dict(), indent=2, ensure_ascii=False), encoding="utf-8")


ANSWERS: dict[str, Writer[Answer]] = {".parquet": TABLES[".parquet"], ".csv": TABLES[".csv"], ".json": _json}
"""What writes an answer, by the ending of the file."""

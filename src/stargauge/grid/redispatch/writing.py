"""Answers as files: the main table, or all of it as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

from stargauge.grid.hosting.writing import TABLES, Labelled, Writer


class Answer(Labelled, Protocol):
    """What can be written."""

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""


def _json(answer: Answer, path: Path) -> None:
    path.write_text(json.dumps(answer.to_dict(), indent=2, ensure_ascii=False), encoding="utf-8")


ANSWERS: dict[str, Writer[Answer]] = {".parquet": TABLES[".parquet"], ".csv": TABLES[".csv"], ".json": _json}
"""What writes an answer, by the ending of the file."""

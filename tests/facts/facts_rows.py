"""A small table of facts that the tests share, and how to write one down."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stargauge.facts import Fact
from stargauge.facts.record import FactRow, parse_row

ROW = {
    "id": "T1",
    "title": "Time to fit out a building",
    "distribution": "lognormal",
    "parameters": "median=5; log_sd=0.3",
    "unit": "month",
    "quantity": "duration",
    "region": "US",
    "asset": "data centre",
    "stage": "fitout",
    "true_at": "2025",
    "known_from": "2025-07",
    "source": "A report",
    "address": "https://example.org/report",
    "licence": "CC BY 4.0",
    "confidence": "B",
    "note": "",
    "topic": "time to fit out",
    "feeds": "",
    "chosen_because": "",
    "derived_from": "",
}

COLUMNS = list(ROW)


def row(**changes: Any) -> dict[str, Any]:
    """Return the row above with some cells changed."""
    return {**ROW, **changes}


def fact(**changes: Any) -> Fact:
    """Return the fact of the row above with some cells changed."""
    cells = row(**changes)
    return parse_row(
        {name: cells[name] for name in cells if cells[name] != "" and name in FactRow.model_fields}
    )


def write_table(path: Path, rows: Sequence[dict[str, Any]], columns: Sequence[str] = COLUMNS) -> Path:
    """Write rows as a fact table and return its path."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path

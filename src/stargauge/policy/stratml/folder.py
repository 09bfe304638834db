"""Writes a folder that the registry's own checks accept, whole and at once, or none."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from pathlib import Path

from stargauge.errors import InputError, Mistake, StoreError
from stargauge.policy.plan.loading import read_strategy
from stargauge.policy.plan.strategy import Strategy
from stargauge.policy.stratml.source import NOTHING_WRITTEN
from stargauge.policy.stratml.tables import RECORDS, Tables, columns
from stargauge.policy.stratml.validity import shortened, shown

GIVEN = ("id", "issuer", "place", "released", "licence")
"""What a user can give where a document does not hold it, each as an option of that name."""

LETTERS_OF_NAME = 100
"""So much of a folder's name stands in that of its hidden forerunner; file systems hold 255 bytes."""


def write_folder(tables: Tables, target: Path, source: str) -> Strategy:
    """Write the files of a strategy and return it as it was read back from them.

    Files are written to a hidden folder beside the target, read back by the registry, and only then named.

    Args:
        tables: The rows; their mistakes are told together with those that the registry finds.
        target: Folder to make; there must be nothing of that name.
        source: Name of the file that the rows are from, for the error.

    Raises:
        InputError: All that keeps the rows from being a strategy, by line of the StratML file; or the target
            exists.
        StoreError: The disk did not take it.
    """
    if os.path.lexists(target):
        said = f"{shown(str(target))} exists already and is not overwritten; choose another with -o"
        raise InputError(source, [Mistake(0, "output", said)], NOTHING_WRITTEN)
    beside = ""
    try:
        beside = tempfile.mkdtemp(prefix=f".{target.name[:LETTERS_OF_NAME]}.", dir=target.parent)
        made = Path(beside) / "strategy"
        made.mkdir()
        for name in RECORDS:
            _write(made / name, name, tables)
        strategy = _checked(made, tables, source)
        os.rename(made, target)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise StoreError(f"{shown(str(target))} could not be written: {reason}; {NOTHING_WRITTEN}") from None
    finally:
        if beside:
            shutil.rmtree(beside, ignore_errors=True)
    return strategy


def _write(path: Path, name: str, tables: Tables) -> None:
    header = columns(RECORDS[name])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([row.cells.get(column, "") for column in header] for row in tables.rows[name])
        file.flush()
        os.fsync(file.fileno())


def _checked(folder: Path, tables: Tables, source: str) -> Strategy:
    found = list(tables.mistakes)
    strategy = None
    try:
        strategy = read_strategy(folder)
    except InputError as error:
        told = (_told(mistake, error.source, tables) for mistake in error.mistakes)
        found += [mistake for mistake in told if mistake is not None]
    if found or strategy is None:
        raise InputError(source, shortened(sorted(found)), NOTHING_WRITTEN)
    return strategy


def _told(mistake: Mistake, source: str, tables: Tables) -> Mistake | None:
    """Return a mistake of a CSV file as one of the StratML file that its row came from.

    None where it only follows from another: without a day of release there is no edition either.
    """
    name, _, field = mistake.field.rpartition(": ")
    name = name or source
    # The first row of a file is its second line: no cell holds a line break.
    place = mistake.line - 2
    row = tables.rows[name][place] if 0 <= place < len(tables.rows[name]) else None
    if name == "strategy.csv" and row is not None and field in GIVEN and not row.cells.get(field):
        return Mistake(0, field, f"is not in the file; give it with --{field}")
    if name == "strategy.csv" and row is not None and field == "edition" and not row.cells.get("released"):
        return None
    if name == "actions.csv" and not tables.rows[name]:
        return Mistake(0, "Objective", "there is none; a strategy has actions")
    return Mistake(
        row.line if row is not None else 0, f"{name.removesuffix('.csv')}: {field}", mistake.message
    )

"""Reads CSV tables so that every mistake names its line and field, and all of them are found at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from stargauge.errors import InputError, Mistake
from stargauge.facts.record import RowError

Row = TypeVar("Row")

MAXIMUM_BYTES = 20_000_000
"""No hand-kept table is near this; a file larger than it is not one."""


def read_rows(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Mistake]]:
    """Return the rows of a CSV file with the line each starts on, and what is wrong with the file.

    Empty cells are left out of the row, so that a missing field and an empty one are the same.
    """
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            return [], [Mistake(0, "file", f"is larger than {MAXIMUM_BYTES // 1_000_000} MB; not a table")]
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        byte = error.object[error.start]
        return [], [Mistake(line, "file", f"is not UTF-8 text (byte 0x{byte:02x}); save it as UTF-8")]
    except OSError as error:
        return [], [Mistake(0, "file", f"cannot be read: {error.strerror}")]
    if not text.strip():
        return [], [Mistake(1, "file", "is empty; expected a header line with column names")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    mistakes: list[Mistake] = []
    try:
        header = next(reader)
        mistakes.extend(_header_mistakes(header))
        start = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                rows.append(
                    (start, {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()})
                )
            elif cells:
                mistakes.append(Mistake(start, "row", f"has {len(cells)} cells, expected {len(header)}"))
            start = reader.line_num + 1
    except csv.Error as error:
        mistakes.append(Mistake(reader.line_num, "row", f"is not CSV: {error}"))
    return rows, mistakes


def _header_mistakes(header: list[str]) -> list[Mistake]:
    repeated = sorted({name for name in header if header.count(name) > 1})
    return [Mistake(1, name or "header", "this column name is used twice") for name in repeated]


def check_columns(model: type[BaseModel], columns: Iterable[str]) -> list[Mistake]:
    """Return a mistake for every column that the row model does not know."""
    mistakes: list[Mistake] = []
    for name in columns:
        if name not in model.model_fields:
            close = get_close_matches(name, model.model_fields, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            mistakes.append(Mistake(1, name or "header", f"no such column{hint}"))
    return mistakes


def parse_rows(
    path: Path, model: type[BaseModel], parse: Callable[[dict[str, Any]], Row]
) -> tuple[list[tuple[int, Row]], list[Mistake]]:
    """Return every row of a table that parses, with its line, and every mistake in the others.

    Args:
        path: The CSV file.
        model: The pydantic model whose fields are the columns.
        parse: Turns a row into a record; raises ValidationError or RowError.
    """
    rows, mistakes = read_rows(path)
    unknown = check_columns(model, dict.fromkeys(name for _, row in rows for name in row))
    mistakes.extend(unknown)
    skip = {mistake.field for mistake in unknown}
    parsed: list[tuple[int, Row]] = []
    for line, row in rows:
        try:
            parsed.append((line, parse({name: value for name, value in row.items() if name not in skip})))
        except ValidationError as error:
            mistakes.extend(_validation_mistakes(line, error))
        except RowError as error:
            mistakes.extend(Mistake(line, field, message) for field, message in error.problems)
    return parsed, mistakes


_REQUIRED = {
    "source": "a number without a source does not load; name the primary source",
    "licence": "every row needs a licence; write the terms, or 'facts re-typed, link only'",
}


def _validation_mistakes(line: int, error: ValidationError) -> list[Mistake]:
    mistakes: list[Mistake] = []
    for problem in error.errors(include_url=False):
        field = ".".join(str(part) for part in problem["loc"][:1]) or "row"
        value = problem["input"]
        match problem["type"]:
            case "missing":
                message = _REQUIRED.get(field, "is missing")
            case "value_error":
                message = str(problem["ctx"]["error"])
            case "literal_error" | "enum":
                message = f'"{value}" is not one of {problem["ctx"]["expected"]}'
            case "string_pattern_mismatch":
                message = f'"{value}" may hold letters, digits and _ . ( ) + - only, on one line'
            case "float_parsing" | "int_parsing" | "int_from_float":
                message = f'"{value}" is not a{" whole" if "int" in problem["type"] else ""} number'
            case "bool_parsing":
                message = f'"{value}" is neither true nor false'
            case _:
                message = f'"{value}": {problem["msg"][0].lower()}{problem["msg"][1:]}'
        mistakes.append(Mistake(line, field, message))
    return mistakes


def raise_mistakes(mistakes: dict[str, list[Mistake]], consequence: str) -> None:
    """Raise every mistake of several files as one error; return if there is none.

    Raises:
        InputError: Named after the file, or after all the files with each field prefixed by its file.
    """
    faulty = {name: found for name, found in mistakes.items() if found}
    if not faulty:
        return
    if len(faulty) == 1:
        ((name, found),) = faulty.items()
        raise InputError(name, found, consequence)
    together = [
        Mistake(mistake.line, f"{name}: {mistake.field}", mistake.message)
        for name, found in faulty.items()
        for mistake in found
    ]
    raise InputError(", ".join(faulty), together, consequence)

"""Reads and writes a network as a folder of CSV files: buses, branches, units and DC lines.

Columns are those of `stargauge.grid.columns`; the ends of branches and DC lines and the places of units are
bus numbers. Only columns without a neutral value must be there. `network.json` holds what is no table.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stargauge.errors import InputError, Mistake
from stargauge.grid.columns import COLUMNS, Column, Table
from stargauge.grid.network import Network
from stargauge.grid.origin import SHOWN_OF_A_KIND, Origin
from stargauge.grid.readers.base import Format
from stargauge.grid.readers.files import read_text, refuse
from stargauge.grid.readers.positions import bus_positions

HEADER = "network.json"
"""File with name, base power, source, licence, notes and whether the network is invented."""

_REQUIRED: tuple[Table, ...] = ("buses", "branches")
_HEADER_KINDS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "base_mva": (int, float),
    "synthetic": bool,
    "source": str,
    "licence": str,
    "notes": list,
}


def read_csv_folder(folder: Path) -> Network:
    """Return the network of a folder of CSV files.

    Raises:
        InputError: Listing every mistake in all files, with file, row and column.
    """
    mistakes: list[Mistake] = []
    header = _read_header(folder, mistakes)
    values: dict[str, Any] = {}
    lines: dict[str, np.ndarray[Any, np.dtype[np.int64]]] = {}
    notes: list[str] = list(header.pop("notes", ()))
    for table in COLUMNS:
        path = folder / f"{table}.csv"
        if not path.is_file():
            if table in _REQUIRED:
                raise refuse(folder, f"{path.name} is missing", path.name)
            continue
        found, lines[table] = _read_table(path, table, mistakes, notes)
        values.update(found)
    buses = {
        f"{table}.{column.name}": values[column.attribute]
        for table, columns in COLUMNS.items()
        for column in columns
        if column.kind == "bus" and column.attribute in values
    }
    ids = values.get("bus_id", ())
    for columns in COLUMNS.values():
        for column in columns:
            if column.kind == "bus" and column.attribute in values:
                values[column.attribute] = bus_positions(ids, values[column.attribute])
    origin = Origin(
        str(folder),
        tables={table: f"{table}.csv" for table in COLUMNS},
        lines=lines,
        buses={place: [f"{number:.10g}" for number in numbers] for place, numbers in buses.items()},
        mistakes=tuple(mistakes),
    )
    needed = [
        column.attribute
        for table in COLUMNS
        for column in COLUMNS[table]
        if column.default is None and table in lines
    ]
    if any(name not in values for name in needed):
        raise InputError(str(folder), mistakes, "no network was loaded")
    essential = {name: values.pop(name) for name in ("bus_id", "branch_from", "branch_to", "branch_x")}
    about: dict[str, Any] = {"name": folder.name, "source": str(folder), "synthetic": False, **header}
    return Network.from_arrays(
        **about,
        notes=notes,
        origin=origin,
        **essential,
        **values,
    )


def write_csv_folder(network: Network, folder: Path) -> None:
    """Write a network as a folder of CSV files; reading it back gives the same arrays to the last bit."""
    folder.mkdir(parents=True, exist_ok=True)
    header = {key: getattr(network, key) for key in _HEADER_KINDS}
    (folder / HEADER).write_text(json.dumps(header, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for table, columns in COLUMNS.items():
        cells = [_written(network, column) for column in columns]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow([column.name for column in columns])
            writer.writerows(zip(*cells, strict=True))


def _written(network: Network, column: Column) -> list[str]:
    """Return the cells of a column: bus numbers for buses, nothing for what is unknown."""
    values = getattr(network, column.attribute)
    if column.kind == "text":
        return list(values)
    if column.kind == "bus":
        values = network.bus_id[values]
    if column.kind != "number":
        return [str(value) for value in values.tolist()]
    return ["" if value != value else repr(value) for value in values.tolist()]


def _read_header(folder: Path, mistakes: list[Mistake]) -> dict[str, Any]:
    """Return what the header file says, nothing if there is none."""
    path = folder / HEADER
    if not path.is_file():
        return {}
    text, _ = read_text(path)
    try:
        header = json.loads(text)
    except json.JSONDecodeError as error:
        raise refuse(path, f"is no JSON: {error.msg}", HEADER, error.lineno) from error
    except RecursionError as error:
        raise refuse(path, "is nested too deeply", HEADER) from error
    if not isinstance(header, dict):
        raise refuse(path, "must be an object with name, base_mva and so on", HEADER)
    for key, value in header.items():
        kind = _HEADER_KINDS.get(key)
        wrong = kind is not None and (
            not isinstance(value, kind) or (key == "base_mva" and isinstance(value, bool))
        )
        if kind is None or wrong:
            what = (
                "is no field of this file"
                if kind is None
                else f"{json.dumps(value)[:40]} is of the wrong kind"
            )
            mistakes.append(Mistake(0, f"{HEADER}.{key}", what))
    return {key: value for key, value in header.items() if isinstance(value, _HEADER_KINDS.get(key, ()))}


def _read_table(
    path: Path, table: Table, mistakes: list[Mistake], notes: list[str]
) -> tuple[dict[str, Sequence[Any]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the columns of one file by attribute, and the line of each row."""
    text, encoding_notes = read_text(path)
    notes += [f"{path.name}: {note}" for note in encoding_notes]
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise refuse(path, f"is no CSV: {error}", path.name, reader.line_num) from error
    known = {column.name: column for column in COLUMNS[table]}
    for name in header:
        if name not in known:
            text = f'"{name}" is no column of this table; its columns: {", ".join(known)}'
            mistakes.append(Mistake(1, f"{path.name}.{name}", text))
    mistakes.extend(
        Mistake(1, f"{path.name}.{name}", "stands twice in the header")
        for name in sorted({name for name in header if header.count(name) > 1})
    )
    mistakes.extend(
        Mistake(1, f"{path.name}.{column.name}", "the column is missing")
        for column in COLUMNS[table]
        if column.default is None and column.name not in header
    )
    for place, row in enumerate(rows):
        if len(row) != len(header):
            text = f"has {len(row)} cells for {len(header)} columns"
            mistakes.append(Mistake(lines[place], f"{path.name}[{place + 1}]", text))
            row[:] = (row + [""] * len(header))[: len(header)]
    found: dict[str, Sequence[Any]] = {}
    for place, name in enumerate(header):
        if name in known:
            cells = [row[place].strip() for row in rows]
            column = known[name]
            found[column.attribute] = (
                cells if column.kind == "text" else _numbers(cells, column, path.name, lines, mistakes)
            )
    return found, np.array(lines, dtype=np.int64)


def _numbers(
    cells: Sequence[str], column: Column, file: str, lines: Sequence[int], mistakes: list[Mistake]
) -> list[float]:
    """Return cells as numbers, empty ones as the column's neutral value; what is no number is a mistake."""
    filler = float("nan") if column.default is None else float(column.default)
    numbers: list[float] = []
    wrong = 0
    for place, cell in enumerate(cells):
        try:
            numbers.append(float(cell) if cell else filler)
            text = "is empty" if not cell and column.default is None else ""
        except ValueError:
            numbers.append(filler)
            text = f'"{cell[:40]}" is no number'
        if text:
            wrong += 1
            if wrong <= SHOWN_OF_A_KIND:
                mistakes.append(Mistake(lines[place], f"{file}[{place + 1}].{column.name}", text))
    if wrong > SHOWN_OF_A_KIND:
        text = f"{wrong - SHOWN_OF_A_KIND} more rows are empty or no numbers"
        mistakes.append(Mistake(0, f"{file}.{column.name}", text))
    return numbers


FORMAT = Format("CSV folder", read_csv_folder, members=("buses.csv", "branches.csv"))

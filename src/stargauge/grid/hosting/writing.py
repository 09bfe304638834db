"""Hosting tables as files: every one carries the rule of its numbers and what the network is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import polars as pl

from stargauge.errors import InputError, Mistake, StoreError


class Labelled(Protocol):
    """A table with what belongs to its numbers."""

    @property
    def frame(self) -> pl.DataFrame:
        """One row a bus, with `bus`, `lat` and `lon`."""

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""


Table = TypeVar("Table", bound=Labelled)
Writer = Callable[[Table, Path], None]


def check_ending(path: Path, writers: Mapping[str, Any]) -> None:
    """Check that there is a writer for the ending of a path.

    Raises:
        ValueError: In words for people.
    """
    if path.suffix.lower() not in writers:
        raise ValueError(f'"{path.name}" ends in no known format; known: {", ".join(writers)}')


def check_output(path: Path, writers: Mapping[str, Any]) -> None:
    """Check, before anything is computed, that a path has a known ending and a folder to stand in.

    Raises:
        ValueError: In words for people.
    """
    check_ending(path, writers)
    if not path.absolute().parent.is_dir():
        raise ValueError(f'the folder of "{path}" does not exist; make it first')


def write(table: Table, path: Path, writers: Mapping[str, Writer[Table]]) -> Path:
    """Write a table in the format that the ending of the path names; return the path.

    It is written beside its place and moved there once complete, so that an interruption leaves the old file
    or none.

    Args:
        table: The table.
        path: Where to.
        writers: Writer of each ending.

    Raises:
        InputError: Another ending.
        StoreError: The file cannot be written.
    """
    try:
        check_ending(path, writers)
    except ValueError as error:
        raise InputError("output", [Mistake(0, "path", str(error))], "nothing was written") from None
    beside = path.with_name(f".{path.stem}.{uuid4().hex[:8]}{path.suffix}")
    try:
        writers[path.suffix.lower()](table, beside)
        os.replace(beside, path)
    except OSError as error:
        raise StoreError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return path


def _parquet(table: Labelled, path: Path) -> None:
    table.frame.write_parquet(path, metadata=table.metadata())


def _csv(table: Labelled, path: Path) -> None:
    path.write_text(csv_text(table), encoding="utf-8")


def _geojson(table: Labelled, path: Path) -> None:
    path.write_text(json.dumps(geojson(table), ensure_ascii=False), encoding="utf-8")


TABLES: dict[str, Writer[Labelled]] = {".parquet": _parquet, ".csv": _csv, ".geojson": _geojson}
"""What writes a table of buses, by the ending of the file."""


def csv_text(table: Labelled) -> str:
    """Return CSV after lines of metadata that start with `#`."""
    head = "".join(
        f"# {key}: {line}\n" for key, value in table.metadata().items() for line in _one_line(value)
    )
    return head + table.frame.write_csv()


def geojson(table: Labelled) -> dict[str, Any]:
    """Return a GeoJSON feature collection (RFC 7946); buses without coordinates have no geometry."""
    return {"type": "FeatureCollection", **table.metadata(), "features": list(_features(table.frame))}


def _features(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in frame.iter_rows(named=True):
        lat, lon = row.pop("lat"), row.pop("lon")
        placed = lat is not None and lon is not None
        yield {
            "type": "Feature",
            "id": row["bus"],
            "geometry": {"type": "Point", "coordinates": [lon, lat]} if placed else None,
            "properties": {
                name: None if isinstance(value, float) and value == float("inf") else value
                for name, value in row.items()
            },
        }


def _one_line(value: str) -> list[str]:
    return [" ".join(value.split())] if value else []

"""Hosting tables as files: every one carries the rule of its numbers and what the network is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from stargauge.errors import InputError, Mistake, StoreError

if TYPE_CHECKING:
    from stargauge.grid.hosting.table import HostingTable

ENDINGS = (".parquet", ".csv", ".geojson")


def write(table: HostingTable, path: Path) -> Path:
    """Write a table in the format that the ending of the path names; see `HostingTable.write`.

    Raises:
        InputError: Another ending.
        StoreError: The file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        text = f'"{path.name}" ends in no known format; known: {", ".join(ENDINGS)}'
        raise InputError("output", [Mistake(0, "path", text)], "nothing was written")
    try:
        if ending == ".parquet":
            table.frame.write_parquet(path, metadata=table.metadata())
        elif ending == ".csv":
            path.write_text(csv_text(table), encoding="utf-8")
        else:
            path.write_text(json.dumps(geojson(table), ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path} could not be written: {error.strerror or error}") from error
    return path


def csv_text(table: HostingTable) -> str:
    """Return CSV after lines of metadata that start with `#`."""
    head = "".join(
        f"# {key}: {line}\n" for key, value in table.metadata().items() for line in _one_line(value)
    )
    return head + table.frame.write_csv()


def geojson(table: HostingTable) -> dict[str, Any]:
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

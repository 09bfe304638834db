"""Maps as files."""

from __future__ import annotations

from pathlib import Path

from stargauge.grid.hosting.table import HostingTable
from stargauge.grid.hosting.writing import Writer
from stargauge.grid.picture.bus_map import bus_map


def _png(table: HostingTable, path: Path) -> None:
    path.write_bytes(bus_map(table, "png"))


def _svg(table: HostingTable, path: Path) -> None:
    path.write_bytes(bus_map(table, "svg"))


PICTURES: dict[str, Writer[HostingTable]] = {".png": _png, ".svg": _svg}
"""What writes the map of a table, by the ending of the file."""

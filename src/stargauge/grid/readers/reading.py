"""Reads a network from a path, in whatever format it is."""

from __future__ import annotations

from pathlib import Path

from stargauge.grid.network import Network
from stargauge.grid.readers import (
    csv_folder,
    matpower_binary,
    matpower_text,
    pandapower_json,
    psse,
    pypsa_network,
)
from stargauge.grid.readers.base import Format
from stargauge.grid.readers.files import refuse

FORMATS: tuple[Format, ...] = (
    matpower_text.FORMAT,
    matpower_binary.FORMAT,
    psse.FORMAT,
    pypsa_network.NETCDF,
    pandapower_json.FORMAT,
    csv_folder.FORMAT,
    pypsa_network.FOLDER,
)
"""All formats; a path is read by the first that claims it."""


def read_network(path: Path) -> Network:
    """Return the network in a file or folder.

    Raises:
        InputError: The path is missing or in no known format, or listing every mistake in it.
        MissingExtraError: The format needs a library that is not installed; says which command installs it.
    """
    if not path.exists():
        raise refuse(path, "does not exist")
    for kind in FORMATS:
        if kind.claims(path):
            return kind.read(path)
    known = ", ".join(
        f"{kind.name} ({', '.join(kind.suffixes) or 'folder with ' + ' and '.join(kind.members)})"
        for kind in FORMATS
    )
    raise refuse(path, f"is in no known format; known: {known}")

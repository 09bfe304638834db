"""Reads MATPOWER cases saved in MATLAB's binary `.mat` format, up to version 7."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat

from stargauge.grid.network import Network
from stargauge.grid.readers.base import Format
from stargauge.grid.readers.companions import located
from stargauge.grid.readers.files import LARGEST_FILE_BYTES, check_file, refuse
from stargauge.grid.readers.matpower_case import MatpowerCase, case_network

_MAGIC = b"MATLAB 5.0 MAT-file"
_MAGIC_7_3 = b"MATLAB 7.3 MAT-file"
_HEADER_BYTES = 128
_COMPRESSED = 15
"""Type of a compressed element."""

_TABLES = ("bus", "gen", "branch", "gencost", "dcline")
_TEXTS = ("bus_name", "genfuel", "gentype")


def read_matpower_binary(path: Path) -> Network:
    """Return the network of a MATPOWER `.mat` file: its struct `mpc`, or its only struct.

    Raises:
        InputError: The file is no such file, or listing every mistake with table, row and field.
    """
    check_file(path)
    _check_container(path)
    try:
        content = loadmat(str(path), struct_as_record=False, squeeze_me=False, chars_as_strings=True)
    except (ValueError, TypeError, NotImplementedError, OSError, zlib.error) as error:
        raise refuse(path, f"cannot be read as a MATLAB file; is it cut off? ({error})") from error
    structs = {
        name: value.flat[0]
        for name, value in content.items()
        if isinstance(value, np.ndarray) and value.size == 1 and hasattr(value.flat[0], "_fieldnames")
    }
    if "mpc" not in structs and len(structs) != 1:
        found = ", ".join(name for name in content if not name.startswith("__")) or "nothing"
        raise refuse(path, f"holds no struct mpc, but {found}", "mpc")
    mpc = structs["mpc"] if "mpc" in structs else next(iter(structs.values()))
    fields = {name: getattr(mpc, name) for name in mpc._fieldnames}
    base = fields.get("baseMVA")
    tables = {}
    for name in _TABLES:
        if name in fields:
            tables[name] = _matrix(path, name, fields[name])
    case = MatpowerCase(
        name=path.stem,
        source=str(path),
        base_mva=float(base.flat[0])
        if isinstance(base, np.ndarray) and base.size == 1 and base.dtype.kind in "iuf"
        else np.nan,
        tables=tables,
        texts={name: _texts(fields[name]) for name in _TEXTS if name in fields},
    )
    return located(case_network(case))


def _check_container(path: Path) -> None:
    """Check that a file is a MATLAB file that does not unpack to more than is read of any file.

    Raises:
        InputError: Saying what it is instead.
    """
    with path.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
        if header.startswith(_MAGIC_7_3):
            raise refuse(path, "is saved in version 7.3; save it again in MATLAB with the option -v7")
        if not header.startswith(_MAGIC):
            raise refuse(path, "is no MATLAB file: it does not begin as one")
        order = ">" if header[126:128] == b"MI" else "<"
        unpacked = 0
        while len(tag := stream.read(8)) == 8:
            kind, size = struct.unpack(f"{order}II", tag)
            if kind != _COMPRESSED:
                stream.seek(size, 1)
                continue
            unpacker, left = zlib.decompressobj(), size
            while left > 0 and (piece := stream.read(min(left, 1 << 16))):
                left -= len(piece)
                try:
                    while piece:
                        unpacked += len(unpacker.decompress(piece, 1 << 20))
                        piece = unpacker.unconsumed_tail
                        if unpacked > LARGEST_FILE_BYTES:
                            limit = f"{LARGEST_FILE_BYTES / 1e6:,.0f} MB"
                            raise refuse(path, f"unpacks to more than {limit}, which are not read")
                except zlib.error as error:
                    raise refuse(path, f"is damaged: its compressed data do not unpack ({error})") from error


def _matrix(path: Path, name: str, value: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a table as floating-point numbers."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufb" or value.ndim != 2:
        raise refuse(path, "is no matrix of real numbers", f"mpc.{name}")
    return value.astype(np.float64)


def _texts(value: Any) -> list[str]:
    """Return the strings of a cell array or of a matrix of characters."""
    if not isinstance(value, np.ndarray):
        return []
    return ["".join(map(str, np.ravel(item).tolist())).strip() for item in value.ravel().tolist()]


FORMAT = Format("MATPOWER binary", read_matpower_binary, suffixes=(".mat",))

"""Opens files that may be anything: too large, binary, cut off, or in another encoding."""

from __future__ import annotations

from pathlib import Path

from stargauge.errors import InputError, Mistake

LARGEST_FILE_BYTES = 512 * 1024**2
"""Larger files are refused unread: the largest known case, all of the US in MATLAB text, has 23 MB."""

_PEEK_BYTES = 65_536


def refuse(path: Path, message: str, field: str = "file", line: int = 0) -> InputError:
    """Return the error of a file that cannot be read at all, to be raised."""
    return InputError(str(path), [Mistake(line, field, message)], "no network was loaded")


def check_file(path: Path) -> None:
    """Check that a path is a file that is not empty and not too large.

    Raises:
        InputError: Saying which of these is not so.
    """
    if not path.is_file():
        raise refuse(path, "is no file" if path.exists() else "does not exist")
    size = path.stat().st_size
    if size == 0:
        raise refuse(path, "is empty")
    if size > LARGEST_FILE_BYTES:
        raise refuse(
            path, f"has {size / 1e6:,.0f} MB; files above {LARGEST_FILE_BYTES / 1e6:,.0f} MB are not read"
        )


def read_text(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and a note if it is not in UTF-8.

    Raises:
        InputError: The file is missing, empty, too large, or binary.
    """
    check_file(path)
    with path.open("rb") as stream:
        if b"\0" in stream.read(_PEEK_BYTES):
            raise refuse(path, "is binary, not text")
    raw = path.read_bytes()
    if b"\0" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise refuse(path, "holds binary data from here", line=line)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return raw.decode("latin-1"), ("the file is not UTF-8; it was read as Latin-1",)

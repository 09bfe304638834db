"""Files that are either whole or absent: written aside, flushed, then put in place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from stargauge.errors import StoreError

if sys.platform != "win32":
    import fcntl


def digest(content: bytes) -> str:
    """Return the SHA-256 (hex) of a content."""
    return sha256(content).hexdigest()


def file_digest(path: Path) -> str | None:
    """Return the SHA-256 (hex) of a file, None if it cannot be read."""
    try:
        with path.open("rb") as file:
            total = sha256()
            while piece := file.read(1 << 20):
                total.update(piece)
    except OSError:
        return None
    return total.hexdigest()


def temporary(path: Path) -> Path:
    """Return where a file is written before it is put in place; a kill may leave it behind."""
    return path.with_name(f".{path.name}.tmp")


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` so that a crash at any moment leaves the old file or the new one.

    Raises:
        StoreError: The disk is full, the folder cannot be written; the old file stands.
    """
    aside = temporary(path)
    try:
        try:
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
            _flush_folder(path.parent)
        except OSError:
            with suppress(OSError):
                aside.unlink()
            raise
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error


def make_folder(path: Path) -> None:
    """Make a folder and its parents.

    Raises:
        StoreError: It cannot be made, or a file is in its place.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the folder {path}: {error.strerror or error}") from error


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Keep other processes from running into the same folder; the lock ends with the process.

    Raises:
        StoreError: Another process has it.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"another process is running into {folder}; choose another folder") from error
        except OSError:
            # Some network file systems know no locks: a run is still possible there, its own files are whole.
            pass
        yield
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

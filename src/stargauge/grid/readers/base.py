"""What a reader of one file format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stargauge.grid.network import Network


@dataclass(frozen=True)
class Format:
    """One format of network files.

    Attributes:
        name: What people call it.
        read: Reads a path; raises `InputError` with every mistake, `MissingExtraError` without its library.
        suffixes: Endings of its files, in lower case.
        members: For a format that is a folder: the files by which it is known.
    """

    name: str
    read: Callable[[Path], Network]
    suffixes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    def claims(self, path: Path) -> bool:
        """Return whether a path looks like this format."""
        if self.members:
            return path.is_dir() and all((path / member).is_file() for member in self.members)
        return path.suffix.lower() in self.suffixes and not path.is_dir()

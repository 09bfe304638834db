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
        member: For a format that is a folder: the file by which it is known.
    """

    name: str
    read: Callable[[Path], Network]
    suffixes: tuple[str, ...] = ()
    member: str = ""

    def claims(self, path: Path) -> bool:
        """Return whether a path looks like this format."""
        if self.member:
            return path.is_dir() and (path / self.member).is_file()
        return path.suffix.lower() in self.suffixes and not path.is_dir()

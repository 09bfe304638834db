"""From a file's bytes to text that is safe to parse: size, encoding and control characters.

Nothing larger than `MAX_BYTES` is read, whatever the file claims to be, so that a wrong file (a database, a
video, an endless device) is refused at once.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from stargauge.errors import InputError, Mistake

MAX_BYTES = 1_000_000
CONSEQUENCE = "nothing was run"
# YAML 1.2 allows tab, line feed, carriage return and printable characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def did_you_mean(word: str, known: list[str] | tuple[str, ...], cutoff: float = 0.6) -> str:
    """Return "; did you mean X?" for the closest known name, or "" where none is close."""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower()[:80], list(by_lower), n=1, cutoff=cutoff)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""


def read_bytes(path: Path, source: str, kind: str = "scenario") -> bytes:
    """Return the content of a file of some kind, at most `MAX_BYTES`; raises `InputError` with the reason."""
    try:
        if path.is_dir():
            raise _refusal(source, "is a folder, expected a YAML file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refusal(source, _too_large(f"{size / 1e6:,.1f} MB", kind))
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refusal(source, f"no such file{_neighbour(path)}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refusal(source, f"cannot be read: {reason.lower()}") from None
    if len(content) > MAX_BYTES:
        raise _refusal(source, _too_large("larger than 1 MB", kind))
    return content


def decode(content: bytes, source: str, kind: str = "scenario") -> str:
    """Return the text of a file of some kind; raises `InputError` where it is not printable UTF-8."""
    if len(content) > MAX_BYTES:
        raise _refusal(source, _too_large(f"{len(content) / 1e6:,.1f} MB", kind))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 text (byte 0x{content[error.start]:02x}); expected a YAML file saved as UTF-8"
        raise _refusal(source, message, line) from None
    found = _UNPRINTABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        message = f"control character U+{ord(found[0]):04X}; expected a YAML text file"
        raise _refusal(source, message, line)
    return text


def _refusal(source: str, message: str, line: int = 0) -> InputError:
    return InputError(source, [Mistake(line, "(file)", message)], CONSEQUENCE)


def _too_large(size: str, kind: str) -> str:
    return f"{size}, a {kind} is at most 1 MB; it was not read"


def _neighbour(path: Path) -> str:
    try:
        names = [item.name for item in path.parent.iterdir() if item.suffix in {".yaml", ".yml"}]
    except OSError:
        return ""
    return did_you_mean(path.name, names)

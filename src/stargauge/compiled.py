"""How the steps of kernels are compiled: small functions over arrays that allocate nothing.

The steps take dozens of arrays in tuples. Numba counts references to every array it takes out of one,
although nothing can be freed while a step runs; with its reference counting off (`_nrt`), the month loop
takes half the time. The option has no public name, so it stands here alone: without it everything gives the
same numbers. A step that makes an array does not compile.

Numba does not notice when a function that a cached one calls has changed, so compiled files of steps are
removed when any source of a step is not what it was (`forget_stale`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

Step = TypeVar("Step", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def step(function: Step) -> Step:
    """Return a function compiled as a step; division by zero gives inf or nan, as in NumPy."""
    compiled: Step = njit(**OPTIONS)(function)
    return compiled


PACKAGE = Path(__file__).parent
ROOMS = ("delivery", "model", "opposition", "policy", "power", "world")
"""Rooms that hold steps."""

STAMP = "steps.sha256"


def forget_stale(package: Path = PACKAGE) -> bool:
    """Remove the compiled files of steps if a source of theirs has changed since; return whether it had.

    Where the folder cannot be written, Numba keeps no compiled files there either.

    Args:
        package: The package's folder.
    """
    digest = hashlib.sha256()
    for room in ROOMS:
        for source in sorted((package / room).rglob("*.py")):
            digest.update(source.name.encode() + source.read_bytes())
    stamp = package / "__pycache__" / STAMP
    known = stamp.read_text(encoding="ascii") if stamp.is_file() else ""
    if known == digest.hexdigest():
        return False
    with suppress(OSError):
        stamp.parent.mkdir(exist_ok=True)
        # First the stamp: a process that starts meanwhile must not remove what this one compiles.
        stamp.write_text(digest.hexdigest(), encoding="ascii")
        for room in ROOMS:
            for compiled in (package / room).rglob("__pycache__/*.nb[ic]"):
                compiled.unlink(missing_ok=True)
    return True


forget_stale()

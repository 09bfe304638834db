"""Where answers are printed: the console, and an answer as JSON or as a screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH = 100
"""Columns of a screen that goes to a file or a pipe, and the least of any: a narrower terminal wraps lines,
so that no number is cut off."""


def show(answer: Any, as_json: bool) -> None:
    """Print an answer: its `to_dict()` as JSON, or its rich rendering."""
    if as_json:
        show_json(answer.to_dict())
    else:
        console().print(answer.render() if hasattr(answer, "render") else answer)


def show_json(plain: Any) -> None:
    """Print plain data as JSON."""
    print(json.dumps(plain, indent=2, ensure_ascii=False))


def console() -> Console:
    """Return the console of the standard output: as wide as the terminal, at least `PLAIN_WIDTH` columns."""
    from rich.console import Console

    found = Console(highlight=False)
    return Console(
        highlight=False, width=max(found.width, PLAIN_WIDTH) if sys.stdout.isatty() else PLAIN_WIDTH
    )


@contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """Give a function that says what is being done; the words vanish when it is done.

    Only a person who watches sees them; what is compiled once is also told to a file or a pipe.
    """
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    with console.status("reading") as status:

        def tell(words: str) -> None:
            # What takes long the first time stands on a line of its own, also where nobody watches.
            if words.startswith("compiling"):
                console.print(f"{words} …")
            status.update(f"{words} …")

        yield tell

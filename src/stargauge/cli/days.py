"""Days as they are written on the command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from stargauge.errors import InputError, Mistake

AsOf = Annotated[
    str | None, Parameter(name="--as-of", help="Day YYYY-MM-DD; the newest on record by default.")
]


def day(option: str, text: str | None) -> date | None:
    """Return the day that an option names, None where it was not given.

    Raises:
        InputError: If it is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        mistake = Mistake(0, option, f'"{text}" is no day; write YYYY-MM-DD, for example 2026-10-05')
        raise InputError("the command line", [mistake]) from None

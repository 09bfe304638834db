"""Hourly profiles of a system's load: one factor an hour, 1 where the load is that of the case."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake

Floats = NDArray[np.float64]

COLUMN = "factor"
"""Column of factors in a file with several."""

LARGEST = 10.0
"""A larger factor is a load in MW, not a share of the case's load."""

_UNDONE = "nothing was computed"
_SHOWN = 20


def read_profile(path: str | Path) -> Floats:
    """Return the factors (hours,) of a file: one a line, or a CSV file with a column `factor`.

    A line of heading is needed only where there are several columns; lines that start with `#` do not count.

    Raises:
        InputError: Listing what is wrong with line and field.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(str(path), [Mistake(0, "file", f"cannot be read: {reason}")], _UNDONE) from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), [Mistake(0, "file", "is no text in UTF-8")], _UNDONE) from error
    rows = [
        (number, [cell.strip() for cell in next(csv.reader([line]))])
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not rows:
        raise InputError(str(path), [Mistake(0, "file", "has no hour")], _UNDONE)
    column = 0
    if not _is_number(rows[0][1][0]) or len(rows[0][1]) > 1:
        heading = rows.pop(0)
        if COLUMN not in heading[1]:
            if len(heading[1]) > 1:
                text = f'the heading has no column "{COLUMN}": {", ".join(heading[1])}'
                raise InputError(str(path), [Mistake(heading[0], "heading", text)], _UNDONE)
        else:
            column = heading[1].index(COLUMN)
    mistakes: list[Mistake] = []
    factors = []
    for number, cells in rows:
        text = cells[column] if column < len(cells) else ""
        if not _is_number(text):
            mistakes.append(Mistake(number, COLUMN, f'"{text}" is no number'))
            continue
        factors.append(float(text))
        mistakes += [Mistake(number, COLUMN, why) for why in _wrong(float(text))]
    if not rows:
        mistakes.append(Mistake(0, "file", "has a heading but no hour"))
    if mistakes:
        raise InputError(str(path), _shortened(mistakes), _UNDONE)
    return np.array(factors)


def checked_profile(factors: ArrayLike) -> Floats:
    """Return factors (hours,) from Python once they are legal.

    Raises:
        InputError: Listing the hours that are not.
    """
    values = np.asarray(factors, dtype=np.float64)
    if values.ndim != 1 or not values.size:
        text = f"needs one factor an hour, (hours,); it has the shape {values.shape}"
        raise InputError("profile", [Mistake(0, "profile", text)], _UNDONE)
    mistakes = [
        Mistake(0, f"profile[{hour}]", why)
        for hour, value in enumerate(values.tolist())
        for why in _wrong(value)
    ]
    if mistakes:
        raise InputError("profile", _shortened(mistakes), _UNDONE)
    return values


def _wrong(value: float) -> list[str]:
    if not (np.isfinite(value) and value > 0):
        return [f"is {value:g}; a factor must be above 0, 1 where the load is that of the case"]
    if value > LARGEST:
        return [f"is {value:g}; that looks like MW: divide by the load of the case"]
    return []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _shortened(mistakes: list[Mistake]) -> list[Mistake]:
    """Return the first mistakes and how many more there are."""
    if len(mistakes) <= _SHOWN:
        return mistakes
    rest = Mistake(mistakes[-1].line, "…", f"and {len(mistakes) - _SHOWN:,} more like these")
    return [*mistakes[:_SHOWN], rest]

"""Turns the records of a PSS/E RAW section into columns, every value checked to be what it should be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.origin import SHOWN_OF_A_KIND
from stargauge.grid.readers.psse_layout import TEXT_FIELDS, Layout
from stargauge.grid.readers.psse_records import Record


class RawTable:
    """The records of one kind as columns.

    Attributes:
        name: Name of the section, in lower case, as it is shown in errors.
        lines: (rows,) line of each record.
    """

    def __init__(self, name: str, records: Sequence[Record], fields: Layout, mistakes: list[Mistake]) -> None:
        """Read the columns; values that are missing or no numbers are added to the mistakes."""
        self.name = name.lower()
        self.lines = np.array([record.line for record in records], dtype=np.int64)
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._texts: dict[str, list[str]] = {}
        for place, (field, default) in enumerate(fields):
            given = [record.values[place] if place < len(record.values) else "" for record in records]
            if field in TEXT_FIELDS:
                self._texts[field] = [value or str(default or "") for value in given]
            else:
                self._numbers[field] = self._column(field, given, default, mistakes)

    def __len__(self) -> int:
        return len(self.lines)

    def numbers(self, field: str) -> NDArray[np.float64]:
        """Return a column of numbers, (rows,)."""
        return self._numbers[field]

    def texts(self, field: str) -> list[str]:
        """Return a column of texts."""
        return self._texts[field]

    def rating(self, place: int) -> NDArray[np.float64]:
        """Return the first, second or third rating, whatever the revision calls it; (rows,) MVA."""
        names = [name for name in self._numbers if name.startswith("RAT")]
        return self._numbers[names[place]]

    def _column(
        self, field: str, given: Sequence[str], default: float | str | None, mistakes: list[Mistake]
    ) -> NDArray[np.float64]:
        """Return one column as numbers, defaults filled in."""
        filler = np.nan if default is None else float(default)
        try:
            numbers = np.array([float(value) if value else filler for value in given], dtype=np.float64)
        except ValueError:
            numbers = np.array([_number(value, filler) for value in given], dtype=np.float64)
        wrong = np.flatnonzero(~np.isfinite(numbers))
        for row in wrong[:SHOWN_OF_A_KIND].tolist():
            text = f'"{given[row]}" is no number' if given[row] else "is missing"
            mistakes.append(Mistake(int(self.lines[row]), f"{self.name}[{row + 1}].{field}", text))
        if wrong.size > SHOWN_OF_A_KIND:
            row = int(wrong[SHOWN_OF_A_KIND])
            text = f"and {wrong.size - SHOWN_OF_A_KIND} more rows have the same mistake from here"
            mistakes.append(Mistake(int(self.lines[row]), f"{self.name}[{row + 1}].{field}", text))
        numbers[wrong] = np.nan
        return numbers


def _number(value: str, filler: float) -> float:
    """Return a value as a number, nan if it is none; Fortran also writes exponents with D."""
    if not value:
        return filler
    try:
        return float(value.upper().replace("D", "E"))
    except ValueError:
        return np.nan

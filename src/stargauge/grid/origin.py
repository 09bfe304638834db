"""Where the rows of a network came from, so that a mistake names the table, row and field the user wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake

SHOWN_OF_A_KIND = 10
"""Rows listed one by one for one kind of mistake; the rest are counted in one more line."""


@dataclass(frozen=True)
class Origin:
    """The file behind a network's tables.

    Attributes:
        source: What was read, as the user named it.
        tables: Name of each table in the file, by the network's name of it: `branches` may be `mpc.branch`.
        fields: Name of each field in the file, by `table.field` of the network: `branches.x` may be `BR_X`.
        rows: Row numbers in the file from 1, one for each element kept, by table; 1, 2, ... where absent.
        lines: Line numbers in the file, one for each element kept, by table; none where absent.
        elements: Place of each element kept, such as `transformer[2]`, by table, where a network's table
            comes from several of the file; comes before `tables` and `rows`.
        buses: Bus as the file names it, one for each element kept, by `table.field` that names a bus.
        mistakes: Mistakes found on reading, raised together with those of the network.
    """

    source: str
    tables: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    lines: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    elements: Mapping[str, Sequence[str]] = field(default_factory=dict)
    buses: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    def place(self, table: str, name: str, index: int | None = None) -> tuple[int, str]:
        """Return the line (0 if unknown) and the dotted place, such as `mpc.branch[12].BR_X`."""
        shown = self.tables.get(table, table)
        column = self.fields.get(f"{table}.{name}", name)
        if index is None:
            return 0, f"{shown}.{column}" if shown else column
        line = int(self.lines[table][index]) if table in self.lines else 0
        if table in self.elements:
            return line, f"{self.elements[table][index]}.{column}"
        return line, f"{shown}[{self.row(table, index)}].{column}"

    def row(self, table: str, index: int) -> int:
        """Return the row number in the file, from 1."""
        return int(self.rows[table][index]) if table in self.rows else index + 1


Messages = str | Callable[[int], str]


class Findings:
    """Mistakes gathered while a network is checked, raised all at once."""

    def __init__(self, origin: Origin) -> None:
        """Start with the mistakes found on reading; `origin` says how places are named."""
        self.origin = origin
        self.mistakes: list[Mistake] = list(origin.mistakes)

    def add(self, table: str, name: str, message: str, index: int | None = None) -> None:
        """Add one mistake, of one row or of a whole column."""
        line, place = self.origin.place(table, name, index)
        self.mistakes.append(Mistake(line, place, message))

    def add_rows(self, table: str, name: str, wrong: NDArray[np.bool_], messages: Messages) -> None:
        """Add one mistake for each row marked wrong, the first `SHOWN_OF_A_KIND` in full.

        Args:
            table: The network's name of the table.
            name: The field.
            wrong: (rows,) which rows are wrong.
            messages: What is wrong with row `i`, or the same wording for all.
        """
        indices = np.flatnonzero(wrong)
        for index in indices[:SHOWN_OF_A_KIND]:
            text = messages if isinstance(messages, str) else messages(int(index))
            self.add(table, name, text, int(index))
        rest = indices[SHOWN_OF_A_KIND:]
        if rest.size:
            line, place = self.origin.place(table, name, int(rest[0]))
            rows = "row has" if rest.size == 1 else "rows have"
            self.mistakes.append(
                Mistake(line, place, f"and {rest.size} more {rows} the same mistake from here")
            )

    def raise_if_any(self) -> None:
        """Raise all mistakes together.

        Raises:
            InputError: If there is any mistake.
        """
        if self.mistakes:
            raise InputError(self.origin.source, self.mistakes, "no network was loaded")

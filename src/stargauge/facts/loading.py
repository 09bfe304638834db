"""Loads the fact tables into one registry, or says everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from stargauge.errors import Mistake
from stargauge.facts.reading import parse_rows, raise_mistakes
from stargauge.facts.record import Fact, FactRow, parse_row
from stargauge.facts.registry import Registry

TABLES_FOLDER = Path(__file__).parent / "tables"

FACT_TABLES = (
    "compute.csv",
    "delivery.csv",
    "demand.csv",
    "execution.csv",
    "grid.csv",
    "inputs.csv",
    "levers.csv",
    "onsite.csv",
    "opposition.csv",
    "power.csv",
    "wires.csv",
    "world_adoption.csv",
    "world_compute.csv",
    "world_position.csv",
)
"""Tables of numbers: `inputs.csv`, `execution.csv`, `levers.csv`, `onsite.csv`, `opposition.csv`,
`power.csv`, `wires.csv` and those of the world hold what the model uses, the others what is said."""


@cache
def load_registry() -> Registry:
    """Return the registry of the shipped tables, read once a process.

    Raises:
        InputError: Listing every mistake in every table.
    """
    return read_registry([TABLES_FOLDER / name for name in FACT_TABLES])


def read_registry(paths: Sequence[Path]) -> Registry:
    """Return the registry of some fact tables.

    Args:
        paths: CSV files with the columns of `FactRow`.

    Raises:
        InputError: Listing every mistake in every file, with line and field.
    """
    mistakes: dict[str, list[Mistake]] = {}
    located: list[tuple[str, int, Fact]] = []
    for path in paths:
        rows, found = parse_rows(path, FactRow, parse_row)
        mistakes.setdefault(path.name, []).extend(found)
        located.extend((path.name, line, fact) for line, fact in rows)
    for name, mistake in _cross_mistakes(located, complete=not any(mistakes.values())):
        mistakes[name].append(mistake)
    raise_mistakes(mistakes, "no fact was loaded")
    return Registry(fact for _, _, fact in located)


def _cross_mistakes(
    located: Sequence[tuple[str, int, Fact]], *, complete: bool
) -> Iterable[tuple[str, Mistake]]:
    """Yield mistakes that only show between rows: ids used twice, facts worked out from unknown ones."""
    first: dict[str, tuple[str, int]] = {}
    for table, line, fact in located:
        if fact.id in first:
            other_table, other_line = first[fact.id]
            where = f"line {other_line}" if other_table == table else f"{other_table}, line {other_line}"
            yield table, Mistake(line, "id", f'"{fact.id}" is already used in {where}')
        else:
            first[fact.id] = (table, line)
    if not complete:  # a row that did not load would be reported once more as unknown
        return
    for table, line, fact in located:
        for origin in fact.derived_from:
            if origin not in first:
                yield table, Mistake(line, "derived_from", f'"{origin}" is no fact')

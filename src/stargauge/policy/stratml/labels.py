"""Lines `label: value` in a text of StratML, for what has no element of its own.

A label is the name of a column with spaces for underscores, so that a person can read and write it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from stargauge.policy.stratml.limits import MOST_MISTAKES
from stargauge.policy.stratml.validity import shown

SEPARATOR = ": "

MARK = "Stargauge strategy, form "
"""How the first line of a plan's OtherInformation begins where its lines are labelled as ours are."""

FORM = 1
"""Number of the labelled form that is written, and the only one that is read."""


class Labelled(NamedTuple):
    """A line of a text: the label, and the value behind it."""

    label: str
    value: str


def written(cells: Mapping[str, str]) -> list[str]:
    """Return a line for each cell that is not empty."""
    return [line(name.replace("_", " "), value) for name, value in cells.items() if value]


def line(label: str, value: str) -> str:
    """Return one labelled line."""
    return f"{label}{SEPARATOR}{value}"


def parsed(text: str) -> tuple[list[Labelled], list[str]]:
    """Return the labelled lines of a text, and the lines that have no label."""
    found, other = [], []
    for words in text.split("\n"):
        label, separator, value = words.strip(" \t").partition(SEPARATOR)
        if separator:
            found.append(Labelled(label, value.strip(" ")))
        elif words.strip():
            other.append(words.strip())
    return found, other


def cells_of(lines: Iterable[Labelled], columns: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return the values by column, and what is wrong: labels that are unknown or stand twice."""
    known = {name.replace("_", " "): name for name in columns}
    cells: dict[str, str] = {}
    wrong: list[str] = []
    for label, value in lines:
        if len(wrong) > MOST_MISTAKES:
            break
        if label not in known:
            wrong.append(f'there is no label "{shown(label)}" here; expected {", ".join(known)}')
        elif known[label] in cells:
            wrong.append(f'label "{label}" stands twice')
        else:
            cells[known[label]] = value
    return cells, wrong

"""Shades: which class of the page's style fills what a number or a name stands for, and the key that says so.

The classes are those of the style sheet, which has a fill and a readable text colour for each, in light and
dark. A shade alone never tells anything: the cell has its number or name in words, the key the ranges.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from markupsafe import Markup

from stargauge.report import region_wording as words
from stargauge.report.figures.axes import ROUND_STEPS, SMALLEST_RANGE, round_ticks
from stargauge.report.figures.svg import Size, rectangle, tag
from stargauge.report.numbers import decimal

UNKNOWN = "unknown"
"""Class of what has no value."""

RISING = ("seq1", "seq2", "seq3", "seq4", "seq5")
SHORT = ("neg3", "neg2", "neg1")
SPARE = ("pos1", "pos2", "pos3")
KINDS = ("kind1", "kind2", "kind3", "kind4", "kind5", "kind6", "kind7", "kind8")

NOTICED = 1e-3
"""Values below this share of the largest magnitude have no say in where steps part."""

MOST_DECIMALS = 15
"""A double holds no more."""

SWATCH = Size(16.0, 12.0)

Fill = float | str | None
"""What decides a shade: a number, a name, or nothing."""


class Shade(Protocol):
    """Gives each fill a class of the style sheet and says in words what the classes mean."""

    def kind(self, fill: Fill) -> str:
        """Return the class of a fill."""

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return (class, words) of every shade, in order."""


@dataclass(frozen=True)
class Steps:
    """Numbers in steps: `edges` part them, a number on an edge belongs to the step above it.

    Attributes:
        edges: Ascending.
        kinds: Class of each step, one more than edges.
        unit: Unit of the numbers as it is written; may be empty.
    """

    edges: tuple[float, ...]
    kinds: tuple[str, ...]
    unit: str

    def __post_init__(self) -> None:
        """Refuse steps that do not fit each other.

        Raises:
            ValueError: Edges do not ascend, or there is not one class a step.
        """
        if list(self.edges) != sorted(set(self.edges)) or not all(map(math.isfinite, self.edges)):
            raise ValueError(f"edges {self.edges} do not ascend")
        if len(self.kinds) != len(self.edges) + 1:
            raise ValueError(
                f"{len(self.edges)} edges part {len(self.edges) + 1} steps, not {len(self.kinds)}"
            )

    def kind(self, fill: Fill) -> str:
        """Return the class of a number; of None and not a number that of what has no value.

        Raises:
            ValueError: The fill is a name.
        """
        if isinstance(fill, str):
            raise ValueError(f'"{fill}" is a name; these shades are steps of a number')
        if fill is None or math.isnan(fill):
            return UNKNOWN
        return self.kinds[bisect_right(self.edges, fill)]

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return (class, range in words) of every step, the lowest first."""
        told = [_told(edge) for edge in self.edges]
        if not told:
            return ((self.kinds[0], self.unit),)
        ranges = [
            words.STEP_UNDER.format(high=told[0], unit=self.unit),
            *(words.STEP_BETWEEN.format(low=low, high=high, unit=self.unit) for low, high in pairwise(told)),
            words.STEP_FROM.format(low=told[-1], unit=self.unit),
        ]
        return tuple(
            (kind, said.replace("  ", " ").strip()) for kind, said in zip(self.kinds, ranges, strict=True)
        )


@dataclass(frozen=True)
class Names:
    """Names, such as that of the limit that binds: each has a class of its own, in the order given.

    Attributes:
        names: In the order of the key.
        kinds: Class of each name.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...] = KINDS

    def __post_init__(self) -> None:
        """Refuse more names than there are shades that can be told apart.

        Raises:
            ValueError: There are more, or one stands twice.
        """
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"a name stands twice in {', '.join(self.names)}")
        if len(self.names) > len(self.kinds):
            raise ValueError(f"{len(self.names)} names; {len(self.kinds)} can be told apart")

    def kind(self, fill: Fill) -> str:
        """Return the class of a name; of None that of what has no value.

        Raises:
            ValueError: The fill is a number or an unknown name.
        """
        if fill is None:
            return UNKNOWN
        if fill not in self.names:
            raise ValueError(f"{fill!r} is none of {', '.join(self.names)}")
        return self.kinds[self.names.index(str(fill))]

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return (class, name) of every name."""
        return tuple(zip(self.kinds, self.names, strict=False))


def rising(values: Iterable[float | None], unit: str) -> Steps:
    """Return up to five steps of one colour from 0 on, equal but for the last, at round edges.

    Args:
        values: What is to be shown; what is None or not finite is passed over.
        unit: Unit as it is written.

    Raises:
        ValueError: A value is negative; `parted` shows those.
    """
    known = _known(values)
    if any(value < 0 for value in known):
        raise ValueError(f"{min(known)} is negative; steps that rise from 0 have no place for it")
    edges = round_ticks(0.0, max(known, default=0.0), len(RISING) + 1)[1:-1][: len(RISING) - 1]
    return Steps(edges, _spaced(RISING, len(edges) + 1), unit)


def parted(values: Iterable[float | None], unit: str) -> Steps:
    """Return steps of two colours that part at 0, three on each side that has values, at round edges.

    The edges are those that part the magnitudes in thirds, so that one extreme value leaves the others apart.

    Args:
        values: What is to be shown; what is None or not finite is passed over.
        unit: Unit as it is written.
    """
    known = _known(values)
    least = max(SMALLEST_RANGE, NOTICED * max(map(abs, known), default=0.0))
    sizes = sorted(abs(value) for value in known if abs(value) >= least) or [1.0]
    inner, outer = (_round(sizes[len(sizes) * part // 3]) for part in (1, 2))
    if inner == outer:
        inner = _round(outer * 0.4)
    below, above = min(known, default=0.0) < 0, max(known, default=0.0) >= 0
    edges = (*((-outer, -inner) if below else ()), *((0.0,) if below and above else ()))
    edges += (inner, outer) if above else ()
    return Steps(edges, (*(SHORT if below else ()), *(SPARE if above else ())), unit)


def swatch(kind: str) -> Markup:
    """Return a small patch of a shade, for a key."""
    patch = rectangle((0.5, 0.5), Size(SWATCH.width - 1.0, SWATCH.height - 1.0), f"patch {kind}")
    return tag("svg", patch, width=SWATCH.width, height=SWATCH.height, aria_hidden="true", class_="swatch")


def shade_key(shade: Shade, *, missing: bool) -> tuple[tuple[Markup, str], ...]:
    """Return (patch, words) of every shade, and where something has no value, of that."""
    entries = (*shade.entries(), *(((UNKNOWN, words.MISSING),) if missing else ()))
    return tuple((swatch(kind), said) for kind, said in entries)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def _round(value: float) -> float:
    """Return the number 1, 2 or 5 times a power of ten that is nearest to a value by ratio."""
    power = math.floor(math.log10(value))
    rounded = (m * 10.0**power if power >= 0 else m / 10.0**-power for m in ROUND_STEPS)
    return min(rounded, key=lambda one: abs(math.log(one / value)))


def _spaced(kinds: Sequence[str], count: int) -> tuple[str, ...]:
    """Return so many classes, from the palest to the deepest, as far apart as there is room."""
    if count == 1:
        return (kinds[len(kinds) // 2],)
    return tuple(kinds[round(index * (len(kinds) - 1) / (count - 1))] for index in range(count))


def _told(edge: float) -> str:
    """Return a round edge with as many decimals as it has."""
    return decimal(
        edge, next((count for count in range(MOST_DECIMALS) if round(edge, count) == edge), MOST_DECIMALS)
    )

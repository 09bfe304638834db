"""What a run tells: monthly paths and one number a future, each with its name and unit."""

from __future__ import annotations

from dataclasses import dataclass

NATION = "US"
ALL_NAMED = "all named"
"""Label of totals over every named programme."""


@dataclass(frozen=True)
class Series:
    """A monthly path: `quantity:place` and its unit; values lie in [lower, upper], one end or one a month."""

    name: str
    unit: str
    upper: float | tuple[float, ...]
    lower: float = 0.0


@dataclass(frozen=True)
class EndValue:
    """One number a future: its name and unit; nan where it does not happen."""

    name: str
    unit: str

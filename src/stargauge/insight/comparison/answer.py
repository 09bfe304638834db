"""The answer of a comparison: what scenarios decide differently, and what that changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Changed:
    """A field on which a scenario and the first one differ, each value in words."""

    field: str
    first: str
    own: str


@dataclass(frozen=True)
class OutcomeDifference:
    """An outcome of a scenario less that of the first, future by future on the same luck.

    `difference` is the mean, `standard_error` that of this mean; `p05`, `p50` and `p95` are of the
    differences over futures; `higher` and `lower` the shares of futures in which the outcome is above and
    below.
    """

    name: str
    title: str
    unit: str
    first: float
    own: float
    difference: float
    standard_error: float
    p05: float
    p50: float
    p95: float
    higher: float
    lower: float


@dataclass(frozen=True)
class Compared:
    """A scenario against the first one; empty `differences` where no outcome differs in any future.

    `same` names the outcomes that are equal in every future, `missing` those that one of the two lacks.
    """

    scenario: str
    heading: str
    digest: str
    changes: tuple[Changed, ...]
    differences: tuple[OutcomeDifference, ...]
    same: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Scenarios set against the first of them."""

    scenario: str
    heading: str
    digest: str
    seed: int
    futures: int
    others: tuple[Compared, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self)

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.insight.comparison.screen import comparison_screen

        return comparison_screen(self)

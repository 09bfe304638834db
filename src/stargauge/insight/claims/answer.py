"""The answers to claims: what the command prints, and what `--json` writes."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from stargauge.insight.claims.movers import Mover
from stargauge.insight.claims.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Source:
    """Who made a claim, when, and where it can be read."""

    who: Words
    on: str
    source: str
    address: str
    grade: str


@dataclass(frozen=True)
class OnRecord:
    """One thing on record that bears on a claim; `kind` is programme, event, fact, series or standing."""

    kind: str
    id: str
    on: str
    words: Words
    source: str
    address: str
    grade: str


@dataclass(frozen=True)
class ConditionAnswer:
    """One condition of a claim over the futures.

    `chance` is of this condition alone. p10 to p90, mean and its standard error are of its level: the
    metric's value, the extreme up to a date, a lead or a change, or the difference of two scenarios; months
    are places in the run, None where a quantile never comes.
    """

    metric: str
    places: tuple[str, ...]
    comparison: str
    threshold: tuple[float, ...]
    unit: str
    chance: float
    standard_error: float
    p10: float | None
    p50: float | None
    p90: float | None
    most: float | None
    mean: float | None
    mean_error: float | None
    subject: Words
    level: Words


@dataclass(frozen=True)
class ClaimAnswer:
    """A claim and its answer: `answered` with a chance, or not modelled, with the `reason`.

    `chance` is the share of futures in which it is true, with its standard error; `low` and `high` bound it
    with 95 % (Wilson's interval, which also holds where no future or every one is true). `movers` is empty
    where no input is told apart from chance.
    """

    id: str
    title: Words
    said: tuple[Source, ...]
    answered: bool
    reason: Words
    chance: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    futures: int
    paired: bool
    reading: Words
    conditions: tuple[ConditionAnswer, ...]
    movers: tuple[Mover, ...]
    noise: float | None
    counts: Words
    evidence: tuple[OnRecord, ...]


@dataclass(frozen=True)
class ClaimsAnswer:
    """All claims of a file, answered."""

    title: Words
    source: str
    scenario: str
    heading: str
    as_of: str
    seed: int
    futures: int
    language: str
    claims: tuple[ClaimAnswer, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; words in both languages, what is no number as None."""
        cleaned: dict[str, Any] = _plain(self)
        return cleaned

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.insight.claims.screen import claims_screen

        return claims_screen(self)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

"""The conventions of a hosting study: choices that decide the answer, printed beside every number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from stargauge.errors import Mistake
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.sources import Source

PreExisting = Literal["exclude", "block", "do-no-harm"]
PRE_EXISTING: tuple[PreExisting, ...] = get_args(PreExisting)

LEAST_FACTOR = 1e-5
"""A cut-off of 0 means this: smaller factors are rounding."""

_WORDS = {
    "exclude": "pairs over their limit before the load are left out",
    "block": "no load may worsen a pair that is over its limit",
    "do-no-harm": "a pair that is over its limit may not pass its present flow",
}


@dataclass(frozen=True)
class Rules:
    """The conventions of one study.

    Attributes:
        source: Where the power comes from.
        cutoff: Smallest share of the load on an element that counts.
        pre_existing: What becomes of pairs over their limit before the load.
        ratings: Which limits hold.
    """

    source: Source
    cutoff: float
    pre_existing: PreExisting
    ratings: Ratings

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is not legal."""
        mistakes = []
        if not 0.0 <= self.cutoff < 1.0:
            text = f"is {self.cutoff:g}; it must be at least 0 and below 1, for example 0.03"
            mistakes.append(Mistake(0, "cutoff", text))
        if self.pre_existing not in PRE_EXISTING:
            text = f'"{self.pre_existing}" is no rule; known: {", ".join(PRE_EXISTING)}'
            mistakes.append(Mistake(0, "pre_existing", text))
        return tuple(mistakes)

    def text(self, model: DcModel) -> str:
        """Return the rule of a number, for people."""
        return " · ".join(
            [
                f"source = {self.source.rule}",
                f"cut-off {self.cutoff * 100:g} %",
                self.ratings.rule(model.network),
                _WORDS[self.pre_existing],
                "outages: every branch whose loss splits nothing",
                "DC",
                model.dispatch.rule,
            ]
        )

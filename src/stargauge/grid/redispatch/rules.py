"""The conventions of a study with redispatch: choices that decide the answer, printed beside every number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.ratings import Ratings

Pmin = Literal["0", "case"]
PMIN: tuple[Pmin, ...] = get_args(Pmin)

PreExisting = Literal["exclude", "do-no-harm", "soft"]
PRE_EXISTING: tuple[PreExisting, ...] = get_args(PreExisting)

TOLERANCE_MW = 1e-5
"""A flow beyond its limit by less counts as at its limit. The solver keeps rows to 1e-7 MW and flows are
computed another way; a capacity is uncertain by this times its marginal values, which its bound shows."""

_PMIN_WORDS = {
    "0": "units move between 0 and Pmax",
    "case": "units move between the case's Pmin and Pmax",
}
_WORDS = {
    "exclude": "pairs over their limit in the present dispatch are left out",
    "do-no-harm": "pairs over their limit in the present dispatch may not pass their present flow",
    "soft": "every pair holds, or else what the least total overload of any dispatch without new load leaves",
}


@dataclass(frozen=True)
class Rules:
    """The conventions of one study.

    Attributes:
        pmin: Lowest output of units: `0`, because a unit that must not run can be switched off, which no
            linear programme decides by itself; or `case`, Pmin of the case for every unit in service.
        pre_existing: What becomes of pairs of element and outage over their limit in the present dispatch.
        ratings: Which limits hold.
        fixed_fuels: Fuels whose units keep their present output.
    """

    pmin: Pmin = "0"
    pre_existing: PreExisting = "exclude"
    ratings: Ratings = field(default_factory=Ratings)
    fixed_fuels: tuple[str, ...] = ()

    @property
    def mistakes(self) -> list[Mistake]:
        """What is not legal."""
        mistakes = []
        if self.pmin not in PMIN:
            mistakes.append(Mistake(0, "pmin", f'"{self.pmin}" is no rule; known: {", ".join(PMIN)}'))
        if self.pre_existing not in PRE_EXISTING:
            text = f'"{self.pre_existing}" is no rule; known: {", ".join(PRE_EXISTING)}'
            mistakes.append(Mistake(0, "pre_existing", text))
        return mistakes

    def check(self, more: list[Mistake], what: str) -> None:
        """Refuse what is not legal.

        Raises:
            InputError: Listing these mistakes and `more`.
        """
        mistakes = self.mistakes + more
        if mistakes:
            raise InputError(what, mistakes, "nothing was computed")

    def text(self, model: DcModel) -> str:
        """Return the rule of a number, for people."""
        parts = [
            "source = redispatch of units in service, most MW first, cost ignored",
            _PMIN_WORDS[self.pmin],
        ]
        if self.fixed_fuels:
            parts.append(f"{', '.join(self.fixed_fuels)} units keep their output")
        parts += [
            "no cut-off",
            self.ratings.rule(model.network),
            _WORDS[self.pre_existing],
            "outages: every branch whose loss splits nothing",
            "DC",
            model.dispatch.rule,
        ]
        return " · ".join(parts)

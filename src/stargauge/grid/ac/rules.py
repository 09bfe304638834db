"""The conventions of an AC check: choices that decide the answer, printed beside every number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.ac.engine import Newton
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.sources import Source
from stargauge.grid.network import Network

Floats = NDArray[np.float64]
PreExisting = Literal["worsened", "exclude", "block"]
PRE_EXISTING: tuple[PreExisting, ...] = get_args(PreExisting)

DEFAULT_POWER_FACTOR = 0.95
"""Power factor of a load that states none: a convention on the careful side, nothing compensated on site."""

VOLTAGE_STEP_PU = 0.001
"""A voltage that the load moves by less does not count, like a share of a branch below the cut-off."""

WORSENED_SHARE = 0.01
"""Share of its limit by which a branch that is over it before the load may be worsened before that counts."""

_WORDS = {
    "worsened": "what is over its limit before the load counts once the load worsens it by more than "
    f"{WORSENED_SHARE * 100:g} % of the limit or {VOLTAGE_STEP_PU:g} pu",
    "exclude": "what is over its limit before the load is listed and left out",
    "block": "what is over its limit before the load counts where the load worsens it",
}


@dataclass(frozen=True)
class AcRules:
    """The conventions of one check.

    Attributes:
        power_factor: Power factor of the new load, lagging.
        source: Where the power comes from.
        ratings: Which limits hold; MW are read as MVA.
        cutoff: Smallest share of the load by which a branch's loading must rise to count.
        pre_existing: What becomes of what is over its limit before the load: counts once it is `worsened`
            beyond a tolerance, is left out (`exclude`), or counts where it is worsened at all (`block`).
        reactive_limits: Whether units keep to their reactive limits.
    """

    power_factor: float
    source: Source
    ratings: Ratings
    cutoff: float
    pre_existing: PreExisting
    reactive_limits: bool

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is not legal."""
        mistakes = []
        if not 0.0 < self.power_factor <= 1.0:
            text = f"is {self.power_factor:g}; it must be above 0 and at most 1, for example 0.95"
            mistakes.append(Mistake(0, "power_factor", text))
        if not 0.0 <= self.cutoff < 1.0:
            text = f"is {self.cutoff:g}; it must be at least 0 and below 1, for example 0.03"
            mistakes.append(Mistake(0, "cutoff", text))
        if self.pre_existing not in PRE_EXISTING:
            text = f'"{self.pre_existing}" is no rule; known: {", ".join(PRE_EXISTING)}'
            mistakes.append(Mistake(0, "pre_existing", text))
        return tuple(mistakes)

    def allowed(self, tolerance: Floats) -> Floats:
        """Return by how much what is over its limit before the load may be worsened, from the tolerance."""
        if self.pre_existing == "worsened":
            return tolerance
        return np.full(tolerance.shape, np.inf if self.pre_existing == "exclude" else 0.0)

    def load_mva(self, mw: float) -> complex:
        """Return the new load with its reactive power."""
        return complex(mw, mw * math.sqrt(1.0 / self.power_factor**2 - 1.0))

    def text(self, network: Network, outages: str, spread_mw: float) -> str:
        """Return the rule of a number, for people.

        Args:
            network: The network.
            outages: The outages in words.
            spread_mw: What the stored dispatch lacked, MW.
        """
        reactive = (
            "units keep to their reactive limits and let their voltage go there (PV to PQ and back)"
            if self.reactive_limits
            else "reactive limits of units ignored"
        )
        lines = ["DC lines at their schedule without reactive power"] if network.dc_lines else []
        return " · ".join(
            [
                f"power factor {self.power_factor:g} lagging",
                f"source = {self.source.rule}",
                "more losses given by the source in the same shares, none by the reference bus",
                f"{self.ratings.rule(network)}, MW read as MVA, at the more loaded end",
                "voltages within the network's vmin and vmax",
                reactive,
                "taps, shifters and shunts fixed",
                *lines,
                "counts: no solution, and what is over its limit with the load and was not before: a branch "
                f"if its MVA rise by {self.cutoff * 100:g} % of the load, a voltage if it moves by "
                f"{VOLTAGE_STEP_PU:g} pu",
                _WORDS[self.pre_existing],
                f"outages: {outages}",
                f"AC, Newton's method, {Newton.version()}",
                f"base dispatch: as given, {spread_mw:+,.1f} MW spread over units pro rata to output",
            ]
        )

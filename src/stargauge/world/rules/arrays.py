"""Arrays of rules: what goes into the step and what comes out.

Slot 0 of a path is the end of the quarter before the run begins, slot q the end of quarter q. Blocs are in
the order of `BLOCS`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.world.blocs import BLOCS

Floats = NDArray[np.float64]


class Law(NamedTuple):
    """What goes into `rules_step`.

    (blocs): `market` part of the world's, sum 1; `cover` part under an EU-style law on the as-of date; `size`
    part of what is not covered that one more law covers; `follows` 1 where laws may be passed; `base`
    alignment on the as-of date. (futures): `pressure` fall of the log hazard with alignment, `defacto` part
    of the market under US rules that follows the EU's, `chinese` part under Chinese rules where the Chinese
    stack is taken. (futures, blocs): `hazard` of a law a quarter. (futures, slots, blocs): `luck` unit
    exponential thresholds of a quarter; (futures, slots): `strength` part of the act's burden that applies.
    `us`, `china`, `eu` are the places of the blocs whose rules count; `first` the first slot simulated.
    """

    market: Floats
    cover: Floats
    size: Floats
    follows: Floats
    base: Floats
    pressure: Floats
    defacto: Floats
    chinese: Floats
    hazard: Floats
    luck: Floats
    strength: Floats
    us: int
    china: int
    eu: int
    first: int


class RulePaths(NamedTuple):
    """Written by `rules_step`, (futures, slots, blocs).

    `cover` part of a bloc's market under an EU-style law in force; `compliance` that times the part of the
    burden that applies, in [0, 1]; `reach` part of the world's market under the rules of a bloc, sum 1.
    """

    cover: Floats
    compliance: Floats
    reach: Floats


def empty_rules(futures: int, quarters: int) -> RulePaths:
    """Return output arrays of rules for a block, uninitialised."""
    shape = (futures, quarters + 1, len(BLOCS))
    return RulePaths(np.empty(shape), np.empty(shape), np.empty(shape))

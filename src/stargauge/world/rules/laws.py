"""Whose rules reach how much of the market, one future and one quarter. Nothing is drawn here.

Laws like the EU's come as a Poisson process by bloc; each covers a part of what no such law covers yet, so
the part covered never falls and never passes 1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.world.rules.arrays import Law, RulePaths

CHINESE_CHOICE = 2.0
"""Value of a bloc's choice that means the Chinese stack in full; 1 is half of it."""


@step
def rules_step(
    f: int,
    q: int,
    law: Law,
    alignment: NDArray[np.float64],
    choice: NDArray[np.float64],
    paths: RulePaths,
) -> None:
    """Write slot `q` of future `f` from slot q − 1.

    Args:
        f: Future.
        q: Slot, from 1.
        law: What goes in.
        alignment: (futures, slots, blocs); slot q is read.
        choice: (futures, slots, blocs) 0 US package, 1 mixed, 2 Chinese stack; slot q is read.
        paths: Written at slot q; its `cover` at slot q − 1 is read.
    """
    for b in range(law.market.size):
        cover = paths.cover[f, q - 1, b]
        if law.follows[b] > 0.0:
            hazard = law.hazard[f, b] * math.exp(-law.pressure[f] * (alignment[f, q, b] - law.base[b]))
            if hazard > law.luck[f, q, b]:
                cover += law.size[b] * (1.0 - cover)
        paths.cover[f, q, b] = cover
        paths.compliance[f, q, b] = cover * law.strength[f, q]
    share_market(f, q, law, choice, paths)


@step
def share_market(f: int, q: int, law: Law, choice: NDArray[np.float64], paths: RulePaths) -> None:
    """Write `paths.reach` at slot `q` from `paths.cover`; arguments as in `rules_step`.

    In each bloc the part covered is under the EU's rules. Of the rest a part is under China's where the
    Chinese stack is taken (all of it in China); of what then remains under US rules a part follows the EU's
    in fact, as far as the act applies.
    """
    eu, china, us = 0.0, 0.0, 0.0
    for b in range(law.market.size):
        market, cover = law.market[b], paths.cover[f, q, b]
        chinese = 1.0 if b == law.china else law.chinese[f] * choice[f, q, b] / CHINESE_CHOICE
        open_part = 1.0 - cover
        left = market * open_part * (1.0 - chinese)
        followed = left * law.defacto[f] * law.strength[f, q]
        eu += market * cover + followed
        china += market * open_part * chinese
        us += left - followed
        paths.reach[f, q, b] = 0.0
    paths.reach[f, q, law.us] = us
    paths.reach[f, q, law.china] = china
    paths.reach[f, q, law.eu] = eu


@step
def share_past(law: Law, choice: NDArray[np.float64], paths: RulePaths) -> None:
    """Write `paths.reach` in the slots before the first simulated one; arguments as in `rules_step`."""
    for f in range(choice.shape[0]):
        for q in range(law.first):
            share_market(f, q, law, choice, paths)

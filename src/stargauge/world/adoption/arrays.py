"""Arrays of adoption: what goes into the step and what comes out.

Slot 0 of a path is the end of the quarter before the run begins, slot q the end of quarter q. Segments are in
the order of `SEGMENTS`, blocs of `BLOCS`, stacks of `STACKS`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.world.adoption.inputs import SEGMENTS
from stargauge.world.blocs import BLOCS, STACKS

Floats = NDArray[np.float64]


class Market(NamedTuple):
    """What goes into `adoption_step`.

    (futures, segments, blocs, stacks): `share` on the as-of date; (futures, blocs, stacks): `held` the same
    over segments. (futures): `tau` dissimilarity of the open nest and `inverse_tau`; `quality`, `alignment`
    and `compliance` weights in logits; `network` weight of the installed share. (futures, slots, stacks):
    `merit` logits from relative price and shocks since the as-of date, `price` USD per million tokens.
    (futures, stacks): `exposure` to compliance. (stacks): `side` of a stack in alignment. (segments):
    `measures` factor on merit and capability, `minds` on alignment and compliance, `weight` part of tokens.
    (futures, segments): `speed` part of demand chosen anew a quarter. `mean_measures`, `mean_minds` and
    `mean_speed` (futures) are those of the mean buyer. (slots, segments, blocs, stacks): `access` 0 where a
    stack is blocked, 1 as on the as-of date; `mean_access` (slots, blocs, stacks) over segments.

    Demand: (futures, blocs) `tokens_per_user` 10¹² a quarter and unit of `users` on the as-of date, and
    `ceiling` of users; (futures, slots) `scale` of tokens a user; (futures) `innovate` and `imitate` a
    quarter, `firms_speed` a quarter; (futures, blocs) `robots_factor` a quarter; (blocs) `users`, `firms`,
    `robots` on the as-of date and `economy` parts of the world's output; `robot_weight`. `first` the first
    slot simulated.
    """

    share: Floats
    held: Floats
    tau: Floats
    inverse_tau: Floats
    quality: Floats
    alignment: Floats
    compliance: Floats
    network: Floats
    merit: Floats
    price: Floats
    exposure: Floats
    side: Floats
    measures: Floats
    minds: Floats
    weight: Floats
    speed: Floats
    mean_measures: float
    mean_minds: float
    mean_speed: Floats
    access: Floats
    mean_access: Floats
    tokens_per_user: Floats
    ceiling: Floats
    scale: Floats
    innovate: Floats
    imitate: Floats
    firms_speed: Floats
    robots_factor: Floats
    users: Floats
    firms: Floats
    robots: Floats
    economy: Floats
    robot_weight: float
    first: int


class AdoptionPaths(NamedTuple):
    """Written by `adoption_step`.

    `share` (futures, slots, segments, blocs, stacks) of a segment's tokens, sum 1; `tokens` 10¹² a quarter
    and `spend` bn USD a quarter (futures, slots, blocs, stacks). (futures, slots, blocs): `users` share of
    people of 15 to 64, `enterprise` share of firms, `robots` thousand installed a year, `applications` share
    of the layer, sum 1. `installed` (futures, blocs, stacks) what the network effect sees; the
    rest (futures, stacks) is scratch.
    """

    share: Floats
    tokens: Floats
    spend: Floats
    users: Floats
    enterprise: Floats
    robots: Floats
    applications: Floats
    installed: Floats
    appeal: Floats
    politics: Floats
    network: Floats


def empty_adoption(futures: int, quarters: int) -> AdoptionPaths:
    """Return output arrays of adoption for a block, uninitialised."""
    slots, segments, blocs, stacks = quarters + 1, len(SEGMENTS), len(BLOCS), len(STACKS)
    return AdoptionPaths(
        share=np.empty((futures, slots, segments, blocs, stacks)),
        tokens=np.empty((futures, slots, blocs, stacks)),
        spend=np.empty((futures, slots, blocs, stacks)),
        users=np.empty((futures, slots, blocs)),
        enterprise=np.empty((futures, slots, blocs)),
        robots=np.empty((futures, slots, blocs)),
        applications=np.empty((futures, slots, blocs)),
        installed=np.empty((futures, blocs, stacks)),
        appeal=np.empty((futures, stacks)),
        politics=np.empty((futures, stacks)),
        network=np.empty((futures, stacks)),
    )

"""A block of futures phase by phase and region by region: what the outcomes are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.model.arrays import Outputs
from stargauge.policy import LeverPaths
from stargauge.power import PowerBlock

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """What the outcomes are made of.

    `out` of the month loop, with what stood before any future added to `group_mw` and `domestic_it_mw`;
    `power` the regions' supply; `upgrade_bn_usd` (futures, phases) of transmission upgrades, where needed;
    `levers` how far those that the run asked for are in force (`ASKED_LEVERS`).
    """

    out: Outputs
    power: PowerBlock
    upgrade_bn_usd: Floats
    levers: LeverPaths

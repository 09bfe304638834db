"""Allied alignment on chip-making tools, and whether nobody backfills: a drawn event.

The US asks allies to align at a random date; after a delay they do or the US acts alone. Where they align and
nobody fills the gap, China's own chip supply loses a part in the end; where they do not or somebody does, a
fraction of that part. The effect comes with a lead, as tools in place go on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOOLS_DRAWS = 3
"""Uniforms a future: when the US asks, whether allies align, whether no backfill holds."""


def tools_multiplier(
    uniforms: Floats,
    rate: Floats,
    delay: Floats,
    align: Floats,
    hold: Floats,
    effect: Floats,
    leak: Floats,
    lead: Floats,
    years: Floats,
) -> Floats:
    """Return by what China's own chip supply is multiplied, (futures, slots) in (0, 1].

    1 − e (1 − exp(−age / lead)), age the years since the measure works, e = effect where allies align and no
    backfill holds and leak · effect otherwise.

    Args:
        uniforms: (futures, `TOOLS_DRAWS`).
        rate: (futures) hazard that the US asks, 1/year.
        delay: (futures) years until allies align or the US acts alone.
        align: (futures) chance that allies align.
        hold: (futures) chance that no backfill holds.
        effect: (futures) part of supply lost in the end, below 1.
        leak: (futures) part of the effect left where the condition fails.
        lead: (futures) years in which it comes.
        years: (slots) years since the as-of date, negative before.
    """
    begins = -np.log1p(-uniforms[:, 0]) / rate + delay
    holds = (uniforms[:, 1] < align) & (uniforms[:, 2] < hold)
    lost = effect * np.where(holds, 1.0, leak)
    age = np.maximum(0.0, years[None, :] - begins[:, None])
    multiplier: Floats = 1.0 + lost[:, None] * np.expm1(-age / lead[:, None])
    return multiplier

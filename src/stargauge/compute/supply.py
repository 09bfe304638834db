"""Chip supply: how much IT power the accelerators that owners receive can draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def domestic_rate(chip_mw_per_year: Floats, it_per_chip: Floats, share: Floats) -> Floats:
    """Return the IT power a year that accelerators placed in the country can draw, (futures) in MW_it a year.

    Args:
        chip_mw_per_year: (futures) rated chip power shipped a year, all makers.
        it_per_chip: (futures) IT power per rated chip power: servers, network and storage included.
        share: (futures) share of accelerators placed in the country.
    """
    rate: Floats = chip_mw_per_year * it_per_chip * share
    return rate

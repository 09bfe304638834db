"""The reduced network as plain arrays, for kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.reduction import Reduction

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]


class Web(NamedTuple):
    """The reduced network as arrays for kernels: see `Reduction`."""

    pair_low: SmallInts
    pair_high: SmallInts
    super_start: Ints
    super_pair: SmallInts
    line_start: Ints
    line_super: SmallInts
    susceptance: Floats
    relief: Floats
    impedance: Floats


def web_of(reduction: Reduction) -> Web:
    """Return the arrays of a reduction that kernels need; `relief` is 1 / denominator."""
    return Web(
        reduction.pair_low,
        reduction.pair_high,
        reduction.super_start,
        reduction.super_pair,
        reduction.line_start,
        reduction.line_super,
        reduction.susceptance,
        1.0 / reduction.denominator,
        reduction.pair_impedance,
    )

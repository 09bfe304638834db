"""What outages of one kind do, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOTHING = -1
"""Element where there is none."""


class Effects(NamedTuple):
    """Effects of outages of one kind on one island, or of DC lines on all.

    Attributes:
        kind: `branch`, `unit`, `dc` or `bridge`.
        outage: (outages,) branch, unit or DC line index.
        loading: (outages,) highest loading after each.
        element: (outages,) branch that has it, `NOTHING` if no branch has a limit.
        overloads: (outages,) branches over their limit.
        lost_load_mw: (outages,) load islanded.
        lost_generation_mw: (outages,) output lost.
        short_mw: (outages,) what cannot be made good.
        over_element: (pairs,) branch over its limit.
        over_outage: (pairs,) outage, by place in `outage`.
        over_flow_mw: (pairs,) its flow.
    """

    kind: str
    outage: Ints
    loading: Floats
    element: Ints
    overloads: Ints
    lost_load_mw: Floats
    lost_generation_mw: Floats
    short_mw: Floats
    over_element: Ints
    over_outage: Ints
    over_flow_mw: Floats

"""The tightest limits of buses, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SOURCE = -2
"""Element of a limit that is the source's own."""


@dataclass(frozen=True)
class BusLimits:
    """The tightest limits of each bus; n buses asked for, `kept` limits each, ascending.

    Attributes:
        bus: (n,) index in the network.
        value: (n, kept) MW; inf where there are fewer limits.
        factor: (n, kept) MW on the element per MW of load.
        element: (n, kept) branch index, `SOURCE`, or `NONE` where there is no limit.
        outage: (n, kept) branch index of the lost branch, or `NONE`.
        base_value: (n,) tightest limit before any outage, MW.
        base_factor: (n,) its factor.
        base_element: (n,) its element.
        over: (n,) pairs over their limit before the load that it would worsen by the cut-off or more.
        cut_off_by: (n,) branch whose loss alone cuts the bus off, or `NONE`.
    """

    bus: Ints
    value: Floats
    factor: Floats
    element: Ints
    outage: Ints
    base_value: Floats
    base_factor: Floats
    base_element: Ints
    over: Ints
    cut_off_by: Ints

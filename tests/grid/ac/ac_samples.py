"""Small networks whose power flows are known in closed form, and short ways to the solved base case."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from stargauge.grid import load
from stargauge.grid.ac.study import Base, solved_base
from stargauge.grid.flows.model import prepare
from stargauge.grid.network import Network


@cache
def case(name: str) -> Network:
    return load(name)


def base(net: Network, reactive_limits: bool = True, number: int = 0) -> Base:
    return solved_base(prepare(net), number, reactive_limits)


def feeder(x: float = 0.2, vmin: float = 0.1, **changes: Any) -> Network:
    """A strong source at 1 pu, two lossless lines that make one of x, a bus without load."""
    return Network.from_arrays(
        name="feeder",
        **{
            "bus_id": [1, 2],
            "bus_type": [3, 1],
            "bus_kv": [138.0, 138.0],
            "bus_vmin": [vmin, vmin],
            "branch_from": [0, 0],
            "branch_to": [1, 1],
            "branch_x": [2 * x, 2 * x],
            "unit_bus": [0],
            "unit_p_mw": [0.0],
            "unit_pmax_mw": [10_000.0],
            **changes,
        },
    )


def receiving_voltage(p: float, q: float, x: float) -> float:
    """Upper voltage of a feeder from 1 pu over x: V^4 + (2 Q X - 1) V^2 + X^2 (P^2 + Q^2) = 0, per unit."""
    middle = 0.5 - q * x
    return float(np.sqrt(middle + np.sqrt(middle**2 - x**2 * (p**2 + q**2))))


def most_power(x: float, power_factor: float) -> float:
    """Largest power over a feeder, per unit: cos / (1 + sin) / (2 X); 1 / (2 X) at unity."""
    return power_factor / (1 + np.sqrt(1 - power_factor**2)) / (2 * x)


def two_ways(**changes: Any) -> Network:
    """The same with lines of 0.1 pu and 100 MVA: either may be lost."""
    return feeder(0.05, vmin=0.9, rate_a=[100.0, 100.0], **changes)

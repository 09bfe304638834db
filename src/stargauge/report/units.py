"""Axis units: every series is converted from its own unit by the units of the facts, never by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import conversion_factor
from stargauge.insight import Fan

AXIS_UNITS = {"MW": "GW", "MW_it": "GW_it", "H100e": "mn_H100e", "bn_USD": "bn_USD"}
"""Unit of a series to the unit of its axis."""

POWER = "MW"
"""Unit of every answer whose name ends in `_mw`: facility power."""


def on_axis(values: Iterable[float], unit: str, axis_unit: str) -> NDArray[np.float64]:
    """Return values in the unit of an axis.

    Raises:
        ValueError: The units do not measure the same thing: facility and IT power share no axis.
    """
    return np.asarray(list(values), dtype=np.float64) * conversion_factor(unit, axis_unit)


def facility_gw(megawatts: float) -> float:
    """Return facility MW on the GW axis."""
    return float(megawatts * conversion_factor(POWER, AXIS_UNITS[POWER]))


def fan_on_axis(fan: Fan) -> tuple[str, dict[str, NDArray[np.float64]]]:
    """Return the axis unit of a fan and its quantiles in that unit.

    Raises:
        ValueError: No axis is known for the unit of the fan.
    """
    if fan.unit not in AXIS_UNITS:
        raise ValueError(f"{fan.name}: no axis is known for {fan.unit}; expected {', '.join(AXIS_UNITS)}")
    unit = AXIS_UNITS[fan.unit]
    return unit, {name: on_axis(values, fan.unit, unit) for name, values in fan.quantiles.items()}

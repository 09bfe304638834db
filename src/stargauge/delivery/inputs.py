"""What delivery asks of the facts: one declared list of inputs, their units, and how each is used.

An input names a fact through the fact's `feeds` field; the fact gives value, distribution and source. A
*fixed* input enters by its median; an *uncertain* one is drawn once a future.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stargauge.errors import InputError, Mistake
from stargauge.facts import Distribution, Registry

LONGEST_MONTHS = 600.0
"""A stage of more than fifty years is a slip of the pen."""

TENTH = 0.1
"""The probability at which spreads are read off."""

FIXED: dict[str, str] = {
    "delivery.duration.land_announced": "month",
    "delivery.duration.land": "month",
    "delivery.duration.power_grid": "month",
    "delivery.duration.power_onsite": "month",
    "delivery.duration.construction": "month",
    "delivery.duration.fitout": "month",
    "delivery.slip.log_sd": "ratio",
    "delivery.slip.programme_share": "ratio",
    "delivery.slip.site_share": "ratio",
    "delivery.facility_per_it": "MW/MW_it",
    "delivery.observation.log_sd": "ratio",
    "delivery.observation.chance": "ratio",
    "delivery.background.stock_2023": "MW",
}
"""Inputs that enter by their median, with the unit the model computes in."""

UNCERTAIN: dict[str, str] = {
    "delivery.slip.log_median": "ratio",
    "delivery.cancellation.land": "1/month",
    "delivery.cancellation.building": "1/month",
    "delivery.cancellation.fitout": "1/month",
    "delivery.conversion_share": "ratio",
    "delivery.background.rate": "MW/year",
    "delivery.background.growth": "ratio",
    "limits.capital.budget": "bn_USD/year",
    "limits.capital.growth": "ratio",
    "limits.capital.cost": "bn_USD/GW",
}
"""Inputs drawn once a future, with the unit the model computes in."""


DELIVERY_UNITS = {**FIXED, **UNCERTAIN}
"""Unit of every input of this room."""


@dataclass(frozen=True)
class DeliveryInputs:
    """Every input in the units of `FIXED` and `UNCERTAIN`.

    `log_spread` is the log standard deviation of the fixed durations, read off their 10 % and 90 % points;
    `base_year` the middle of the year a rate holds for, from which growth is compounded.
    """

    fixed: dict[str, float]
    log_spread: dict[str, float]
    uncertain: dict[str, Distribution]
    base_year: dict[str, float]


def delivery_inputs(registry: Registry) -> DeliveryInputs:
    """Return delivery's inputs from the facts known to a registry.

    Raises:
        InputError: an input has no fact known by the as-of date, or a stage is too long to be meant.
    """
    fixed: dict[str, float] = {}
    spread: dict[str, float] = {}
    mistakes: list[Mistake] = []
    for name, unit in FIXED.items():
        fact = registry.input(name)
        distribution = fact.to(unit)
        if unit == "month" and not 0.0 < distribution.median <= LONGEST_MONTHS:
            mistakes.append(
                Mistake(
                    0,
                    fact.id,
                    f"a stage of {distribution.median:g} months; expected above 0 to {LONGEST_MONTHS:g}",
                )
            )
        fixed[name] = distribution.median
        spread[name] = log_spread(distribution)
    if mistakes:
        raise InputError("the facts", mistakes)
    uncertain = registry.distributions(UNCERTAIN)
    base_year = {name: registry.input(name).true_at.year + 0.5 for name in UNCERTAIN}
    return DeliveryInputs(fixed, spread, uncertain, base_year)


def log_spread(distribution: Distribution) -> float:
    """Return the log standard deviation of a positive quantity, from its 10 % and 90 % points; else 0."""
    low, high = distribution.quantile(np.array([TENTH, 1.0 - TENTH]))
    if not 0.0 < low < high:
        return 0.0
    return float(np.log(high / low) / (2.0 * ndtri(1.0 - TENTH)))

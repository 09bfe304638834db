"""What opposition asks of the facts: one declared list of inputs and their units.

A *fixed* input enters by its median; an *uncertain* one is drawn once a future. Slopes are relative rises of
the index and have no unit: per percent of peak (density), per percentage point (bill), at full intensity
(loosening).
"""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.facts import REGIONS, Distribution, Registry

FIXED: dict[str, str] = {
    **{f"opposition.level.{region}": "ratio" for region in REGIONS},
    "opposition.fade": "month",
}
"""Inputs that enter by their median, with the unit the model computes in."""

UNCERTAIN: dict[str, str] = {
    "opposition.density_slope": "ratio",
    "opposition.bill_slope": "ratio",
    "opposition.loosening_slope": "ratio",
    "opposition.drift": "1/year",
    "opposition.speed": "1/year",
    "opposition.ceiling": "ratio",
    "opposition.hazard_exponent": "ratio",
    "opposition.hazard_share": "ratio",
    "opposition.permit_exponent": "ratio",
    "opposition.bill_exponent": "ratio",
    "opposition.moratorium.rate": "1/month",
    "opposition.moratorium.months": "month",
    "lever.community_benefit.effect": "ratio",
}
"""Inputs drawn once a future, with the unit the model computes in."""

OPPOSITION_UNITS = {**FIXED, **UNCERTAIN}
"""Unit of every input of this room."""


CHECK: dict[str, str] = {
    "opposition.check.reach": "ratio",
    "opposition.check.size": "ratio",
}
"""Inputs of the check alone: how a tracker's reach grew, and the spread of counts."""


@dataclass(frozen=True)
class OppositionInputs:
    """Every input in the units of `OPPOSITION_UNITS`."""

    fixed: dict[str, float]
    uncertain: dict[str, Distribution]


def opposition_inputs(registry: Registry) -> OppositionInputs:
    """Return the inputs of opposition from the facts known to a registry.

    Raises:
        InputError: an input has no fact known by the registry's as-of date.
    """
    return OppositionInputs(
        fixed=registry.medians(FIXED),
        uncertain=registry.distributions(UNCERTAIN),
    )

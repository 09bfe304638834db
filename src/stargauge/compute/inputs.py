"""What compute asks of the facts: declared inputs, their units, and the distributions behind them."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.errors import InputError, Mistake
from stargauge.facts import Distribution, Registry

OWNERS = ("OpenAI", "Microsoft", "Amazon", "Google", "Meta", "other")
"""Buyers of accelerators that the facts give a share of supply; `other` is all the rest."""

SHARES_TOLERANCE = 1e-6

FIXED: dict[str, str] = {
    "compute.efficiency": "H100e/MW_it",
    **{f"compute.owner_share.{owner}": "ratio" for owner in OWNERS},
}
"""Inputs that enter by their median, with the unit the model computes in."""

UNCERTAIN: dict[str, str] = {
    "compute.chip_supply": "MW_chip/year",
    "compute.chip_growth": "ratio",
    "compute.it_per_chip": "MW_it/MW_chip",
    "compute.us_share": "ratio",
    "compute.efficiency_growth": "ratio",
    "compute.life": "month",
}
"""Inputs drawn once a future, with the unit the model computes in."""


COMPUTE_UNITS = {**FIXED, **UNCERTAIN}
"""Unit of every input of this room."""


@dataclass(frozen=True)
class ComputeInputs:
    """Every input in the units of `FIXED` and `UNCERTAIN`.

    `base_year` is the middle of the year that a rate or an efficiency holds for.
    """

    fixed: dict[str, float]
    uncertain: dict[str, Distribution]
    base_year: dict[str, float]


def compute_inputs(registry: Registry) -> ComputeInputs:
    """Return compute's inputs from the facts known to a registry.

    Raises:
        InputError: an input has no fact known by the registry's as-of date, or owners' shares do not make 1.
    """
    names = [*FIXED, *UNCERTAIN]
    fixed = registry.medians(FIXED)
    total = sum(fixed[f"compute.owner_share.{owner}"] for owner in OWNERS)
    if abs(total - 1.0) > SHARES_TOLERANCE:
        ids = ", ".join(registry.input(f"compute.owner_share.{owner}").id for owner in OWNERS)
        message = (
            f"the owners' shares of chips add up to {total:g}; expected 1: change the others with it ({ids})"
        )
        raise InputError("the facts", [Mistake(0, "compute.owner_share", message)])
    return ComputeInputs(
        fixed=fixed,
        uncertain=registry.distributions(UNCERTAIN),
        base_year={name: registry.input(name).true_at.year + 0.5 for name in names},
    )

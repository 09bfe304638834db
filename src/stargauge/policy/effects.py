"""Effects of levers: what a lever's intensity does, and the source of its size.

A lever acts only through a named effect with a sourced size e. Facts measured by the as-of date already
contain what was in force by then, so intensities count from there. On a stage, e is the share of its time
that is removed at full intensity, and its clock runs at 1/scale with

    scale(t) = product over its levers of (1 - e L(t)),    L(t) = 0 up to the as-of date.

Elsewhere e L(t) is the relative change of what `ACTS_ON` names. A lever without such an effect is tracked,
not modelled (`Scenario.tracked_levers`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution, Registry
from stargauge.scenario import Scenario

Floats = NDArray[np.float64]

STAGE_NAMES = ("land", "power", "construction", "fitout")

ACTS_ON = {
    "permitting_time": "land",
    "federal_land": "land",
    "interconnection_time": "power",
    "construction_workforce": "construction",
    "transmission_capacity": "transfers",
    "dispatchable_supply": "gas additions",
    "retirement_deferral": "retirements",
    "flexible_load": "acceptance of curtailment",
    "community_benefit": "opposition",
}
"""The stage, or else the quantity, that each modelled lever acts on."""


@dataclass(frozen=True)
class Effect:
    """A modelled effect: the input that holds its size, the lever, what it acts on."""

    name: str
    lever: str
    acts_on: str
    size: Distribution


def modelled_levers() -> tuple[str, ...]:
    """Return the levers that some effect of this version uses."""
    return tuple(ACTS_ON)


def effect_name(lever: str) -> str:
    """Return the input that holds the size of a lever's effect."""
    return f"lever.{lever}.effect"


def modelled_effects(registry: Registry) -> tuple[Effect, ...]:
    """Return the effects with their sizes as known to a registry.

    Raises:
        InputError: an effect has no fact known by the registry's as-of date.
    """
    return tuple(
        Effect(name, lever, acts_on, registry.input(name).to("ratio"))
        for lever, acts_on in ACTS_ON.items()
        for name in (effect_name(lever),)
    )


def intensity(scenario: Scenario, lever: str) -> Floats:
    """Return (months,) how far a lever is in force beyond the as-of date; 0 where nothing is said of it."""
    return np.nan_to_num(scenario.lever_path(lever), nan=0.0)


def strength(scenario: Scenario, lever: str, sizes: dict[str, Floats]) -> Floats:
    """Return (futures, months) the size of a lever's effect times its intensity.

    Args:
        scenario: Gives the intensity by month.
        lever: A modelled lever.
        sizes: (futures) size of each effect by its name.
    """
    return np.asarray(sizes[effect_name(lever)][:, None] * intensity(scenario, lever))


def scale_integrals(
    scenario: Scenario, effects: tuple[Effect, ...], sizes: dict[str, Floats], horizon: int, futures: int
) -> tuple[Floats, bool]:
    """Return the clock of each stage under the scenario's levers.

    Args:
        scenario: Gives the intensity of each lever by month.
        effects: Effects of the run; those that act on no stage are passed over.
        sizes: (futures) size of each effect by its name.
        horizon: Number of months.
        futures: Number of futures.

    Returns:
        (futures, stages, horizon + 1) the integral of dt/scale from the start to each month boundary, and
        whether no lever moves anything (the integral is then the month itself).
    """
    rate = np.ones((futures, len(STAGE_NAMES), horizon))
    idle = True
    for effect in effects:
        path = intensity(scenario, effect.lever)
        if effect.acts_on not in STAGE_NAMES or not np.any(path):
            continue
        idle = False
        rate[:, STAGE_NAMES.index(effect.acts_on)] /= 1.0 - sizes[effect.name][:, None] * path
    integral = np.zeros((futures, len(STAGE_NAMES), horizon + 1))
    np.cumsum(rate, axis=2, out=integral[:, :, 1:])
    return integral, idle

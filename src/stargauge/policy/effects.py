"""Effects of levers: how a lever's intensity shortens a stage.

A lever acts only through a named effect with a sourced size e: the share of the stage's time that is removed
at full intensity. Facts measured by the as-of date already contain what was in force by then, so intensities
count from there, and a stage's clock runs at 1/scale with

    scale(t) = product over its levers of (1 - e L(t)),    L(t) = 0 up to the as-of date.

A lever without such an effect is tracked, not modelled (`Scenario.tracked_levers`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution, Registry
from stargauge.scenario import Scenario

Floats = NDArray[np.float64]

STAGE_NAMES = ("land", "power", "construction", "fitout")

ACTS_ON = {"permitting_time": "land", "interconnection_time": "power"}
"""The stage each modelled lever acts on."""


@dataclass(frozen=True)
class Effect:
    """A modelled effect: the input that holds its size, the lever, the stage it acts on."""

    name: str
    lever: str
    stage: str
    size: Distribution


def modelled_levers() -> tuple[str, ...]:
    """Return the levers that some effect of this version uses."""
    return tuple(ACTS_ON)


def modelled_effects(registry: Registry) -> tuple[Effect, ...]:
    """Return the effects with their sizes as known to a registry.

    Raises:
        InputError: an effect has no fact known by the registry's as-of date.
    """
    effects = []
    for lever, stage in ACTS_ON.items():
        name = f"lever.{lever}.effect"
        effects.append(Effect(name, lever, stage, registry.input(name).to("ratio")))
    return tuple(effects)


def scale_integrals(
    scenario: Scenario, effects: tuple[Effect, ...], sizes: dict[str, Floats], horizon: int, futures: int
) -> tuple[Floats, bool]:
    """Return the clock of each stage under the scenario's levers.

    Args:
        scenario: Gives the intensity of each lever by month.
        effects: Effects of the run.
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
        path = np.nan_to_num(scenario.lever_path(effect.lever), nan=0.0)
        if not np.any(path):
            continue
        idle = False
        rate[:, STAGE_NAMES.index(effect.stage)] /= 1.0 - sizes[effect.name][:, None] * path
    integral = np.zeros((futures, len(STAGE_NAMES), horizon + 1))
    np.cumsum(rate, axis=2, out=integral[:, :, 1:])
    return integral, idle

"""Effects of levers: what a lever's intensity does, and the source of its size.

A lever acts only through a named effect with a sourced size e. Facts measured by the as-of date already
contain what was in force by then, so intensities l count from there (`paths`). On a stage, e is the share of
its time that is removed at full intensity, and its clock runs at 1/scale with

    scale(t) = product over its levers of (1 - e l(t)),    l(t) = 0 up to the as-of date.

Elsewhere e l(t) is the relative change of what `ACTS_ON` names. A lever without such an effect is tracked,
not modelled (`Scenario.tracked_levers`).
"""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.facts import Distribution, Registry

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


POSITION_LEVERS = ("open_models", "export_packages", "export_controls", "security_conditions")
"""Levers that position among blocs reads; what they do there is told in `docs/world.md`."""


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


def read_levers() -> tuple[str, ...]:
    """Return the levers that something in a run reads; the others are tracked only."""
    return (*ACTS_ON, *POSITION_LEVERS)


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

"""Policy: what a lever does to the world, with the source of its size."""

from stargauge.policy.effects import (
    ACTS_ON,
    Effect,
    intensity,
    modelled_effects,
    modelled_levers,
    scale_integrals,
    strength,
)

__all__ = [
    "ACTS_ON",
    "Effect",
    "intensity",
    "modelled_effects",
    "modelled_levers",
    "scale_integrals",
    "strength",
]

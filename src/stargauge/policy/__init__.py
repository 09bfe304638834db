"""Policy: what a lever does to the world, with the source of its size."""

from stargauge.policy.effects import Effect, modelled_effects, modelled_levers, scale_integrals

__all__ = ["Effect", "modelled_effects", "modelled_levers", "scale_integrals"]

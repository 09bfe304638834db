"""What rules ask of the facts: one declared list of inputs and their units.

A *fixed* input enters by its median; an *uncertain* one is drawn once a future.
"""

from __future__ import annotations

from stargauge.world.blocs import BLOCS

FOLLOWERS = ("allies", "Gulf", "India", "rest")
"""Blocs whose countries may pass a law like the EU's."""

STAGES = ("prohibitions", "general", "marking", "annex3", "annex1")
"""Parts of the EU act with a date of their own."""

FIXED: dict[str, str] = {
    **{f"world.rules.market.{bloc}": "share" for bloc in BLOCS},
    **{f"world.rules.eu.{stage}": "calendar_year" for stage in STAGES},
    **{f"world.rules.burden.{stage}": "share" for stage in STAGES},
    **{f"world.rules.part.{bloc}": "share" for bloc in FOLLOWERS},
    **{f"world.rules.size.{bloc}": "share" for bloc in FOLLOWERS},
    **{f"world.rules.cover.{bloc}": "share" for bloc in FOLLOWERS},
}
"""Inputs that enter by their median, with the unit the model computes in."""

UNCERTAIN: dict[str, str] = {
    "world.rules.further_delay": "year",
    "world.rules.rate": "1/year",
    "world.rules.pressure": "ratio",
    "world.rules.defacto": "share",
    "world.rules.chinese": "share",
}
"""Inputs drawn once a future, with the unit the model computes in."""

RULES_INPUTS = UNCERTAIN
"""What a run draws for this room."""

RULES_UNITS = {**FIXED, **UNCERTAIN}
"""Unit of every input of this room."""

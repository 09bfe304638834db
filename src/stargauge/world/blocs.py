"""The axes of the world: blocs, stacks of models, and the layers in which a bloc can lead."""

from __future__ import annotations

BLOCS = ("US", "China", "EU", "allies", "Gulf", "India", "rest")
"""The seven blocs, in the order of every bloc axis; `allies` are allies of the US outside the EU."""

STACKS = ("us_closed", "us_open", "china_open", "sovereign")
"""What a buyer of models chooses among; `sovereign` is a stack of the buyer's own bloc."""

LAYERS = ("compute", "models", "applications", "rules")
"""Layers of position: core compute, models in use, applications and robots, and whose rules apply."""

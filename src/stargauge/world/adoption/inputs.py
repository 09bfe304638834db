"""What adoption asks of the facts: one declared list of inputs and their units.

A *fixed* input enters by its median; an *uncertain* one is drawn once a future. Weights in the choice are in
logits: for a price e times as high, a month behind the frontier, a change of alignment by 1, a full burden.
"""

from __future__ import annotations

from stargauge.world.blocs import BLOCS, STACKS

SEGMENTS = ("developers", "enterprise", "state")
"""Buyers of models; apps for people count under enterprise."""

SHARED = tuple(
    f"world.adoption.share.{bloc}.{stack}"
    for bloc in BLOCS
    for stack in STACKS[1:]
    if (bloc, stack) != ("US", "sovereign")
)
"""Shares of tokens that facts state; the rest is on US closed. The US has no other stack of its own."""

TILTED = tuple((segment, stack) for segment in ("developers", "state") for stack in STACKS[1:])
"""Segments and stacks whose odds differ from those of enterprise."""

FIXED: dict[str, str] = {
    **dict.fromkeys(SHARED, "share"),
    **{f"world.adoption.tilt.{segment}.{stack}": "ratio" for segment, stack in TILTED},
    **{f"world.adoption.weight.{segment}": "share" for segment in SEGMENTS},
    **{f"world.adoption.merit.{segment}": "ratio" for segment in SEGMENTS},
    **{f"world.adoption.politics.{segment}": "ratio" for segment in SEGMENTS},
    **{f"world.adoption.part.{bloc}": "share" for bloc in BLOCS},
    **{f"world.adoption.users.{bloc}": "share" for bloc in BLOCS},
    **{f"world.adoption.firms.{bloc}": "share" for bloc in BLOCS},
    **{f"world.adoption.robots.{bloc}": "count/year" for bloc in BLOCS},
    **{f"world.rules.market.{bloc}": "share" for bloc in BLOCS},
    "world.adoption.price_ratio.sovereign": "ratio",
    "world.adoption.shock_keep": "share",
    "world.adoption.robot_weight": "share",
}
"""Inputs that enter by their median, with the unit the model computes in."""

UNCERTAIN: dict[str, str] = {
    "world.adoption.price": "ratio",
    "world.adoption.tau": "ratio",
    "world.adoption.quality": "ratio",
    "world.adoption.alignment": "ratio",
    "world.adoption.compliance": "ratio",
    "world.adoption.relief.open": "share",
    "world.adoption.relief.home": "share",
    "world.adoption.network": "ratio",
    **{f"world.adoption.inertia.{segment}": "share" for segment in SEGMENTS},
    "world.adoption.level": "ratio",
    "world.adoption.shock": "ratio",
    "world.adoption.tokens": "token/week",
    "world.adoption.spending": "bn_USD/year",
    "world.adoption.price_ratio.open": "ratio",
    "world.adoption.token_growth": "ratio",
    "world.adoption.spending_growth": "ratio",
    "world.adoption.price_drift": "ratio",
    "world.adoption.growth_years": "year",
    "world.adoption.bass_p": "1/year",
    "world.adoption.bass_q": "1/year",
    "world.adoption.ceiling.rich": "share",
    "world.adoption.ceiling.poor": "share",
    "world.adoption.firms_speed": "1/year",
    "world.adoption.robot_growth": "ratio",
    "world.adoption.robot_lead": "ratio",
}
"""Inputs drawn once a future, with the unit the model computes in."""

ADOPTION_INPUTS = UNCERTAIN
"""What a run draws for this room."""

ADOPTION_UNITS = {**FIXED, **UNCERTAIN}
"""Unit of every input of this room."""

"""Adoption: who buys which stack of models, tokens and spending, firms and robots (`docs/adoption.md`)."""

from stargauge.world.adoption.arrays import AdoptionPaths, Market, empty_adoption
from stargauge.world.adoption.calibration import Bias, segment_shares, source_biases
from stargauge.world.adoption.inputs import ADOPTION_INPUTS, ADOPTION_UNITS, SEGMENTS
from stargauge.world.adoption.market import adoption_step
from stargauge.world.adoption.preparation import (
    AdoptionPlan,
    adoption_block,
    adoption_shocks,
    open_adoption,
    prepare_adoption,
)

__all__ = [
    "ADOPTION_INPUTS",
    "ADOPTION_UNITS",
    "SEGMENTS",
    "AdoptionPaths",
    "AdoptionPlan",
    "Bias",
    "Market",
    "adoption_block",
    "adoption_shocks",
    "adoption_step",
    "empty_adoption",
    "open_adoption",
    "prepare_adoption",
    "segment_shares",
    "source_biases",
]

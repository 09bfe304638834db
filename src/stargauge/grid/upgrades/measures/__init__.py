"""Ways to raise what an element can carry: one member a file."""

from __future__ import annotations

from stargauge.grid.upgrades.measures.base import Job, Measure, Offer
from stargauge.grid.upgrades.measures.combination import Combination
from stargauge.grid.upgrades.measures.dynamic_rating import DynamicRating
from stargauge.grid.upgrades.measures.new_line import NewLine
from stargauge.grid.upgrades.measures.parallel_transformer import ParallelTransformer
from stargauge.grid.upgrades.measures.reconductoring import Reconductoring
from stargauge.grid.upgrades.measures.transformer_replacement import TransformerReplacement

MEASURES: tuple[Measure, ...] = (
    DynamicRating(),
    Reconductoring(),
    Combination(),
    NewLine(),
    TransformerReplacement(),
    ParallelTransformer(),
)

__all__ = ["MEASURES", "Job", "Measure", "Offer"]

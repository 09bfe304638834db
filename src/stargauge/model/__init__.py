"""The model: one block of futures through all domain rooms; the only place where the rooms meet.

`prepare` turns a scenario and the facts into arrays once; `draw` gives a block its luck; `simulate` is a pure
function of the two; `simulate_block` is both, and what an ensemble calls.
"""

from stargauge.model.block import Block
from stargauge.model.outcomes import LATE_PARTS, PledgeTest
from stargauge.model.preparation import POOL_DRAWS, Prepared, execution_luck, prepare
from stargauge.model.regional import LIMIT_NAMES, TECHNOLOGY_GROUPS
from stargauge.model.series import ALL_NAMED, NATION, EndValue, Series
from stargauge.model.simulation import (
    BLOCK_FUTURES,
    BlockDraws,
    BlockResult,
    deliver,
    draw,
    simulate,
    simulate_block,
    world_inputs,
)

__all__ = [
    "ALL_NAMED",
    "BLOCK_FUTURES",
    "LATE_PARTS",
    "LIMIT_NAMES",
    "NATION",
    "POOL_DRAWS",
    "TECHNOLOGY_GROUPS",
    "Block",
    "BlockDraws",
    "BlockResult",
    "EndValue",
    "PledgeTest",
    "Prepared",
    "Series",
    "deliver",
    "draw",
    "execution_luck",
    "prepare",
    "simulate",
    "simulate_block",
    "world_inputs",
]

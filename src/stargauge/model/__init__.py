"""The model: one block of futures through all domain rooms; the only place where the rooms meet.

`prepare` turns a scenario and the facts into arrays once; `draw` gives a block its luck; `simulate` is a pure
function of the two; `simulate_block` is both, and what an ensemble calls.
"""

from stargauge.model.outcomes import ALL_NAMED, LATE_PARTS, NATION, EndValue, PledgeTest, Series
from stargauge.model.preparation import POOL_DRAWS, Prepared, prepare
from stargauge.model.simulation import BlockDraws, BlockResult, deliver, draw, simulate, simulate_block

__all__ = [
    "ALL_NAMED",
    "LATE_PARTS",
    "NATION",
    "POOL_DRAWS",
    "BlockDraws",
    "BlockResult",
    "EndValue",
    "PledgeTest",
    "Prepared",
    "Series",
    "deliver",
    "draw",
    "prepare",
    "simulate",
    "simulate_block",
]

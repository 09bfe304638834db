"""Many futures of one model: named draws, blocks, workers, reduction, and a store that survives a kill."""

from __future__ import annotations

from stargauge import streams
from stargauge.ensemble.blocks import BLOCK_SIZE, BlockError
from stargauge.ensemble.record import RunInputs, RunRecord
from stargauge.ensemble.run import RunStopped, run_ensemble
from stargauge.ensemble.store import Store
from stargauge.ensemble.verification import Verification, verify

__all__ = [
    "BLOCK_SIZE",
    "BlockError",
    "RunInputs",
    "RunRecord",
    "RunStopped",
    "Store",
    "Verification",
    "run_ensemble",
    "streams",
    "verify",
]

"""Compute by location, owner and user for seven blocs, and how far each stack stands behind the frontier."""

from stargauge.world.ledgers.arrays import (
    Capability,
    Flows,
    Lags,
    LedgerPaths,
    empty_capability,
    empty_ledgers,
)
from stargauge.world.ledgers.blocks import LedgerBlock, ledger_block, open_ledgers
from stargauge.world.ledgers.capability import capability_step
from stargauge.world.ledgers.history import JoinedShares, joined_shares
from stargauge.world.ledgers.inputs import FIXED, LEDGER_INPUTS, SHARED, UNCERTAIN
from stargauge.world.ledgers.plan import LedgerPlan, ledger_shocks, prepare_ledgers
from stargauge.world.ledgers.reconciliation import Compared, reconcile
from stargauge.world.ledgers.rules import CHIP_SALES, ChipRules, ChipSales, chip_rules
from stargauge.world.ledgers.steps import ledgers_step

__all__ = [
    "CHIP_SALES",
    "FIXED",
    "LEDGER_INPUTS",
    "SHARED",
    "UNCERTAIN",
    "Capability",
    "ChipRules",
    "ChipSales",
    "Compared",
    "Flows",
    "JoinedShares",
    "Lags",
    "LedgerBlock",
    "LedgerPaths",
    "LedgerPlan",
    "capability_step",
    "chip_rules",
    "empty_capability",
    "empty_ledgers",
    "joined_shares",
    "ledger_block",
    "ledger_shocks",
    "ledgers_step",
    "open_ledgers",
    "prepare_ledgers",
    "reconcile",
]

"""Delivery: programmes, sites and phases to energised megawatts, and the months lost to each cause."""

from stargauge.delivery.blocks import PHASE_DRAWS, DeliveryBlock, DeliveryDraws, Limits, run_block
from stargauge.delivery.factors import FactorPool, factor_pool
from stargauge.delivery.history import lattice
from stargauge.delivery.inputs import DELIVERY_UNITS
from stargauge.delivery.kernel import deliver, empty_outputs
from stargauge.delivery.limits import cumulative_supply, supplied_path
from stargauge.delivery.setup import BACKGROUND, DOMESTIC, Delivery, make_ready
from stargauge.delivery.slots import PRESENCE, slot_factor
from stargauge.delivery.stages import CAUSE_NAMES, Cause, Stage

__all__ = [
    "BACKGROUND",
    "CAUSE_NAMES",
    "DELIVERY_UNITS",
    "DOMESTIC",
    "PHASE_DRAWS",
    "PRESENCE",
    "Cause",
    "Delivery",
    "DeliveryBlock",
    "DeliveryDraws",
    "FactorPool",
    "Limits",
    "Stage",
    "cumulative_supply",
    "deliver",
    "empty_outputs",
    "factor_pool",
    "lattice",
    "make_ready",
    "run_block",
    "slot_factor",
    "supplied_path",
]

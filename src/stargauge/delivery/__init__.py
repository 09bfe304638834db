"""Delivery: programmes, sites and phases on their way to energised megawatts, and the months they lose."""

from stargauge.delivery.blocks import PHASE_DRAWS, DeliveryDraws, PowerDraws, phase_luck, phase_table
from stargauge.delivery.factors import FactorPool, factor_pool
from stargauge.delivery.history import lattice
from stargauge.delivery.inputs import DELIVERY_UNITS
from stargauge.delivery.limits import cumulative_supply, supplied_path
from stargauge.delivery.phases import PhaseLuck, PhaseTable
from stargauge.delivery.setup import BACKGROUND, DOMESTIC, Delivery, energised_since_mw, make_ready
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
    "DeliveryDraws",
    "FactorPool",
    "PhaseLuck",
    "PhaseTable",
    "PowerDraws",
    "Stage",
    "cumulative_supply",
    "energised_since_mw",
    "factor_pool",
    "lattice",
    "make_ready",
    "phase_luck",
    "phase_table",
    "slot_factor",
    "supplied_path",
]

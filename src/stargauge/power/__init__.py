"""Regional power supply: what is there, what counts, what is coming, what is needed without new AI load."""

from __future__ import annotations

from stargauge.power.inputs import POWER_UNITS, PowerInputs, power_inputs
from stargauge.power.regions import REGIONS, SEASONS, TECHNOLOGIES
from stargauge.power.setup import PowerPrepared, prepare_power
from stargauge.power.supply import PowerBlock, draw, simulate
from stargauge.power.transfers import TransferLimits, settle

__all__ = [
    "POWER_UNITS",
    "REGIONS",
    "SEASONS",
    "TECHNOLOGIES",
    "PowerBlock",
    "PowerInputs",
    "PowerPrepared",
    "TransferLimits",
    "draw",
    "power_inputs",
    "prepare_power",
    "settle",
    "simulate",
]

"""Regional power supply: what is there, what counts, what is coming, what is needed without new AI load."""

from __future__ import annotations

from stargauge.power.answer import PowerTable, power_table
from stargauge.power.backtest import PowerBacktest, power_backtest
from stargauge.power.bill import BillEffect, bill_effects
from stargauge.power.check import AdequacyCheck, adequacy_check
from stargauge.power.inputs import POWER_UNITS, PowerInputs, power_inputs
from stargauge.power.regions import REGIONS, SEASONS, TECHNOLOGIES
from stargauge.power.setup import PowerPrepared, prepare_power
from stargauge.power.supply import PowerBlock, draw, simulate
from stargauge.power.transfers import TransferLimits, settle, shortfall_mw

__all__ = [
    "POWER_UNITS",
    "REGIONS",
    "SEASONS",
    "TECHNOLOGIES",
    "AdequacyCheck",
    "BillEffect",
    "PowerBacktest",
    "PowerBlock",
    "PowerInputs",
    "PowerPrepared",
    "PowerTable",
    "TransferLimits",
    "adequacy_check",
    "bill_effects",
    "draw",
    "power_backtest",
    "power_inputs",
    "power_table",
    "prepare_power",
    "settle",
    "shortfall_mw",
    "simulate",
]

"""Regional power supply: what is there, what counts, what is coming, what is needed without new AI load."""

from __future__ import annotations

from stargauge.power.answer import PowerTable, power_table
from stargauge.power.backtest import PowerBacktest, power_backtest
from stargauge.power.bill import BillEffect, bill_effects
from stargauge.power.check import AdequacyCheck, adequacy_check
from stargauge.power.inputs import POWER_UNITS, PowerInputs, power_inputs
from stargauge.power.onsite import (
    ONSITE,
    lead_months,
    onsite_inputs,
    onsite_supply_mw,
    turbines_elsewhere_mw,
)
from stargauge.power.regions import REGIONS, SEASONS, TECHNOLOGIES
from stargauge.power.setup import PowerPrepared, prepare_power
from stargauge.power.supply import PowerBlock, draw, simulate
from stargauge.power.transfers import TransferLimits, settle, shortfall_mw
from stargauge.power.wires import (
    WIRES,
    WiresPrior,
    load_wires_prior,
    upgrade_cost_bn,
    upgrade_months,
    wires_inputs,
)

__all__ = [
    "ONSITE",
    "POWER_UNITS",
    "REGIONS",
    "SEASONS",
    "TECHNOLOGIES",
    "WIRES",
    "AdequacyCheck",
    "BillEffect",
    "PowerBacktest",
    "PowerBlock",
    "PowerInputs",
    "PowerPrepared",
    "PowerTable",
    "TransferLimits",
    "WiresPrior",
    "adequacy_check",
    "bill_effects",
    "draw",
    "lead_months",
    "load_wires_prior",
    "onsite_inputs",
    "onsite_supply_mw",
    "power_backtest",
    "power_inputs",
    "power_table",
    "prepare_power",
    "settle",
    "shortfall_mw",
    "simulate",
    "turbines_elsewhere_mw",
    "upgrade_cost_bn",
    "upgrade_months",
    "wires_inputs",
]

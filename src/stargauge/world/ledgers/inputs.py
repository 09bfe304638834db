"""What the ledgers and capability ask of the facts: declared inputs and the unit each is computed in.

A *fixed* input enters by its median, an *uncertain* one is drawn once a future; those of `SHARED` are drawn
for the compute of the US already and must be the same draws here.
"""

from __future__ import annotations

from stargauge.world.blocs import BLOCS

OUTSIDE = BLOCS[1:]
"""Blocs whose compute is computed here; that of the US is given."""

HOST_NAMES = BLOCS[2:]

SHARED: dict[str, str] = {
    "compute.chip_supply": "MW_chip/year",
    "compute.chip_growth": "ratio",
    "compute.it_per_chip": "MW_it/MW_chip",
    "compute.us_share": "ratio",
    "compute.efficiency_growth": "ratio",
    "compute.life": "month",
}
"""Inputs whose draws are those of the US compute."""

LEDGER_FIXED: dict[str, str] = {
    "compute.efficiency": "H100e/MW_it",
    "delivery.facility_per_it": "MW/MW_it",
    "world.compute.fade": "year",
    "world.compute.china.packages_per_wafer": "ratio",
    "world.compute.price.below": "ratio",
    "world.compute.price.review": "ratio",
    "world.compute.shock.memory": "ratio",
    "world.compute.shock.most": "ratio",
    "world.compute.shock.build": "ratio",
    "world.compute.shock.domestic": "ratio",
    "world.compute.shock.demand": "ratio",
    "world.compute.shock.smuggled": "ratio",
}

LEDGER_UNCERTAIN: dict[str, str] = {
    "world.compute.stock.China.domestic": "H100e",
    "world.compute.stock.China.licensed": "H100e",
    "world.compute.stock.China.smuggled": "H100e",
    **{f"world.compute.stock.{bloc}": "H100e" for bloc in HOST_NAMES},
    "world.compute.stock.China.rented": "H100e",
    "world.compute.past_growth": "ratio",
    "world.compute.us_owned": "ratio",
    "world.compute.local_use": "ratio",
    **{f"world.compute.build.{bloc}": "MW/year" for bloc in OUTSIDE},
    "world.compute.build.growth": "ratio",
    "world.compute.ai_share": "ratio",
    "world.compute.china.memory": "chip/year",
    "world.compute.china.memory_growth": "ratio",
    "world.compute.china.wafers": "wafer/year",
    "world.compute.china.wafer_growth": "ratio",
    "world.compute.china.wafer_share": "ratio",
    "world.compute.china.yield": "ratio",
    "world.compute.china.package": "H100e/chip",
    "world.compute.china.package_growth": "ratio",
    "world.compute.china.others": "ratio",
    "world.compute.china.efficiency": "ratio",
    "world.compute.china.spending": "USD/year",
    "world.compute.china.spending_growth": "ratio",
    "world.compute.china.chip_share": "ratio",
    "world.compute.price": "USD/H100e",
    "world.compute.price.fall": "ratio",
    "world.compute.licence.approval": "ratio",
    "world.compute.refusal": "ratio",
    "world.compute.refusal.later": "ratio",
    "world.compute.refusal.speed": "1/year",
    "world.compute.smuggled": "chip/year",
    "world.compute.smuggled.chip": "H100e/chip",
    "world.compute.smuggled.chip_growth": "ratio",
    "world.compute.smuggled.enforcement": "ratio",
    "world.compute.let.US": "ratio",
    "world.compute.let.allies": "ratio",
    "world.compute.let.rest": "ratio",
}

CAPABILITY_FIXED: dict[str, str] = {
    "world.capability.points": "1/month",
    "world.capability.shock": "ratio",
    "world.capability.shock.memory": "ratio",
    "world.capability.shock.most": "ratio",
}

CAPABILITY_UNCERTAIN: dict[str, str] = {
    "world.capability.china_lag": "month",
    "world.capability.open_lag": "month",
    "world.capability.us_open": "ratio",
    "world.capability.sovereign": "month",
    "world.capability.compute": "ratio",
    "world.capability.distillation": "ratio",
    "world.capability.release": "ratio",
}

FIXED = {**LEDGER_FIXED, **CAPABILITY_FIXED}
"""Inputs that enter by their median, with the unit the ledgers compute in."""

UNCERTAIN = {**LEDGER_UNCERTAIN, **CAPABILITY_UNCERTAIN}
"""Inputs drawn once a future, with the unit the ledgers compute in."""

LEDGER_INPUTS = {**SHARED, **FIXED, **UNCERTAIN}
"""Unit of every input of this room."""

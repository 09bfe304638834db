"""What trust asks of the facts: one declared list of inputs and their units.

A *fixed* input enters by its median; an *uncertain* one is drawn once a future. Slopes have no unit: they are
per unit of alignment, of which the US is 1 and China −1.
"""

from __future__ import annotations

PARTNERS = ("EU", "allies", "Gulf", "India", "rest")
"""Blocs that choose whose package to take; the US and China are the poles of alignment."""

ANNOUNCED = ("allies", "Gulf", "India")
"""Blocs for which packages with a power were announced."""

LICENSED = ("Gulf", "rest")
"""Blocs where part of the packages needs licences for its chips."""

FIXED: dict[str, str] = {
    **{f"world.trust.alignment.{bloc}": "ratio" for bloc in PARTNERS},
    **{f"world.trust.announced.{bloc}": "MW" for bloc in ANNOUNCED},
    **{f"world.trust.announced_on.{bloc}": "calendar_year" for bloc in ANNOUNCED},
    **{f"world.trust.energised.{bloc}": "MW" for bloc in ANNOUNCED},
    **{f"world.trust.new_part.{bloc}": "share" for bloc in PARTNERS},
    **{f"world.trust.finance.{bloc}": "share" for bloc in PARTNERS},
    **{f"world.trust.exposed.{bloc}": "ratio" for bloc in PARTNERS},
    **{f"world.trust.licence_need.{bloc}": "share" for bloc in LICENSED},
    "world.trust.licence_part.Gulf": "share",
    "world.trust.licensed": "chip",
    "world.trust.chip_power": "kW_it/chip",
    "world.trust.facility_ratio": "MW/MW_it",
    "world.trust.promise": "year",
    "world.trust.exim_room": "bn_USD",
    "world.trust.dfc_cap": "bn_USD",
    "world.trust.dfc_project": "share",
    "world.trust.dfc_rich": "share",
    "world.trust.common": "share",
}
"""Inputs that enter by their median, with the unit the model computes in."""

UNCERTAIN: dict[str, str] = {
    "world.trust.new_packages": "MW/year",
    "world.trust.licences": "chip/year",
    "world.trust.cost": "bn_USD/GW",
    "world.trust.exim_part": "share",
    "world.trust.dfc_part": "share",
    "world.trust.final": "share",
    "world.trust.delay": "year",
    "world.trust.take_slope": "ratio",
    "world.trust.take_us": "ratio",
    "world.trust.take_chinese": "ratio",
    "world.trust.mixed": "share",
    "world.trust.tightening": "ratio",
    "world.trust.conditions": "ratio",
    "world.trust.delivery": "ratio",
    "world.trust.opinion": "ratio",
    "world.trust.return": "1/year",
    "world.trust.tools.rate": "1/year",
    "world.trust.tools.delay": "year",
    "world.trust.tools.align": "share",
    "world.trust.tools.hold": "share",
    "world.trust.tools.effect": "share",
    "world.trust.tools.leak": "share",
    "world.trust.tools.lead": "year",
    "world.trust.exim_rise": "bn_USD",
}
"""Inputs drawn once a future, with the unit the model computes in."""

TRUST_INPUTS = UNCERTAIN
"""What a run draws for this room."""

TRUST_UNITS = {**FIXED, **UNCERTAIN}
"""Unit of every input of this room."""

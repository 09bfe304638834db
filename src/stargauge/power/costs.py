"""What plant costs: overnight, overrun, fixed and running cost by technology, as the facts state them."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.facts import Registry
from stargauge.power.inputs import COSTED, OVERRUN_OF

BAND = (0.1, 0.5, 0.9)

FIXED_FACTS = {
    "gas_cc": "C01f",
    "gas_ct": "C02f",
    "nuclear": "C04f",
    "solar": "C31",
    "wind": "C32",
    "battery": "C33",
    "geothermal": "C35",
    "wind_offshore": "C36",
}
VARIABLE_FACTS = {"gas_cc": "C01v", "gas_ct": "C02v", "nuclear": "C04v"}
HEAT_RATE_FACTS = {"gas_cc": "C01h", "gas_ct": "C02h"}

MBTU_PER_MWH = 3.41214
"""Millions of British thermal units in a MWh of heat: a definition."""


@dataclass(frozen=True)
class Cost:
    """Cost of one technology: overnight cost and overrun at 10, 50 and 90 %, yearly and running cost.

    `running_usd_mwh` is variable cost and fuel at the gas price of the facts; `None` where there is none to
    pay or no source.
    """

    technology: str
    overnight_usd_kw: tuple[float, float, float]
    overrun: tuple[float, float, float]
    fixed_usd_kw_year: float | None
    running_usd_mwh: float | None


def cost_table(registry: Registry) -> tuple[Cost, ...]:
    """Return the cost of every technology with a sourced overnight cost."""
    found = []
    gas = registry.input("power.gas_price").to("USD/MWh").median
    for technology in COSTED:
        overnight = registry.input(f"power.cost.{technology}").to("USD/kW").quantile(BAND)
        overrun = registry.input(f"power.overrun.{OVERRUN_OF[technology]}").to("ratio").quantile(BAND)
        fixed = registry.get(FIXED_FACTS[technology])
        running = None
        if technology in VARIABLE_FACTS:
            running = registry[VARIABLE_FACTS[technology]].to("USD/MWh").median
        if technology in HEAT_RATE_FACTS and running is not None:
            heat = registry[HEAT_RATE_FACTS[technology]].to("MBtu/MWh").median
            running += heat / MBTU_PER_MWH * gas
        found.append(
            Cost(
                technology,
                (float(overnight[0]), float(overnight[1]), float(overnight[2])),
                (float(overrun[0]), float(overrun[1]), float(overrun[2])),
                fixed.to("USD/kW/year").median if fixed is not None else None,
                running,
            )
        )
    return tuple(found)

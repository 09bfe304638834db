"""How much of a region's bill data-centre growth added: a sourced range, never assumed.

Published effects differ by place and by what is counted. In PJM the market monitor says which capacity cost
is due to data centres; it is set against all that the region's customers pay. Elsewhere studies of past
rates find no rise or a fall, and forecasts of costs give a rise: the sign stays open.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from stargauge.facts import Registry
from stargauge.facts.power_tables import PowerTables
from stargauge.power.regions import REGIONS

BAND = (0.05, 0.5, 0.95)
CENTS_PER_DOLLAR = 100.0
HOME_KWH = 1000.0
"""Monthly use by which studies state bills."""

ABOUT = {
    "MIDA": ("MIDA", "state VA", "hotspots", "US"),
    "TEX": ("hotspots", "US"),
}
"""Places of published effects that say something about a region; the nation's elsewhere."""

EFFECTS = (
    "capacity_cost_attributed_to_data_centres",
    "capacity_cost_attributed_cumulative",
    "share_of_2025_26_capacity_price_rise_from_load",
    "data_centre_bill_effect",
    "wholesale_cost_effect",
    "cost_effect_of_data_centres",
    "price_response_to_load_growth",
    "price_elasticity_per_10pct_load_growth",
    "EPRI_causal_effect",
    "states_with_rate_change_below_US_average",
)


@dataclass(frozen=True)
class Evidence:
    """A published effect of data centres on a price, cost or bill."""

    place: str
    what: str
    year: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class BillEffect:
    """Part of the average bill that data-centre growth added: 5, 50 and 95 % points, with the evidence.

    `dollars_a_month` is the same for 1,000 kWh at the region's average price of all sectors.
    """

    region: str
    price_cents_kwh: float
    low: float
    middle: float
    high: float
    because: str
    evidence: tuple[Evidence, ...]

    @property
    def dollars_a_month(self) -> tuple[float, float, float]:
        """The band in dollars a month on 1,000 kWh."""
        bill = self.price_cents_kwh / CENTS_PER_DOLLAR * HOME_KWH
        return self.low * bill, self.middle * bill, self.high * bill


def bill_effects(power: PowerTables, registry: Registry) -> tuple[BillEffect, ...]:
    """Return the bill effect of each region, in the order of the region axis."""
    prices = {
        row["region"]: row["value"]
        for row in power.prices.filter(pl.col("metric") == "retail_price_all_sectors_regional")
        .sort("year")
        .iter_rows(named=True)
    }
    found = []
    for region in REGIONS:
        fact = registry.input(f"power.bill.{region}")
        low, middle, high = (float(value) for value in fact.to("ratio").quantile(BAND))
        found.append(
            BillEffect(
                region, prices[region], low, middle, high, fact.chosen_because, evidence(power, region)
            )
        )
    return tuple(found)


def evidence(power: PowerTables, region: str) -> tuple[Evidence, ...]:
    """Return the published effects that say something about a region."""
    places = ABOUT.get(region, ("US",))
    sources = dict(power.sources.select("id", "source").iter_rows())
    return tuple(
        Evidence(
            row["region"], row["metric"], row["year"], row["value"], row["unit"], sources[row["source_id"]]
        )
        for row in power.prices.iter_rows(named=True)
        if row["region"] in places and row["metric"].startswith(EFFECTS)
    )


def share_of_bills(cost_bn_usd: float, energy_twh: float, price_cents_kwh: float) -> float:
    """Return what part a yearly cost is of all that customers pay.

    Args:
        cost_bn_usd: Cost in billions of dollars a year.
        energy_twh: Energy sold in TWh a year.
        price_cents_kwh: Average price in US cents a kWh.
    """
    paid = energy_twh * price_cents_kwh / CENTS_PER_DOLLAR
    return cost_bn_usd / paid

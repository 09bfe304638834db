"""Would it have said so? Completions and tightness as of earlier dates, against what came, and a naive rule.

A run as of a date uses only rows and facts known by then. What is as of the end of 2024 is a *hindcast*:
its priors were written later, by people who knew the outcome, and is labelled so.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts import Registry, load_registry
from stargauge.facts.power_tables import PowerTables, load_power_tables
from stargauge.power.calendar import MONTHS_PER_YEAR, month_index
from stargauge.power.desk import run_blocks, seeded
from stargauge.power.fleet import editions
from stargauge.power.margin import pool_requirements
from stargauge.power.projects import finish_late
from stargauge.power.regions import REGIONS, SEASONS, TECHNOLOGIES
from stargauge.power.setup import prepare_power
from stargauge.power.supply import finishing_step

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = NDArray[np.float64]

GROUPS = ("solar", "battery", "wind", "gas and other")
"""Groups whose completions are scored; the last is the total less the first three."""

LOW, HIGH = 0.1, 0.9
FUTURES = 512
SUMMER = SEASONS.index("summer")
MEMBERS = {"solar": ("solar",), "battery": ("battery",), "wind": ("wind", "wind_offshore")}
PLAN_OF = {
    "wind_onshore": "wind",
    "wind_offshore": "wind",
    "wind": "wind",
    "solar": "solar",
    "battery": "battery",
}
OTHER = "gas and other"


@dataclass(frozen=True)
class Completion:
    """Nameplate GW completed in a window: forecast band, what came, and the naive rule (the year before)."""

    as_of: date
    evidence: str
    hindcast: bool
    window: str
    group: str
    low: float
    median: float
    high: float
    actual: float
    naive: float

    @property
    def inside(self) -> bool:
        """Whether what came lies in the 10 to 90 % band."""
        return self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Tightness:
    """Accredited GW over the requirement of a delivery year: forecast before new load, and the auction.

    `naive` is the surplus of the last auction known. `load_between` is the new load that turns the median
    into what came.
    """

    as_of: date
    region: str
    delivery: str
    low: float
    median: float
    high: float
    actual: float
    naive: float

    @property
    def load_between(self) -> float:
        """New load in GW that would make the median forecast come true."""
        return self.median - self.actual


@dataclass(frozen=True)
class PowerBacktest:
    """Completions and tightness against what came."""

    completions: tuple[Completion, ...]
    tightness: tuple[Tightness, ...]

    def errors(self, window: str, evidence: str) -> tuple[float, float]:
        """Return the sum of absolute errors in GW of the medians and of the naive rule, over the groups."""
        rows = [one for one in self.completions if one.window == window and one.evidence == evidence]
        return (
            sum(abs(one.median - one.actual) for one in rows),
            sum(abs(one.naive - one.actual) for one in rows),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "completions": [
                {**asdict(one), "as_of": one.as_of.isoformat(), "inside": one.inside}
                for one in self.completions
            ],
            "tightness": [
                {**asdict(one), "as_of": one.as_of.isoformat(), "load_between": one.load_between}
                for one in self.tightness
            ],
        }

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.power.screen import render_backtest

        return render_backtest(self)


def power_backtest(registry: Registry | None = None, tables: PowerTables | None = None) -> PowerBacktest:
    """Return completions and tightness as of earlier dates, scored.

    Args:
        registry: Facts; the shipped ones by default.
        tables: Tables of power supply; the shipped ones by default.
    """
    facts, power = registry or load_registry(), tables or load_power_tables()
    year, months = built_2025(power), built_2026(power)
    last, before = built_2024(power), {name: value * PART_OF_2026 for name, value in year.items()}
    found = [
        *_from_rates(facts, power, year, last),
        *_from_plan(facts, power, date(2025, 2, 28), "plan_2025_02", "2025", 12, year, last),
        *_from_plan(facts, power, date(2025, 6, 1), "plan_2025_03", "2026 to May", 5, months, before),
        *_from_plan(facts, power, date(2026, 2, 28), "plan_2026_02", "2026 to May", 5, months, before),
    ]
    return PowerBacktest(tuple(found), tuple(_tightness(facts, power)))


PART_OF_2026 = 5 / 12
EVIDENCE = {
    "plan_2025_02": "owners' plan of February 2025",
    "plan_2025_03": "advanced plans of March 2025",
    "plan_2026_02": "owners' plan of February 2026",
}
RATES = "long-run rates alone"


def built_2025(power: PowerTables) -> dict[str, float]:
    """Return GW completed in 2025 by group: published, wind from the editions of the fleet."""
    built = power.additions.filter(
        (pl.col("category") == "built") & (pl.col("region") == "US") & (pl.col("year") == "2025")
    )
    published = {row["technology"]: row["nameplate_mw"] / 1000.0 for row in built.iter_rows(named=True)}
    wind = fleet_change(power, date(2024, 12, 31), date(2025, 12, 31))["wind"]
    return _with_other(published["solar"], published["battery"], wind, published["ALL"])


def built_2024(power: PowerTables) -> dict[str, float]:
    """Return GW completed in 2024 by group: solar and the total published, the rest from the editions."""
    built = power.additions.filter(
        (pl.col("category") == "built") & (pl.col("region") == "US") & (pl.col("year") == "2024")
    )
    published = {row["technology"]: row["nameplate_mw"] / 1000.0 for row in built.iter_rows(named=True)}
    change = fleet_change(power, date(2023, 12, 31), date(2024, 12, 31))
    return _with_other(published["solar"], change["battery"], change["wind"], published["ALL"])


def built_2026(power: PowerTables) -> dict[str, float]:
    """Return GW by which the fleet grew from January to May 2026; gas and other is net of what closed."""
    change = fleet_change(power, date(2025, 12, 31), date(2026, 5, 31))
    return {**{name: change[name] for name in MEMBERS}, OTHER: change["gas"]}


def _with_other(solar: float, battery: float, wind: float, total: float) -> dict[str, float]:
    return {"solar": solar, "battery": battery, "wind": wind, OTHER: total - solar - battery - wind}


def fleet_change(power: PowerTables, first: date, last: date) -> dict[str, float]:
    """Return by how many GW the fleet grew between two of its editions: solar, battery, wind, gas."""
    found = {edition.day: edition.nameplate_mw.sum(axis=0) for edition in editions(power, date.max)}
    change = (found[last] - found[first]) / 1000.0
    groups = {**MEMBERS, "gas": ("gas_cc", "gas_ct", "gas_st")}
    return {
        name: float(sum(change[TECHNOLOGIES.index(member)] for member in members))
        for name, members in groups.items()
    }


def _from_rates(
    facts: Registry, power: PowerTables, actual: dict[str, float], naive: dict[str, float]
) -> list[Completion]:
    as_of = date(2024, 12, 31)
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, MONTHS_PER_YEAR + 1)]
    prepared = prepare_power(facts, power, months, as_of)
    block = next(run_blocks(prepared, 256))
    grown = block.added_mw[:, :, -1] - block.added_mw[:, :, -1 - MONTHS_PER_YEAR]
    members = {
        **MEMBERS,
        OTHER: tuple(set(TECHNOLOGIES) - {name for group in MEMBERS.values() for name in group}),
    }
    rows = []
    for group in GROUPS:
        sample = sum(grown[:, TECHNOLOGIES.index(name)] for name in members[group]) / 1000.0
        rows.append(_row(as_of, RATES, True, "2025", group, np.asarray(sample), actual, naive))
    return rows


def _from_plan(
    facts: Registry,
    power: PowerTables,
    as_of: date,
    category: str,
    window: str,
    months: int,
    actual: dict[str, float],
    naive: dict[str, float],
) -> list[Completion]:
    """Score a plan's first year: due evenly over its months, completed and late as near plants are."""
    known = facts.as_of(as_of)
    uniform = seeded(1)
    share = known.input("power.completion.near").to("ratio").quantile(uniform("share", FUTURES))
    late = known.input("power.delay.near").to("month").quantile(uniform("delay", FUTURES))
    year = "2025" if window == "2025" else "2026"
    rows = power.additions.filter((pl.col("category") == category) & (pl.col("year") == year))
    planned = dict.fromkeys(GROUPS, 0.0)
    total = 0.0
    for row in rows.iter_rows(named=True):
        group = PLAN_OF.get(row["technology"], OTHER)
        if row["technology"] == "ALL":
            total += row["nameplate_mw"] / 1000.0
        else:
            planned[group] += row["nameplate_mw"] / 1000.0
    if total:
        planned[OTHER] = total - sum(planned[name] for name in MEMBERS)
    done = (
        share
        * finish_late(np.full(MONTHS_PER_YEAR, 1.0 / MONTHS_PER_YEAR), finishing_step(late), 0)[:, months - 1]
    )
    return [
        _row(as_of, EVIDENCE[category], False, window, group, planned[group] * done, actual, naive)
        for group in GROUPS
    ]


def _row(
    as_of: date,
    evidence: str,
    hindcast: bool,
    window: str,
    group: str,
    sample: Floats,
    actual: dict[str, float],
    naive: dict[str, float],
) -> Completion:
    low, median, high = (float(value) for value in np.quantile(sample, [LOW, 0.5, HIGH]))
    return Completion(
        as_of, evidence, hindcast, window, group, low, median, high, actual[group], naive[group]
    )


def _tightness(facts: Registry, power: PowerTables) -> list[Tightness]:
    as_of = date(2024, 12, 31)
    months = [f"{year}-{month:02}" for year in range(2024, 2029) for month in range(1, MONTHS_PER_YEAR + 1)]
    prepared = prepare_power(facts, power, months, as_of)
    block = next(run_blocks(prepared, 256))
    room = (block.firm_mw - block.required_mw())[:, :, SUMMER] / 1000.0
    rows = []
    for region, delivery, actual, naive in auctions(power):
        month = month_index((int(delivery[:4]), 7), prepared.first)
        sample = room[:, REGIONS.index(region), month]
        low, median, high = (float(value) for value in np.quantile(sample, [LOW, 0.5, HIGH]))
        rows.append(Tightness(as_of, region, delivery, low, median, high, actual, naive))
    return rows


def auctions(power: PowerTables) -> list[tuple[str, str, float, float]]:
    """Return region, delivery year, surplus over the requirement and that of the last auction, in GW.

    The last known at the end of 2024 is PJM's for 2025/26, stated as a margin over its target, and MISO's for
    2024/25.
    """
    rows = power.margins

    def value(metric: str, year: str) -> float:
        found = rows.filter((pl.col("metric") == metric) & pl.col("year").str.starts_with(year))
        return float(found.row(0, named=True)["value"])

    peak = power.peaks.filter((pl.col("source_id") == "pjm_bra_2627") & (pl.col("year") == 2025))["mw"][0]
    pool = pool_requirements(power, date.max)[2025]
    cleared, target = (
        value("cleared_reserve_margin", "2025/26"),
        value("installed_reserve_margin_target", "2025/26"),
    )
    pjm = ((100.0 + cleared) / (100.0 + target) - 1.0) * pool * peak / 1000.0
    miso = value("surplus", "2024/25")
    preliminary = value("accredited_capacity_preliminary", "2026/27") - value(
        "planning_reserve_requirement_initial", "2026/27"
    )
    return [
        *(
            ("MIDA", year, -value("shortfall_vs_reliability_requirement", year) / 1000.0, pjm)
            for year in ("2026/27", "2027/28", "2028/29")
        ),
        ("MIDW", "2025/26", value("surplus", "2025/26"), miso),
        ("MIDW", "2026/27", preliminary, miso),
    ]

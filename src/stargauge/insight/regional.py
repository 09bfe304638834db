"""What a run answers about power by region, as plain numbers with units in their names.

Levels are those of July, where summer decides most regions; what waits is a mean over a year.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Band:
    """A number over futures: mean, and the 5, 50 and 95 % points."""

    mean: float
    p05: float
    p50: float
    p95: float


@dataclass(frozen=True)
class Amount:
    """What a year adds: mean of all futures, 10 and 90 % points of those whose paths are stored."""

    mean: float
    p10: float
    p90: float


@dataclass(frozen=True)
class RegionYear:
    """A region, or the nation, in July of a year.

    Headroom is what is left for new load above peak and required reserve, before new AI load and transfers;
    None where the scenario sets no limit, and where a supplied path leaves flexible headroom unsaid.
    `shortfall_mw` is what firm supply misses of load and required reserve with neighbours' help,
    `shortfall_chance` the share of futures in which it misses any, `shortfall_before_mw` what it would miss
    without new AI load. `waiting_mw` are MW that
    are ready and not energised, by limit, mean over futures and the year's months from the as-of month on;
    `binds` is the limit for which most wait, None where that is under 100 MW. `opposition_level` is counted
    in the nation's mean on the as-of date, `bill_effect_percent` in percent of the average bill; both are
    None for the nation.
    """

    year: int
    firm_headroom_mw: Band | None
    flexible_headroom_mw: Band | None
    grid_load_mw: Band
    onsite_mw: Band
    shortfall_mw: Band
    shortfall_before_mw: Band
    shortfall_chance: float
    waiting_mw: dict[str, float]
    binds: str | None
    opposition_level: Band | None
    bill_effect_percent: Band | None


@dataclass(frozen=True)
class RegionAnswer:
    """A region by its code, or the nation: where its headroom is from, its years, and what binds when.

    For the nation `headroom` is `modelled` where that of all regions is; else it says how one differs.

    `binds_first` is the first limit that binds and `binds_first_year` its year; `power_binds_from` the first
    year in which that limit is regional headroom.
    """

    region: str
    headroom: str
    years: tuple[RegionYear, ...]
    binds_first: str | None
    binds_first_year: int | None
    power_binds_from: int | None

    def of(self, year: int) -> RegionYear:
        """Return a year.

        Raises:
            KeyError: The run has no July of that year from the as-of year on.
        """
        for one in self.years:
            if one.year == year:
                return one
        raise KeyError(year)


@dataclass(frozen=True)
class SupplyYear:
    """Power plants of the nation in a year: nameplate MW added by technology (means add up), MW retired.

    Capital is counted when a plant is completed; `onsite_capital_usd_b` is plant beside data centres, which
    is not among the additions.
    """

    year: int
    added_mw: dict[str, float]
    added_total_mw: Amount
    retired_mw: Amount
    supply_capital_usd_b: Amount
    onsite_capital_usd_b: Amount


@dataclass(frozen=True)
class RegionalAnswers:
    """Power by region of a run.

    `supply_from` is the first month in which plants are added, None where none are; `wires_usd_b` what
    upgrades of the transmission network for sites cost by the end of the run.
    """

    month_of_year: int
    least_waiting_mw: float
    stored_futures: int
    supply_from: str | None
    regions: tuple[RegionAnswer, ...]
    nation: RegionAnswer
    supply: tuple[SupplyYear, ...]
    wires_usd_b: Band

    @property
    def years(self) -> tuple[int, ...]:
        """Years that are told, in order."""
        return tuple(one.year for one in self.nation.years)

    def of(self, region: str) -> RegionAnswer:
        """Return a region by its code, or the nation.

        Raises:
            KeyError: There is no such region.
        """
        for one in (*self.regions, self.nation):
            if one.region == region:
                return one
        raise KeyError(region)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

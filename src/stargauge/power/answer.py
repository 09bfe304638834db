"""The answer of this room: headroom by region and year, what binds, additions, capital, bill effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, load_registry
from stargauge.facts.power_tables import PowerTables, load_power_tables
from stargauge.power.bill import BillEffect, bill_effects
from stargauge.power.calendar import MONTHS_PER_YEAR, month_index
from stargauge.power.costs import Cost, cost_table
from stargauge.power.desk import AS_OF, run_blocks
from stargauge.power.regions import REGIONS, SEASONS, TECHNOLOGIES, region_index
from stargauge.power.setup import PowerPrepared, prepare_power

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = NDArray[np.float64]

BAND = (0.05, 0.25, 0.5, 0.75, 0.95)
FIRST_YEAR, LAST_YEAR = 2026, 2035
MONTH_OF_YEAR = 7
FUTURES = 512
TIGHT = 0.999
"""Turbines bind where this share of what makers have delivered is used."""


@dataclass(frozen=True)
class HeadroomYear:
    """Firm headroom of a region in July of a year, GW: 5, 25, 50, 75 and 95 % points, before new AI load.

    `summer` and `winter` are the medians of each season, `winter_binds` is the share of futures in which
    winter leaves less than summer, `short` the share below 0.
    """

    region: str
    year: int
    band: tuple[float, ...]
    summer: float
    winter: float
    winter_binds: float
    short: float


@dataclass(frozen=True)
class AdditionYear:
    """Nameplate GW of a technology completed in a year: 5, 50 and 95 % points."""

    technology: str
    year: int
    band: tuple[float, float, float]


@dataclass(frozen=True)
class NationYear:
    """What a year asks of the nation: GW retired, capital in bn USD, share of futures short of turbines."""

    year: int
    retired: tuple[float, float, float]
    capital: tuple[float, float, float]
    turbines_bind: float


@dataclass(frozen=True)
class PowerTable:
    """Headroom by region and year, additions by technology, capital and bill effect; of one region or all.

    It is supply before new AI load: what load makes of it is an answer of a run.
    """

    region: str | None
    as_of: date
    futures: int
    edition: str
    new_load_from: str
    headroom: tuple[HeadroomYear, ...]
    total: tuple[HeadroomYear, ...]
    additions: tuple[AdditionYear, ...]
    nation: tuple[NationYear, ...]
    bill: tuple[BillEffect, ...]
    costs: tuple[Cost, ...]

    def of(self, region: str, year: int) -> HeadroomYear:
        """Return the headroom of a region in July of a year."""
        return next(one for one in self.headroom if one.region == region and one.year == year)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        plain = asdict(self)
        plain["as_of"] = self.as_of.isoformat()
        return plain

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.power.screen import render_table

        return render_table(self)


def answer_months() -> tuple[str, ...]:
    """Return the months of this room's own answers: January 2025 to December 2035."""
    return tuple(
        f"{year}-{month:02}" for year in range(2025, LAST_YEAR + 1) for month in range(1, MONTHS_PER_YEAR + 1)
    )


def power_table(
    region: str | None = None,
    *,
    registry: Registry | None = None,
    tables: PowerTables | None = None,
    as_of: date = AS_OF,
    futures: int = FUTURES,
    seed: int = 0,
    deferral: Sequence[float] | None = None,
) -> PowerTable:
    """Return what the regions can supply beyond today's load, year by year.

    Args:
        region: One of the 13 regions; all of them by default. It narrows headroom, additions and bill.
        registry: Facts; the shipped ones by default.
        tables: Tables of power supply; the shipped ones by default.
        as_of: What was published later is not used.
        futures: Number of futures.
        seed: Seed of the draws.
        deferral: Intensity of the lever retirement_deferral in each of the 132 months.

    Raises:
        InputError: the region is unknown.
        ValueError: there are no futures.
    """
    region = region.upper() if region is not None else None
    if region is not None and region not in REGIONS:
        text = f'"{region}" is no EIA-930 region; known: {", ".join(REGIONS)}'
        raise InputError("the power table", [Mistake(0, "region", text)], "nothing was computed")
    chosen = REGIONS if region is None else (region,)
    facts, power = registry or load_registry(), tables or load_power_tables()
    prepared = prepare_power(facts, power, answer_months(), as_of)
    blocks = list(
        run_blocks(
            prepared,
            futures,
            seed,
            None if deferral is None else np.asarray(deferral, dtype=np.float64),
            by_pair=region is not None,
        )
    )
    headroom = np.concatenate([block.headroom_mw for block in blocks]) / 1000.0
    seasons = np.concatenate([block.firm_mw - block.required_mw() for block in blocks]) / 1000.0
    if region is None:
        added = np.concatenate([block.added_mw for block in blocks]) / 1000.0
    else:
        added = np.concatenate([block.added_pairs_mw[:, region_index(region)] for block in blocks]) / 1000.0
    known = facts.as_of(as_of)
    wanted = [REGIONS.index(name) for name in chosen]
    rows = [
        _headroom(REGIONS[index], year, headroom[:, index, month], seasons[:, index, :, month])
        for index in wanted
        for year, month in _julys(prepared)
    ]
    total = [
        _headroom(
            "all", year, headroom[:, wanted, month].sum(axis=1), seasons[:, wanted, :, month].sum(axis=1)
        )
        for year, month in _julys(prepared)
    ]
    return PowerTable(
        region=region,
        as_of=as_of,
        futures=futures,
        edition=prepared.pipeline.edition,
        new_load_from="{}-{:02}".format(*prepared.base.new_from),
        headroom=tuple(rows),
        total=tuple(total),
        additions=tuple(_additions(prepared, added)),
        nation=tuple(
            _nation(
                prepared,
                np.concatenate([block.retired_mw for block in blocks]) / 1000.0,
                np.concatenate([block.capital_bn_usd for block in blocks]),
                np.concatenate(
                    [block.turbines_mw / np.maximum(block.turbine_supply_mw, 1.0) for block in blocks]
                ),
            )
        ),
        bill=tuple(one for one in bill_effects(power, known) if one.region in chosen),
        costs=cost_table(known),
    )


def _julys(prepared: PowerPrepared) -> list[tuple[int, int]]:
    return [
        (year, month_index((year, MONTH_OF_YEAR), prepared.first))
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    ]


def _headroom(region: str, year: int, sample: Floats, seasons: Floats) -> HeadroomYear:
    """Return the band of (futures,) headroom, and what (futures, seasons) leave."""
    band = tuple(float(value) for value in np.quantile(sample, BAND))
    summer, winter = (seasons[:, SEASONS.index(season)] for season in ("summer", "winter"))
    return HeadroomYear(
        region,
        year,
        band,
        float(np.median(summer)),
        float(np.median(winter)),
        float((winter < summer).mean()),
        float((sample < 0.0).mean()),
    )


def _yearly(prepared: PowerPrepared, cumulative: Floats) -> list[tuple[int, Floats]]:
    """Return (futures,) what each year from 2026 adds to a cumulative path."""
    ends = {
        year: cumulative[:, month_index((year, MONTHS_PER_YEAR), prepared.first)]
        for year in range(FIRST_YEAR - 1, LAST_YEAR + 1)
    }
    return [(year, ends[year] - ends[year - 1]) for year in range(FIRST_YEAR, LAST_YEAR + 1)]


def _band(sample: Floats) -> tuple[float, float, float]:
    low, middle, high = (float(value) for value in np.quantile(sample, [BAND[0], 0.5, BAND[-1]]))
    return low, middle, high


def _additions(prepared: PowerPrepared, added: Floats) -> list[AdditionYear]:
    return [
        AdditionYear(technology, year, _band(sample))
        for column, technology in enumerate(TECHNOLOGIES)
        if added[:, column].any()
        for year, sample in _yearly(prepared, added[:, column])
    ]


def _nation(prepared: PowerPrepared, retired: Floats, capital: Floats, used: Floats) -> list[NationYear]:
    spent = dict(_yearly(prepared, capital))
    return [
        NationYear(
            year,
            _band(closed),
            _band(spent[year]),
            float((used[:, month_index((year, MONTHS_PER_YEAR), prepared.first)] > TIGHT).mean()),
        )
        for year, closed in _yearly(prepared, retired)
    ]

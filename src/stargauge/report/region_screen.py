"""Power by region on a terminal: the lines in a run's screen, and the tables of a finished run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.ensemble import Store
from stargauge.errors import InputError, Mistake
from stargauge.insight import Band, RegionalAnswers, RegionAnswer, RegionYear, regional_answers
from stargauge.report import region_wording as words
from stargauge.report import wording
from stargauge.report.numbers import decimal
from stargauge.report.region_sentences import told_year, told_years
from stargauge.report.units import facility_gw
from stargauge.scenario import parse_scenario

BINDING_YEARS = (2027, 2028, 2029, 2030, 2032)
"""Years of the table of what binds, besides the first and the last."""

PERCENT = 100.0
WHERE = 3
"""Regions named where power binds first."""


@dataclass(frozen=True)
class RunPower:
    """Power by region of a finished run, of one region or of all."""

    scenario: str
    as_of: str
    futures: int
    region: str | None
    regional: RegionalAnswers

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; of one region, its own years and not the others'."""
        plain = self.regional.to_dict()
        if self.region is not None:
            plain["regions"] = [one for one in plain["regions"] if one["region"] == self.region]
        return {
            "scenario": self.scenario,
            "as_of": self.as_of,
            "futures": self.futures,
            "region": self.region,
            **plain,
        }

    def render(self) -> RenderableType:
        """Return the screen."""
        place = words.SCREEN_ALL if self.region is None else words.SPOKEN[self.region]
        head = Text(
            words.SCREEN_HEAD.format(
                place=place, scenario=self.scenario, as_of=self.as_of, futures=decimal(self.futures)
            ),
            style="bold",
        )
        if not self.regional.years:
            return Group(head, Text(words.SCREEN_NO_JULY))
        if self.region is not None:
            return Group(head, Text(), *_one_region(self.regional, self.regional.of(self.region)))
        return Group(head, *_all_regions(self.regional))


def run_power(folder: Path, region: str | None = None) -> RunPower:
    """Return power by region of the finished run in a folder.

    Args:
        folder: Run folder.
        region: Code of a region; all of them by default.

    Raises:
        InputError: The region is unknown.
        StoreError: There is no finished run, or it holds no power by region.
    """
    region = region.upper() if region is not None else None
    if region is not None and region not in words.REGION:
        text = f'"{region}" is no EIA-930 region; known: {", ".join(words.REGION)}'
        raise InputError("the power of a run", [Mistake(0, "region", text)], "nothing was read")
    store = Store.open(folder)
    scenario = parse_scenario(store.record.inputs.scenario_yaml, str(folder))
    return RunPower(
        scenario.name,
        str(scenario.as_of),
        store.record.futures,
        region,
        regional_answers(store, scenario),
    )


def region_lines(regional: RegionalAnswers) -> RenderableType:
    """Return the lines on power by region in a run's screen; nothing where the run has no July to tell of."""
    if not regional.years:
        return Group()
    years = told_years(regional)
    table = _table(words.LINES_TITLE, [words.JULY.format(year=year) for year in years])
    nation = [regional.nation.of(year) for year in years]
    table.add_row(words.LINES_FIRM, *(_whole(one.firm_headroom_mw) for one in nation))
    table.add_row(words.LINES_FLEXIBLE, *(_whole(one.flexible_headroom_mw) for one in nation))
    table.add_row(words.LINES_ONSITE, *(_whole(one.onsite_mw) for one in nation))
    table.add_row(words.LINES_SHORT, *(_whole(one.shortfall_mw) for one in nation))
    return Group(table, Text(_where(regional)), Text(_opposed(regional)))


def _where(regional: RegionalAnswers) -> str:
    """Return where regional headroom is first what finished data centres wait for most."""
    first = sorted(
        (one.power_binds_from, -one.of(one.power_binds_from).waiting_mw["headroom"], one.region)
        for one in regional.regions
        if one.power_binds_from is not None
    )
    if not first:
        return words.LINES_POWER_NOWHERE
    named = [words.LINES_REGION.format(region=words.REGION[code], year=year) for year, _, code in first]
    more = words.LINES_MORE.format(count=len(named) - WHERE) if len(named) > WHERE else ""
    return words.LINES_POWER.format(regions=wording.COMMA.join(named[:WHERE]), more=more)


def _opposed(regional: RegionalAnswers) -> str:
    year = told_year(regional)
    levels = [
        (band.p50, one.region, band)
        for one in regional.regions
        if (band := one.of(year).opposition_level) is not None
    ]
    level, code, band = max(levels)
    return words.LINES_OPPOSITION.format(
        region=words.REGION[code],
        year=year,
        level=decimal(level, 1),
        low=decimal(band.p05, 1),
        high=decimal(band.p95, 1),
    )


def _all_regions(regional: RegionalAnswers) -> list[RenderableType]:
    years = told_years(regional)
    every = (*regional.regions, regional.nation)

    def by_years(title: str, cells: Sequence[tuple[str, Any]]) -> Table:
        table = _table(title, [f"{name} {year}" for name, _ in cells for year in years])
        for one in every:
            table.add_row(one.region, *(cell(one.of(year)) for _, cell in cells for year in years))
        return table

    headroom = by_years(
        words.SCREEN_HEADROOM,
        [
            ("firm", lambda one: _whole(one.firm_headroom_mw)),
            ("flexible", lambda one: _whole(one.flexible_headroom_mw)),
        ],
    )
    load = by_years(
        words.SCREEN_LOAD,
        [
            ("grid", lambda one: _gw(one.grid_load_mw.p50)),
            ("own", lambda one: _gw(one.onsite_mw.p50)),
            ("short", _short),
        ],
    )
    told = [
        year for year in regional.years if year in {regional.years[0], *BINDING_YEARS, regional.years[-1]}
    ]
    binds = _table(words.SCREEN_BINDS.format(gw=_gw(regional.least_waiting_mw)), [str(year) for year in told])
    for answer in every:
        binds.add_row(answer.region, *(_binding(answer.of(year)) for year in told))
    effects = _table(
        words.SCREEN_EFFECTS, [f"{name} {year}" for name in ("opposition", "bill, %") for year in years]
    )
    for answer in regional.regions:
        levels = [answer.of(year).opposition_level for year in years]
        bills = [answer.of(year).bill_effect_percent for year in years]
        effects.add_row(answer.region, *(_band(band) for band in (*levels, *bills)))
    parts = [headroom, load, binds, effects, *_supply(regional)]
    return [item for part in parts for item in (Text(), part)]


def _supply(regional: RegionalAnswers) -> list[RenderableType]:
    """Return additions, retirements and capital by year, where the run holds a whole year."""
    if not regional.supply:
        return []
    table = _table(words.SCREEN_SUPPLY, [str(one.year) for one in regional.supply])
    for name in regional.supply[0].added_mw:
        table.add_row(words.TECHNOLOGY[name], *(_gw(one.added_mw[name]) for one in regional.supply))
    rows = {
        words.SCREEN_ADDED: [_gw(one.added_total_mw.mean) for one in regional.supply],
        words.SCREEN_RETIRED: [_gw(one.retired_mw.mean) for one in regional.supply],
        words.SCREEN_CAPITAL: [decimal(one.supply_capital_usd_b.mean) for one in regional.supply],
        words.SCREEN_ONSITE: [decimal(one.onsite_capital_usd_b.mean) for one in regional.supply],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    wires = regional.wires_usd_b
    said = words.SCREEN_WIRES.format(
        mean=decimal(wires.mean, 1), low=decimal(wires.p05, 1), high=decimal(wires.p95, 1)
    )
    return [table, Text(said)]


def _one_region(regional: RegionalAnswers, answer: RegionAnswer) -> list[RenderableType]:
    """Return a region year by year."""
    table = _table(words.SCREEN_REGION, words.SCREEN_REGION_COLUMNS)
    for one in answer.years:
        table.add_row(
            str(one.year),
            _whole(one.firm_headroom_mw),
            _whole(one.flexible_headroom_mw),
            _gw(one.grid_load_mw.p50),
            _gw(one.onsite_mw.p50),
            _short(one),
            _binding(one),
            _band(one.opposition_level),
            _band(one.bill_effect_percent),
        )
    note = words.SCREEN_REGION_NOTE.format(gw=_gw(regional.least_waiting_mw))
    return [table, Text(note, style="dim")]


def _binding(one: RegionYear) -> str:
    if one.binds is None:
        return wording.NOTHING
    return f"{words.LIMIT_SHORT[one.binds]} {_gw(one.waiting_mw[one.binds])}"


def _short(one: RegionYear) -> str:
    return f"{_gw(one.shortfall_mw.p50)}, {decimal(PERCENT * one.shortfall_chance)} %"


def _gw(megawatts: float) -> str:
    return decimal(facility_gw(megawatts), 1)


def _whole(band: Band | None) -> str:
    """Return the median of MW in GW, and its 5 and 95 % points in whole GW."""
    if band is None:
        return wording.NOTHING
    low, high = (decimal(facility_gw(value)) for value in (band.p05, band.p95))
    return f"{_gw(band.p50)} {low}…{high}"


def _band(band: Band | None) -> str:
    if band is None:
        return wording.NOTHING
    if band.p05 == band.p95:
        return decimal(band.p50, 1)
    return f"{decimal(band.p50, 1)} {decimal(band.p05, 1)}…{decimal(band.p95, 1)}"


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=True, header_style="bold", title_justify="left")
    table.title, table.title_style = title, "italic"
    table.min_width = min(len(title), words.SCREEN_WIDTH)
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=False)
    return table

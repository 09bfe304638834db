"""The report's section on power by region: map, heat tables, fans, stacked years and tables."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.insight import NATION, Amount, Answers, Band, RegionalAnswers, RegionAnswer
from stargauge.report import region_wording as words
from stargauge.report import wording
from stargauge.report.charts import Cell, Chart, Table, rows_table
from stargauge.report.figures import (
    Label,
    StackColumn,
    Tile,
    fan,
    parted,
)
from stargauge.report.numbers import NO_BREAK, day_long, decimal, month_long, share
from stargauge.report.power import SMALL, describe, fan_data, year_table
from stargauge.report.region_heat import BILL, GW, OPPOSITION, Heat, binds_heat, effect_heat, told
from stargauge.report.region_sentences import region_sentences, told_year, told_years
from stargauge.report.regions import region_chart, stacked_years
from stargauge.report.sentences import national
from stargauge.report.units import facility_gw

FANS = ("firm_headroom_mw", "flexible_headroom_mw", "onsite_mw")
SURE = 1.96
"""Standard errors on each side that hold 95 % of samples."""

PERCENT = 100.0


@dataclass(frozen=True)
class RegionSection:
    """What the section shows."""

    sentences: tuple[str, ...]
    map: Chart
    binds: Heat
    fans: tuple[Chart, ...]
    levels: Table
    levels_caption: str
    additions: Chart | None
    money: Table | None
    money_caption: str
    opposition: Heat
    bill: Heat


def region_section(answers: Answers) -> RegionSection | None:
    """Return the section; None where the run has no July to tell of."""
    regional = answers.regional
    if not regional.years:
        return None
    return RegionSection(
        sentences=region_sentences(answers),
        map=headroom_map(regional),
        binds=binds_heat(regional, answers.as_of),
        fans=tuple(_fan(answers, quantity) for quantity in FANS if _known(regional, quantity)),
        levels=levels_table(regional),
        levels_caption=words.LEVELS_CAPTION,
        additions=additions_chart(regional) if regional.supply else None,
        money=money_table(regional) if regional.supply else None,
        money_caption=_money_caption(regional, answers.months[-1]),
        opposition=effect_heat(
            OPPOSITION,
            words.OPPOSITION_TITLE,
            words.OPPOSITION_CAPTION.format(day=day_long(answers.as_of)),
            words.OPPOSITION_UNIT,
            regional,
        ),
        bill=effect_heat(BILL, words.BILL_TITLE, words.BILL_CAPTION, words.BILL_UNIT, regional),
    )


def band_words(band: Band | None) -> str:
    """Return the 5 and 95 % points of MW in GW; a dash for None."""
    if band is None:
        return wording.NOTHING
    return words.BAND_SHORT.format(low=told(band.p05), high=told(band.p95))


def with_band(band: Band | None) -> str:
    """Return the median of MW in GW with its 5 and 95 % points; a dash for None, 0 where all are 0."""
    if band is None:
        return wording.NOTHING
    if {told(value) for value in (band.p05, band.p50, band.p95)} == {told(0.0)}:
        return decimal(0.0)
    whole = words.VALUE_BAND.format(value=told(band.p50), band=band_words(band))
    return whole.replace(" ", NO_BREAK)


def first_words(answer: RegionAnswer) -> str:
    """Return which limit binds first in a region, and from when."""
    if answer.binds_first is None:
        return words.FIRST_NOTHING
    return words.FIRST_BINDS.format(limit=words.LIMIT_SHORT[answer.binds_first], year=answer.binds_first_year)


def headroom_map(regional: RegionalAnswers) -> Chart:
    """Return the map of firm headroom in July of the told year, and of what binds first."""
    year = told_year(regional)
    tiles: dict[str, Tile] = {}
    cells: dict[str, tuple[str, ...]] = {}
    for one in regional.regions:
        firm = one.of(year).firm_headroom_mw
        number = None if firm is None else told(firm.p50)
        tiles[one.region] = Tile(
            number, first_words(one), None if firm is None else round(facility_gw(firm.p50), 1)
        )
        flexible = one.of(year).flexible_headroom_mw
        cells[one.region] = (
            number or wording.NOTHING,
            band_words(firm),
            wording.NOTHING if flexible is None else told(flexible.p50),
            band_words(flexible),
            first_words(one),
            str(one.power_binds_from or wording.NOTHING),
        )
    return region_chart(
        "regions-map",
        words.MAP_TITLE,
        words.MAP_CAPTION.format(year=year),
        words.MAP_SAID.format(year=year),
        tiles,
        parted((tile.fill for tile in tiles.values() if isinstance(tile.fill, float)), GW),
        words.MAP_COLUMNS,
        cells,
    )


def _known(regional: RegionalAnswers, quantity: str) -> bool:
    """Return whether the nation has a quantity: it has no headroom where a region's is without limit."""
    return getattr(regional.nation.years[0], quantity) is not None


def _fan(answers: Answers, quantity: str) -> Chart:
    source, title = national(answers, quantity), words.FAN_TITLES[quantity]
    ident = f"regions-{quantity.removesuffix('_mw').replace('_', '-')}"
    data = fan_data(source, answers, ("p95", "p05"), show_day=False)
    drawing = fan(Label(ident, title, describe(title, source)), data, SMALL)
    return Chart(ident, title, words.FAN_NOTES[quantity], drawing, None, year_table(title, source, 1))


def levels_table(regional: RegionalAnswers) -> Table:
    """Return headroom, new load and what is missing by region in the told years."""
    groups = []
    for year in told_years(regional):
        rows: list[tuple[Cell, ...]] = []
        for one in (*regional.regions, regional.nation):
            level = one.of(year)
            name = words.NATION_NAME if one.region == NATION else words.REGION[one.region]
            rows.append(
                (
                    f"{name} ({one.region})",
                    with_band(level.firm_headroom_mw),
                    with_band(level.flexible_headroom_mw),
                    with_band(level.grid_load_mw),
                    with_band(level.onsite_mw),
                    with_band(level.shortfall_mw),
                    share(level.shortfall_chance),
                )
            )
        groups.append((words.JULY.format(year=year), tuple(rows)))
    caption = wording.TABLE_OF.format(title=words.LEVELS_TITLE, unit=GW)
    return Table(caption, (words.COLUMN_REGION, *words.LEVELS_COLUMNS), tuple(groups))


def additions_chart(regional: RegionalAnswers) -> Chart:
    """Return power plants added a year by technology, with the range of the total."""
    columns = [
        StackColumn(
            str(one.year),
            {words.TECHNOLOGY[name]: facility_gw(max(0.0, mw)) for name, mw in one.added_mw.items()},
            facility_gw(one.added_total_mw.p10),
            facility_gw(one.added_total_mw.p90),
        )
        for one in regional.supply
    ]
    start, first = "", regional.supply_from
    if first is not None and first[5:] != "01" and first[:4] == columns[0].year:
        start = words.ADDITIONS_START.format(year=first[:4], month=month_long(first)[: -len(" 2026")])
    return stacked_years(
        "regions-additions",
        words.ADDITIONS_TITLE,
        words.ADDITIONS_CAPTION.format(start=start, stored=decimal(regional.stored_futures)),
        words.ADDITIONS_SAID,
        columns,
        GW,
    )


def money_table(regional: RegionalAnswers) -> Table:
    """Return what is added, what retires and what it costs by year, and over all years."""
    rows: list[tuple[Cell, ...]] = [
        (
            str(one.year),
            _amount(one.added_total_mw, gigawatts=True),
            _amount(one.retired_mw, gigawatts=True),
            _amount(one.supply_capital_usd_b),
            _amount(one.onsite_capital_usd_b),
        )
        for one in regional.supply
    ]
    every = regional.supply
    rows.append(
        (
            words.ALL_YEARS.format(first=every[0].year, last=every[-1].year),
            told(sum(one.added_total_mw.mean for one in every)),
            told(sum(one.retired_mw.mean for one in every)),
            decimal(sum(one.supply_capital_usd_b.mean for one in every)),
            decimal(sum(one.onsite_capital_usd_b.mean for one in every)),
        )
    )
    return rows_table(words.MONEY_TITLE, (words.COLUMN_YEAR, *words.MONEY_COLUMNS), rows)


def _amount(amount: Amount, *, gigawatts: bool = False) -> str:
    values = (amount.mean, amount.p10, amount.p90)
    mean, low, high = (told(value) if gigawatts else decimal(value) for value in values)
    return words.VALUE_BAND.format(value=mean, band=words.BAND_SHORT.format(low=low, high=high))


def _money_caption(regional: RegionalAnswers, end: str) -> str:
    wires = regional.wires_usd_b
    return words.MONEY_CAPTION.format(
        stored=decimal(regional.stored_futures),
        wires=decimal(wires.mean, 1),
        end=month_long(end),
        band=words.BAND_SHORT.format(low=decimal(wires.p05, 1), high=decimal(wires.p95, 1)),
    )

"""Heat tables of the regions: what finished data centres wait for, opposition, and the part of bills."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from stargauge.insight import NATION, RegionalAnswers, RegionYear
from stargauge.report import region_wording as words
from stargauge.report.figures import HeatCell, HeatRow, Names, heat_table, parted, rising
from stargauge.report.figures.shades import KINDS, Shade
from stargauge.report.numbers import decimal, month_long
from stargauge.report.units import facility_gw

HEAT_YEARS = (2027, 2028, 2030, 2032)
"""Years of the heat tables of opposition and bills, besides the first and the last."""

OPPOSITION, BILL = "opposition", "bill"
GW = "GW"


@dataclass(frozen=True)
class Heat:
    """A heat table with its title and caption; it is its own table."""

    ident: str
    title: str
    caption: str
    drawing: Markup


def told(value: float, decimals: int = 1) -> str:
    """Return MW as GW with fixed decimals."""
    return decimal(facility_gw(value), decimals)


def binds_heat(regional: RegionalAnswers, as_of: str) -> Heat:
    """Return what finished data centres wait for, by region and year."""
    least = told(regional.least_waiting_mw)
    nothing = words.NOTHING_BINDS.format(gw=least)
    # Grey is kept for nothing, which is no limit.
    shade = Names((*words.LIMIT_KEY.values(), nothing), (*KINDS[: len(words.LIMIT_KEY)], KINDS[-1]))

    def cell(one: RegionYear) -> HeatCell:
        if one.binds is None:
            return HeatCell(words.LESS_THAN.format(gw=least), words.NOTHING_SHORT, nothing)
        waiting = told(one.waiting_mw[one.binds])
        return HeatCell(waiting, words.LIMIT_SHORT[one.binds], words.LIMIT_KEY[one.binds])

    rows = [
        HeatRow(one.region, words.REGION[one.region], tuple(cell(year) for year in one.years))
        for one in regional.regions
    ]
    rows.append(HeatRow(NATION, words.NATION_NAME, tuple(cell(year) for year in regional.nation.years)))
    start = ""
    if str(regional.years[0]) == as_of[:4]:
        month = month_long(as_of[:7])[: -len(" 2026")]
        start = words.BINDS_START.format(month=month, year=regional.years[0])
    caption = words.BINDS_CAPTION.format(start=start, gw=least)
    years = [str(year) for year in regional.years]
    drawing = heat_table(
        "regions-binds", f"{words.BINDS_TITLE}, {GW}", words.COLUMN_REGION, years, rows, shade
    )
    return Heat("regions-binds", words.BINDS_TITLE, caption, drawing)


def effect_heat(ident: str, title: str, caption: str, unit: str, regional: RegionalAnswers) -> Heat:
    """Return opposition or the bill effect, as `ident` says, by region in some years."""
    wanted = {regional.years[0], *HEAT_YEARS, regional.years[-1]}
    years = [year for year in regional.years if year in wanted]
    rows, medians = [], []
    for one in regional.regions:
        cells = []
        for year in years:
            level = one.of(year)
            band = level.opposition_level if ident == OPPOSITION else level.bill_effect_percent
            if band is None:
                cells.append(HeatCell(None))
                continue
            low, middle, high = (decimal(value, 1) for value in (band.p05, band.p50, band.p95))
            label = "" if low == high else words.BAND_SHORT.format(low=low, high=high)
            medians.append(round(band.p50, 1))
            cells.append(HeatCell(middle, label, medians[-1]))
        rows.append(HeatRow(one.region, words.REGION[one.region], tuple(cells)))
    shade: Shade = rising(medians, unit) if min(medians) >= 0.0 else parted(medians, unit)
    drawing = heat_table(
        f"regions-{ident}", title, words.COLUMN_REGION, [str(year) for year in years], rows, shade
    )
    return Heat(f"regions-{ident}", title, caption, drawing)

"""Answers of this room on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from stargauge.power.answer import PowerTable
    from stargauge.power.backtest import PowerBacktest
    from stargauge.power.check import AdequacyCheck

SHOWN_YEARS = (2026, 2027, 2028, 2030, 2032, 2035)
SMALL_GW = 0.05
BEFORE_LOAD = (
    "This is supply before new AI load. What the load, on-site plant and opposition of a run make of it:\n"
    "stargauge power {region}--run FOLDER"
)
WIDEST = 100


def _table(title: str, columns: Sequence[str], left: int = 1) -> Table:
    # A title is wrapped at the width of its table, so a short table is made as wide as its title.
    width = min(len(title), WIDEST)
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False, min_width=width)
    for number, name in enumerate(columns):
        texts = number < left
        shown.add_column(name, justify="left" if texts else "right", no_wrap=not texts, overflow="fold")
    return shown


def render_table(answer: PowerTable) -> RenderableType:
    """Return headroom by region and year, additions, what the nation needs, and the bill effect."""
    place = "13 regions" if answer.region is None else answer.region
    head = Text(
        f"Firm headroom of {place}, GW in July before AI load energised since {answer.new_load_from}; "
        f"{answer.futures:,} futures as of {answer.as_of}"
    )
    parts: list[RenderableType] = [head, _headroom(answer)]
    where = "in all regions" if answer.region is None else f"in {answer.region}, without plants of their own"
    parts += [_additions(answer, where), _nation(answer), _costs(answer), _bill(answer)]
    region = "" if answer.region is None else f"{answer.region} "
    parts.append(Text(BEFORE_LOAD.format(region=region)))
    return Group(*parts)


def _span(low: float, high: float) -> str:
    """Return a range in whole numbers, without a minus before 0."""
    return f"{round(low) + 0}…{round(high) + 0}"


def _headroom(answer: PowerTable) -> Table:
    shown = _table(
        "median, 5 % … 95 %; * winter binds in most futures",
        ["region", *(str(year) for year in SHOWN_YEARS)],
    )
    regions = list(dict.fromkeys(one.region for one in answer.headroom))
    for region in regions:
        cells = []
        for year in SHOWN_YEARS:
            one = answer.of(region, year)
            mark = "*" if one.winter_binds > 0.5 else " "
            cells.append(f"{one.band[2]:.1f} {_span(one.band[0], one.band[-1])}{mark}")
        shown.add_row(region, *cells)
    if len(regions) > 1:
        totals = {one.year: one for one in answer.total}
        shown.add_row(
            "sum",
            *(
                f"{totals[year].band[2]:.1f} {_span(totals[year].band[0], totals[year].band[-1])} "
                for year in SHOWN_YEARS
            ),
        )
    return shown


def _additions(answer: PowerTable, where: str) -> Table:
    shown = _table(
        f"Completed a year {where}, GW of nameplate, median", ["technology", *(str(y) for y in SHOWN_YEARS)]
    )
    for technology in dict.fromkeys(one.technology for one in answer.additions):
        by_year = {one.year: one.band[1] for one in answer.additions if one.technology == technology}
        if max(by_year.values()) >= SMALL_GW:
            shown.add_row(technology.replace("_", " "), *(f"{by_year[year]:.1f}" for year in SHOWN_YEARS))
    return shown


def _nation(answer: PowerTable) -> Table:
    shown = _table("The nation in a year, median, 5 % … 95 %", ["", *(str(year) for year in SHOWN_YEARS)])
    by_year = {one.year: one for one in answer.nation}

    def cells(name: str, decimals: int) -> list[str]:
        bands = [getattr(by_year[year], name) for year in SHOWN_YEARS]
        return [f"{b[1]:.{decimals}f} {_span(b[0], b[2])}" for b in bands]

    shown.add_row("retired, GW", *cells("retired", 0))
    shown.add_row("capital, bn USD", *cells("capital", 0))
    shown.add_row(
        "turbines bind, % of futures", *(f"{100 * by_year[y].turbines_bind:.0f}" for y in SHOWN_YEARS)
    )
    return shown


def _costs(answer: PowerTable) -> Table:
    shown = _table(
        "Cost of new plant, median [10 to 90 %]",
        ["technology", "overnight, USD/kW", "overrun", "fixed, USD/kW a year", "running, USD/MWh"],
    )
    for one in answer.costs:
        low, middle, high = one.overnight_usd_kw
        shown.add_row(
            one.technology.replace("_", " "),
            f"{middle:,.0f} [{low:,.0f} to {high:,.0f}]",
            f"{one.overrun[1]:.2f} [{one.overrun[0]:.2f} to {one.overrun[2]:.2f}]",
            "" if one.fixed_usd_kw_year is None else f"{one.fixed_usd_kw_year:.0f}",
            "" if one.running_usd_mwh is None else f"{one.running_usd_mwh:.0f}",
        )
    return shown


def _bill(answer: PowerTable) -> Table:
    shown = _table(
        "Part of the bill that data-centre growth added, % [5 to 95 %]",
        ["region", "of the bill", "USD a month on 1,000 kWh"],
    )
    for one in answer.bill:
        dollars = one.dollars_a_month
        shown.add_row(
            one.region,
            f"{100 * one.middle:+.1f} [{100 * one.low:+.1f} to {100 * one.high:+.1f}]",
            f"{dollars[1]:+.1f} [{dollars[0]:+.1f} to {dollars[2]:+.1f}]",
        )
    return shown


def render_check(check: AdequacyCheck) -> RenderableType:
    """Return how a naive sum misleads, and the bridge to each published margin."""
    steps = _table(
        "Regions short in summer 2026, counted step by step", ["counting", "which", "short", "GW"], left=2
    )
    for step in check.steps:
        steps.add_row(
            step.counting, " ".join(step.short) or "none", str(len(step.short)), f"{step.short_mw / 1000:.1f}"
        )
    bridge = _table(
        "From our margin of summer 2026 to the published one, points of percent",
        [
            "region", "published by", "ours", "basis", "demand", "unexplained", "published", "by place",
        ],
        left=2,
    )  # fmt: skip
    for row in check.rows:
        bridge.add_row(
            row.region,
            row.area + (" =" if row.bases_agree else ""),
            f"{row.ours:.1f}",
            f"{row.basis:+.1f}",
            f"{row.demand:+.1f}",
            f"{row.unexplained:+.1f}",
            f"{row.published:.1f}",
            f"{row.by_place:+.1f}",
        )
    said = "ours = fleet + demand response + firm imports, apart in --json; = bases agree: within 3 points"
    return Group(steps, bridge, Text(said, style="dim"))


def render_backtest(backtest: PowerBacktest) -> RenderableType:
    """Return completions and tightness as of earlier dates against what came."""
    built = _table(
        "Completed, GW of nameplate: forecast median [10 to 90 %] against what came and the year before",
        ["as of", "evidence", "window", "group", "forecast", "came", "naive"],
        left=4,
    )
    for one in backtest.completions:
        built.add_row(
            one.as_of.isoformat(),
            one.evidence + (" (hindcast)" if one.hindcast else ""),
            one.window,
            one.group,
            f"{one.median:.1f} [{one.low:.1f} to {one.high:.1f}]" + ("" if one.inside else " !"),
            f"{one.actual:.1f}",
            f"{one.naive:.1f}",
        )
    sums = _table("Sum of absolute errors, GW", ["evidence", "window", "forecast", "naive"], left=2)
    for window, evidence in dict.fromkeys((one.window, one.evidence) for one in backtest.completions):
        ours, naive = backtest.errors(window, evidence)
        sums.add_row(evidence, window, f"{ours:.1f}", f"{naive:.1f}")
    tight = _table(
        "Accredited GW over the requirement, before new load, hindcast as of 2024-12-31",
        ["region", "delivery", "forecast", "auction", "naive", "load between"],
        left=2,
    )
    for row in backtest.tightness:
        tight.add_row(
            row.region,
            row.delivery,
            f"{row.median:.1f} [{row.low:.1f} to {row.high:.1f}]",
            f"{row.actual:+.1f}",
            f"{row.naive:+.1f}",
            f"{row.load_between:.1f}",
        )
    return Group(built, sums, tight)

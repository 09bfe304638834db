"""The answer on opposition on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.opposition.check import AS_THEY_ARE, HINDCAST, READINGS, Told

if TYPE_CHECKING:
    from stargauge.opposition.answer import OppositionCheck

WIDEST = 100
SHOWN = (
    "projects blocked or delayed",
    "data centres cancelled after local opposition",
    "local fights begun",
    "projects cancelled or defeated",
    "data-centre moratoria enacted",
)
"""Series printed in full; the others are in the table `opposition_series.csv` and in the plain data."""


def _table(title: str, columns: Sequence[str], left: int = 1) -> Table:
    # A title is wrapped at the width of its table, so a short table is made as wide as its title.
    shown = Table(
        title=title, title_justify="left", box=None, pad_edge=False, min_width=min(len(title), WIDEST)
    )
    for number, name in enumerate(columns):
        texts = number < left
        shown.add_column(name, justify="left" if texts else "right", no_wrap=not texts, overflow="fold")
    return shown


def render_check(answer: OppositionCheck) -> RenderableType:
    """Return the series, the priors, the check and what it says."""
    from stargauge.opposition.answer import CAVEATS

    head = Text("Local opposition to data centres: what was counted, what is held, one against the other")
    return Group(
        head,
        _counted(answer),
        _priors(answer),
        _levels(answer),
        _check(answer),
        _readings(answer),
        _since(answer),
        _outlook(answer),
        Text("\n".join(("Verdict", *(f"  {line}" for line in answer.verdict)))),
        Text("\n".join(("Read with care", *(f"  {line}" for line in CAVEATS)))),
    )


def period(first: date, last: date) -> str:
    """Return a window as a quarter, half-year, month or year where it is one, else as its months."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months == 3 and first.month % 3 == 1:
        return f"{first.year}Q{(first.month + 2) // 3}"
    if months == 6 and first.month in (1, 7):
        return f"{first.year}H{1 if first.month == 1 else 2}"
    if months == 12 and first.month == 1:
        return str(first.year)
    return f"{first:%Y-%m}" if months == 1 else f"{first:%Y-%m} to {last:%Y-%m}"


def _counted(answer: OppositionCheck) -> Table:
    shown = _table("Counted (grade after the tracker)", ["what", "tracker", "counts"], left=3)
    for metric in SHOWN:
        rows = [one for one in answer.counted if one.metric == metric]
        counts = ", ".join(f"{period(one.first_day, one.last_day)} {one.value:g}" for one in rows)
        tracker = rows[0].source.split(" (")[0].split(",")[0]
        shown.add_row(metric, f"{tracker} {rows[0].confidence}", counts)
    return shown


def _priors(answer: OppositionCheck) -> Table:
    shown = _table(
        "Priors: median (5 to 95 %); judgement, sources in docs/opposition.md",
        ["input", "unit", "as of 2024", "as of 2026"],
        left=2,
    )
    for name in dict.fromkeys(one.name for one in answer.priors):
        cells = [one for one in answer.priors if one.name == name]
        bands = (f"{one.median:.2g} ({one.low:.2g} to {one.high:.2g})" for one in cells)
        if cells[0].unit == "1/month":
            bands = (f"{one.median:.4f} ({one.low:.4f} to {one.high:.4f})" for one in cells)
        shown.add_row(name, cells[0].unit, *bands)
    return shown


def _levels(answer: OppositionCheck) -> Text:
    levels = "  ".join(f"{region} {level:.2f}" for region, level in answer.levels.items())
    return Text(f"Level by region, nation = 1 (judgement): {levels}")


def _band(one: Told) -> list[list[str]]:
    return [
        [
            period(told.first_day, told.last_day),
            f"{told.median:.0f} ({told.low:.0f} to {told.high:.0f})",
            f"{told.observed:.0f}",
            f"{100.0 * told.percentile:.0f}",
            "in" if told.inside else "OUT",
        ]
        for told in one.predictions
    ]


COLUMNS = ("series", "window", "median (80 % band)", "counted", "percentile", "band")


def _check(answer: OppositionCheck) -> Table:
    shown = _table(
        "Counts under the priors of 2024 (hindcast), from January 2024; one scale a series, on its base",
        COLUMNS,
        left=2,
    )
    for one in answer.told:
        if one.as_of == HINDCAST and one.reading == AS_THEY_ARE:
            base = f"base {period(*one.series.base)}: {one.base_count:.0f}"
            for number, cells in enumerate(_band(one)):
                shown.add_row((one.series.name, base, "")[min(number, 2)], *cells)
            if len(one.predictions) < 2:
                shown.add_row(base)
    return shown


def _readings(answer: OppositionCheck) -> Table:
    title = "Windows in the band, by reading (! a true band would hold so few less than 1 time in 20)"
    shown = _table(title, ["series", *READINGS])
    past = [one for one in answer.told if one.as_of == HINDCAST]
    for name in dict.fromkeys(one.series.name for one in past):
        cells = [
            f"{one.inside}/{len(one.predictions)}{'!' if one.fails else ' '}"
            for one in past
            if one.series.name == name
        ]
        shown.add_row(name, *cells)
    return shown


def _since(answer: OppositionCheck) -> Table:
    shown = _table("July 2026 under the newest priors, from the quarter before", COLUMNS, left=2)
    for one in answer.told:
        if one.as_of != HINDCAST and one.reading == AS_THEY_ARE:
            for cells in _band(one):
                shown.add_row(one.series.name, *cells)
    return shown


def _outlook(answer: OppositionCheck) -> Table:
    shown = _table(
        "Forward from October 2026 at a steady rate of building: median (5 to 95 %), as of then = 1",
        ["of the peak", "years", "level", "hazard", "permits", "moratoria/month", "worse"],
        left=0,
    )
    for one in answer.outlook:
        multiples = (one.level, one.hazard, one.permit)
        bands = [f"{middle:.2f} ({low:.2f}…{high:.2f})" for low, middle, high in multiples]
        low, middle, high = one.moratorium
        bands.append(f"{middle:.3f} ({low:.3f}…{high:.3f})")
        shown.add_row(f"{one.rate:g} %/year", f"{one.years}", *bands, f"{100.0 * one.worse:.0f} %")
    shown.caption = "worse: draws in which fully loosened permitting loses more projects than it saves"
    shown.caption_justify = "left"
    return shown

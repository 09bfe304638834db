"""Position among blocs on a terminal, within 100 columns: the class of world, who leads, blocs, stacks."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.insight.position.answer import PositionAnswers, Standing
from stargauge.insight.position.flips import ASKED, NO_ROBOTS, Flips
from stargauge.insight.regional import Band
from stargauge.insight.wording import PERCENT, plain_table
from stargauge.world.position import CLASSES, MEANINGS, TITLES

if TYPE_CHECKING:
    from stargauge.insight.position.desk import WorldAnswer

WANTED_YEARS = (2028, 2030)
"""Years beside the as-of month and the run's last: four months fit a screen."""

MAIN_YEAR = "2030"
LINE, MARGIN = 100, 24
"""Columns of a screen, and where the words of a run's lines begin."""

MILLION = 1e6
MW_PER_GW = 1000.0

SAID = {**TITLES, "primacy": "one of primacy"}
"""Classes of world as a sentence has them."""

STACK_WORDS = {
    "us_closed": "US, closed",
    "us_open": "US, open weights",
    "china_open": "Chinese, open weights",
    "sovereign": "buyer's own bloc",
}


def world_screen(answer: WorldAnswer) -> RenderableType:
    """Return the screen of all blocs, or of one."""
    position = answer.position
    head = (
        f"{'Who stands where' if answer.bloc is None else answer.bloc} · scenario {answer.scenario} · "
        f"as of {answer.as_of} · {position.futures:,} futures · {reading_words(position)}"
    )
    parts: list[RenderableType] = [Text(head, style="bold")]
    if answer.bloc is None:
        parts += [Text(main_sentence(position)), Text(), _classes(position), Text(), _leads(position)]
        parts += [Text(), _blocs(position), Text(), _stacks(position)]
        foot = "stargauge world China · stargauge world flips · stargauge world backtest"
    else:
        parts += [Text(), _bloc(position, answer.bloc)]
        foot = "stargauge world · stargauge world flips · stargauge controls table"
    return Group(*parts, Text(), Text(f"Next       {foot}"))


def reading_words(position: PositionAnswers) -> str:
    """Return how position is read, in a few words."""
    told = [f"compute by {position.ledger}"]
    if position.gulf == "us":
        told.append("Gulf with the US")
    if not position.network:
        told.append("no network effect")
    if position.chip_sales != "rules":
        told.append(f"chip sales {position.chip_sales}")
    return ", ".join(told)


def main_sentence(position: PositionAnswers) -> str:
    """Return the answer in a sentence: the likeliest class of world, and what it means."""
    month = main_month(position)
    found = position.classes_in(month)
    likeliest = found.likeliest
    return (
        f"At the end of {month[:4]} the world is {SAID[likeliest]} in {_percent(found.chances[likeliest])} "
        f"of futures: {MEANINGS[likeliest]}."
    )


def main_month(position: PositionAnswers) -> str:
    """Return the month of the answer: the end of 2030 where the run has it, else its last."""
    return next((month for month in position.told if month[:4] == MAIN_YEAR), position.told[-1])


def shown_months(position: PositionAnswers) -> tuple[str, ...]:
    """Return the months of the columns."""
    wanted = [month for month in position.told if int(month[:4]) in WANTED_YEARS and month > position.now]
    return tuple(dict.fromkeys([position.told[0], *wanted, position.told[-1]]))


def position_lines(position: PositionAnswers) -> RenderableType:
    """Return the lines on position in the screen of a run: the class of world, and who leads each layer."""
    month = main_month(position)
    leaders = [(layer.layer, layer.of(month)) for layer in position.layers]
    leads = (f"{name} {one.leader} {_percent(one.shares[one.leader].p50)}" for name, one in leaders)
    text = Text("Who stands where".ljust(MARGIN), style="bold")
    text.append(f"\n{'':{MARGIN}}".join(wrap(main_sentence(position), LINE - MARGIN)), style="not bold")
    text.append(f"\n{'Who leads which layer':{MARGIN}}")
    text.append(f"\n{'':{MARGIN}}".join(wrap(" · ".join(leads), LINE - MARGIN)), style="not bold")
    return text


def _table(first: str, *columns: str) -> Table:
    table = plain_table(first, *columns)
    table.columns[0].no_wrap = True
    return table


def _by_month(first: str, position: PositionAnswers) -> Table:
    heads = (month if month == position.now else month[:4] for month in shown_months(position))
    return _table(first, *heads)


def _classes(position: PositionAnswers) -> Table:
    months = shown_months(position)
    table = _by_month("Class of world, chance", position)
    for name in CLASSES:
        table.add_row(TITLES[name], *(_percent(position.classes_in(one).chances[name]) for one in months))
    return table


def _leads(position: PositionAnswers) -> RenderableType:
    months = shown_months(position)
    table = _by_month("Who leads", position)
    for layer in position.layers:
        cells = []
        for month in months:
            found = layer.of(month)
            chance = f" ({_percent(found.leads[found.leader])})" if found.leads else ""
            cells.append(f"{found.leader} {_percent(found.shares[found.leader].p50)}{chance}")
        table.add_row(layer.layer, *cells)
        table.add_row("  poles, CON", *(_poles(position, layer.layer, month) for month in months))
    return Group(table, Text("share of who leads, median (chance that it leads)", style="dim"))


def _poles(position: PositionAnswers, layer: str, month: str) -> str:
    found = position.layer(layer).of(month)
    return f"{found.poles.p50:.2f}, {found.concentration.p50:.2f}"


def _blocs(position: PositionAnswers) -> RenderableType:
    month = main_month(position)
    table = _table(
        f"End of {month[:4]}", "located", "owned", "used", "models", "applications", "rules", "packages, GW"
    )
    for one in position.blocs:
        found = one.of(month)
        located = found.compute_h100e_location
        table.add_row(
            one.bloc,
            f"{_millions(located.p50)} ({_millions(located.p05)}–{_millions(located.p95)})",
            _millions(found.compute_h100e_owner.p50),
            _millions(found.compute_h100e_user.p50),
            *(_percent(band.p50) for band in (found.model_share, found.application_share, found.rules_share)),
            "–" if found.package_mw is None else f"{found.package_mw.p50 / MW_PER_GW:.1f}",
        )
    told = "compute in million H100e (5 to 95 % of futures); shares of the world; medians"
    return Group(table, Text(told, style="dim"))


def _stacks(position: PositionAnswers) -> RenderableType:
    months = shown_months(position)
    table = _by_month("Stack", position)
    for stack in position.stacks:
        by_month = {one.month: one for one in stack.months}
        cells = []
        for month in months:
            one = by_month[month]
            lag = "" if one.lag_months is None else f" ({one.lag_months.p50:.0f})"
            cells.append(f"{_percent(one.token_share.p50)} / {_percent(one.spend_share.p50)}{lag}")
        table.add_row(STACK_WORDS[stack.stack], *cells)
    told = "share of the world's tokens / of spending (months behind the frontier), medians"
    return Group(table, Text(told, style="dim"))


ROWS: tuple[tuple[str, Callable[[Standing], Band | None], str], ...] = (
    ("located, million H100e", lambda one: one.compute_h100e_location, "million"),
    ("owned, million H100e", lambda one: one.compute_h100e_owner, "million"),
    ("used, million H100e", lambda one: one.compute_h100e_user, "million"),
    ("located, share", lambda one: one.compute_share_location, "share"),
    ("owned, share", lambda one: one.compute_share_owner, "share"),
    ("models in use, tokens", lambda one: one.model_share, "share"),
    ("applications, robots", lambda one: one.application_share, "share"),
    ("rules, share of market", lambda one: one.rules_share, "share"),
    ("alignment, −1 to 1", lambda one: one.alignment, "index"),
    ("packages, GW", lambda one: one.package_mw, "GW"),
)
"""Rows of one bloc: what is told, where it is, and how it is written."""


def _bloc(position: PositionAnswers, bloc: str) -> RenderableType:
    months = shown_months(position)
    table = _by_month("median (5 to 95 %)", position)
    standings = [position.bloc(bloc).of(month) for month in months]
    for title, of, unit in ROWS:
        bands = [of(one) for one in standings]
        if any(band is not None for band in bands):
            table.add_row(title, *("–" if band is None else _band(band, unit) for band in bands))
    for layer in position.layers:
        chances = [layer.of(month).leads.get(bloc) for month in months]
        told = ["–" if one is None else _percent(one) for one in chances]
        table.add_row(f"leads {layer.layer}, chance", *told)
    return table


def _band(band: Band, unit: str) -> str:
    write: Callable[[float], str] = {
        "million": _millions,
        "share": lambda value: f"{PERCENT * value:.0f}",
        "index": lambda value: f"{value:.1f}".replace("-0.0", "0.0").replace("-", "−"),
        "GW": lambda value: f"{value / MW_PER_GW:.1f}",
    }[unit]
    percent = " %" if unit == "share" else ""
    return f"{write(band.p50)}{percent} ({write(band.p05)}–{write(band.p95)})"


def _millions(value: float) -> str:
    found = value / MILLION
    return f"{found:.0f}" if found >= 10.0 else f"{found:.1f}" if found >= 0.1 else f"{found:.2f}"


def _percent(value: float) -> str:
    return f"{PERCENT * value:.0f} %"


def flips_screen(answer: Flips) -> RenderableType:
    """Return the table of flips: chances by reading, a star where a reading flips the conclusion."""
    head = f"What hangs on the reading · scenario {answer.scenario} · as of {answer.as_of}"
    parts: list[RenderableType] = [
        Text(f"{head} · {answer.futures:,} futures a reading", style="bold"),
        Text("Chances in %; * the reading flips the conclusion: its chance lies across one half."),
    ]
    numbered = list(answer.readings)
    for month in answer.months:
        table = plain_table(f"End of {month}", *(SHORT.get(name, name) for name in numbered))
        table.columns[0].no_wrap = False
        for one in answer.in_month(month):
            cells = [
                f"{PERCENT * one.chances[name]:.0f}{'*' if name != ASKED and one.flips(name) else ''}"
                for name in numbered
            ]
            table.add_row(one.conclusion.words, *cells)
        parts += [Text(), table]
    parts += [
        Text(),
        *(Text(f"{SHORT.get(name, name):<8} {words}") for name, words in answer.readings.items()),
    ]
    return Group(*parts)


SHORT = {
    ASKED: "asked",
    "compute by owner": "owner",
    "compute by location": "place",
    "Gulf with the US": "Gulf=US",
    "Gulf a bloc": "Gulf",
    "no network effect": "n=0",
    "chip sales open": "open",
    "chip sales closed": "closed",
    "chip sales rules": "rules",
    NO_ROBOTS: "firms",
}
"""Heads of the columns of flips."""

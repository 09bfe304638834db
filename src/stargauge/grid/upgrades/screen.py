"""Plans and rankings on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.grid.upgrades.gains import OVERLAP
from stargauge.grid.upgrades.spread import Spread, short

if TYPE_CHECKING:
    from stargauge.grid.upgrades.plan import UpgradePlan
    from stargauge.grid.upgrades.ranking import UpgradeRanking

MONTHS_PER_YEAR = 12.0
MEDIANS = (
    "in brackets the chance that its gain is enough; cost and years of elements are medians, ends in --json"
)
CERTAIN = 0.995
NAME_WIDTH = 12
LONGEST_WORD = len("reconductoring")


def render_plan(plan: UpgradePlan, rows: int) -> RenderableType:
    """Return what must be raised at one bus, under which rule, with cost and time."""
    network = plan.model.network
    label = network.bus_label(network.bus_index(plan.bus))
    kind = "synthetic network" if network.synthetic else "network"
    steps = plan.frame.height
    what = f"{steps} element{'s' if steps != 1 else ''} to raise" if steps else "nothing to raise"
    parts: list[RenderableType] = [
        Text(
            f"{plan.wanted_mw:,.1f} MW at {label}: {what}; today {plan.today_mw:,.1f} MW, "
            f"then {plan.reached_mw:,.1f} MW ({kind} {network.name}, {plan.seconds:.1f} s)"
        ),
        Text(f"rule: {plan.rule}", style="dim"),
    ]
    if steps:
        parts += [_plan_table(plan.frame, rows)]
        if steps > rows:
            parts.append(Text(f"… and {steps - rows:,} more", style="dim"))
        parts.append(Text(MEDIANS, style="dim"))
        parts.append(Text(f"together: {money(plan.cost)}, {years(plan.months)} if all begin at once"))
        parts.append(
            Text(f"with what holds in every hour: {money(plan.firm_cost)}, {years(plan.firm_months)}")
        )
    parts += [Text(remark) for remark in plan.remarks()]
    return _with_notice(parts, plan.notice, network.synthetic)


def render_ranking(ranking: UpgradeRanking, rows: int) -> RenderableType:
    """Return the best upgrades alone and in sequence, with what the sum means beside them."""
    network = ranking.model.network
    kind = "synthetic network" if network.synthetic else "network"
    parts: list[RenderableType] = [
        Text(
            f"Upgrades that unlock most MW at {ranking.sites:,} sites {ranking.where} "
            f"({kind} {network.name}, {ranking.seconds:.1f} s)"
        ),
        Text(f"rule: {ranking.rule}", style="dim"),
        Text(OVERLAP),
        Text("each alone:"),
        _ranking_table(ranking.frame, rows, ranking.size_mw),
        Text("one after the other, each the best of what is left:"),
        _ranking_table(ranking.sequence, rows, ranking.size_mw),
        Text(MEDIANS, style="dim"),
    ]
    return _with_notice(parts, ranking.notice, network.synthetic)


def money(spread: Spread | None) -> str:
    """Return a cost for people."""
    return "cost unknown" if spread is None else spread.text("mn USD")


def years(spread: Spread | None) -> str:
    """Return a time for people."""
    return "time unknown" if spread is None else (spread * (1.0 / MONTHS_PER_YEAR)).text("years")


def _plan_table(frame: pl.DataFrame, rows: int) -> Table:
    shown = _columns(("", "element", "binds MW", "while out", "limit", "needs MW", "then MW"))
    for row in frame.head(rows).iter_rows(named=True):
        shown.add_row(
            str(row["step"]),
            row["element"],
            f"{row['binds_mw']:,.1f}",
            row["outage"] or "nothing",
            *_limits(row),
            f"{row['unlocks_mw']:,.1f}",
            *_measure(row),
        )
    return shown


def _ranking_table(frame: pl.DataFrame, rows: int, size_mw: float | None) -> Table:
    sized = [f"reach {size_mw:g}"] if size_mw is not None else []
    shown = _columns(("", "element", "MW", "so far", "sites", *sized, "most", "limit", "needs MW"))
    for row in frame.head(rows).iter_rows(named=True):
        shown.add_row(
            str(row["rank"]),
            row["element"],
            f"{row['unlocked_mw']:,.0f}",
            f"{row['cumulative_mw']:,.0f}",
            f"{row['sites_raised']:,}",
            *([str(row["sites_reaching"])] if sized else []),
            f"{row['most_mw']:,.0f} at {row['most_bus']}",
            *_limits(row),
            *_measure(row),
        )
    return shown


def _columns(names: tuple[str, ...]) -> Table:
    """Return an empty table with these columns and those of the measure; no cell is cut off."""
    shown = Table(box=None, pad_edge=False)
    for name in (*names, "cheapest measure", "mn USD", "years"):
        texts = ("element", "while out", "cheapest measure")
        width = LONGEST_WORD if name == "cheapest measure" else None
        is_text = name in texts
        widest = NAME_WIDTH if name in ("element", "while out") else None
        shown.add_column(
            name,
            justify="left" if is_text else "right",
            overflow="fold",
            min_width=width,
            max_width=widest,
            no_wrap=not is_text,
        )
    return shown


def _limits(row: dict[str, Any]) -> tuple[str, str]:
    """Return present and needed limit, of the two the one that must be raised most."""
    raised_after = row["needed_after_mw"] - row["after_mw"]
    kind = "after" if raised_after > row["needed_before_mw"] - row["before_mw"] else "before"
    return f"{row[f'{kind}_mw']:,.0f}", f"{row[f'needed_{kind}_mw']:,.0f}"


def _measure(row: dict[str, Any]) -> tuple[str, str, str]:
    """Return the cheapest measure with the chance that it is enough, and its median cost and years."""
    if row["measure"] is None:
        return "none suffices", "", ""
    cost, months = _spread(row, "cost"), _spread(row, "months")
    return (
        row["measure"] + ("" if row["chance"] >= CERTAIN else f" ({row['chance']:.0%})"),
        "unknown" if cost is None else short(cost.median),
        "unknown" if months is None else short(months.median / MONTHS_PER_YEAR),
    )


def _spread(row: dict[str, Any], name: str) -> Spread | None:
    values = [row[f"{name}_{end}"] for end in ("low", "median", "high")]
    return None if values[1] is None else Spread(*values)


def _with_notice(parts: list[RenderableType], notice: str, synthetic: bool) -> Group:
    return Group(*parts, *([Text(notice, style="bold")] if synthetic else []))

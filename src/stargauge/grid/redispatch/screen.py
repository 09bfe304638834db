"""Answers on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from stargauge.grid.redispatch.answer import Redispatch, RedispatchTable


def kind_of(synthetic: bool) -> str:
    """Return what a network is called."""
    return "synthetic network" if synthetic else "network"


def table(columns: dict[str, str]) -> Table:
    """Return an empty table; columns by name, with `left` or `right`."""
    shown = Table(box=None, pad_edge=False)
    for name, side in columns.items():
        shown.add_column(name, justify="left" if side == "left" else "right")
    return shown


def render_one(answer: Redispatch, rows: int) -> RenderableType:
    """Return the load, what binds and what it is worth, which units move, and what was over before."""
    network = answer.model.network
    label = network.bus_label(network.bus_index(answer.bus))
    head = Text(
        f"Load at {label} with redispatch: {answer.mw:,.2f} MW N-1 secure, {answer.n0_mw:,.2f} MW with "
        f"nothing lost ({kind_of(network.synthetic)} {network.name})"
    )
    parts: list[RenderableType] = [
        head,
        Text(f"rule: {answer.rule}", style="dim"),
        Text(f"binds: {answer.binds}"),
    ]
    if answer.binding.height:
        parts.append(_binding(answer.binding, rows))
    parts.append(
        Text(
            f"{answer.units.height:,} units move, {answer.moved_mw:,.1f} MW upwards in the dispatch of least "
            f"movement; {answer.at_high:,} at their highest output"
        )
    )
    if answer.units.height:
        parts.append(_units(answer.units, rows))
    less = answer.movement.filter(pl.col("share") < 1.0)
    if answer.mw > 0:
        words = ", ".join(
            f"{row['share'] * 100:g} % with {row['moved_mw']:,.0f} MW" for row in less.iter_rows(named=True)
        )
        parts.append(Text(f"of the load, {words} moved upwards"))
    if answer.excluded.height:
        parts += [
            Text(f"{answer.excluded.height:,} pairs over their limit before the load:"),
            _over(answer.excluded, rows),
        ]
    effort = answer.effort
    parts.append(
        Text(
            f"proof: no dispatch passes {answer.bound_mw:,.4f} MW (gap {answer.gap_mw:.1e} MW); "
            f"{effort.pairs:,} pairs screened in each of {effort.rounds} rounds, {effort.rows:,} "
            "needed a row; "
            f"{effort.seconds:.2f} s",
            style="dim",
        )
    )
    if network.synthetic:
        parts.append(Text(answer.notice, style="bold"))
    return Group(*parts)


def _binding(frame: pl.DataFrame, rows: int) -> RenderableType:
    shown = table(
        {"element": "left", "when this is out": "left", "limit MW": "right", "MW per MW of limit": "right"}
    )
    for row in frame.head(rows).iter_rows(named=True):
        shown.add_row(
            row["element"], row["outage"] or "nothing", f"{row['limit_mw']:,.1f}", f"{row['value']:.4f}"
        )
    return Group(shown, *more(frame.height - rows))


def _units(frame: pl.DataFrame, rows: int) -> RenderableType:
    shown = table({"unit": "left", "fuel": "left", "from MW": "right", "to MW": "right", "change": "right"})
    for row in frame.head(rows).iter_rows(named=True):
        shown.add_row(
            row["unit"],
            row["fuel"],
            f"{row['from_mw']:,.1f}",
            f"{row['to_mw']:,.1f}",
            f"{row['change_mw']:+,.1f}",
        )
    return Group(shown, *more(frame.height - rows))


def _over(frame: pl.DataFrame, rows: int) -> RenderableType:
    shown = table(
        {
            "element": "left",
            "outage": "left",
            "limit MW": "right",
            "now": "right",
            "with the load": "right",
            "": "left",
        }
    )
    for row in frame.head(rows).iter_rows(named=True):
        held = "left out" if row["held_to_mw"] is None else f"held to {row['held_to_mw']:,.1f}"
        shown.add_row(
            row["element"],
            row["outage"] or "nothing",
            f"{row['limit_mw']:,.1f}",
            f"{row['now_mw']:,.1f}",
            f"{row['flow_mw']:,.1f}",
            f"{held}; {row['why']}",
        )
    return Group(shown, *more(frame.height - rows))


def more(count: int) -> list[Text]:
    """Return a line that says how many rows are not shown, if any."""
    return [Text(f"… and {count:,} more", style="dim")] if count > 0 else []


def render_many(answer: RedispatchTable, rows: int) -> RenderableType:
    """Return one line a bus."""
    network, frame = answer.model.network, answer.frame
    head = Text(
        f"Load with redispatch, one bus at a time, of {frame.height:,} buses ({kind_of(network.synthetic)} "
        f"{network.name}, {answer.effort.seconds:.1f} s)"
    )
    rule = Text(f"rule: {answer.rule} · {answer.excluded.height:,} pairs over before", style="dim")
    shown = table(
        {
            "bus": "left", "name": "left", "kV": "right", "N-0 MW": "right", "N-1 MW": "right",
            "worth most": "left", "when this is out": "left", "MW per MW": "right",
        }
    )  # fmt: skip
    for row in frame.head(rows).iter_rows(named=True):
        shown.add_row(
            str(row["bus"]),
            row["name"],
            "" if row["kv"] is None else f"{row['kv']:g}",
            "" if row["n0_mw"] is None else f"{row['n0_mw']:,.1f}",
            f"{row['n1_mw']:,.1f}",
            row["element"] or "units or cap",
            row["outage"] or ("" if row["element"] is None else "nothing"),
            "" if row["value"] is None else f"{row['value']:.3f}",
        )
    parts: list[RenderableType] = [head, rule, shown, *more(frame.height - rows)]
    if network.synthetic:
        parts.append(Text(answer.notice, style="bold"))
    return Group(*parts)

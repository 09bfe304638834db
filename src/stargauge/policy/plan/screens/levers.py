"""Levers with a sourced effect, then those that are tracked, not modelled."""

from __future__ import annotations

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.policy.plan.answer import LeversAnswer
from stargauge.policy.plan.levers import LeverLine
from stargauge.policy.plan.screens.wording import next_text

QUANTILES = (0.1, 0.5, 0.9)


def lever_screen(answer: LeversAnswer) -> RenderableType:
    """Return two tables: effects with unit, spread, grade and actions; reasons of the rest."""
    sourced = [line for line in answer.lines if line.state == "sourced"]
    tracked = [line for line in answer.lines if line.state == "tracked"]
    head = (
        f"On {answer.as_of} {len(sourced)} of {len(answer.lines)} levers have an effect with a sourced size."
    )
    foot = (
        "10, 50, 90 %: size at full intensity; actions: how many of the plan, - where only a scenario sets it"
    )
    return Group(
        Text(head, style="bold"),
        Text(""),
        _sourced(sourced),
        Text(""),
        Text("Tracked, not modelled", style="bold"),
        _tracked(tracked),
        Text(""),
        Text(foot, style="dim"),
        next_text(answer.strategy, sourced[0].name if sourced else "status", "status"),
    )


def _sourced(lines: list[LeverLine]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    for title, width, justify in (
        ("lever", 22, "left"), ("pillar", 6, "left"), ("actions", 7, "right"), ("10 %", 6, "right"),
        ("50 %", 6, "right"), ("90 %", 6, "right"), ("unit", 6, "left"), ("", 3, "left"),
        ("what full intensity does", 30, "left"),
    ):  # fmt: skip
        table.add_column(title, width=width, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for line in lines:
        fact = line.fact
        if fact is None:
            continue
        sizes = fact.distribution.quantile(np.array(QUANTILES))
        table.add_row(
            Text(line.name),
            Text(line.pillar or "-"),
            Text(str(len(line.actions)) if line.actions else "-"),
            *(Text(f"{size:.2g}") for size in sizes),
            Text(line.unit),
            Text(f"[{fact.confidence}]" if len(fact.confidence) == 1 else "[-]"),
            Text(line.acts_on),
        )
    return table


def _tracked(lines: list[LeverLine]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=22)
    table.add_column(width=6)
    table.add_column(width=7, justify="right")
    table.add_column(overflow="fold", style="dim")
    for line in lines:
        actions = str(len(line.actions)) if line.actions else "-"
        table.add_row(Text(line.name), Text(line.pillar or "-"), Text(actions), Text(line.because))
    return table

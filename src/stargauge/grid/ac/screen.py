"""AC answers on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from stargauge.grid.ac.capacity import AcCapacity
    from stargauge.grid.ac.check import AcCheck


def render_check(check: AcCheck, rows: int) -> RenderableType:
    """Return what was asked, whether it passes, the violations and the cases."""
    verdict = "passes" if check.passes else "FAILS"
    head = Text(
        f"AC check of {check.mw:,.1f} MW and {check.mvar:,.1f} Mvar at {_place(check)}: {verdict} "
        f"({check.cases.height:,} power flows, {check.seconds:.1f} s; DC N-1 {check.dc['n1_mw']:,.1f} MW)"
    )
    return Group(head, Text(f"rule: {check.rule}", style="dim"), *_tables(check, rows), *_notice(check))


def render_capacity(capacity: AcCapacity, rows: int) -> RenderableType:
    """Return the load that first fails beside the DC answer, what fails, and the check there."""
    check, dc = capacity.check, capacity.dc
    if capacity.what is None or capacity.fails_mw is None:
        answer = f"no load up to {capacity.upper_mw:,.1f} MW fails"
    else:
        answer = f"{capacity.mw:,.1f} MW pass, {capacity.fails_mw:,.1f} MW fail: {said(capacity.what)}"
    head = Text(
        f"AC capacity of {_place(check)}: {answer} ({capacity.tried.height} loads, {capacity.seconds:.1f} s)"
    )
    out = dc["outage"] or "nothing"
    beside = Text(f"DC N-1: {dc['n1_mw']:,.1f} MW, {dc['element'] or 'nothing binds'} when {out} is out")
    parts: list[RenderableType] = [head, beside]
    if capacity.again_mw:
        loads = ", ".join(f"{mw:,.1f}" for mw in capacity.again_mw)
        parts.append(Text(f"larger loads that pass again: {loads} MW"))
    parts += [Text(f"rule: {capacity.rule}", style="dim"), *_tables(check, rows), *_notice(check)]
    return Group(*parts)


def said(violation: dict[str, Any]) -> str:
    """Return a violation in words."""
    out = f" when {violation['outage']} is out" if violation["outage"] else " with nothing out"
    if violation["kind"] == "no solution":
        return f"{violation['label']}{out}"
    unit = violation["unit"]
    amount = f"{_number(violation['value'], unit)} of {_number(violation['limit'], unit)} {unit}"
    if violation["kind"] == "source":
        return f"the source gives no more, {amount}{out}"
    return f"{violation['kind']} at {violation['label']}, {amount}{out}"


def _place(check: AcCheck) -> str:
    kind = "synthetic network" if check.network.synthetic else "network"
    return f"{check.network.bus_label(check.network.bus_index(check.bus))} of {kind} {check.network.name}"


def _tables(check: AcCheck, rows: int) -> list[RenderableType]:
    """Return the violations and the cases."""
    parts: list[RenderableType] = []
    if check.violations.height:
        shown = Table(box=None, pad_edge=False)
        for name in ("violation", "at", "when this is out", "with", "limit", "without", "status", "counts"):
            shown.add_column(name, justify="right" if name in ("with", "limit", "without") else "left")
        for row in check.violations.head(rows).iter_rows(named=True):
            shown.add_row(
                row["kind"],
                row["label"],
                row["outage"] or "nothing",
                *(_number(row[name], row["unit"]) for name in ("value", "limit", "without")),
                row["status"],
                "yes" if row["counts"] else "no",
            )
        parts += [Text(), shown, *_more(check.violations.height - rows)]
    cases = Table(box=None, pad_edge=False)
    for name in ("out", "loading", "on", "lowest", "at bus", "highest", "at bus", "here", "source MW"):
        cases.add_column(name, justify="left" if name in ("out", "on") else "right")
    for row in check.cases.head(rows).iter_rows(named=True):
        if not row["converged"]:
            cases.add_row(row["outage"] or "nothing", "no solution")
            continue
        cases.add_row(
            row["outage"] or "nothing",
            "" if row["loading"] is None else f"{row['loading'] * 100:.1f} %",
            row["element"] or "",
            f"{row['vm_min_pu']:.4f}",
            str(row["vm_min_bus"]),
            f"{row['vm_max_pu']:.4f}",
            str(row["vm_max_bus"]),
            f"{row['vm_bus_pu']:.4f}",
            f"{row['raised_mw']:,.1f}",
        )
    return [*parts, Text(), cases, *_more(check.cases.height - rows)]


def _more(count: int) -> list[RenderableType]:
    return [Text(f"… and {count:,} more", style="dim")] if count > 0 else []


def _notice(check: AcCheck) -> list[RenderableType]:
    return [Text(check.notice, style="bold")] if check.network.synthetic else []


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if unit == "pu" else f"{value:,.1f}"

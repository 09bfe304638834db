"""Flows and findings as labelled tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from stargauge.grid.ac.findings import NONE, Finding
from stargauge.grid.ac.flow import Flow
from stargauge.grid.ac.model import AT_MAX, AT_MIN
from stargauge.grid.ac.study import Study
from stargauge.grid.hosting.frame import notice

CASES = {
    "outage": "branch that is out; null for nothing",
    "converged": "whether there is a solution",
    "steps": "Newton steps",
    "loading": "highest share of a limit on any branch",
    "element": "branch that has it",
    "vm_min_pu": "lowest voltage, per unit",
    "vm_min_bus": "bus that has it",
    "vm_max_pu": "highest voltage, per unit",
    "vm_max_bus": "bus that has it",
    "vm_bus_pu": "voltage at the bus of the load, per unit",
    "raised_mw": "what the source gives, MW: the load and what losses grow by",
    "at_qmax": "nodes whose units are at their highest reactive output",
    "at_qmin": "nodes whose units are at their lowest",
    "new": "violations that are new and count",
    "worsened": "violations that were there before and that the load worsens",
    "pre_existing": "violations that were there before and that the load does not worsen by what counts",
    "notice": "what the network is",
}
"""What each column of the table of cases holds."""

VIOLATIONS = {
    "kind": "thermal, low voltage, high voltage, no solution or source",
    "outage": "branch that is out; null for nothing",
    "element": "branch, or number of the bus",
    "label": "branch or bus for people",
    "value": "MVA, per unit or MW with the load",
    "limit": "its limit",
    "without": "the value with the same outage and without the load",
    "unit": "MVA, pu or MW",
    "status": "new, worsened or pre-existing",
    "counts": "whether it makes the check fail",
    "notice": "what the network is",
}
"""What each column of the table of violations holds."""

UNITS = {"thermal": "MVA", "low voltage": "pu", "high voltage": "pu", "no solution": "", "source": "MW"}

_CASE_TYPES = {
    "outage": pl.String, "converged": pl.Boolean, "steps": pl.Int64, "loading": pl.Float64,
    "element": pl.String, "vm_min_pu": pl.Float64, "vm_min_bus": pl.Int64, "vm_max_pu": pl.Float64,
    "vm_max_bus": pl.Int64, "vm_bus_pu": pl.Float64, "raised_mw": pl.Float64, "at_qmax": pl.Int64,
    "at_qmin": pl.Int64, "new": pl.Int64, "worsened": pl.Int64, "pre_existing": pl.Int64, "notice": pl.String,
}  # fmt: skip
_VIOLATION_TYPES = {
    "kind": pl.String, "outage": pl.String, "element": pl.String, "label": pl.String, "value": pl.Float64,
    "limit": pl.Float64, "without": pl.Float64, "unit": pl.String, "status": pl.String, "counts": pl.Boolean,
    "notice": pl.String,
}  # fmt: skip


def cases_frame(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return rows of `case_row` as a table; see `CASES`."""
    return pl.DataFrame(rows, schema=_CASE_TYPES, orient="row")


def case_row(study: Study, outage: int, flow: Flow, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return one flow as a row.

    Args:
        study: The study.
        outage: Branch that is out, by index, or `NONE`.
        flow: The flow with the load.
        findings: What is over its limit in it.
    """
    model, network = study.model, study.model.network
    row: dict[str, Any] = dict.fromkeys(_CASE_TYPES)
    row["outage"] = None if outage == NONE else network.branch_name[outage]
    row["converged"], row["steps"] = flow.converged, flow.steps
    if flow.converged:
        with np.errstate(invalid="ignore"):
            share = study.gauge.loading_mva(flow, outage) / study.gauge.limit(outage)
        size = study.gauge.voltage_pu(flow)
        if share.size and share.max() > 0:
            row["loading"] = float(share.max())
            row["element"] = network.branch_name[model.island.branch[share.argmax()]]
        low, high = model.island.bus[size.argmin()], model.island.bus[size.argmax()]
        row["vm_min_pu"], row["vm_min_bus"] = float(size.min()), int(network.bus_id[low])
        row["vm_max_pu"], row["vm_max_bus"] = float(size.max()), int(network.bus_id[high])
        row["vm_bus_pu"] = float(np.abs(flow.voltage[model.node_of(study.bus)]))
        row["raised_mw"] = flow.raised_mw
        row["at_qmax"], row["at_qmin"] = int((flow.role == AT_MAX).sum()), int((flow.role == AT_MIN).sum())
    status = [finding.status for finding in findings]
    row["new"], row["worsened"] = status.count("new"), status.count("worsened")
    row["pre_existing"] = status.count("pre-existing")
    row["notice"] = notice(model.dc)
    return row


def violations_frame(study: Study, findings: Sequence[Finding]) -> pl.DataFrame:
    """Return one row a violation, what counts and what is worst first; see `VIOLATIONS`.

    Equal ones stand in order of kind, element and outage, as the network numbers them.
    """
    ordered = sorted(findings, key=lambda f: (not f.counts, -round(f.excess, 6), f.kind, f.element, f.outage))
    return pl.DataFrame(
        [violation(study, finding) for finding in ordered], schema=_VIOLATION_TYPES, orient="row"
    )


def violation(study: Study, finding: Finding) -> dict[str, Any]:
    """Return one violation as a row."""
    network = study.model.network
    element: str | None = None
    label = finding.reason or study.rules.source.rule
    if finding.kind == "thermal":
        element, label = network.branch_name[finding.element], network.branch_label(finding.element)
    elif finding.kind in ("low voltage", "high voltage"):
        element, label = str(int(network.bus_id[finding.element])), network.bus_label(finding.element)
    return {
        "kind": finding.kind,
        "outage": None if finding.outage == NONE else network.branch_name[finding.outage],
        "element": element,
        "label": label,
        "value": _known(finding.value),
        "limit": _known(finding.limit),
        "without": _known(finding.without),
        "unit": UNITS[finding.kind],
        "status": finding.status,
        "counts": finding.counts,
        "notice": notice(study.model.dc),
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value

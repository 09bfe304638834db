"""The steps of a plan as a labelled table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.board import NONE, TIE
from stargauge.grid.hosting.frame import notice
from stargauge.grid.hosting.rules import Rules
from stargauge.grid.upgrades import choice
from stargauge.grid.upgrades.choice import Choice
from stargauge.grid.upgrades.limits import ElementLimits
from stargauge.grid.upgrades.ratings import Raise

Ints = NDArray[np.int64]

COLUMNS: dict[str, str] = {
    "step": "order in which elements bind as the load grows",
    "element": "element to raise",
    "kind": "line or transformer",
    "kv": "base voltage of its higher end, kV",
    "binds_mw": "load at the bus at which it binds, MW",
    "outage": "branch that is out then; empty before any outage",
    "unlocks_mw": "load the bus can take once this and all steps before are done, MW",
    "before_mw": "present limit before an outage, MW",
    "needed_before_mw": "limit needed before an outage, MW",
    "after_mw": "present limit after an outage, MW",
    "needed_after_mw": "limit needed after an outage, MW",
    "raise_mw": "the larger of the two raises, MW",
    "raise_share": "the larger raise as a share of the present limit",
    "set_by": "outage that sets the limit needed; empty before any outage",
    **choice.COLUMNS,
    "rule": "the conventions of these numbers",
    "notice": "what the network is",
}
"""What each column holds."""

_SCHEMA: dict[str, pl.DataType] = {
    "step": pl.Int64(),
    **dict.fromkeys(("element", "kind"), pl.String()),
    **dict.fromkeys(("kv", "binds_mw"), pl.Float64()),
    "outage": pl.String(),
    **dict.fromkeys(
        (
            "unlocks_mw",
            "before_mw",
            "needed_before_mw",
            "after_mw",
            "needed_after_mw",
            "raise_mw",
            "raise_share",
        ),
        pl.Float64(),
    ),
    "set_by": pl.String(),
    **choice.SCHEMA,
    **dict.fromkeys(("rule", "notice"), pl.String()),
}


def in_order(found: ElementLimits) -> Ints:
    """Return the elements that bind, the first to bind first; equal ones by branch number."""
    element = np.flatnonzero(np.isfinite(found.binds_mw))
    value = found.binds_mw[element]
    order = np.argsort(value, kind="stable")
    element, value = element[order], value[order]
    first = 0
    while first < element.size:
        tied = first + 1
        while tied < element.size and value[tied] <= value[first] * (1.0 + TIE):
            tied += 1
        element[first:tied] = np.sort(element[first:tied])
        first = tied
    return element


def steps_frame(
    model: DcModel,
    rules: Rules,
    found: ElementLimits,
    order: Ints,
    raises: Sequence[Raise],
    choices: Sequence[Choice],
    reached: float,
) -> pl.DataFrame:
    """Return one row an element, in the order in which they bind; see `COLUMNS`.

    Args:
        model: The network.
        rules: The conventions.
        found: What binds below the load.
        order: Elements, the first to bind first.
        raises: What each needs.
        choices: The measures for each.
        reached: The load that is reached, MW.
    """
    unlocks = [*(float(found.binds_mw[element]) for element in order[1:]), reached]
    rows = []
    for step, (change, chosen) in enumerate(zip(raises, choices, strict=True)):
        row = {
            **raise_columns(model, change, chosen),
            "step": step + 1,
            "binds_mw": float(found.binds_mw[change.element]),
            "outage": named(model, int(found.outage[change.element])),
            "unlocks_mw": unlocks[step],
            "set_by": named(model, change.set_by),
            "rule": rule_text(model, rules),
            "notice": notice(model),
        }
        rows.append({name: row[name] for name in _SCHEMA})
    return pl.DataFrame(rows, schema=_SCHEMA)


def rule_text(model: DcModel, rules: Rules) -> str:
    """Return the conventions in words."""
    return f"{rules.text(model)} · {choice.RULE}"


def named(model: DcModel, branch: int) -> str | None:
    """Return the name of a branch, None for `NONE`."""
    return None if branch == NONE else model.network.branch_name[branch]


def raise_columns(model: DcModel, change: Raise, chosen: Choice) -> dict[str, Any]:
    """Return what a row says of an element that is raised."""
    network = model.network
    kv = chosen.job.kv[0]
    return {
        "element": network.branch_name[change.element],
        "kind": network.branch_kind[change.element],
        "kv": None if np.isnan(kv) else kv,
        "before_mw": change.before_mw,
        "needed_before_mw": change.needed_before_mw,
        "after_mw": change.after_mw,
        "needed_after_mw": change.needed_after_mw,
        "raise_mw": change.raise_mw,
        "raise_share": change.gain,
        **chosen.columns(),
    }

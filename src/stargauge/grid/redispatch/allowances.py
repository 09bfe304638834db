"""Pairs over their limit before any new load: in the present dispatch, and in every dispatch.

`exclude` leaves out what is over now, `do-no-harm` holds it to its present flow, `soft` leaves it to the
units. What no dispatch within the units' ranges can relieve is found by the least total overload, one linear
programme for a network: it is left out (`exclude`) or held to that overload (the other rules). Which of
several pairs keeps an overload that they can share is up to that optimum; the total is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.redispatch.desk import Desk
from stargauge.grid.redispatch.limits import NONE, Allowed, pair_key
from stargauge.grid.redispatch.program import Program
from stargauge.grid.redispatch.rounds import approach
from stargauge.grid.redispatch.rules import TOLERANCE_MW
from stargauge.grid.redispatch.violations import Pairs, screen

Floats = NDArray[np.float64]

PRESENT_MW = 1e-7
"""A present flow beyond its limit by less is at its limit, as in the hosting tables."""

NOW = "over in the present dispatch"
ALWAYS = "no dispatch relieves it"


@dataclass(frozen=True)
class Allowances:
    """What is over before any new load.

    Attributes:
        desk: The desk with these pairs let through as its rule says.
        pairs: The pairs; `over_mw` is MW beyond their rating.
        why: (pairs,) `NOW` or `ALWAYS`.
        least_overload_mw: Least total overload of any dispatch, MW; nan where it was not asked for.
    """

    desk: Desk
    pairs: Pairs
    why: tuple[str, ...]
    least_overload_mw: float

    def frame(self, before_mw: Floats, after_mw: Floats) -> pl.DataFrame:
        """Return the pairs, worst first, with their flow now and in a dispatch given by its flows (m,).

        Columns: element, outage, why, limit_mw, now_mw, held_to_mw (null where left out), flow_mw.
        """
        desk, pairs = self.desk, self.pairs
        names = desk.model.network.branch_name
        lost = np.where(pairs.outage == NONE, 0, pairs.outage)
        share = np.where(pairs.outage == NONE, 0.0, pairs.factor)
        now = desk.flow[pairs.element] + share * desk.flow[lost]
        then = np.where(
            pairs.outage == NONE,
            before_mw[pairs.element],
            after_mw[pairs.element] + share * after_mw[lost],
        )
        rating = desk.limits.rating(pairs.element, pairs.outage)
        held = rating + desk.allowed.extra(pair_key(pairs.element, pairs.outage, desk.model.network.branches))
        return pl.DataFrame(
            {
                "element": [names[i] for i in pairs.element],
                "outage": [names[i] if i != NONE else None for i in pairs.outage],
                "why": list(self.why),
                "limit_mw": rating,
                "now_mw": np.abs(now),
                "held_to_mw": [value if np.isfinite(value) else None for value in held.tolist()],
                "flow_mw": np.abs(then),
            },
            schema=_COLUMNS,
        )


_COLUMNS = pl.Schema(
    {
        "element": pl.String(),
        "outage": pl.String(),
        "why": pl.String(),
        "limit_mw": pl.Float64(),
        "now_mw": pl.Float64(),
        "held_to_mw": pl.Float64(),
        "flow_mw": pl.Float64(),
    }
)


def allow(desk: Desk) -> Allowances:
    """Return what is over before any new load, and the desk that lets it through as its rule says.

    Raises:
        SolverError: The least total overload could not be found.
    """
    rule, branches = desk.rules.pre_existing, desk.model.network.branches
    over = screen(
        desk.model,
        desk.islands,
        desk.limits,
        Allowed.nothing(),
        desk.flow,
        desk.flow,
        PRESENT_MW,
        desk.workers,
    )
    if rule == "soft":
        over = over.take(np.zeros(over.element.size, dtype=bool))
    key = pair_key(over.element, over.outage, branches)
    extra = np.full(key.size, np.inf) if rule == "exclude" else over.over_mw
    desk = replace(desk, allowed=Allowed.of(key, extra))
    why = (NOW,) * key.size
    fleet = desk.fleet
    inside = (fleet.now_mw >= fleet.low_mw) & (fleet.now_mw <= fleet.high_mw)
    if rule != "soft" and inside.all():
        return Allowances(desk, over, why, np.nan)
    program = Program(desk, [], split=True, elastic=True)
    approach(program, np.zeros(program.columns))
    excess = program.slack_mw()
    left = excess > TOLERANCE_MW
    always = program.pairs.take(left)._replace(over_mw=excess[left])
    always_key = pair_key(always.element, always.outage, branches)
    more = (
        np.full(always_key.size, np.inf)
        if rule == "exclude"
        else always.over_mw + desk.allowed.extra(always_key)
    )
    old = ~np.isin(key, always_key)
    desk = replace(desk, allowed=Allowed.of(np.append(key[old], always_key), np.append(extra[old], more)))
    pairs = Pairs(*(np.append(a[old], b) for a, b in zip(over, always, strict=True)))
    why = (NOW,) * int(old.sum()) + (ALWAYS,) * always_key.size
    return Allowances(desk, pairs, why, float(excess.sum()))

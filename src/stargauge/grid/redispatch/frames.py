"""Answers as labelled tables: every row says which rule made it and what the network is."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.frame import notice
from stargauge.grid.redispatch.desk import Desk
from stargauge.grid.redispatch.limits import NONE, pair_key
from stargauge.grid.redispatch.rounds import Settled
from stargauge.grid.redispatch.violations import Pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOVED_MW = 0.01
"""A unit that moves by less does not move."""


def labelled(frame: pl.DataFrame, model: DcModel, rule: str) -> pl.DataFrame:
    """Return the frame with its rule and what the network is in every row."""
    return frame.with_columns(
        pl.lit(rule, dtype=pl.Enum([rule])).alias("rule"),
        pl.lit(notice(model), dtype=pl.Enum([notice(model)])).alias("notice"),
    )


def rows_of(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as plain data; the rule stands once beside them, the notice in every row."""
    return frame.drop("rule", strict=False).to_dicts()


def pair_flows(pairs: Pairs, settled: Settled) -> Floats:
    """Return the flow of each pair in a dispatch, MW from the element's from end."""
    lost = np.where(pairs.outage == NONE, 0, pairs.outage)
    after = settled.after_mw[pairs.element] + pairs.factor * settled.after_mw[lost]
    return np.where(pairs.outage == NONE, settled.before_mw[pairs.element], after)


def binding_frame(desk: Desk, pairs: Pairs, value: Floats, factor: Floats, settled: Settled) -> pl.DataFrame:
    """Return the pairs whose limit binds, most valuable first, ties by element and outage.

    Columns: element, outage, limit_mw, flow_mw, factor, value.
    """
    names = desk.model.network.branch_name
    order = np.lexsort((pairs.outage, pairs.element, -np.round(value, 9)))
    pairs = pairs.take(order)
    key = pair_key(pairs.element, pairs.outage, desk.model.network.branches)
    held = desk.limits.rating(pairs.element, pairs.outage) + desk.allowed.extra(key)
    return pl.DataFrame(
        {
            "element": [names[i] for i in pairs.element],
            "outage": [names[i] if i != NONE else None for i in pairs.outage],
            "limit_mw": held,
            "flow_mw": np.abs(pair_flows(pairs, settled)),
            "factor": factor[order],
            "value": value[order],
        },
        schema={
            "element": pl.String,
            "outage": pl.String,
            **dict.fromkeys(("limit_mw", "flow_mw", "factor", "value"), pl.Float64),
        },
    )


def ratings_frame(desk: Desk, pairs: Pairs, value: Floats) -> pl.DataFrame:
    """Return what one MW more of each rating that binds is worth, most first.

    A rating may bind in several pairs, and rate A with an emergency factor holds before and after outages:
    its value is the sum. Pairs that are held to more than their rating, because they are over it before any
    new load, are not in it: a little more rating does not help them.

    Columns: element, rating (`A` or `B`), rating_mw, value.
    """
    network, ratings = desk.model.network, desk.rules.ratings
    key = pair_key(pairs.element, pairs.outage, network.branches)
    by_rating = desk.allowed.extra(key) == 0.0
    stated = ~np.isnan(network.rate_b[pairs.element]) & ratings.use_rate_b
    is_b = (pairs.outage != NONE) & stated
    per_mw = np.where((pairs.outage == NONE) | is_b, 1.0, ratings.emergency_factor)
    rows = {
        "branch": pairs.element[by_rating],
        "rating": np.where(is_b, "B", "A")[by_rating],
        "rating_mw": np.where(is_b, network.rate_b[pairs.element], network.rate_a[pairs.element])[by_rating],
        "value": (value * per_mw)[by_rating],
    }
    kinds = {"branch": pl.Int64, "rating": pl.String, "rating_mw": pl.Float64, "value": pl.Float64}
    frame = (
        pl.DataFrame(rows, schema=kinds).group_by("branch", "rating", "rating_mw").agg(pl.col("value").sum())
    )
    frame = frame.sort(pl.col("value").round(9), "branch", "rating", descending=[True, False, False])
    names = pl.Series([network.branch_name[i] for i in frame["branch"]], dtype=pl.String)
    return frame.select(names.alias("element"), "rating", "rating_mw", "value")


def units_frame(desk: Desk, moved_mw: Floats) -> pl.DataFrame:
    """Return the units that move, the most first.

    Columns: unit, bus, fuel, from_mw, to_mw, change_mw, low_mw, high_mw.
    """
    network, fleet = desk.model.network, desk.fleet
    place = np.flatnonzero(np.abs(moved_mw) >= MOVED_MW)
    place = place[np.lexsort((fleet.unit[place], -np.round(np.abs(moved_mw[place]), 6)))]
    unit = fleet.unit[place]
    return pl.DataFrame(
        {
            "unit": [network.unit_name[i] for i in unit],
            "bus": network.bus_id[fleet.bus[place]],
            "fuel": [network.unit_fuel[i] for i in unit],
            "from_mw": fleet.now_mw[place],
            "to_mw": fleet.now_mw[place] + moved_mw[place],
            "change_mw": moved_mw[place],
            "low_mw": fleet.low_mw[place],
            "high_mw": fleet.high_mw[place],
        },
        schema={
            "unit": pl.String,
            "bus": pl.Int64,
            "fuel": pl.String,
            **dict.fromkeys(("from_mw", "to_mw", "change_mw", "low_mw", "high_mw"), pl.Float64),
        },
    )

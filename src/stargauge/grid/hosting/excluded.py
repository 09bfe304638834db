"""What is over its limit before any load: left out of a capacity by rule, and listed so that it is seen."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.outages import lose_lines
from stargauge.grid.flows.threads import Workers
from stargauge.grid.hosting.board import NONE
from stargauge.grid.hosting.margins import TOLERANCE_MW
from stargauge.grid.hosting.rules import LEAST_FACTOR, Rules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def pairs_over(model: DcModel, rules: Rules) -> tuple[Ints, Ints, Floats]:
    """Return elements, outages (`NONE` with nothing out) and outage factors of all that is over its limit.

    An element over the smaller of its limits with nothing out is one entry; its pairs are not listed.
    """
    before, after = rules.ratings.before_mw(model.network), rules.ratings.after_mw(model.network)
    flow = np.where(model.is_element, model.flow, 0.0)
    base_over = np.abs(flow) > np.minimum(before, after) + TOLERANCE_MW
    elements = [np.flatnonzero(base_over)]
    outages = [np.full(elements[0].size, NONE)]
    factors = [np.zeros(elements[0].size)]
    with Workers() as workers:
        for island in model.islands:
            reduction = island.reduction
            if not reduction.line_branch.size:
                continue
            branch = island.branch[reduction.line_branch]
            line_flow = np.ascontiguousarray(flow[branch] * reduction.line_sign)
            # Elements that are listed already need no limit here.
            limit = np.where(base_over[branch] | ~model.is_element[branch], np.inf, after[branch])
            lost = np.flatnonzero(island.losable[reduction.line_branch]).astype(np.int32)
            _, pairs = lose_lines(reduction, line_flow, limit, lost, 0.0, TOLERANCE_MW, workers)
            over = pairs.margin < -TOLERANCE_MW
            sign = reduction.line_sign[pairs.line] * reduction.line_sign[pairs.lost]
            elements.append(branch[pairs.line[over]])
            outages.append(branch[pairs.lost[over]])
            factors.append((pairs.factor * sign)[over])
    return np.concatenate(elements), np.concatenate(outages), np.concatenate(factors)


def _listed(model: DcModel, rules: Rules) -> tuple[pl.DataFrame, Ints, Ints, Floats]:
    network = model.network
    before, after = rules.ratings.before_mw(network), rules.ratings.after_mw(network)
    element, outage, factor = pairs_over(model, rules)
    lost_flow = np.where(outage == NONE, 0.0, model.flow[outage])
    flow = model.flow[element] + factor * lost_flow
    limit = np.where(outage == NONE, np.minimum(before, after)[element], after[element])
    order = np.lexsort((outage, element, -np.abs(flow) / limit))
    element, outage, factor = element[order], outage[order], factor[order]
    flow, limit = flow[order], limit[order]
    frame = pl.DataFrame(
        {
            "element": [network.branch_name[i] for i in element],
            "outage": [network.branch_name[i] if i != NONE else None for i in outage],
            "flow_mw": flow,
            "limit_mw": limit,
            "loading": np.abs(flow) / limit,
        },
        schema={
            "element": pl.String,
            "outage": pl.String,
            "flow_mw": pl.Float64,
            "limit_mw": pl.Float64,
            "loading": pl.Float64,
        },
    )
    return frame, element, outage, factor


def pre_existing(model: DcModel, rules: Rules) -> pl.DataFrame:
    """Return what is over its limit before any load; see `HostingTable.pre_existing`."""
    return _listed(model, rules)[0]


def worsened(model: DcModel, rules: Rules, bus: int, load_mw: float) -> pl.DataFrame:
    """Return what a load at a bus (by index) worsens; see `HostingTable.excluded`."""
    frame, element, outage, outage_factor = _listed(model, rules)
    share = rules.source.supply(model).share
    own = model.network.interconnect == model.network.interconnect[bus]
    injection = np.where(own, share, 0.0)
    injection[bus] -= 1.0
    per_mw = (
        np.nan_to_num(model.transfer(injection)[1]) if share[own].any() else np.zeros(model.network.branches)
    )
    factor = per_mw[element] + outage_factor * np.where(outage == NONE, 0.0, per_mw[outage])
    direction = np.sign(frame["flow_mw"].to_numpy())
    towards = factor * direction
    kept = towards >= max(rules.cutoff, LEAST_FACTOR)
    return frame.with_columns(pl.Series("factor", towards), pl.Series("added_mw", towards * load_mw)).filter(
        pl.Series(kept)
    )

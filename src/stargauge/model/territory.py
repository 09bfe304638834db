"""Regions of one future in one month: what is spare at its beginning, and what stands at its end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.model.arrays import SUMMER, SUPPLIED, WINTER, Outputs, Pace, State, Supply, Unrest
from stargauge.opposition.index import mood, target_level
from stargauge.power.sharing import firm_room, flexible_mw, settle_one

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PERCENT = 100.0

ROUNDING_MW = 1e-6
"""What is missing after neighbours have closed a gap exactly is rounding."""


@step
def shortfall(missing_mw: float) -> float:
    """Return what is missing, MW; 0 where nothing is but rounding."""
    return missing_mw if missing_mw > ROUNDING_MW else 0.0


@step
def flexible_beside(
    mode: Ints,
    tables: Floats,
    low: float,
    step: float,
    head: Floats,
    peak: Floats,
    region: int,
    net_mw: float,
) -> float:
    """Return the flexible load a region can carry beside a net firm load, MW; none on a supplied path.

    Args:
        mode: (regions) `MODELLED` or `SUPPLIED`.
        tables: (regions, points, points) flexible room.
        low: First point of the tables.
        step: Distance between points.
        head: (regions, seasons) headroom of the month, MW.
        peak: (regions, seasons) peaks of the month, MW.
        region: The region.
        net_mw: Firm load, less imports, plus exports.
    """
    if mode[region] == SUPPLIED:
        return 0.0
    return float(
        flexible_mw(
            tables,
            region,
            low,
            step,
            (head[region, SUMMER] - net_mw) / peak[region, SUMMER],
            (head[region, WINTER] - net_mw) / peak[region, WINTER],
            peak[region, SUMMER],
        )
    )


@step
def spare_beside(
    mode: Ints,
    tables: Floats,
    low: float,
    step: float,
    head: Floats,
    peak: Floats,
    region: int,
    net_mw: float,
    flexible_mw: float,
) -> float:
    """Return the firm room of a region beside a net firm load and its flexible load, MW.

    Arguments as `flexible_beside`; `flexible_mw` is the flexible load there already.
    """
    summer, winter = head[region, SUMMER] - net_mw, head[region, WINTER] - net_mw
    if mode[region] == SUPPLIED:
        return float(max(0.0, min(summer, winter)))
    return float(
        firm_room(
            tables,
            region,
            low,
            step,
            summer,
            winter,
            peak[region, SUMMER],
            peak[region, WINTER],
            flexible_mw,
        )
    )


@step
def open_regions(supply: Supply, pace: Pace, state: State, f: int, month: int) -> None:
    """Write each region's headroom of the month, what neighbours lend to it, and what is spare."""
    mode, supplied, firm_mw, required = supply.mode, supply.supplied_mw, supply.firm_mw, supply.required
    scale, head, peak, level, room = supply.scale, state.head, state.peak, state.level, state.room
    firm, got, sent, spare = state.firm, state.got, state.sent, state.spare
    tables, flexible, missing, used = state.tables, state.flexible, state.missing, supply.used_mw
    for r in range(mode.shape[0]):
        firm[r] += used[r, month] - used[r, month - 1] if month > 0 else used[r, 0]
        for season in range(2):
            if mode[r] == SUPPLIED:
                headroom = supplied[r, month]
            else:
                headroom = firm_mw[f, r, season, month] - peak[r, season] * required[r, season, month]
            # A factor makes what is spare larger or smaller; what is missing is not a headroom to scale.
            head[r, season] = headroom * scale[f, r] if headroom > 0.0 else headroom
        level[r] = min(head[r, SUMMER], head[r, WINTER])
        room[r] = level[r] - firm[r]
    settle_one(
        level,
        supply.pair_mw,
        supply.import_mw,
        pace.tie[f, month],
        state.surplus,
        state.can,
        state.lent,
        got,
        sent,
    )
    for r in range(mode.shape[0]):
        missing[r] = shortfall(sent[r] - got[r] - level[r])
    settle_one(
        room,
        supply.pair_mw,
        supply.import_mw,
        pace.tie[f, month],
        state.surplus,
        state.can,
        state.lent,
        got,
        sent,
    )
    for r in range(mode.shape[0]):
        net = firm[r] - got[r] + sent[r]
        spare[r] = spare_beside(mode, tables, supply.low, supply.step, head, peak, r, net, flexible[r])


@step
def close_regions(
    supply: Supply,
    pace: Pace,
    unrest: Unrest,
    state: State,
    out: Outputs,
    f: int,
    month: int,
    now: float,
) -> None:
    """Connect on-site plant that waits for the grid, write what stands, move opposition, let peaks grow."""
    mode, tables, low, step = supply.mode, state.tables, supply.low, supply.step
    head, peak, level, spare = state.head, state.peak, state.level, state.spare
    firm, flexible, onsite, got, sent = state.firm, state.flexible, state.onsite, state.got, state.sent
    may_connect, connecting, opposed, begun = state.may_connect, state.connecting, state.unrest, state.begun
    growth, base, points = supply.peak_growth, unrest.base, state.points
    firm_headroom, flexible_headroom = out.firm_headroom_mw, out.flexible_headroom_mw
    firm_load, flexible_load, on_site = out.firm_load_mw, out.flexible_load_mw, out.onsite_mw
    imports, overcut, opposition, bill_points = (
        out.import_mw,
        out.overcut_mw,
        out.opposition,
        out.bill_points,
    )
    short, short_before, missing = out.shortfall_mw, out.shortfall_before_mw, state.missing
    loosened, benefit, closing = pace.loosened[f, month], pace.benefit[f, month], unrest.closing[f]
    density_slope, bill_slope = unrest.density_slope[f], unrest.bill_slope[f]
    loosening_slope, ceiling = unrest.loosening_slope[f], unrest.ceiling[f]
    out.plant_mw[f, month] = state.used[0]
    fashion = mood(unrest.drift[f], unrest.fade[f], max(0.0, month + 1 - now))
    for r in range(mode.shape[0]):
        may_connect[r] += connecting[r, month]
        joining = max(0.0, min(may_connect[r], spare[r]))
        if joining > 0.0:
            may_connect[r] -= joining
            onsite[r] -= joining
            firm[r] += joining
            spare[r] -= joining
        net = firm[r] - got[r] + sent[r]
        # A region without a limit has no headroom to show.
        firm_headroom[f, r, month] = level[r] if np.isfinite(level[r]) else 0.0
        flexible_headroom[f, r, month] = flexible_beside(mode, tables, low, step, head, peak, r, 0.0)
        firm_load[f, r, month] = firm[r]
        flexible_load[f, r, month] = flexible[r]
        on_site[f, r, month] = onsite[r]
        imports[f, r, month] = got[r] - sent[r]
        short[f, r, month] = shortfall(net - level[r])
        short_before[f, r, month] = missing[r]
        beyond = 0.0
        if flexible[r] > 0.0:
            beyond = flexible[r] - flexible_beside(mode, tables, low, step, head, peak, r, net)
        overcut[f, r, month] = max(0.0, beyond)
        bill_points[f, r, month] = points[r]
        opposition[f, r, month] = opposed[r]
        if month + 1 > now:
            target = target_level(
                base[r],
                PERCENT * begun[r] / peak[r, SUMMER],
                points[r],
                loosened,
                benefit,
                density_slope,
                bill_slope,
                loosening_slope,
                ceiling,
                fashion,
            )
            opposed[r] += closing * (target - opposed[r])
        peak[r, SUMMER] *= growth[f, r, SUMMER]
        peak[r, WINTER] *= growth[f, r, WINTER]

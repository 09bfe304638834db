"""Who takes what of regional supply, in compiled steps of one future and month.

A region's firm load, less what it imports and plus what it exports, is its *net* load. Firm room is what its
net load may still rise by; flexible room is what load that gives way in some hours may still take. The two
share one system: firm load is taken only as far as the flexible load already there is not cut by more than it
accepted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

Floats = NDArray[np.float64]


@step
def settle_one(
    room: Floats,
    pair_mw: Floats,
    import_mw: Floats,
    tie: float,
    surplus: Floats,
    can: Floats,
    lent: Floats,
    got: Floats,
    sent: Floats,
) -> None:
    """Write what neighbours lend each other in one case, MW from (axis 0) to (axis 1).

    Regions are served in the order of the axis: each shortfall is shared over its neighbours in proportion
    to what each can lend, the smaller of its surplus left and the limit of the pair. A region that is short
    lends nothing. One step only: power does not pass through a third region.

    Args:
        room: (regions) MW over (or, negative, under) what each must hold, load served included.
        pair_mw: (regions, regions) limit from one to another.
        import_mw: (regions) limit on all imports of a region at once.
        tie: Factor on both kinds of limits.
        surplus: (regions) scratch.
        can: (regions) scratch.
        lent: (regions, regions) written; none negative, and no exporter ends below 0 by it.
        got: (regions) written: imports of each.
        sent: (regions) written: exports of each.
    """
    regions = room.shape[0]
    for region in range(regions):
        for other in range(regions):
            lent[region, other] = 0.0
        surplus[region] = max(room[region], 0.0)
        got[region] = 0.0
        sent[region] = 0.0
    for region in range(regions):
        want = min(-room[region], tie * import_mw[region])
        if want <= 0.0:
            continue
        total = 0.0
        for other in range(regions):
            can[other] = min(surplus[other], tie * pair_mw[other, region])
            total += can[other]
        if total <= 0.0:
            continue
        share = min(1.0, want / total)
        for other in range(regions):
            mw = share * can[other]
            lent[other, region] = mw
            surplus[other] -= mw
            sent[other] += mw
            got[region] += mw


@step
def neighbours_room(
    region: int,
    spare: Floats,
    pair_mw: Floats,
    import_mw: Floats,
    tie: float,
    lent: Floats,
    got: Floats,
    can: Floats,
) -> float:
    """Return the MW that neighbours can still send a region; what each can is written into `can`.

    Args:
        region: The importer.
        spare: (regions) firm room of each.
        pair_mw: (regions, regions) limit from one to another.
        import_mw: (regions) limit on all imports of a region at once.
        tie: Factor on both kinds of limits.
        lent: (regions, regions) what is lent already.
        got: (regions) imports of each already.
        can: (regions) written.
    """
    total = 0.0
    for other in range(spare.shape[0]):
        can[other] = max(0.0, min(spare[other], tie * pair_mw[other, region] - lent[other, region]))
        total += can[other]
    return float(max(0.0, min(total, tie * import_mw[region] - got[region])))


@step
def flexible_mw(
    tables: Floats, region: int, low: float, step: float, summer: float, winter: float, peak_mw: float
) -> float:
    """Return the load that accepts curtailment which a region can carry, MW.

    Read off a table by straight lines. The exact function is concave in the two limits as long as there is
    room, so that the table is never above it there; in the cell in which room ends it can be, by up to 2.3 %
    of the peak. Below and above the table its edge holds.

    Args:
        tables: (regions, points, points) flexible load over the summer's peak, by what is spare in summer and
            winter.
        region: Row of the tables.
        low: First point of both axes: MW spare over the season's peak, new load taken off.
        step: Distance between points.
        summer: Spare over the summer's peak.
        winter: Spare over the winter's peak.
        peak_mw: The summer's peak.
    """
    last = tables.shape[1] - 1
    x = min(max((summer - low) / step, 0.0), float(last))
    y = min(max((winter - low) / step, 0.0), float(last))
    i, j = min(int(x), last - 1), min(int(y), last - 1)
    x -= i
    y -= j
    below = tables[region, i, j] + y * (tables[region, i, j + 1] - tables[region, i, j])
    above = tables[region, i + 1, j] + y * (tables[region, i + 1, j + 1] - tables[region, i + 1, j])
    return float(peak_mw * (below + x * (above - below)))


@step
def firm_room(
    tables: Floats,
    region: int,
    low: float,
    step: float,
    summer_mw: float,
    winter_mw: float,
    summer_peak_mw: float,
    winter_peak_mw: float,
    flexible_load_mw: float,
) -> float:
    """Return the MW by which a region's net firm load may rise, at least 0.

    Flexible room falls ever faster as firm load rises, so the chord between no more firm load and all that is
    spare lies below it: what is found on the chord leaves the flexible load whole. A second chord from there
    comes closer.

    Args:
        tables: Flexible load over the summer's peak, as `flexible_mw` takes it.
        region: Row of the tables.
        low: First point of both axes.
        step: Distance between points.
        summer_mw: Firm MW spare in summer, all load taken off.
        winter_mw: The same in winter.
        summer_peak_mw: The summer's peak without new load.
        winter_peak_mw: The winter's.
        flexible_load_mw: Flexible load there already.
    """
    spare = min(summer_mw, winter_mw)
    if spare <= 0.0:
        return 0.0
    if flexible_load_mw <= 0.0:
        return spare
    begin, end = 0.0, spare
    at_end = flexible_mw(
        tables,
        region,
        low,
        step,
        (summer_mw - spare) / summer_peak_mw,
        (winter_mw - spare) / winter_peak_mw,
        summer_peak_mw,
    )
    if at_end >= flexible_load_mw:
        return spare
    for _ in range(CHORDS):
        at_begin = flexible_mw(
            tables,
            region,
            low,
            step,
            (summer_mw - begin) / summer_peak_mw,
            (winter_mw - begin) / winter_peak_mw,
            summer_peak_mw,
        )
        if at_begin <= flexible_load_mw:
            break
        begin += (end - begin) * (at_begin - flexible_load_mw) / (at_begin - at_end)
    return begin


CHORDS = 3
"""Steps towards the firm load at which the flexible load is just whole; each stays on the safe side."""

"""Tables of flexible room: the load that accepts curtailment which a region can carry, by what is spare.

The grid's load-duration curves say how much constant load loses no more than a share of its energy when
demand and it may not pass a limit. The limit here is the season's peak plus the firm MW that are spare, and
the curve is scaled to the model's peak, so that load grows in all hours alike. One table a region and share
of energy covers all futures, as everything is counted in the summer's peak.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flexibility import headrooms, load_duration

Floats = NDArray[np.float64]

LOW, HIGH, STEP = -0.3, 1.5, 0.05
"""Firm MW spare over the season's peak, from first to last point of a table."""

POINTS = round((HIGH - LOW) / STEP) + 1

SHARES = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015)
"""Shares of energy of the tables; between two of them a future's table is a straight line."""


@dataclass(frozen=True)
class FlexibleTables:
    """`room` (shares, regions, points, points) flexible load over the summer's peak, by summer and winter."""

    room: Floats

    def at(self, share: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return the lower table and the weight of the next one for each share; the edge holds outside."""
        place = np.clip(np.searchsorted(SHARES, share, side="right") - 1, 0, len(SHARES) - 2)
        edges = np.array(SHARES)
        weight = (share - edges[place]) / (edges[place + 1] - edges[place])
        return place.astype(np.int64), np.clip(weight, 0.0, 1.0)


def flexible_tables(regions: tuple[str, ...], winter_over_summer: Floats) -> FlexibleTables:
    """Return the tables of all regions.

    Args:
        regions: Regions of EIA-930.
        winter_over_summer: (regions) the model's winter peak over its summer peak in the base year.
    """
    spare = LOW + STEP * np.arange(POINTS)
    summer, winter = np.meshgrid(spare, spare, indexing="ij")
    room = np.empty((len(SHARES), len(regions), POINTS, POINTS))
    for row, region in enumerate(regions):
        ratio = float(winter_over_summer[row])
        shape = load_duration(region)
        unit = replace(
            shape,
            summer=replace(shape.summer, peak_mw=1.0),
            winter=replace(shape.winter, peak_mw=ratio),
        )
        for index, share in enumerate(SHARES):
            room[index, row] = headrooms(
                unit,
                share,
                summer_limit_mw=1.0 + summer,
                winter_limit_mw=ratio * (1.0 + winter),
            )
    return FlexibleTables(room)

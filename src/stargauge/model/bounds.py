"""Upper ends of the histograms of national paths, month by month: what but the rarest futures stay below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compute import ComputeInputs
from stargauge.delivery import PRESENCE, Delivery, lattice, slot_factor
from stargauge.facts import Distribution
from stargauge.scenario import Scenario

Floats = NDArray[np.float64]

RARE = 1e-3
"""Inputs are taken this far from their end, all at once, which is far rarer; what lies beyond is counted."""

POINTS = 2048
"""Pairs of rate and growth of which the highest path is taken: their corner is too rare to spend bins on."""

LUCK = 1.5
"""Slots that are there over those expected, summed over regions, at most."""

MONTHS_PER_YEAR = 12.0


def extremes(distribution: Distribution) -> Floats:
    """Return the lowest and the highest value of an input, (2), but for a chance of `RARE` at each end."""
    return distribution.quantile(np.array([RARE, 1.0 - RARE]))


def national_bound_mw(scenario: Scenario, delivery: Delivery, stock_mw: float) -> Floats:
    """Return what all but the rarest futures stay below, (months) facility MW energised in the nation."""
    arrays = delivery.arrays
    slots = np.array(arrays.sort) == "background"
    named = float(arrays.facility_mw[~slots].sum() + delivery.history_mw.sum(axis=0).max(initial=0.0))
    path = np.full(delivery.horizon, named + stock_mw)
    if slots.any():
        inputs = delivery.inputs.uncertain
        points = lattice(POINTS, 2)
        rate = inputs["delivery.background.rate"].quantile(points[:, 0])
        growth = inputs["delivery.background.growth"].quantile(points[:, 1])
        scale = extremes(scenario.background.scale)[1] * LUCK
        expected = scale * PRESENCE * slot_factor(delivery.slots, rate, growth) * delivery.slots.size_mw
        begun = arrays.build_start[slots][:, None] < np.arange(1, delivery.horizon + 1)
        path += (expected @ begun).max(axis=0)
    return path


def compute_bound(compute: ComputeInputs, it_mw: Floats, base_month: float) -> Floats:
    """Return the most compute that IT MW could hold by the end of each month, (months) H100-equivalents.

    Args:
        compute: Efficiency and its growth.
        it_mw: (months) bound on IT MW.
        base_month: Month the efficiency holds for.
    """
    growth = extremes(compute.uncertain["compute.efficiency_growth"])
    years = (np.arange(it_mw.size) - base_month) / MONTHS_PER_YEAR
    per_mw = compute.fixed["compute.efficiency"] * (growth[:, None] ** years).max(axis=0)
    # What was installed before is never worth more than what the best month so far could install.
    bound: Floats = it_mw * np.maximum.accumulate(per_mw)
    return bound

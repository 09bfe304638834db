"""What raising one element gives the buses that it binds, and how far it must be raised for that.

With its limit lifted a bus gets to its next limit that is another element's. So the tightest two limits of
every bus give the gain of every element at once, exactly. The rating for it is found by raising to what the
binding pairs need and computing hosting anew until the element binds none of the sites below that: a least
fixed point, in which pairs that come back under the limit are seen as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.factors import lodf_columns
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.sums import sum_by
from stargauge.grid.hosting.board import NONE, TIE
from stargauge.grid.hosting.capacity import bus_limits
from stargauge.grid.hosting.limits import BusLimits
from stargauge.grid.hosting.rules import Rules
from stargauge.grid.upgrades.ratings import Raise, has_own_after

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sites:
    """The buses of a study and how their limits are found.

    Attributes:
        rules: The conventions.
        bus: (n,) buses, by index.
        group: (m,) group of each branch: branches of one group are raised together.
        up_to_mw: Load beyond which a bus's capacity does not count, MW; inf for no end.
        kept: How many limits of each bus are found: one more than the largest group.
        threads: Threads; all processors if None.
    """

    rules: Rules
    bus: Ints
    group: Ints
    up_to_mw: float
    kept: int
    threads: int | None

    def limits(self, model: DcModel) -> BusLimits:
        """Return the tightest limits of the sites."""
        return bus_limits(model, self.rules, self.bus, self.kept, self.threads, lambda text: None)

    def capacity(self, found: BusLimits) -> Floats:
        """Return what counts of each site's capacity, (n,), MW."""
        return np.minimum(found.value[:, 0], self.up_to_mw)

    def first_group(self, found: BusLimits) -> Ints:
        """Return the group that binds each site, (n,); -1 where it is the source or nothing."""
        element = found.element[:, 0]
        return np.where(element >= 0, self.group[element], -1)

    def lifted(self, found: BusLimits) -> Floats:
        """Return what each site could take without the group that binds it, (n,), MW."""
        first = self.first_group(found)
        other = np.where(found.element >= 0, self.group[found.element], -1) != first[:, None]
        column = np.where(other.any(axis=1), other.argmax(axis=1), 0)
        value = found.value[np.arange(first.size), column]
        beyond = np.where(other.any(axis=1), value, np.inf)
        return np.minimum(np.where(first < 0, found.value[:, 0], beyond), self.up_to_mw)

    def gains(self, found: BusLimits) -> Floats:
        """Return the MW that lifting each group alone gives all sites, (m,), by number of the group."""
        first = self.first_group(found)
        bound = first >= 0
        gain = self.lifted(found) - self.capacity(found)
        return sum_by(first[bound], gain[bound], self.group.size)


def relieve(
    model: DcModel, sites: Sites, found: BusLimits, group: int
) -> tuple[DcModel, BusLimits, list[Raise]]:
    """Return the network with one group raised as far as its sites gain by it, their limits then, the raises.

    Args:
        model: The network.
        sites: The sites.
        found: Their limits.
        group: The group to raise.
    """
    network, ratings = model.network, sites.rules.ratings
    bound = sites.first_group(found) == group
    target = np.where(bound, sites.lifted(found), sites.capacity(found))
    before, after = ratings.before_mw(network), ratings.after_mw(network)
    changed, now = model, found
    set_by: dict[int, int] = {}
    while True:
        short = (now.element >= 0) & (now.value < (target * (1.0 - TIE))[:, None])
        short &= np.where(now.element >= 0, sites.group[now.element], -1) == group
        if not short.any():
            break
        changed = _raised(changed, sites, now, short, target, set_by)
        now = sites.limits(changed)
    new_before = ratings.before_mw(changed.network)
    new_after = ratings.after_mw(changed.network)
    raises = [
        Raise(
            element,
            float(before[element]),
            float(after[element]),
            float(new_before[element]),
            float(new_after[element]),
            set_by[element],
        )
        for element in sorted(set_by)
    ]
    return changed, now, raises


def _raised(
    model: DcModel,
    sites: Sites,
    now: BusLimits,
    short: NDArray[np.bool_],
    target: Floats,
    set_by: dict[int, int],
) -> DcModel:
    """Return the model with elements raised to what the pairs need that keep sites below their target."""
    network, ratings = model.network, sites.rules.ratings
    before, after = ratings.before_mw(network), ratings.after_mw(network)
    site, rank = np.nonzero(short)
    element, outage = now.element[site, rank], now.outage[site, rank]
    factor, value = now.factor[site, rank], now.value[site, rank]
    limit = np.where(outage == NONE, before[element], after[element])
    flow = limit - factor * value
    blocked = np.flatnonzero(value == 0.0)  # at or over its limit: the capacity does not tell the flow
    for i in blocked:
        flow[i] = abs(_flow_after(model, int(element[i]), int(outage[i])))
    need = flow + factor * target[site]
    rate_a, rate_b = np.array(network.rate_a), np.array(network.rate_b)
    for i in np.lexsort((outage, need)):
        branch, lost = int(element[i]), int(outage[i])
        if lost == NONE or not has_own_after(network, ratings, branch):
            rate = need[i] if lost == NONE else need[i] / ratings.emergency_factor
            if rate > rate_a[branch]:
                rate_a[branch] = rate
                set_by[branch] = lost
        elif need[i] > rate_b[branch]:
            rate_b[branch] = need[i]
            set_by[branch] = lost
    return replace(model, network=replace(network, rate_a=rate_a, rate_b=rate_b))


def _flow_after(model: DcModel, element: int, outage: int) -> float:
    """Return the flow on an element after an outage and before any load, MW."""
    flow = float(model.flow[element])
    if outage == NONE or model.is_bridge[element]:
        return flow
    return flow + float(lodf_columns(model, [outage])[element, 0] * model.flow[outage])

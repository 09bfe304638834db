"""The rating that an element needs, and networks with other ratings.

Raising a rating can bring pairs back that were left out because they were over their limit before the load:
once the limit is above their flow they count like all others. The rating needed is therefore the lowest at or
above the present one at which every pair that then counts admits the load: a least fixed point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.board import NONE
from stargauge.grid.hosting.margins import TOLERANCE_MW
from stargauge.grid.network import Network
from stargauge.grid.upgrades.limits import ElementLimits, Pairs

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Raise:
    """What an element is rated and what it needs.

    Attributes:
        element: Branch index.
        before_mw: Present limit before an outage, MW.
        after_mw: Present limit after an outage, MW.
        needed_before_mw: Limit needed before an outage, MW; the present one where that is enough.
        needed_after_mw: Limit needed after an outage, MW.
        set_by: The outage that sets the rating needed, `NONE` for the case before any.
    """

    element: int
    before_mw: float
    after_mw: float
    needed_before_mw: float
    needed_after_mw: float
    set_by: int

    @property
    def raise_mw(self) -> float:
        """The larger of the two raises, MW."""
        return max(self.needed_before_mw - self.before_mw, self.needed_after_mw - self.after_mw)

    @property
    def gain(self) -> float:
        """The raise as a share of the present rating: the larger of the two."""
        pairs = ((self.needed_before_mw, self.before_mw), (self.needed_after_mw, self.after_mw))
        return max(needed / present - 1.0 if present > 0 else np.inf for needed, present in pairs)


def has_own_after(network: Network, ratings: Ratings, element: int) -> bool:
    """Return whether an element's limit after an outage is a rating of its own, not rate A times a factor."""
    return ratings.use_rate_b and not np.isnan(network.rate_b[element])


def needed(network: Network, ratings: Ratings, found: ElementLimits, element: int, mw: float) -> Raise:
    """Return the rating that an element needs for a load of `mw` at the bus that `found` is about."""
    present_before = float(ratings.before_mw(network)[element])
    present_after = float(ratings.after_mw(network)[element])
    own = has_own_after(network, ratings, element)
    excluded = found.excluded.take(found.excluded.element == element)
    base, later = excluded.take(excluded.outage == NONE), excluded.take(excluded.outage != NONE)
    asked_before, asked_after = float(found.before_mw[element]), float(found.after_mw[element])
    outage = int(found.after_outage[element])
    while True:
        before, after = max(present_before, asked_before), max(present_after, asked_after)
        if not own:
            rate = max(before, after / ratings.emergency_factor)
            before, after = rate, max(after, rate * ratings.emergency_factor)
        more_before, _ = _with_returning(base, before, mw)
        more_after, returning = _with_returning(later, after, mw)
        if more_before == before and more_after == after:
            break
        asked_before = more_before if more_before > before else asked_before
        asked_after, outage = (more_after, returning) if more_after > after else (asked_after, outage)
    if own:
        base_sets = asked_before - present_before >= asked_after - present_after
    else:
        base_sets = asked_before >= asked_after / ratings.emergency_factor
    return Raise(
        element,
        present_before,
        present_after,
        before,
        after,
        NONE if base_sets or asked_after <= 0 else outage,
    )


def _with_returning(excluded: Pairs, limit: float, mw: float) -> tuple[float, int]:
    """Return the limit that pairs need which count again at `limit`, and the outage of the worst."""
    counts = (np.abs(excluded.flow) <= limit + TOLERANCE_MW) & (excluded.loaded(mw) > limit)
    if not counts.any():
        return limit, NONE
    chosen = excluded.take(counts)
    worst = int(chosen.loaded(mw).argmax())
    return float(chosen.loaded(mw)[worst]), int(chosen.outage[worst])


def with_ratings(model: DcModel, ratings: Ratings, raises: list[Raise]) -> DcModel:
    """Return the model with the needed ratings of some elements; nothing is factorised anew."""
    network = model.network
    rate_a, rate_b = np.array(network.rate_a), np.array(network.rate_b)
    for change in raises:
        if has_own_after(network, ratings, change.element):
            rate_a[change.element] = max(rate_a[change.element], change.needed_before_mw)
            rate_b[change.element] = max(rate_b[change.element], change.needed_after_mw)
        else:
            rate = max(change.needed_before_mw, change.needed_after_mw / ratings.emergency_factor)
            rate_a[change.element] = max(rate_a[change.element], rate)
    return replace(model, network=replace(network, rate_a=rate_a, rate_b=rate_b))

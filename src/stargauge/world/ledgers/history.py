"""Shares of compute by location over time: what was observed, then what is simulated.

The two are on different bases. What was observed are tracked clusters, 10 to 20 % of the world's stock, of
which China's are seen less well; what is simulated is all compute. A step where they meet is not an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.world.ledgers.plan import LedgerPlan
from stargauge.world.series import ShareHistory, compute_history, quarter_ends

Floats = NDArray[np.float64]

BAND = (0.1, 0.5, 0.9)
"""Quantiles of what is simulated."""


@dataclass(frozen=True)
class JoinedShares:
    """Shares by bloc at ends of quarters.

    Attributes:
        days: Ends of quarters, in order.
        observed: Days of them that are read from the series, between its points by straight lines; the others
            are simulated.
        low: (days, blocs) the 10th percentile; the share itself where it is observed.
        middle: (days, blocs) the median.
        high: (days, blocs) the 90th percentile.
    """

    days: tuple[date, ...]
    observed: tuple[date, ...]
    low: Floats
    middle: Floats
    high: Floats


def joined_shares(
    plan: LedgerPlan, location: Floats, as_of: date, history: ShareHistory | None = None
) -> JoinedShares:
    """Return shares of compute by location: of tracked clusters as known on a date, then as simulated.

    Args:
        plan: The ledgers made ready.
        location: (futures, quarters + 1, blocs) compute by location, as in `LedgerPaths`.
        as_of: The series is read up to here.
        history: Observed shares; those shipped by default.
    """
    seen = (compute_history() if history is None else history).upto(as_of)
    past = quarter_ends(seen.days[0], seen.days[-1]) if seen.days else ()
    ahead = [slot for slot, end in enumerate(plan.quarters, start=1) if not past or end > past[-1]]
    shares = location[:, ahead] / location[:, ahead].sum(axis=2, keepdims=True)
    low, middle, high = np.quantile(shares, BAND, axis=0)
    before = seen.at(past) if past else np.empty((0, location.shape[2]))
    return JoinedShares(
        days=(*past, *(plan.quarters[slot - 1] for slot in ahead)),
        observed=past,
        low=np.concatenate((before, low)),
        middle=np.concatenate((before, middle)),
        high=np.concatenate((before, high)),
    )

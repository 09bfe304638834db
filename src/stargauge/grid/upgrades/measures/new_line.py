"""New circuits beside an existing line."""

from __future__ import annotations

import math

from stargauge.grid.upgrades.measures.base import Job, Measure, Offer, length_cost
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.spread import Spread

BREAKER_TIME = "X08"
ENDS = 2


class NewLine(Measure):
    """As many circuits of the present rating beside the line as the raise needs, each with two positions."""

    name = "new line"
    kinds = ("line",)

    def offer(self, job: Job, prices: Prices) -> Offer:
        """Return what new circuits do for a line."""
        circuits = max(1, math.ceil(job.gain - 1e-9))
        line, words, used = length_cost(job, prices)
        bay = prices.bay_cost_id(job.kv[0])
        time = prices.line_time_id(job.kv[0])
        facts = (time, BREAKER_TIME, *used, *((bay,) if bay else ()))
        cost = None
        if line is not None and bay is not None:
            cost = (line + prices.spread(bay, "mn_USD/count") * ENDS) * circuits
        number = f"{circuits} circuit{'s' if circuits > 1 else ''}"
        return Offer(
            self.name,
            Spread(circuits, circuits, circuits),
            1.0,
            True,
            True,
            cost,
            prices.spread(time, "month").later(prices.spread(BREAKER_TIME, "month")),
            f"{number} of the present rating, {words}, and {ENDS} positions each; flows shift to it",
            facts,
            *prices.grades(facts),
        )

"""More transformers beside the present one."""

from __future__ import annotations

import math

from stargauge.grid.upgrades.measures.base import Job, Measure, Offer
from stargauge.grid.upgrades.measures.transformer_replacement import COST, SUPPLY, WORKS
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.spread import Spread, total

BREAKER_TIME = "X08"


class ParallelTransformer(Measure):
    """As many transformers of the present rating as the raise needs, with a position at either voltage."""

    name = "parallel transformer"
    kinds = ("transformer",)

    def offer(self, job: Job, prices: Prices) -> Offer:
        """Return what further transformers do."""
        count = max(1, math.ceil(job.gain - 1e-9))
        per_mw = prices.spread(COST, "mn_USD/MW")
        known = [prices.bay_cost_id(kv) for kv in job.kv]
        bays = [None if name is None else prices.spread(name, "mn_USD/count") for name in known]
        one = total((per_mw * job.rating_mw, *bays))
        facts = tuple(dict.fromkeys((COST, SUPPLY, WORKS, BREAKER_TIME, *(name for name in known if name))))
        missing = "" if all(known) else "; no cost is known for a position at one of its voltages"
        return Offer(
            self.name,
            Spread(count, count, count),
            1.0,
            True,
            True,
            None if one is None else one * count,
            (prices.spread(SUPPLY, "month") + prices.spread(WORKS, "month")).later(
                prices.spread(BREAKER_TIME, "month")
            ),
            f"{count} × {job.rating_mw:,.0f} MVA at {(per_mw * 1000.0).text('USD/kVA')} "
            f"and two positions each{missing}; flows shift to it",
            facts,
            *prices.grades(facts),
        )

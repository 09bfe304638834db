"""A larger transformer in the place of the present one."""

from __future__ import annotations

from stargauge.grid.upgrades.measures.base import Job, Measure, Offer
from stargauge.grid.upgrades.prices import Prices

COST, SUPPLY, WORKS = "GRID-transformer-cost", "GRID-transformer-time", "GRID-transformer-works"


class TransformerReplacement(Measure):
    """One transformer of the rating that is needed."""

    name = "transformer replacement"
    kinds = ("transformer",)

    def offer(self, job: Job, prices: Prices) -> Offer:
        """Return what a larger transformer does."""
        facts = (COST, SUPPLY, WORKS)
        per_mw = prices.spread(COST, "mn_USD/MW")
        return Offer(
            self.name,
            None,
            1.0,
            True,
            True,
            per_mw * job.needed_mw,
            prices.spread(SUPPLY, "month") + prices.spread(WORKS, "month"),
            f"{job.needed_mw:,.0f} MVA at {(per_mw * 1000.0).text('USD/kVA')}; its reactance may differ",
            facts,
            *prices.grades(facts),
        )

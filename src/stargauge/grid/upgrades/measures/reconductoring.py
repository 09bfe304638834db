"""Reconductoring: advanced conductors on the towers that stand."""

from __future__ import annotations

from stargauge.grid.upgrades.measures.base import Job, Measure, Offer, chance, length_cost
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.spread import Spread

GAIN, SHARE, TIME = "GRID-reconductor-gain", "T10", "T11"


class Reconductoring(Measure):
    """New conductors in the existing right of way; both ratings rise by the gain, the reactance hardly."""

    name = "reconductoring"
    kinds = ("line",)

    def offer(self, job: Job, prices: Prices) -> Offer:
        """Return what new conductors do for a line."""
        gain = prices.distribution(GAIN, "share")
        cost, words, used = length_cost(job, prices, prices.spread(SHARE, "share"))
        facts = (GAIN, SHARE, TIME, *used)
        return Offer(
            self.name,
            Spread.of(gain),
            chance(gain, job.gain),
            True,
            False,
            cost,
            prices.spread(TIME, "month"),
            words,
            facts,
            *prices.grades(facts),
        )

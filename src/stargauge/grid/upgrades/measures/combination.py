"""Reconductoring with dynamic rating on top."""

from __future__ import annotations

import numpy as np

from stargauge.grid.upgrades.measures.base import Job, Measure, Offer, quantiles
from stargauge.grid.upgrades.measures.dynamic_rating import GAIN as DYNAMIC_GAIN
from stargauge.grid.upgrades.measures.dynamic_rating import DynamicRating
from stargauge.grid.upgrades.measures.reconductoring import GAIN as CONDUCTOR_GAIN
from stargauge.grid.upgrades.measures.reconductoring import Reconductoring
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.spread import HIGH, LOW, Spread, total


class Combination(Measure):
    """Both on one line: gains multiply (taken as independent), costs add, the slower one sets the time."""

    name = "reconductoring + dynamic line rating"
    kinds = ("line",)

    def offer(self, job: Job, prices: Prices) -> Offer:
        """Return what both together do for a line."""
        one, two = Reconductoring().offer(job, prices), DynamicRating().offer(job, prices)
        conductors = quantiles(prices.distribution(CONDUCTOR_GAIN, "share"))
        dynamic = quantiles(prices.distribution(DYNAMIC_GAIN, "share"))
        gains = np.multiply.outer(1.0 + conductors, 1.0 + dynamic) - 1.0
        low, median, high = (float(value) for value in np.quantile(gains, [LOW, 0.5, HIGH]))
        facts = tuple(dict.fromkeys((*one.facts, *two.facts)))
        return Offer(
            self.name,
            Spread(low, median, high),
            float((gains >= job.gain).mean()),
            False,
            False,
            total((one.cost, two.cost)),
            one.months.later(two.months),
            f"{one.basis}; sensors on top: {two.basis}",
            facts,
            *prices.grades(facts),
        )

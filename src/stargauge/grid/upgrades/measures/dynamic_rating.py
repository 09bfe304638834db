"""Dynamic line rating: what the weather of the hour lets a line carry."""

from __future__ import annotations

from stargauge.grid.upgrades.measures.base import Job, Measure, Offer, chance
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.spread import Spread

GAIN, COST, TIME = "T12", "GRID-dlr-cost", "GRID-dlr-time"


class DynamicRating(Measure):
    """Sensors and forecasts on an existing line: quick and cheap, but no gain on a hot still day."""

    name = "dynamic line rating"
    kinds = ("line",)

    def offer(self, job: Job, prices: Prices) -> Offer:
        """Return what dynamic rating does for a line."""
        gain = prices.distribution(GAIN, "share")
        facts = (GAIN, COST, TIME)
        return Offer(
            self.name,
            Spread.of(gain),
            chance(gain, job.gain),
            False,
            False,
            prices.spread(COST, "mn_USD/count"),
            prices.spread(TIME, "month"),
            "one line; an average over hours, with little or no gain on hot days without wind",
            facts,
            *prices.grades(facts),
        )

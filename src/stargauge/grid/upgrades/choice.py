"""Which measures give an element what it needs, the cheapest first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from stargauge.grid.network import Network
from stargauge.grid.upgrades.length import line_length
from stargauge.grid.upgrades.measures import MEASURES, Job, Offer
from stargauge.grid.upgrades.measures.base import columns
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.ratings import Raise
from stargauge.grid.upgrades.spread import Spread, slowest, total

ENOUGH = 0.5
"""A measure counts as sufficient where its gain is at least as likely as not to be enough."""

RULE = (
    "cost and time: low (10 %), median, high (90 %); the cheapest measure is the one of lowest median cost "
    "whose gain is more likely than not to be enough; firm: without dynamic rating"
)


@dataclass(frozen=True)
class Choice:
    """The measures for one element.

    Attributes:
        job: What the element needs.
        offers: All measures for its kind: those that suffice first, cheapest first.
        cheapest: The first that suffices; None if none does.
        firm: The first that suffices in every hour; None if none does.
    """

    job: Job
    offers: tuple[Offer, ...]
    cheapest: Offer | None
    firm: Offer | None

    def columns(self) -> dict[str, Any]:
        """Return the choice as columns of a table."""
        row: dict[str, Any] = {"length_km": self.job.length_km, "length_basis": self.job.length_basis}
        for prefix, offer in (("", self.cheapest), ("firm_", self.firm)):
            row[f"{prefix}measure"] = offer.measure if offer else None
            row |= columns(f"{prefix}cost", offer.cost if offer else None)
            row |= columns(f"{prefix}months", offer.months if offer else None)
        chosen = self.cheapest
        row["chance"] = chosen.chance if chosen else None
        row["restudy"] = chosen.restudy if chosen else None
        row["confidence"] = chosen.confidence if chosen else None
        return row


SCHEMA: dict[str, pl.DataType] = {
    "length_km": pl.Float64(),
    "length_basis": pl.String(),
    **{
        f"{prefix}{name}": kind
        for prefix in ("", "firm_")
        for name, kind in {
            "measure": pl.String(),
            **{
                f"{what}_{end}": pl.Float64()
                for what in ("cost", "months")
                for end in ("low", "median", "high")
            },
        }.items()
    },
    "chance": pl.Float64(),
    "restudy": pl.Boolean(),
    "confidence": pl.String(),
}

COLUMNS = {
    "length_km": "length of a line, km, estimated; empty where unknown or no line",
    "length_basis": "how the length was estimated",
    "measure": "cheapest measure whose gain is more likely than not to be enough",
    "cost_low": "its cost, million USD, one time in ten lower; empty where unknown",
    "cost_median": "median cost, million USD",
    "cost_high": "one time in ten higher, million USD",
    "months_low": "months from decision to service, one time in ten sooner",
    "months_median": "median, months",
    "months_high": "one time in ten later, months",
    "firm_measure": "cheapest measure that holds in every hour",
    "firm_cost_low": "its cost, million USD; and so on as above",
    "chance": "probability that the gain of the cheapest measure is enough",
    "restudy": "whether the measure changes flows, so that the study must be made again with it",
    "confidence": "worst grade among the facts used for the cheapest measure",
}


def choose(network: Network, change: Raise, prices: Prices) -> Choice:
    """Return the measures for an element that must be raised."""
    element = change.element
    ends = (
        float(network.bus_kv[network.branch_from[element]]),
        float(network.bus_kv[network.branch_to[element]]),
    )
    kv = (max(ends), min(ends)) if not any(map(math.isnan, ends)) else (math.nan, math.nan)
    by_before = change.before_mw > 0 and change.needed_before_mw / change.before_mw - 1.0 >= change.gain
    rating = change.before_mw if by_before else change.after_mw
    kind = network.branch_kind[element]
    length = line_length(network, element, prices) if kind == "line" else (None, "", ())
    job = Job(kind, kv, rating, rating * (1.0 + change.gain), change.gain, *length)
    offers = sorted((m.offer(job, prices) for m in MEASURES if kind in m.kinds), key=_order)
    enough = [offer for offer in offers if offer.chance >= ENOUGH]
    firm = next((offer for offer in enough if offer.firm), None)
    return Choice(job, tuple(offers), enough[0] if enough else None, firm)


def costs(offers: Sequence[Offer | None]) -> tuple[Spread | None, Spread | None]:
    """Return cost, million USD, and months of measures carried out side by side; None where unknown."""
    return (
        total(offer.cost if offer else None for offer in offers),
        slowest(offer.months if offer else None for offer in offers),
    )


def _order(offer: Offer) -> tuple[bool, bool, float, float, str]:
    cost = offer.cost.median if offer.cost else math.inf
    return offer.chance < ENOUGH, offer.cost is None, cost, offer.months.median, offer.measure

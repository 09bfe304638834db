"""What a measure is: a way to raise what an element can carry, with its gain, cost and time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from stargauge.facts import Distribution
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.spread import Spread

GRID = 400
"""Quantiles of which the chance of a gain is counted."""


@dataclass(frozen=True)
class Job:
    """What an element needs.

    Attributes:
        kind: `line` or `transformer`.
        kv: Base voltage of its two ends, kV, the higher one first; nan where unknown.
        rating_mw: Present limit that must be raised most, MW.
        needed_mw: What it must become, MW.
        gain: The raise as a share of the present limit.
        length_km: Length of a line, km; None where unknown or no line.
        length_basis: How the length was estimated.
        length_facts: Facts used for that.
    """

    kind: str
    kv: tuple[float, float]
    rating_mw: float
    needed_mw: float
    gain: float
    length_km: float | None = None
    length_basis: str = ""
    length_facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """What one measure does for one element.

    Attributes:
        measure: Name of the measure.
        gain: Gain in rating as a share; None where the size is chosen to fit.
        chance: Probability that the gain is enough.
        firm: Whether the gain holds in every hour.
        restudy: Whether the measure changes flows, so that the study must be made again with it.
        cost: Million USD; None where unknown.
        months: Time from decision to service, months.
        basis: How cost and size were worked out.
        facts: The facts used.
        confidence: Worst grade among them.
        unverified: Those of them that are from memory.
    """

    measure: str
    gain: Spread | None
    chance: float
    firm: bool
    restudy: bool
    cost: Spread | None
    months: Spread
    basis: str
    facts: tuple[str, ...]
    confidence: str
    unverified: tuple[str, ...]

    @property
    def suffices(self) -> str:
        """Whether the gain is enough: `yes`, `likely`, `possible` or `no`."""
        for least, word in ((0.9, "yes"), (0.5, "likely"), (0.1, "possible")):
            if self.chance >= least:
                return word
        return "no"

    def to_dict(self) -> dict[str, Any]:
        """Return the offer as plain data."""
        return {
            "measure": self.measure,
            "suffices": self.suffices,
            "chance": self.chance,
            **columns("gain", self.gain),
            "firm": self.firm,
            "restudy": self.restudy,
            **columns("cost", self.cost),
            **columns("months", self.months),
            "basis": self.basis,
            "facts": " ".join(self.facts),
            "confidence": self.confidence,
        }


class Measure(ABC):
    """A way to raise what an element can carry."""

    name: str
    kinds: tuple[str, ...]

    @abstractmethod
    def offer(self, job: Job, prices: Prices) -> Offer:
        """Return what it does for an element whose kind is one of `kinds`."""


def columns(name: str, spread: Spread | None) -> dict[str, float | None]:
    """Return a spread as three columns: `cost_low`, `cost_median`, `cost_high`."""
    ends = ("low", "median", "high")
    return {f"{name}_{end}": None if spread is None else getattr(spread, end) for end in ends}


def quantiles(distribution: Distribution) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return evenly spaced quantiles of a distribution."""
    values: np.ndarray[tuple[int], np.dtype[np.float64]] = distribution.quantile(
        (np.arange(GRID) + 0.5) / GRID
    )
    return values


def chance(distribution: Distribution, needed: float) -> float:
    """Return the probability that a gain is at least what is needed."""
    return float((quantiles(distribution) >= needed).mean())


def length_cost(
    job: Job, prices: Prices, factor: Spread | None = None
) -> tuple[Spread | None, str, tuple[str, ...]]:
    """Return the cost of a line of the element's length and voltage, million USD, the words, and the facts.

    Args:
        job: The element.
        prices: Facts.
        factor: Share of the cost of a new line; 1 if None.
    """
    known = prices.line_cost_id(job.kv[0])
    if job.length_km is None:
        return None, f"length {job.length_basis}", ()
    if known is None:
        return None, f"no cost is known for lines at {job.kv[0]:g} kV", job.length_facts
    per_km = prices.per_km(known)
    per_km = per_km if factor is None else per_km * factor
    words = f"{job.length_km:,.1f} km ({job.length_basis}) at {per_km.text('mn USD/km')}"
    return per_km * job.length_km, words, (*job.length_facts, known)

"""The facts that upgrades use, by id, and which class of voltage a number is taken from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stargauge.facts import Distribution, Fact, Registry, load_registry
from stargauge.facts.record import CONFIDENCE_ORDER
from stargauge.grid.upgrades.spread import Spread

LINE_KV = (69, 115, 138, 161, 230, 345, 500, 765)
BAY_KV = (138, 230, 345, 500, 765)
REACTANCE_KV = (138, 230, 345, 500, 765)
EXTRA_HIGH_KV = 300.0
"""From here on a line's permits and build time are those of the bulk system."""

CLOSE = {"line": 1.4, "bay": 2.1, "reactance": 2.6}
"""How far, as a ratio, a voltage may lie from a class and still take its number; beyond it is unknown."""

KM_PER_MILE = 1.609344


def nearest_class(kv: float, classes: tuple[int, ...], close: float) -> int | None:
    """Return the class of voltage nearest to `kv` by ratio, None if none is close or it is unknown."""
    if not kv > 0:
        return None
    best = min(classes, key=lambda known: (abs(math.log(known / kv)), known))
    return best if abs(math.log(best / kv)) <= math.log(close) else None


@dataclass(frozen=True)
class Prices:
    """Facts of gains, costs and times, read from a registry.

    Attributes:
        registry: Where they are.
    """

    registry: Registry

    @classmethod
    def shipped(cls) -> Prices:
        """Return those of the shipped tables."""
        return cls(load_registry())

    def fact(self, fact_id: str) -> Fact:
        """Return a fact.

        Raises:
            InputError: The registry has none with this id.
        """
        return self.registry[fact_id]

    def distribution(self, fact_id: str, unit: str) -> Distribution:
        """Return a fact's distribution in a unit."""
        return self.fact(fact_id).to(unit)

    def spread(self, fact_id: str, unit: str) -> Spread:
        """Return a fact as low, median and high in a unit."""
        return Spread.of(self.distribution(fact_id, unit))

    def grades(self, fact_ids: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """Return the worst grade among some facts, and those of them that are from memory."""
        grade = {name: self.fact(name).confidence for name in fact_ids}
        worst = max(grade.values(), key=CONFIDENCE_ORDER.index)
        return worst, tuple(name for name in fact_ids if grade[name] == "unverified")

    @staticmethod
    def line_cost_id(kv: float) -> str | None:
        """Return the fact on the cost of a new line at a voltage, None if there is none."""
        known = nearest_class(kv, LINE_KV, CLOSE["line"])
        return None if known is None else f"GRID-line-cost-{known}"

    @staticmethod
    def bay_cost_id(kv: float) -> str | None:
        """Return the fact on the cost of a substation position at a voltage, None if there is none."""
        known = nearest_class(kv, BAY_KV, CLOSE["bay"])
        return None if known is None else f"GRID-bay-cost-{known}"

    @staticmethod
    def reactance_id(kv: float) -> str | None:
        """Return the fact on the reactance of lines at a voltage, None if there is none."""
        known = nearest_class(kv, REACTANCE_KV, CLOSE["reactance"])
        return None if known is None else f"GRID-line-reactance-{known}"

    @staticmethod
    def line_time_id(kv: float) -> str:
        """Return the fact on the time that a new line takes at a voltage."""
        return "GRID-line-time-ehv" if kv >= EXTRA_HIGH_KV else "GRID-line-time-hv"

    def per_km(self, fact_id: str) -> Spread:
        """Return a cost per length, million USD per km."""
        return self.spread(fact_id, "mn_USD/mile") * (1.0 / KM_PER_MILE)

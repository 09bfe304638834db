"""Which uncertain inputs move a claim most: rank correlations, and its chance where they are low or high.

The method is that of `insight.drivers`: Spearman's rank correlation of an input's draws with how far a future
is on the true side of the claim, or with true and false where the claim has several conditions. Its standard
error over n futures is about 1/sqrt(n - 1). As many inputs are looked at for every claim, one is told only
where a correlation as large is met by chance among all of them in 5 of 100 claims (Bonferroni).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from stargauge.facts import Constant
from stargauge.insight.drivers import drawn_values
from stargauge.model import Prepared

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHOWN = 3
MOST_FUTURES = 8192
CHANCE = 0.05
"""Of claims in which some input is told that moves nothing."""

THIRDS = 3


@dataclass(frozen=True)
class Mover:
    """An input that moves a claim: its fact, and the claim's chance where it is low and where it is high.

    `chance_low` and `chance_high` are shares of true futures among the third with the lowest and with the
    highest draws, each with its standard error. p10 to p90 are the input's draws, in `unit`.
    """

    input: str
    fact_id: str
    title: str
    correlation: float
    standard_error: float
    chance_low: float
    error_low: float
    chance_high: float
    error_high: float
    p10: float
    p50: float
    p90: float
    unit: str
    source: str
    address: str
    confidence: str


@dataclass
class Inputs:
    """The uncertain inputs of a run, drawn once for all its claims."""

    prepared: Prepared
    futures: int
    names: tuple[str, ...] = field(init=False)
    drawn: Floats = field(init=False)
    ranks: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Draw every input that varies, and rank it."""
        self.futures = min(self.futures, MOST_FUTURES)
        found: dict[str, Floats] = {}
        for name, distribution in self.prepared.uncertain.items():
            if isinstance(distribution, Constant):
                continue
            drawn = drawn_values(self.prepared, name, distribution, self.futures)
            if np.ptp(drawn) > 0.0:
                found[name] = drawn
        self.names = tuple(found)
        self.drawn = np.array(list(found.values())).reshape(len(found), self.futures)
        self.ranks = rankdata(self.drawn, axis=1) if found else self.drawn

    def noise(self) -> float:
        """Return the correlation up to which an input is not told apart from chance."""
        tail = CHANCE / (2.0 * max(1, len(self.names)))
        return float(norm.isf(tail)) / math.sqrt(max(1, self.futures - 1))

    def movers(self, score: Floats, truth: Bools) -> tuple[Mover, ...]:
        """Return the inputs that move a claim most, strongest first.

        Args:
            score: (futures) how far each future is on the true side; only its order counts.
            truth: (futures) whether the claim is true.
        """
        if not self.names:
            return ()
        score, truth = rankdata(score[: self.futures]), truth[: self.futures]
        if np.ptp(score) == 0.0:
            return ()  # what is the same in every future is moved by nothing
        centred = self.ranks - self.ranks.mean(axis=1, keepdims=True)
        own = score - score.mean()
        size = np.sqrt((centred**2).sum(axis=1) * (own**2).sum())
        correlations = centred @ own / size
        order = np.argsort(-np.abs(correlations), kind="stable")[:SHOWN]
        noise = self.noise()
        return tuple(
            self._mover(row, float(correlations[row]), truth)
            for row in order
            if abs(float(correlations[row])) > noise
        )

    def _mover(self, row: int, correlation: float, truth: Bools) -> Mover:
        name, drawn = self.names[row], self.drawn[row]
        third = self.futures // THIRDS
        by_value = np.argsort(drawn, kind="stable")
        low, high = truth[by_value[:third]], truth[by_value[self.futures - third :]]
        fact = self.prepared.sources.get(name)
        p10, p50, p90 = (float(one) for one in np.quantile(drawn, [0.1, 0.5, 0.9]))
        return Mover(
            input=name,
            fact_id=fact.id if fact else "",
            title=fact.title if fact else "set by the scenario",
            correlation=correlation,
            standard_error=1.0 / math.sqrt(max(1, self.futures - 1)),
            chance_low=_mean(low),
            error_low=_error(low),
            chance_high=_mean(high),
            error_high=_error(high),
            p10=p10,
            p50=p50,
            p90=p90,
            unit=self.prepared.units.get(name, "ratio"),
            source=fact.source if fact else f"scenario {self.prepared.scenario.name}",
            address=fact.address if fact else "",
            confidence=fact.confidence if fact else "",
        )


def _mean(truth: Bools) -> float:
    return float(truth.mean()) if truth.size else math.nan


def _error(truth: Bools) -> float:
    share = _mean(truth)
    return math.sqrt(share * (1.0 - share) / truth.size) if truth.size else math.nan

"""Which uncertain inputs moved an outcome most: rank correlations over the run's own futures.

Spearman's rank correlation between an input's draw and the outcome; its standard error over n futures is
about 1/sqrt(n - 1). It says how far the ranking of futures follows an input, not how much it would change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from stargauge.ensemble import BLOCK_SIZE, Store
from stargauge.facts import Constant, Distribution
from stargauge.model import NATION, POOL_DRAWS, Prepared
from stargauge.streams import uniforms

Floats = NDArray[np.float64]

MOST_FUTURES = 8192
"""Ranks of this many futures are taken; the standard error of a correlation is then 0.011."""

SHOWN = 8
SLIP = "delivery.slip.log_median"
NOISE = 3.0
"""An input is shown where its correlation is beyond this many standard errors."""


@dataclass(frozen=True)
class Driver:
    """An input that moved the outcome: its fact, its rank correlation with it, and the values drawn."""

    outcome: str
    input: str
    fact_id: str
    title: str
    correlation: float
    p10: float
    p50: float
    p90: float
    unit: str
    source: str
    address: str
    confidence: str


def drivers(prepared: Prepared, store: Store, outcome: str | None = None) -> list[Driver]:
    """Return the inputs that moved an outcome most, strongest first.

    Args:
        prepared: The scenario as run.
        store: The finished run.
        outcome: An end value; national facility MW at the end of 2030 by default, or of the last year before.
    """
    outcome = outcome or _default_outcome(store)
    futures = min(store.record.futures, MOST_FUTURES)
    values = store.ends(outcome).head(futures)[outcome].to_numpy()
    ranks = rankdata(np.where(np.isnan(values), np.inf, values))
    if np.ptp(ranks) == 0.0:
        return []  # an outcome that is the same in every future is moved by nothing
    noise = NOISE / math.sqrt(max(1, futures - 1))
    found: list[Driver] = []
    for name, distribution in prepared.uncertain.items():
        if isinstance(distribution, Constant):
            continue
        drawn = drawn_values(prepared, name, distribution, futures)
        correlation = float(np.corrcoef(rankdata(drawn), ranks)[0, 1])
        if math.isfinite(correlation) and abs(correlation) > noise:
            found.append(_driver(prepared, outcome, name, drawn, correlation))
    return sorted(found, key=lambda driver: -abs(driver.correlation))[:SHOWN]


def _default_outcome(store: Store) -> str:
    prefix = f"energised_facility_mw:{NATION}:"
    years = [e.name for e in store.record.end_values if e.name.startswith(prefix)]
    return next((name for name in years if name.endswith("2030")), years[-1])


def drawn_values(prepared: Prepared, name: str, distribution: Distribution, futures: int) -> Floats:
    """Return (futures) an input's value in each future; the slip is its posterior's, by way of the pool."""
    if name == SLIP:
        rows = (_draws(prepared.seed, "delivery.factors", futures, "pool") * POOL_DRAWS).astype(np.int64)
        return prepared.pool.slip[rows]
    return distribution.quantile(_draws(prepared.seed, name, futures))


def _draws(seed: int, name: str, futures: int, entity: str = "national") -> Floats:
    blocks = -(-futures // BLOCK_SIZE)
    parts = [uniforms(seed, name, entity, block, BLOCK_SIZE) for block in range(blocks)]
    return np.concatenate(parts)[:futures]


def _driver(prepared: Prepared, outcome: str, name: str, drawn: Floats, correlation: float) -> Driver:
    low, middle, high = np.quantile(drawn, [0.1, 0.5, 0.9])
    fact = prepared.sources.get(name)
    return Driver(
        outcome=outcome,
        input=name,
        fact_id=fact.id if fact else "",
        title=fact.title if fact else "set by the scenario",
        correlation=correlation,
        p10=float(low),
        p50=float(middle),
        p90=float(high),
        unit=prepared.units.get(name, "ratio"),
        source=fact.source if fact else f"scenario {prepared.scenario.name}",
        address=fact.address if fact else "",
        confidence=fact.confidence if fact else "",
    )

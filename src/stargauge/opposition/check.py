"""The prior-predictive check: where the counts of 2024 to 2026 fall under the priors.

The priors of 2024 were written later, by people who knew the counts: a hindcast. Each series has a base
window, on which one scale factor is fitted, and windows that are told from it. A series of eight windows or
more is scored by the coverage of its 80 % band; a shorter one is a list of single predictions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts import Constant, Registry
from stargauge.opposition.counts import Futures, run_priors, simulate_counts
from stargauge.opposition.drivers import MONTHS, Drivers

Floats = NDArray[np.float64]

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
BAND = HIGH - LOW
SCORED = 8
"""Fewer windows say too little of coverage."""

UNLIKELY = 0.05
"""A coverage that a true 80 % band would fall to less often than this is a failure."""

HINDCAST, LATEST = date(2024, 12, 31), date(2026, 10, 5)


@dataclass(frozen=True)
class Series:
    """A counted series: which metric of which tracker, its base window, and what it grows with.

    `counted` is the window its base count is printed for, where that is not `base`.
    """

    name: str
    metric: str
    source: str
    base: tuple[date, date]
    exponent: str
    grows: bool
    first_told: date
    last_told: date
    counted: tuple[date, date] | None = None


def _window(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


TRACKER, WATCH, HEATMAP, INVENTORY = "Datacenter", "Data Center Watch", "Heatmap Pro", "Bommarito"
LATE = date(2026, 6, 30)
FIGHTS = Series(
    "fights begun",
    "local fights begun",
    TRACKER,
    _window("2024-01-01", "2024-06-30"),
    "one",
    True,
    date(2024, 7, 1),
    LATE,
)
CANCELLED = Series(
    "cancelled or defeated",
    "projects cancelled or defeated",
    TRACKER,
    _window("2024-01-01", "2024-06-30"),
    "hazard",
    True,
    date(2024, 7, 1),
    LATE,
)
BLOCKED = Series(
    "blocked or delayed",
    "projects blocked or delayed",
    WATCH,
    _window("2023-01-01", "2025-03-31"),
    "hazard",
    True,
    date(2025, 4, 1),
    LATE,
)
DROPPED = Series(
    "cancelled after opposition",
    "data centres cancelled after local opposition",
    HEATMAP,
    _window("2024-01-01", "2024-12-31"),
    "hazard",
    False,
    date(2025, 1, 1),
    LATE,
)
MORATORIA = Series(
    "moratoria enacted",
    "data-centre moratoria enacted",
    INVENTORY,
    _window("2024-07-01", "2024-12-31"),
    "one",
    False,
    date(2025, 1, 1),
    LATE,
)
BLOCKED_LATER = replace(
    BLOCKED,
    name="the same, base from May 2024",
    base=_window("2024-05-01", "2025-03-31"),
    counted=BLOCKED.base,
)
"""One press report dates the first count of this tracker from May 2024."""

PAST = (FIGHTS, CANCELLED, BLOCKED, BLOCKED_LATER, DROPPED, MORATORIA)
"""Series told by the priors of 2024; levels are 1 in January 2024."""


def _july(name: str, metric: str, exponent: str) -> Series:
    window = _window("2026-04-01", "2026-06-30")
    return Series(name, metric, TRACKER, window, exponent, True, date(2026, 7, 1), date(2026, 7, 30))


SINCE = (
    _july("fights begun", "local fights begun", "one"),
    _july("cancelled or defeated", "projects cancelled or defeated", "hazard"),
    _july("moratoria passed", "moratoria passed", "one"),
)
"""What the newest priors can be held against: July 2026, told from the quarter before."""


@dataclass(frozen=True)
class Prediction:
    """A window told: 10, 50 and 90 % points of the count, what was counted, and the share of draws below."""

    first_day: date
    last_day: date
    low: float
    median: float
    high: float
    observed: float
    percentile: float

    @property
    def inside(self) -> bool:
        """Whether the count lies in the 80 % band."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True)
class Told:
    """A series told under one edition of the priors in one reading."""

    as_of: date
    reading: str
    series: Series
    base_count: float
    predictions: tuple[Prediction, ...]

    @property
    def inside(self) -> int:
        """How many windows lie in their 80 % band."""
        return sum(one.inside for one in self.predictions)

    @property
    def scored(self) -> bool:
        """Whether there are windows enough to speak of coverage."""
        return len(self.predictions) >= SCORED

    @property
    def fails(self) -> bool:
        """Whether so few windows are inside that a true band would hold so few less than one time in 20.

        Windows of one series are not independent, so this is kinder than it looks.
        """
        return coverage_chance(self.inside, len(self.predictions)) < UNLIKELY


def coverage_chance(inside: int, windows: int) -> float:
    """Return the chance that a true 80 % band holds at most so many of so many independent counts."""
    from scipy.stats import binom  # a third of a second to import

    return float(binom.cdf(inside, windows, BAND))


AS_THEY_ARE, NO_DRIFT, NO_REACH, NO_INDEX = READINGS = (
    "the priors as they are",
    "without drift",
    "without reach",
    "without the index",
)
"""What else is told beside the priors: building and bills without growth of its own; a tracker that always
saw as much; projects exposed and reach alone."""


def tell(
    registry: Registry,
    frame: pl.DataFrame,
    facts: Drivers,
    as_of: date,
    series: tuple[Series, ...],
    first: tuple[int, int],
    futures: int,
    seed: int = 0,
) -> tuple[Told, ...]:
    """Return the series told under the priors of a date, in every reading.

    Args:
        registry: All facts.
        frame: The series counted.
        facts: Drivers over the months.
        as_of: Date of the priors.
        series: What is told.
        first: Year and month at whose beginning the level is the base.
        futures: Number of draws.
        seed: Seed of the draws.
    """
    start = MONTHS.index(first)
    runs = run_priors(registry, facts, as_of, start, futures, seed)
    calm = registry.overridden(
        {fact.id: Constant(0.0) for fact in registry if fact.feeds == "opposition.drift"}
    )
    flat = run_priors(calm, facts, as_of, start, futures, seed)
    still = replace(runs, factor={name: np.ones_like(value) for name, value in runs.factor.items()})
    found = []
    for one in series:
        found.append(_told(runs, facts, frame, one, AS_THEY_ARE, grows=one.grows))
        found.append(_told(flat, facts, frame, one, NO_DRIFT, grows=one.grows))
        found.append(_told(runs, facts, frame, one, NO_REACH, grows=False))
        found.append(_told(still, facts, frame, one, NO_INDEX, grows=one.grows))
    return tuple(found)


def _told(
    runs: Futures, facts: Drivers, frame: pl.DataFrame, series: Series, reading: str, *, grows: bool
) -> Told:
    rows = frame.filter(
        (pl.col("metric") == series.metric)
        & (pl.col("place") == "US")
        & pl.col("source").str.starts_with(series.source)
    ).sort("first_day")
    start, end = series.counted or series.base
    base = rows.filter(pl.col("first_day").ge(start) & pl.col("last_day").le(end))
    told = rows.filter(pl.col("first_day").ge(series.first_told) & pl.col("last_day").le(series.last_told))
    windows = [(row["first_day"], row["last_day"], row["value"]) for row in told.iter_rows(named=True)]
    count = float(base["value"].sum())
    sample = simulate_counts(
        runs,
        facts,
        series.name,
        _months(*series.base),
        count,
        [_months(first, last) for first, last, _ in windows],
        series.exponent,
        grows=grows,
    )
    bands = np.quantile(sample, [LOW, MIDDLE, HIGH], axis=0)
    predictions = tuple(
        Prediction(first, last, low, middle, high, value, percentile(sample[:, number], value))
        for number, ((first, last, value), (low, middle, high)) in enumerate(
            zip(windows, bands.T.tolist(), strict=True)
        )
    )
    return Told(runs.as_of, reading, series, count, predictions)


def percentile(sample: Floats, observed: float) -> float:
    """Return the share of draws below what was counted, draws equal to it counting half."""
    return float(np.mean(sample < observed) + np.mean(sample == observed) / 2.0)


def _months(first: date, last: date) -> tuple[int, int]:
    """Return the first month of a window on the axis and the month after its last."""
    return MONTHS.index((first.year, first.month)), MONTHS.index((last.year, last.month)) + 1

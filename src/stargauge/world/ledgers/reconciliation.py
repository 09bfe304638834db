"""Published numbers of compute beside what the ledgers say of the same thing, each on its own basis.

Clusters by place, chips by owner and forecasts of what is added differ by a factor of three for China. None
is wrong; they measure different things, and so each is laid beside the part of the ledgers that it measures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Registry
from stargauge.world.ledgers.arrays import CHINA, EU, LOCATION, OWN_CHIPS, US, LedgerPaths
from stargauge.world.ledgers.plan import LedgerPlan

Floats = NDArray[np.float64]

BAND = (0.05, 0.5, 0.95)

Year = int
Measure = Callable[[LedgerPaths, slice], Floats]
"""From the paths and the slots of a year to (futures) numbers, at its end or over it."""


@dataclass(frozen=True)
class Published:
    """A published number and what of the ledgers it measures.

    `basis` says in words what it counts; `unit` is what `measure` gives.
    """

    fact: str
    basis: str
    unit: str
    year: Year
    measure: Measure


@dataclass(frozen=True)
class Compared:
    """A published number beside the ledgers: 5th, 50th and 95th percentile of both.

    `overlaps` is whether the two bands have anything in common.
    """

    fact: str
    title: str
    basis: str
    unit: str
    published: tuple[float, float, float]
    ledgers: tuple[float, float, float]

    @property
    def overlaps(self) -> bool:
        """Return whether the bands overlap."""
        return self.published[0] <= self.ledgers[2] and self.ledgers[0] <= self.published[2]


def _world(paths: LedgerPaths, year: slice) -> Floats:
    total: Floats = paths.location[:, year.stop - 1].sum(axis=1)
    return total


def _location(bloc: int) -> Measure:
    return lambda paths, year: paths.location[:, year.stop - 1, bloc] / _world(paths, year)


def _owned(paths: LedgerPaths, year: slice) -> Floats:
    return paths.owner[:, year.stop - 1, US] / _world(paths, year)


def _counted(paths: LedgerPaths, year: slice) -> Floats:
    held: Floats = paths.domestic[:, year.stop - 1] + paths.licensed[:, year.stop - 1]
    return held


def _counted_share(paths: LedgerPaths, year: slice) -> Floats:
    return _counted(paths, year) / _world(paths, year)


def _added_ratio(column: int) -> Measure:
    """Return what the US adds in a year over a part of what China adds: a column of additions."""

    def ratio(paths: LedgerPaths, year: slice) -> Floats:
        us = paths.location[:, year.stop - 1, US] - paths.location[:, year.start - 1, US]
        # A few futures make next to nothing: a ratio of infinity is a ratio all the same.
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = us / paths.added[:, year, column].sum(axis=1)
        return found

    return ratio


PUBLISHED = (
    Published("STK-tracked-World-2025-Q4", "chips sold, all owners", "H100e", 2025, _world),
    Published("STK-world-World-2025", "capacity in use", "H100e", 2025, _world),
    Published("SHR-super-US-2025", "location, tracked clusters", "ratio", 2025, _location(US)),
    Published("SHR-super-China-2025", "location, tracked clusters", "ratio", 2025, _location(CHINA)),
    Published("SHR-super-EU-2025", "location, tracked clusters", "ratio", 2025, _location(EU)),
    Published(
        "SHR-owned-US-top-5-hyperscalers-2025-Q4", "owner, five firms of all in the US", "ratio", 2025, _owned
    ),
    Published("OWN-China-2025-Q4", "owner, without smuggled and rented", "H100e", 2025, _counted),
    Published("SHR-owned-China-2025-Q4", "owner, without smuggled and rented", "ratio", 2025, _counted_share),
    Published(
        "RAT-no-exports-US-China-2026",
        "added: US, and China's own chips",
        "ratio",
        2026,
        _added_ratio(OWN_CHIPS),
    ),
    Published(
        "RAT-b30a-US-China-2026",
        "added, by location, if sales are open",
        "ratio",
        2026,
        _added_ratio(LOCATION + CHINA),
    ),
)
"""What is published that a part of the ledgers measures."""


def reconcile(plan: LedgerPlan, paths: LedgerPaths, registry: Registry) -> tuple[Compared, ...]:
    """Return published numbers beside the ledgers, those whose year lies within the run.

    Both are told as they are, whatever the scenario supposes of chip sales; which of the two ratios of 2026
    is to be compared depends on it.

    Args:
        plan: The ledgers made ready.
        paths: Written ledgers.
        registry: Facts.
    """
    found = []
    for one in PUBLISHED:
        end = round(plan.slot(one.year + 1.0))
        year = slice(end - 3, end + 1)
        if year.start < 1 or end > len(plan.quarters):
            continue
        fact = registry[one.fact]
        said = fact.to(one.unit).quantile(np.array(BAND))
        told = np.quantile(one.measure(paths, year), BAND)
        found.append(Compared(fact.id, fact.title, one.basis, one.unit, _three(said), _three(told)))
    return tuple(found)


def _three(values: Floats) -> tuple[float, float, float]:
    low, middle, high = (float(value) for value in values)
    return low, middle, high

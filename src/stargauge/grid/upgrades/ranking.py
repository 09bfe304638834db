"""The upgrades that unlock most MW at the sites of a region, alone and one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.frame import notice
from stargauge.grid.hosting.rules import PreExisting, Rules
from stargauge.grid.hosting.sources import Source
from stargauge.grid.network import Network
from stargauge.grid.upgrades.gains import (
    COLUMNS,
    LEAST_GAIN_MW,
    OVERLAP,
    SCHEMA,
    TOGETHER,
    GainRows,
    Together,
    ranking_rule,
)
from stargauge.grid.upgrades.plan import Progress, legal_rules
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.relief import Sites, relieve
from stargauge.grid.upgrades.sites import sites_of

if TYPE_CHECKING:
    from rich.console import RenderableType

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class UpgradeRanking:
    """Upgrades ranked by what they unlock at the sites of a region.

    Attributes:
        frame: One row a single upgrade of the network as it is, best first; see `gains.COLUMNS`.
        sequence: One row a step: the best upgrade of the network with all steps before it.
        where: The sites, in words.
        sites: Number of sites.
        size_mw: Size beyond which a site's capacity does not count, MW; None for no end.
        together: What is raised at once: one element, or all circuits of a corridor.
        rules: The conventions.
        model: The network with its matrices.
        changed: The network after the whole sequence.
        seconds: How long it took, s.
    """

    frame: pl.DataFrame
    sequence: pl.DataFrame
    where: str
    sites: int
    size_mw: float | None
    together: Together
    rules: Rules
    model: DcModel
    changed: DcModel
    seconds: float

    @property
    def rule(self) -> str:
        """The conventions in words: the same text as in every row."""
        return ranking_rule(self.model, self.rules, self.size_mw, self.together)

    @property
    def notice(self) -> str:
        """What the network is: the same text as in every row."""
        return notice(self.model)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        network = self.model.network
        return {
            "title": f"Upgrades that unlock most at {self.sites} sites {self.where} of {network.name}",
            "rule": self.rule,
            "notice": self.notice,
            "overlap": OVERLAP,
            "source": network.source,
            "licence": network.licence,
            "notes": " | ".join((*network.notes, *self.model.notes)),
            "sites": self.sites,
            "where": self.where,
            "size_mw": self.size_mw,
            "columns": COLUMNS,
            "rows": self.frame.to_dicts(),
            "sequence": self.sequence.to_dicts(),
        }

    def render(self, rows: int = 20) -> RenderableType:
        """Return both tables for a terminal."""
        from stargauge.grid.upgrades.screen import render_ranking

        return render_ranking(self, rows)


def best_upgrades(
    network: Network | DcModel,
    *,
    state: str | None = None,
    near: tuple[float, float] | None = None,
    radius_km: float | None = None,
    area: str | None = None,
    count: int = 10,
    size_mw: float | None = None,
    together: Together = "element",
    source: Source | str = "prorata",
    cutoff: float = 0.03,
    pre_existing: PreExisting = "exclude",
    limits: Ratings | None = None,
    prices: Prices | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> UpgradeRanking:
    """Return the upgrades that unlock most MW at the sites of a region, alone and in sequence.

    The gain of every element is exact; the best are raised and hosting is computed anew with their ratings.
    The sequence takes the best upgrade, then the best of the network so changed, and so on: each step is the
    best at its time, which does not make the ten the best ten.

    Args:
        network: The network.
        state: State or province, as the network writes it.
        near: Latitude and longitude, degrees; needs `radius_km`.
        radius_km: Distance from `near`, km.
        area: Number of an area, or name of a zone.
        count: How many upgrades.
        size_mw: Size of a site, MW: what a bus can take beyond it does not count, and sites that reach it are
            counted; no end if None.
        together: `element` raises one branch; `corridor` all parallel branches between two buses at once.
        source: Where the power comes from; a `Source`, or its words.
        cutoff: Smallest share of the load on an element that counts.
        pre_existing: What becomes of pairs over their limit before the load.
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        prices: Facts of gains, costs and times; the shipped ones if None.
        threads: Threads; all processors if None. Results do not depend on it.
        progress: Told in words what is being done.

    Raises:
        InputError: Options that are not legal, or a network that cannot be balanced.
    """
    started = perf_counter()
    model = prepare(network)
    mistakes = _mistakes(count, size_mw, together)
    bus, where = sites_of(model.network, state, near, radius_km, area, mistakes)
    rules = legal_rules(source, cutoff, pre_existing, limits, mistakes)
    tell = progress or (lambda text: None)
    group = groups(model.network, together)
    largest = int(np.bincount(group[model.is_element]).max(initial=1))
    sites = Sites(rules, bus, group, np.inf if size_mw is None else size_mw, 1 + largest, threads)
    table = GainRows(model, sites, size_mw, together, prices or Prices.shipped())
    tell(f"capacity of {bus.size:,} sites")
    found = sites.limits(model)
    single, results = [], {}
    for rank, best in enumerate(_best(sites.gains(found), count)):
        tell(f"upgrade {rank + 1} of {count} alone")
        results[best] = relieve(model, sites, found, best)
        single.append(table.row(rank + 1, results[best][2], found, results[best][1], found))
    changed, now, steps = model, found, []
    for step in range(count):
        found_best = _best(sites.gains(now), 1)
        if not found_best:
            break
        tell(f"step {step + 1} of {count}")
        earlier = now
        changed, now, raises = (
            results[found_best[0]] if step == 0 else relieve(changed, sites, now, found_best[0])
        )
        steps.append(table.row(step + 1, raises, earlier, now, found))
    return UpgradeRanking(
        pl.DataFrame(single, schema=SCHEMA),
        pl.DataFrame(steps, schema=SCHEMA),
        where,
        int(bus.size),
        size_mw,
        together,
        rules,
        model,
        changed,
        perf_counter() - started,
    )


def groups(network: Network, together: Together) -> Ints:
    """Return the group of each branch, (m,): its own number, or the lowest of its parallel branches."""
    own = np.arange(network.branches, dtype=np.int64)
    if together == "element":
        return own
    low = np.minimum(network.branch_from, network.branch_to)
    high = np.maximum(network.branch_from, network.branch_to)
    _, first, inverse = np.unique(low * network.buses + high, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], dtype=np.int64)


def _mistakes(count: int, size_mw: float | None, together: str) -> list[Mistake]:
    mistakes = []
    if count < 1:
        mistakes.append(Mistake(0, "count", f"is {count}; it must be at least 1"))
    if size_mw is not None and not (np.isfinite(size_mw) and size_mw > 0):
        mistakes.append(Mistake(0, "size_mw", f"is {size_mw:g}; it must be above 0, for example 300"))
    if together not in TOGETHER:
        text = f'"{together}" is nothing to raise together; known: {", ".join(TOGETHER)}'
        mistakes.append(Mistake(0, "together", text))
    return mistakes


def _best(gains: Floats, count: int) -> list[int]:
    """Return the groups that give most, best first; equal ones by number."""
    order = np.lexsort((np.arange(gains.size), -gains))[:count]
    return [int(group) for group in order if gains[group] > LEAST_GAIN_MW]

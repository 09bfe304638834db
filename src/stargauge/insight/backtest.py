"""Back-test: the model run as of each past vintage, judged by what later vintages first reported.

A run as of an origin sees that vintage, the pledges made by then, the facts known by then and static
geography. Truth is a site's standing facility MW as first reported by the target vintage. Trackers revise
what they reported, so the forecast carries a revision, one a site and future: none with some chance, else a
factor, both learnt from the revisions known at the origin. The first origin has no vintage before it: it runs
on priors alone. The vintage of October 2026 gives no facility MW and is no target.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Registry, SiteRecords, Tables, load_registry, load_tables
from stargauge.insight.baselines import Pair, bare, dressed, hindsight
from stargauge.insight.scores import covers, crps, site_bootstrap
from stargauge.model import deliver, prepare
from stargauge.model.simulation import BLOCK_FUTURES, draw
from stargauge.scenario import Scenario, load_scenario
from stargauge.streams import normals, uniforms

Floats = NDArray[np.float64]

FUTURES = 2048
INTERVAL = 0.8
HORIZONS = ((0.0, 3.0), (3.0, 6.0), (6.0, 12.0))
"""Bands of months from origin to target for the table by horizon."""

BASELINES = ("persistence", "announced")


@dataclass(frozen=True)
class ScoredPair:
    """A pair with the model's forecast and all scores, MW; `scores` by method."""

    pair: Pair
    mean_mw: float
    p10_mw: float
    p50_mw: float
    p90_mw: float
    covered: bool
    scores: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the pair as plain data."""
        own = asdict(self.pair)
        own["origin"], own["target"] = str(self.pair.origin), str(self.pair.target)
        return {
            **own,
            "could_change": self.pair.could_change,
            "horizon_months": round(self.pair.horizon_months, 2),
            "model_mean_mw": self.mean_mw,
            "model_p10_mw": self.p10_mw,
            "model_p50_mw": self.p50_mw,
            "model_p90_mw": self.p90_mw,
            "covered_80": self.covered,
            "crps_mw": self.scores,
        }


@dataclass(frozen=True)
class Summary:
    """Mean scores over a set of pairs: CRPS in MW by method, coverage of 80 % intervals.

    `gain` is the mean of baseline less model by baseline, with a 90 % bootstrap interval over sites: the
    model is better where it is positive.
    """

    label: str
    pairs: int
    sites: int
    crps_mw: dict[str, float]
    coverage_80: float
    gain: dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Backtest:
    """All pairs and their summaries; `origins` tells how much history each origin had.

    `scenario` names the scenario that was run as of each origin.
    """

    scenario: str
    pairs: tuple[ScoredPair, ...]
    summaries: tuple[Summary, ...]
    origins: tuple[dict[str, Any], ...]
    futures: int

    def summary(self, label: str) -> Summary:
        """Return the summary of a label: `all pairs`, `pairs that could change`, or a horizon."""
        return next(item for item in self.summaries if item.label == label)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "scenario": self.scenario,
            "futures": self.futures,
            "interval": INTERVAL,
            "origins": list(self.origins),
            "summaries": [asdict(item) for item in self.summaries],
            "pairs": [item.to_dict() for item in self.pairs],
        }


ALL_PAIRS = "all pairs"
COULD_CHANGE = "pairs that could change"
METHODS = ("model", *BASELINES, *(f"{name}, dressed" for name in BASELINES))


def backtest(
    base: Scenario | None = None,
    registry: Registry | None = None,
    tables: Tables | None = None,
    futures: int = FUTURES,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Return the back-test of the model over all pairs of vintages with facility MW.

    Args:
        base: Scenario to run as of each origin; `us-2026` by default. Its as-of date is replaced.
        registry: Facts; the shipped ones by default.
        tables: Record tables; the shipped ones by default.
        futures: Futures a run; rounded up to whole blocks.
        progress: Called with (origins done, origins).
    """
    base = base or load_scenario("us-2026")
    registry, tables = registry or load_registry(), tables or load_tables()
    records = SiteRecords(tables.vintages, tables.pledges, tables.site_aliases, tables.site_keys)
    pairs = vintage_pairs(records, tables)
    origins = sorted({pair.origin for pair in pairs})
    scored: list[ScoredPair] = []
    told: list[dict[str, Any]] = []
    for number, origin in enumerate(origins):
        mine = [pair for pair in pairs if pair.origin == origin]
        forecasts, history = _forecasts(base, registry, tables, records, origin, mine, futures)
        told.append({"origin": str(origin), "pairs": len(mine), **history})
        scored.extend(_score(pair, pairs, forecasts[pair.site_id, pair.target]) for pair in mine)
        if progress:
            progress(number + 1, len(origins))
    return Backtest(base.name, tuple(scored), tuple(_summaries(scored)), tuple(told), futures)


def vintage_pairs(records: SiteRecords, tables: Tables) -> list[Pair]:
    """Return every (origin, target, site) of vintages that give facility MW, oldest first."""
    with_facility = tables.vintages.filter(tables.vintages["facility_mw"].is_not_null())
    vintages: list[date] = with_facility["vintage"].unique().sort().to_list()
    pairs: list[Pair] = []
    for index, origin in enumerate(vintages):
        for target in vintages[index + 1 :]:
            for site in records.site_ids:
                if not {origin, target} <= set(records.vintages(site)):
                    continue
                pairs.append(
                    Pair(
                        origin=origin,
                        target=target,
                        site_id=site,
                        truth_mw=records.standing_mw(site, target, target, 1.0),
                        persistence_mw=records.standing_mw(site, origin, origin, 1.0),
                        announced_mw=records.forecast_mw(site, origin, target, 1.0),
                    )
                )
    return pairs


def _forecasts(
    base: Scenario,
    registry: Registry,
    tables: Tables,
    records: SiteRecords,
    origin: date,
    pairs: Sequence[Pair],
    futures: int,
) -> tuple[dict[tuple[str, date], Floats], dict[str, Any]]:
    """Return (futures) MW by site and target, and what the origin's history taught."""
    scenario = base.model_copy(update={"as_of": origin})
    prepared = prepare(scenario, registry, tables, world=False)
    delivery = prepared.delivery
    learnt = delivery.learnt
    wanted = {(pair.site_id, pair.target) for pair in pairs}
    parts: dict[tuple[str, date], list[Floats]] = {key: [] for key in wanted}
    rows = {site: [r for r, name in enumerate(delivery.arrays.site) if name == site] for site, _ in wanted}
    for block in range(-(-futures // BLOCK_FUTURES)):
        energised = deliver(prepared, draw(prepared, block)).out.energised_month
        for site, target in sorted(wanted):
            month = delivery.month_of(target)
            items = rows[site]
            new = (energised[:, items] <= month) @ delivery.arrays.facility_mw[items]
            standing = records.standing_mw(site, origin, origin, 1.0)
            size = normals(scenario.seed, "backtest.revision", site, block, BLOCK_FUTURES)
            revised = uniforms(scenario.seed, "backtest.revised", site, block, BLOCK_FUTURES)
            factor = np.where(revised < learnt.revision_chance, np.exp(learnt.revision_log_sd * size), 1.0)
            parts[site, target].append((standing + new) * factor)
    history = {
        "transitions": learnt.transitions,
        "comparisons": learnt.comparisons,
        "slip_mean": learnt.slip_mean,
        "slip_sd": learnt.slip_sd,
        "revision_chance": learnt.revision_chance,
        "revision_log_sd": learnt.revision_log_sd,
    }
    return {key: np.concatenate(blocks) for key, blocks in parts.items()}, history


def _score(pair: Pair, pairs: Sequence[Pair], forecast: Floats) -> ScoredPair:
    scores = {"model": crps(forecast, pair.truth_mw)}
    for name in BASELINES:
        scores[name] = abs(bare(pair, name) - pair.truth_mw)
        scores[f"{name}, dressed"] = crps(dressed(pair, pairs, name), pair.truth_mw)
        scores[f"{name}, hindsight"] = crps(hindsight(pair, pairs, name), pair.truth_mw)
    low, middle, high = np.quantile(forecast, [0.1, 0.5, 0.9])
    return ScoredPair(
        pair=pair,
        mean_mw=float(forecast.mean()),
        p10_mw=float(low),
        p50_mw=float(middle),
        p90_mw=float(high),
        covered=covers(forecast, pair.truth_mw, INTERVAL),
        scores=scores,
    )


def _summaries(scored: Sequence[ScoredPair]) -> list[Summary]:
    summaries = [
        _summary(ALL_PAIRS, scored),
        _summary(COULD_CHANGE, [item for item in scored if item.pair.could_change]),
    ]
    for low, high in HORIZONS:
        band = [item for item in scored if low <= item.pair.horizon_months < high]
        if band:
            summaries.append(_summary(f"{low:.0f} to {high:.0f} months ahead", band))
    for origin in sorted({item.pair.origin for item in scored}):
        band = [item for item in scored if item.pair.origin == origin]
        summaries.append(_summary(f"as of {origin}", band))
    return summaries


def _summary(label: str, scored: Sequence[ScoredPair]) -> Summary:
    sites = [item.pair.site_id for item in scored]
    names = list(scored[0].scores)
    values = {name: np.array([item.scores[name] for item in scored]) for name in names}
    gain: dict[str, tuple[float, float, float]] = {}
    for name in names[1:]:
        difference = values[name] - values["model"]
        low, high = site_bootstrap(difference, sites)
        gain[name] = (float(difference.mean()), low, high)
    return Summary(
        label=label,
        pairs=len(scored),
        sites=len(set(sites)),
        crps_mw={name: float(value.mean()) for name, value in values.items()},
        coverage_80=float(np.mean([item.covered for item in scored])),
        gain=gain,
    )

"""The answers of a run: what becomes of the pledges, what makes them late, how much power by when.

Everything a terminal, a report or a page shows of a run is here once, as plain numbers with units in their
names; nothing above this room computes. Megawatts are of facility power unless the name says `it`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.delivery import CAUSE_NAMES, Cause
from stargauge.ensemble import Store
from stargauge.facts import Tables
from stargauge.insight.backtest import Backtest
from stargauge.insight.drivers import Driver, drivers
from stargauge.insight.fans import Fan, read_fans
from stargauge.insight.left_out import NOT_MODELLED
from stargauge.insight.position.answer import PositionAnswers
from stargauge.insight.position.reading import position_answers
from stargauge.insight.regional import RegionalAnswers
from stargauge.insight.regions import regional_answers
from stargauge.model import ALL_NAMED, NATION, PledgeTest, Prepared
from stargauge.policy import read_levers

Floats = NDArray[np.float64]

POWER_OR_CONSTRUCTION = "power or construction"


@dataclass(frozen=True)
class PledgeAnswer:
    """What becomes of one testable pledge.

    `due_facility_mw` is what must stand; `standing_mw` what stands now at the sites that count,
    `standing_it_mw` the same in IT MW; `begun_before_mw` the part of it at sites where building was seen
    before the pledge was made. Dates are
    months `YYYY-MM`, None where that quantile lies beyond the horizon; `chance_in_time` is None where the
    deadline does.
    """

    pledge_id: str
    programme: str
    promised: str
    announced: str
    due_mw: float
    basis: str
    due_facility_mw: float
    deadline: str
    sites: tuple[str, ...]
    unannounced: bool
    standing_mw: float
    standing_it_mw: float
    begun_before_mw: float
    chance_in_time: float | None
    chance_error: float
    chance_by_end: float
    reached_p10: str | None
    reached_p50: str | None
    reached_p90: str | None
    promised_capital_usd_b: float | None
    promised_jobs: int | None
    promised_sites: int | None
    source: str
    address: str
    confidence: str


@dataclass(frozen=True)
class ProgrammeAnswer:
    """One programme: what stands now and what is to come.

    `late_months` are means over futures of the MW-weighted months late of phases still to come, by cause;
    they add up to `late_total_months`. `announced_mw` is the last level of its sites; `cancelled_mw` and
    `under_way_mw` are means over futures at the end of the horizon.
    """

    name: str
    country: str
    sites: int
    sites_energised: int
    energised_mw: float
    energised_it_mw: float
    announced_mw: float
    late_total_months: float | None
    late_months: dict[str, float]
    unexplained_months: float
    early_months: float
    cancelled_mw: float
    under_way_mw: float
    fan: Fan


@dataclass(frozen=True)
class Answers:
    """Everything a run answers."""

    scenario: str
    title: str
    version: str
    as_of: str
    facts_as_of: str
    facts_digest: str
    scenario_digest: str
    seed: int
    futures: int
    months: tuple[str, ...]
    programmes: tuple[ProgrammeAnswer, ...]
    pledges: tuple[PledgeAnswer, ...]
    late_months: dict[str, float]
    late_total_months: float | None
    unexplained_months: float
    national: tuple[Fan, ...]
    national_by_year: tuple[dict[str, Any], ...]
    regional: RegionalAnswers
    position: PositionAnswers | None
    phases: int
    drivers: tuple[Driver, ...]
    tracked_levers: tuple[str, ...]
    plan_remark: str
    not_modelled: tuple[str, ...]
    backtest: Backtest | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; floats that are not numbers become None."""
        plain = asdict(self)
        plain["backtest"] = self.backtest.to_dict() if self.backtest else None
        cleaned: dict[str, Any] = _clean(plain)
        return cleaned


def answers(prepared: Prepared, store: Store, tables: Tables, scored: Backtest | None = None) -> Answers:
    """Return the answers of a finished run.

    Args:
        prepared: The scenario made ready, as it was run.
        store: The finished run.
        tables: Record tables, for what was promised.
        scored: The model's back-test, shown beside the answers.
    """
    record, scenario = store.record, prepared.scenario
    fans = read_fans(store)
    watched = [name for name in prepared.plan.programmes if _watched(prepared, tables, name)]
    total, causes, unexplained = _late(store, ALL_NAMED)
    return Answers(
        scenario=scenario.name,
        title=scenario.heading,
        version=record.version,
        as_of=str(scenario.as_of),
        facts_as_of=record.inputs.facts_as_of,
        facts_digest=record.inputs.facts_digest,
        scenario_digest=record.inputs.scenario_digest,
        seed=record.seed,
        futures=record.futures,
        months=prepared.months,
        programmes=tuple(_programme(prepared, store, fans, name) for name in watched),
        pledges=tuple(
            _pledge(prepared, store, tables, test)
            for test in prepared.plan.pledges
            if _counts(prepared, test, watched)
        ),
        late_months=causes,
        late_total_months=total,
        unexplained_months=unexplained,
        national=tuple(fans[one.name] for one in prepared.plan.series if one.name.endswith(f":{NATION}")),
        national_by_year=tuple(_by_year(fans)),
        regional=regional_answers(store, scenario),
        position=position_answers(store, scenario) if prepared.world is not None else None,
        phases=len(prepared.delivery.arrays),
        drivers=tuple(drivers(prepared, store)),
        tracked_levers=scenario.tracked_levers(read_levers()),
        plan_remark=prepared.course.remark,
        not_modelled=NOT_MODELLED,
        backtest=scored,
    )


def _watched(prepared: Prepared, tables: Tables, programme: str) -> bool:
    """Return whether a scenario watches a programme, by its name, a site's, or that of a pledge."""
    scenario = prepared.scenario
    sites = {phase.site_id for phase in prepared.delivery.phases if phase.programme == programme}
    labels = {programme, *sites}
    for row in tables.pledges.iter_rows(named=True):
        if sites & set(row["counts_sites"].split()):
            labels.add(row["programme"])
    return any(scenario.watches(label) for label in labels)


def _programme(prepared: Prepared, store: Store, fans: dict[str, Fan], name: str) -> ProgrammeAnswer:
    phases = [phase for phase in prepared.delivery.phases if phase.programme == name]
    energised = [phase for phase in phases if phase.kind == "energised"]
    top: dict[str, float] = {}
    for phase in phases:
        top[phase.site_id] = max(top.get(phase.site_id, 0.0), phase.cumulative_mw)
    total, causes, unexplained = _late(store, name)
    return ProgrammeAnswer(
        name=name,
        country=phases[0].country if phases else NATION,
        sites=len(top),
        sites_energised=len({phase.site_id for phase in energised}),
        energised_mw=sum(phase.facility_mw for phase in energised),
        energised_it_mw=sum(phase.it_mw for phase in energised),
        announced_mw=sum(top.values()),
        late_total_months=total,
        late_months=causes,
        unexplained_months=unexplained,
        early_months=_mean(store, f"early_months:{name}") or 0.0,
        cancelled_mw=_mean(store, f"cancelled_mw:{name}") or 0.0,
        under_way_mw=_mean(store, f"under_way_mw:{name}") or 0.0,
        fan=fans[f"energised_facility_mw:{name}"],
    )


def _counts(prepared: Prepared, test: PledgeTest, watched: list[str]) -> bool:
    """Return whether a pledge counts a site of a watched programme."""
    programme_of = {phase.site_id: phase.programme for phase in prepared.delivery.phases}
    return any(programme_of.get(prepared.delivery.groups[group]) in watched for group in test.groups)


def _pledge(prepared: Prepared, store: Store, tables: Tables, test: PledgeTest) -> PledgeAnswer:
    delivery = prepared.delivery
    row = tables.pledges.row(by_predicate=pl.col("id") == test.pledge_id, named=True)
    reached = store.ends(f"reached_month:{test.pledge_id}")[f"reached_month:{test.pledge_id}"].to_numpy()
    futures = reached.size
    in_time = None
    if not math.isnan(test.due_month):
        in_time = float(np.count_nonzero(reached <= test.due_month)) / futures
    sites = tuple(delivery.groups[group] for group in test.groups)
    standing = standing_it = before = 0.0
    for phase in delivery.phases:
        if phase.site_id in sites and phase.kind == "energised":
            standing += phase.facility_mw
            standing_it += phase.it_mw
            started = phase.construction_start
            if started is not None and started < row["known_from"]:
                before += phase.facility_mw
    low, middle, high = (_date_quantile(reached, q, prepared.months) for q in (0.1, 0.5, 0.9))
    return PledgeAnswer(
        pledge_id=test.pledge_id,
        programme=test.programme,
        promised=row["promised"],
        announced=str(row["announced"]),
        due_mw=row["due_mw"],
        basis=row["basis"],
        due_facility_mw=test.due_mw,
        deadline=str(row["deadline"]),
        sites=tuple(site for site in sites if "(unannounced)" not in site),
        unannounced=any("(unannounced)" in site for site in sites),
        standing_mw=standing,
        standing_it_mw=standing_it,
        begun_before_mw=before,
        chance_in_time=in_time,
        chance_error=0.0 if in_time is None else math.sqrt(in_time * (1.0 - in_time) / futures),
        chance_by_end=float(np.count_nonzero(np.isfinite(reached))) / futures,
        reached_p10=low,
        reached_p50=middle,
        reached_p90=high,
        promised_capital_usd_b=row["promised_capital_usd_b"],
        promised_jobs=row["promised_jobs"],
        promised_sites=row["promised_sites"],
        source=row["source"],
        address=row["address"],
        confidence=row["confidence"],
    )


def _date_quantile(reached: Floats, share: float, months: Sequence[str]) -> str | None:
    """Return the first month by which at least a share of all futures has reached; None if beyond."""
    ordered = np.sort(np.where(np.isnan(reached), np.inf, reached))
    value = ordered[max(0, math.ceil(share * ordered.size) - 1)]
    return months[int(value)] if np.isfinite(value) else None


def _late(store: Store, name: str) -> tuple[float | None, dict[str, float], float]:
    """Return mean months late, by cause, and the unexplained remainder; None where nothing was energised.

    Power and construction are told as one: for a phase with a date both have the same planned window, so
    which of them is later is a draw of the model and no finding. The stored end values keep them apart.
    """
    parts = [cause.name.lower() for cause in Cause]
    total = _mean(store, f"late_months:{name}:total")
    causes: dict[str, float] = {}
    for cause, part in zip(Cause, parts, strict=True):
        told = POWER_OR_CONSTRUCTION if cause in (Cause.POWER, Cause.CONSTRUCTION) else CAUSE_NAMES[cause]
        causes[told] = causes.get(told, 0.0) + (_mean(store, f"late_months:{name}:{part}") or 0.0)
    return total, causes, _mean(store, f"late_months:{name}:unexplained") or 0.0


def _mean(store: Store, column: str) -> float | None:
    values = store.ends(column)[column].drop_nans()
    return float(values.to_numpy().mean()) if values.len() else None


def _by_year(fans: dict[str, Fan]) -> list[dict[str, Any]]:
    rows = []
    power = fans[f"energised_facility_mw:{NATION}"]
    for index, month in enumerate(power.months):
        if month.endswith("-12"):
            row: dict[str, Any] = {"year": int(month[:4])}
            for quantity in ("energised_facility_mw", "energised_it_mw", "compute_h100e", "capital_usd_b"):
                fan = fans[f"{quantity}:{NATION}"]
                row[quantity] = {name: values[index] for name, values in fan.quantiles.items()}
            rows.append(row)
    return rows


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date):
        return str(value)
    return value

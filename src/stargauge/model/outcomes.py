"""Outcomes: the monthly paths and end values of a run, declared once and filled block by block."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.compute import ComputeInputs
from stargauge.delivery import BACKGROUND, DOMESTIC, Cause, Delivery
from stargauge.facts import PLEDGE_ROUNDING, Tables
from stargauge.model.block import Block
from stargauge.model.bounds import compute_bound, extremes, national_bound_mw
from stargauge.model.regional import fill_regional, regional_series, wires_bn_usd
from stargauge.model.series import ALL_NAMED, NATION, EndValue, Series
from stargauge.opposition import OppositionInputs
from stargauge.power import REGIONS, PowerPrepared
from stargauge.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MW_PER_GW = 1000.0


@dataclass(frozen=True)
class PledgeTest:
    """A pledge that can be tested: facility MW of the sites that count, due by the end of a month.

    `due_month` is nan where the deadline lies beyond the horizon.
    """

    pledge_id: str
    programme: str
    due_mw: float
    groups: Ints
    due_month: float


@dataclass(frozen=True)
class OutcomePlan:
    """What is computed: series and end values in order, and the indices that fill them."""

    series: tuple[Series, ...]
    end_values: tuple[EndValue, ...]
    programmes: tuple[str, ...]
    groups: tuple[Ints, ...]
    items: tuple[Ints, ...]
    national_groups: Ints
    pledges: tuple[PledgeTest, ...]
    year_ends: Ints
    stock_mw: float
    facility_per_it: float


LATE_PARTS = tuple(cause.name.lower() for cause in Cause)


def outcome_plan(
    scenario: Scenario,
    delivery: Delivery,
    compute: ComputeInputs,
    power: PowerPrepared,
    opposition: OppositionInputs,
    tables: Tables,
) -> OutcomePlan:
    """Return which outcomes a run has.

    Args:
        scenario: Horizon.
        delivery: Delivery made ready.
        compute: For the bound on compute.
        power: For the bounds on regional power.
        opposition: For the bounds on opposition.
        tables: Pledges; those whose MW terms are on record by the as-of date are tested.
    """
    months = scenario.months()
    site_of = {phase.site_id: phase for phase in delivery.phases}
    programme_of = {site: phase.programme for site, phase in site_of.items()}
    country_of = {site: phase.country for site, phase in site_of.items()}
    arrays = delivery.arrays
    for site, programme, domestic in zip(arrays.site, arrays.programme, arrays.domestic, strict=True):
        if site not in programme_of and site != BACKGROUND:
            programme_of[site], country_of[site] = programme, DOMESTIC if domestic else ""
    programmes = tuple(sorted(set(programme_of.values())))
    groups = tuple(
        np.array([delivery.groups.index(s) for s, p in programme_of.items() if p == name], dtype=np.int64)
        for name in programmes
    )
    items = tuple(
        np.array([row for row, owner in enumerate(arrays.programme) if owner == name], dtype=np.int64)
        for name in programmes
    )
    national = np.array(
        [delivery.groups.index(s) for s, c in country_of.items() if c == DOMESTIC]
        + [delivery.groups.index(BACKGROUND)],
        dtype=np.int64,
    )
    stock = delivery.inputs.fixed["delivery.background.stock_2023"]
    per_it = delivery.inputs.fixed["delivery.facility_per_it"]
    tops = [float(delivery.history_mw[g].sum(axis=0).max(initial=0.0)) for g in groups]
    tops = [top + float(arrays.facility_mw[i].sum()) for top, i in zip(tops, items, strict=True)]
    most = national_bound_mw(scenario, delivery, stock)
    base_month = delivery.year_month(compute.base_year["compute.efficiency"])
    cost = float(extremes(delivery.inputs.uncertain["limits.capital.cost"])[1])
    series = (
        *(
            Series(f"energised_facility_mw:{n}", "MW", max(1.0, t))
            for n, t in zip(programmes, tops, strict=True)
        ),
        Series(f"energised_facility_mw:{ALL_NAMED}", "MW", max(1.0, sum(tops))),
        Series(f"energised_facility_mw:{NATION}", "MW", tuple(most)),
        Series(f"energised_it_mw:{NATION}", "MW_it", tuple(most)),
        Series(f"compute_h100e:{NATION}", "H100e", tuple(compute_bound(compute, most, base_month))),
        Series(f"capital_usd_b:{NATION}", "bn_USD", tuple(most * cost / MW_PER_GW)),
        *regional_series(
            power,
            {r: opposition.fixed[f"opposition.level.{r}"] for r in REGIONS},
            opposition.uncertain["opposition.ceiling"],
        ),
    )
    pledges = _pledge_tests(delivery, tables, months)
    year_ends = np.array([m for m, label in enumerate(months) if label.endswith("-12")], dtype=np.int64)
    labels = [months[m][:4] for m in year_ends]
    ends: list[EndValue] = [EndValue(f"reached_month:{test.pledge_id}", "month") for test in pledges]
    for name in (*programmes, ALL_NAMED):
        ends.append(EndValue(f"late_months:{name}:total", "month"))
        ends.extend(EndValue(f"late_months:{name}:{part}", "month") for part in LATE_PARTS)
        ends.append(EndValue(f"late_months:{name}:unexplained", "month"))
        ends.append(EndValue(f"early_months:{name}", "month"))
        ends.append(EndValue(f"cancelled_mw:{name}", "MW"))
        ends.append(EndValue(f"under_way_mw:{name}", "MW"))
    for quantity, unit in (
        ("energised_facility_mw", "MW"),
        ("energised_it_mw", "MW_it"),
        ("compute_h100e", "H100e"),
    ):
        ends.extend(EndValue(f"{quantity}:{NATION}:{label}", unit) for label in labels)
    ends.append(EndValue(f"wires_usd_b:{NATION}", "bn_USD"))
    return OutcomePlan(
        series, tuple(ends), programmes, groups, items, national, pledges, year_ends, stock, per_it
    )


def fill_paths(
    plan: OutcomePlan, block: Block, stock_h100e: Floats, values: dict[str, Floats], paths: Floats
) -> None:
    """Write (futures, series, months) in the order of `plan.series`.

    Args:
        plan: The outcomes.
        block: The block.
        stock_h100e: (futures, months) national compute in use.
        values: (futures) value of each uncertain input: the costs of a facility GW and of on-site plant.
        paths: Written.
    """
    out, cost = block.out, values["limits.capital.cost"]
    named = [out.group_mw[:, groups].sum(axis=1) for groups in plan.groups]
    everything = np.sum(named, axis=0)
    national = out.group_mw[:, plan.national_groups].sum(axis=1) + plan.stock_mw
    it = out.domestic_it_mw + plan.stock_mw / plan.facility_per_it
    capital = (national - plan.stock_mw) / MW_PER_GW * cost[:, None]
    first = (*named, everything, national, it, stock_h100e, capital)
    for row, quantity in enumerate(first):
        paths[:, row] = quantity
    fill_regional(block, values["power.onsite.cost_adder"], paths[:, len(first) :])


def fill_ends(plan: OutcomePlan, delivery: Delivery, block: Block, series: Floats) -> Floats:
    """Return (futures, end values) in the order of `plan.end_values`.

    Args:
        plan: The outcomes.
        delivery: Delivery made ready.
        block: The block.
        series: (futures, series, months) the filled paths.
    """
    columns: list[Floats] = []
    for test in plan.pledges:
        reached = block.out.group_mw[:, test.groups].sum(axis=1) >= test.due_mw * (1 - PLEDGE_ROUNDING)
        first = np.argmax(reached, axis=1)
        columns.append(np.where(reached.any(axis=1), first.astype(np.float64), math.nan))
    every = np.concatenate(plan.items) if plan.items else np.empty(0, np.int64)
    for items in (*plan.items, every):
        columns.extend(_lateness(delivery, block, items))
    for name in ("energised_facility_mw", "energised_it_mw", "compute_h100e"):
        row = [s.name for s in plan.series].index(f"{name}:{NATION}")
        columns.extend(series[:, row, month] for month in plan.year_ends)
    columns.append(wires_bn_usd(block, delivery.arrays.places))
    return np.stack(columns, axis=1)


def _pledge_tests(delivery: Delivery, tables: Tables, months: tuple[str, ...]) -> tuple[PledgeTest, ...]:
    ratio: dict[str, float] = {}
    for phase in delivery.phases:
        ratio[phase.site_id] = phase.facility_mw / phase.it_mw
    default = delivery.inputs.fixed["delivery.facility_per_it"]
    tests: list[PledgeTest] = []
    for row in tables.pledges.sort("id").iter_rows(named=True):
        sites = [site for site in row["counts_sites"].split() if site in delivery.groups]
        if not row["testable"] or row["mw_known_from"] > delivery.as_of or not sites:
            continue
        unannounced = f"{row['programme']} (unannounced)"
        if len(sites) > 1 and unannounced in delivery.groups:
            sites.append(unannounced)
        due = row["due_mw"] * (ratio.get(sites[0], default) if row["basis"] == "it" else 1.0)
        tests.append(
            PledgeTest(
                pledge_id=row["id"],
                programme=row["programme"],
                due_mw=due,
                groups=np.array([delivery.groups.index(site) for site in sites], dtype=np.int64),
                due_month=_month_index(row["deadline"], months),
            )
        )
    return tuple(tests)


def _month_index(deadline: date, months: tuple[str, ...]) -> float:
    label = f"{deadline:%Y-%m}"
    return float(months.index(label)) if label in months else math.nan


def _lateness(delivery: Delivery, block: Block, items: Ints) -> list[Floats]:
    """Return the late months of a programme's phases still to come, by cause, as MW-weighted means.

    Only phases with a promised date that are energised within the horizon have a lateness; early ones count
    as zero late months. Then early months, cancelled MW (lapsed undated phases included), and MW not
    energised by the end of the horizon.
    """
    out = block.out
    futures = out.energised_month.shape[0]
    mw = delivery.arrays.facility_mw[items]
    planned = delivery.arrays.plan[items, 2]
    energised = out.energised_month[:, items]
    counted = np.isfinite(energised) & ~np.isnan(planned)
    weight = np.where(counted, mw, 0.0)
    total = weight.sum(axis=1)
    shift = np.where(counted, energised - planned, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        late = (weight * np.maximum(0.0, shift)).sum(axis=1) / total
        early = (weight * np.maximum(0.0, -shift)).sum(axis=1) / total
        charges = (weight[:, :, None] * out.charges[:, items]).sum(axis=1) / total[:, None]
    cancelled = np.where(np.isfinite(out.cancelled_month[:, items]), mw, 0.0).sum(axis=1)
    share = out.energised_share[:, items]
    standing = np.where(np.isfinite(out.cancelled_month[:, items]), 0.0, (1.0 - share) * mw).sum(axis=1)
    parts = (
        [charges[:, cause] for cause in range(charges.shape[1])] if items.size else [late] * len(LATE_PARTS)
    )
    unexplained = late - np.sum(parts, axis=0)
    assert late.shape == (futures,)
    return [late, *parts, unexplained, early, cancelled, standing]

"""The search for sites: what each bus near a place can take firm, flexible and after upgrades, and when."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import polars as pl

from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, load_registry
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.board import TIE
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.rules import PreExisting
from stargauge.grid.hosting.selection import narrowed
from stargauge.grid.hosting.sources import Source, parse_source
from stargauge.grid.network import Network
from stargauge.grid.siting.level import Level, at_level, level_of, region_of_states
from stargauge.grid.siting.table import SCHEMA, WAYS, SiteTable
from stargauge.grid.siting.waiting import RULE, Waits
from stargauge.grid.upgrades import Prices, UpgradePlan, upgrades_for
from stargauge.grid.upgrades.spread import Spread

Progress = Callable[[str], None]

MIN_KV = 100.0
"""Lowest voltage looked at: from 100 kV a line is part of the bulk electric system (NERC glossary)."""

PLANS = 10
"""Buses for which upgrades are worked out where neither firm nor flexible MW suffice."""


def find_sites(
    network: Network,
    wanted_mw: float,
    *,
    near: tuple[float, float] | None = None,
    radius_km: float | None = None,
    state: str | None = None,
    flex: float | None = None,
    region: str | None = None,
    min_kv: float = MIN_KV,
    plans: int = PLANS,
    source: Source | str = "prorata",
    cutoff: float = 0.03,
    pre_existing: PreExisting = "exclude",
    limits: Ratings | None = None,
    registry: Registry | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> SiteTable:
    """Return the buses that could take a campus, ranked by how: the ways of `table.WAYS`, best first.

    Within firm, flexible and on signal the nearest come first; after upgrades the soonest, then the cheapest;
    then those that take most; then the lower bus number. Without a place distance does not count.

    Args:
        network: The network.
        wanted_mw: Size of the campus, MW.
        near: Latitude and longitude to look from, degrees.
        radius_km: Largest distance from `near`, km.
        state: State or province.
        flex: Share of hours in which the campus may be curtailed to the firm MW; None for none.
        region: Region or balancing authority whose hours tell how load is spread; if None, the EIA-930 region
            of the state most buses lie in.
        min_kv: Lowest base voltage looked at, kV.
        plans: For how many buses upgrades are worked out: those that take most firm.
        source: Where the power comes from; a `Source`, or its words.
        cutoff: Smallest share of the load on an element that counts.
        pre_existing: What becomes of pairs over their limit before the load.
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        registry: Facts of waits, costs and times; the shipped ones if None.
        threads: Threads; all processors if None. Results do not depend on it.
        progress: Told in words what is being done.

    Raises:
        InputError: A number, place, state or region that is not legal, or nothing to look at; all at once.
    """
    started = perf_counter()
    _check(wanted_mw, flex, min_kv, plans)
    tell = progress or (lambda text: None)
    facts = registry or load_registry()
    waits, prices = Waits.of(facts), Prices(facts)
    chosen = parse_source(source) if isinstance(source, str) else source
    rules: dict[str, Any] = {
        "source": chosen,
        "cutoff": cutoff,
        "pre_existing": pre_existing,
        "limits": limits,
        "threads": threads,
    }
    model = prepare(network)
    candidates, where = _candidates(network, near, radius_km, state, min_kv)
    table = hosting_capacity(model, buses=candidates["bus"].to_list(), progress=progress, **rules)
    frame = candidates.select("bus", "distance_km").join(table.frame, on="bus", maintain_order="left")
    level = None
    if flex is not None:
        level = level_of(flex, region or _region(frame))
        tell("the same with the busiest hours left out")
        frame = frame.join(_flexible(network, level, frame, progress, rules), on="bus", maintain_order="left")
    else:
        frame = frame.with_columns(flexible_mw=pl.lit(None, dtype=pl.Float64))
    rows = [_row(row, wanted_mw, waits) for row in frame.iter_rows(named=True)]
    open_rows = [row for row in rows if row["way"] == WAYS[-1]]
    open_rows.sort(key=lambda row: (-row["firm_mw"], row["bus"]))
    for number, row in enumerate(open_rows[:plans]):
        tell(f"upgrades of bus {number + 1} of {min(plans, len(open_rows))}")
        plan = upgrades_for(model, row["bus"], wanted_mw, prices=prices, **rules)
        row.update(_upgraded(plan, wanted_mw, waits))
    rows.sort(key=_order)
    words = [table.rule, f"buses from {min_kv:g} kV", *([level.rule] if level else []), RULE]
    if len(open_rows) > plans:
        words.append(f"upgrades worked out for the {plans} of {len(open_rows)} that take most firm")
    rule = " · ".join(words)
    ranked = [
        {**row, "rank": rank, "rule": rule, "notice": table.notice} for rank, row in enumerate(rows, start=1)
    ]
    listed = pl.DataFrame([{name: row[name] for name in SCHEMA} for row in ranked], schema=SCHEMA)
    selection = f"{frame.height:,} buses from {min_kv:g} kV {where}".strip()
    return SiteTable(listed, wanted_mw, near, selection, rule, model, perf_counter() - started)


def _check(wanted_mw: float, flex: float | None, min_kv: float, plans: int) -> None:
    mistakes = []
    if not (wanted_mw > 0 and wanted_mw < float("inf")):
        mistakes.append(Mistake(0, "mw", f"is {wanted_mw:g}; it must be above 0, for example 1200"))
    if flex is not None and not 0.0 < flex < 1.0:
        mistakes.append(
            Mistake(0, "flex", f"is {flex:g}; it must be above 0 and below 1, for example 0.01 or 1%")
        )
    if not min_kv >= 0:
        mistakes.append(Mistake(0, "min_kv", f"is {min_kv:g}; it must be at least 0"))
    if plans < 0:
        mistakes.append(Mistake(0, "plans", f"is {plans}; it must be at least 0"))
    if mistakes:
        raise InputError("siting", mistakes, "nothing was computed")


def _candidates(
    network: Network,
    near: tuple[float, float] | None,
    radius_km: float | None,
    state: str | None,
    min_kv: float,
) -> tuple[pl.DataFrame, str]:
    """Return the sites that were asked for, with bus and distance_km, and the choice in words.

    Raises:
        InputError: There is none.
    """
    buses = pl.DataFrame(
        {
            "bus": network.bus_id,
            "state": network.bus_state,
            "lat": pl.Series(network.bus_lat).fill_nan(None),
            "lon": pl.Series(network.bus_lon).fill_nan(None),
            "looked_at": network.is_site & ~(network.bus_kv < min_kv),
        }
    )
    frame, where = narrowed(buses, near=near, radius_km=radius_km, state=state)
    if "distance_km" not in frame.columns:
        frame = frame.with_columns(distance_km=pl.lit(None, dtype=pl.Float64))
    frame = frame.filter("looked_at")
    if not frame.height:
        place = where or "in the network"
        text = f"there is no bus from {min_kv:g} kV {place}; widen the radius or lower the voltage"
        raise InputError("siting", [Mistake(0, "radius", text)], "nothing was computed")
    return frame, where


def _region(frame: pl.DataFrame) -> str:
    """Return the region whose hours stand for the buses.

    Raises:
        InputError: No bus lies in a state whose region is known.
    """
    region = region_of_states(frame["state"])
    if region is None:
        text = "no bus lies in a known US state: name a region or balancing authority, for example TEX or PJM"
        raise InputError("siting", [Mistake(0, "region", text)], "nothing was computed")
    return region


def _flexible(
    network: Network,
    level: Level,
    frame: pl.DataFrame,
    progress: Progress | None,
    rules: dict[str, Any],
) -> pl.DataFrame:
    """Return what each bus takes outside the busiest hours: bus, flexible_mw."""
    lower = hosting_capacity(
        at_level(network, level), buses=frame["bus"].to_list(), progress=progress, **rules
    ).frame
    return lower.select("bus", flexible_mw="n1_mw")


def _row(row: dict[str, Any], wanted_mw: float, waits: Waits) -> dict[str, Any]:
    """Return a row of the answer as far as it follows without upgrades."""
    enough = wanted_mw * (1.0 - TIE)
    flexible = row["flexible_mw"]
    found = dict.fromkeys(SCHEMA) | {
        name: row.get(name)
        for name in (
            "over_pairs",
            "bus",
            "name",
            "kv",
            "state",
            "lat",
            "lon",
            "distance_km",
            "element",
            "outage",
            "radial_by",
        )
    }
    found |= {"firm_mw": row["n1_mw"], "flexible_mw": flexible, "on_signal_mw": row["n0_mw"]}
    found |= _years(waits.usual) | _years(waits.flexible, "fast_years")
    # Outside the busiest hours a bus may take less: pairs left out at the peak count again once they are
    # within their limit. Firm is only what holds at both levels that are looked at.
    if row["n1_mw"] >= enough and (flexible is None or flexible >= enough):
        return found | {"way": WAYS[0], "upgrades": 0}
    if flexible is not None and flexible >= enough:
        return found | {"way": WAYS[1]}
    if row["n0_mw"] >= enough:
        return found | {"way": WAYS[2]}
    nothing = dict.fromkeys(name for name in SCHEMA if "years_" in name)
    return found | nothing | {"way": WAYS[-1]}


def _upgraded(plan: UpgradePlan, wanted_mw: float, waits: Waits) -> dict[str, Any]:
    """Return what the upgrades of a bus say of it."""
    months = plan.firm_months
    found: dict[str, Any] = {"upgrades": plan.frame.height}
    if plan.frame.height:
        found["first_upgrade"] = plan.frame["element"][0]
    if plan.source_limits or months is None:
        return found | {"way": "not reached"}
    if plan.firm_cost is not None:
        cost = plan.firm_cost
        found |= {"cost_low": cost.low, "cost_median": cost.median, "cost_high": cost.high}
    return found | {"way": "after upgrades"} | _years(waits.after(months))


def _years(years: Spread, name: str = "years") -> dict[str, float]:
    return {f"{name}_low": years.low, f"{name}_median": years.median, f"{name}_high": years.high}


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return the key of the ranking; see `find_sites`."""
    way = WAYS.index(row["way"])
    far = row["distance_km"] if row["distance_km"] is not None else 0.0
    most = -row["firm_mw"]
    if way <= WAYS.index("on signal"):
        return way, far, most, row["bus"]
    if row["way"] == "after upgrades":
        cost = row["cost_median"] if row["cost_median"] is not None else float("inf")
        return way, row["years_median"], cost, far, most, row["bus"]
    return way, most, far, row["bus"]

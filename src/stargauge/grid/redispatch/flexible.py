"""Flexible load: firm MW, MW if the load can be cut on an outage signal, MW if some hours may be curtailed.

The rules are written here because the practice is open:

* **firm**: the load stays whatever single branch is lost.
* **on outage signal**: with any branch out the load falls to a part of itself, fast enough that only flows
  after it count, for every outage and not just those that need it; generation is lowered with it, pro rata to
  present output (or by the fixed source). What then binds is mostly the network with nothing out.
* **hours**: the load of all buses follows a given profile of hourly factors, DC lines and shunts stay, the
  present dispatch follows by the balancing rule of the base case; in each hour the load is cut to the firm
  MW of that hour's load, on straight lines between levels of load. Without a profile nothing is said about
  hours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.dispatch import balance
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.threads import Workers
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.network import Network
from stargauge.grid.redispatch.allowances import allow
from stargauge.grid.redispatch.capacity import cap_mistakes
from stargauge.grid.redispatch.curtailment import by_energy, by_hours, cut_shares, hourly, levels_of
from stargauge.grid.redispatch.desk import Desk
from stargauge.grid.redispatch.flexible_answer import Flexible, Hours, kinds_frame, levels_frame
from stargauge.grid.redispatch.maximum import Maximum
from stargauge.grid.redispatch.profile import checked_profile
from stargauge.grid.redispatch.rowbook import RowBook
from stargauge.grid.redispatch.rules import Pmin, Rules

Floats = NDArray[np.float64]
Three = tuple[float, float, float]

REDISPATCH = "redispatch"
"""Source that dispatches generation anew; any other is a fixed source of the hosting tables."""

LEVELS = 13
"""Levels of load at which the capacity is computed, between the profile's least and highest hour."""


def flexible_capacity(
    network: Network | DcModel,
    bus: int,
    *,
    source: str = REDISPATCH,
    kept: float = 0.0,
    curtail: float | None = None,
    profile: ArrayLike | None = None,
    levels: int = LEVELS,
    cutoff: float = 0.03,
    limits: Ratings | None = None,
    pmin: Pmin = "0",
    pre_existing: str = "exclude",
    fixed_fuels: Sequence[str] = (),
    cap_mw: float | None = None,
    threads: int | None = None,
) -> Flexible:
    """Return what a bus can take firm, on an outage signal, and with some hours curtailed.

    Args:
        network: The network.
        bus: Bus number.
        source: `redispatch`, or a fixed source of the hosting tables, `prorata` for one.
        kept: Part of the load that stays on an outage signal, 0 to 1.
        curtail: Share of hours, and apart from it of energy, that may be curtailed; needs a profile.
        profile: (hours,) load of the system in each hour as a factor of the case's load.
        levels: Levels of load at which the capacity is computed; hours between two lie on the line.
        cutoff: Cut-off of a fixed source; redispatch has none.
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        pmin: Lowest output of units in a redispatch.
        pre_existing: What becomes of pairs over their limit before the load: see the `Rules` of the source.
        fixed_fuels: Fuels whose units keep their output in a redispatch.
        cap_mw: Largest load of interest in a redispatch, MW.
        threads: Threads; all processors if None. Results do not depend on it.

    Raises:
        InputError: A bus, option, profile or source that is not legal; a network that cannot be balanced.
        SolverError: The solver failed.
    """
    started = perf_counter()
    ratings = limits or Ratings()
    plain = network.network if isinstance(network, DcModel) else network
    mistakes = list(cap_mistakes(cap_mw))
    if bus not in plain.bus_id:
        mistakes.append(Mistake(0, "bus", f"{bus} is no bus of {plain.name}"))
    if not 0.0 <= kept < 1.0:
        mistakes.append(Mistake(0, "kept", f"is {kept:g}; it must be a share from 0 to below 1"))
    if curtail is not None and not 0.0 <= curtail < 1.0:
        mistakes.append(Mistake(0, "curtail", f"is {curtail:g}; it must be a share from 0 to below 1"))
    if curtail is not None and profile is None:
        text = "needs an hourly profile of the system's load; none is assumed"
        mistakes.append(Mistake(0, "curtail", text))
    if levels < 2:
        mistakes.append(Mistake(0, "levels", f"is {levels}; it must be at least 2"))
    if source == REDISPATCH:
        chosen: Any = pre_existing  # checked below
        rules = Rules(pmin, chosen, ratings, tuple(fixed_fuels))
        rules.check(mistakes, "flexible capacity")
    elif mistakes:
        raise InputError("flexible capacity", mistakes, "nothing was computed")
    factors = None if profile is None else checked_profile(profile)
    model = prepare(network)
    index = plain.bus_index(bus)
    if source == REDISPATCH:
        book: list[RowBook] = []
        rule = rules.text(model)

        def three(at: DcModel, all_of_it: bool) -> Three:
            return _redispatched(at, rules, index, kept, cap_mw, threads, book, all_of_it)

    else:
        fixed = _Fixed(source, cutoff, ratings, pre_existing, threads)
        rule = fixed.rule(model, bus)

        def three(at: DcModel, all_of_it: bool) -> Three:
            return fixed.three(at, bus, kept)

    firm, n0, signal = three(model, True)
    hours = None
    if factors is not None:
        hours = _hours(model, factors, curtail, levels, lambda at: three(at, False)[0])
    frame = kinds_frame(model, bus, firm, n0, signal, kept, hours, rule)
    return Flexible(
        bus,
        frame,
        levels_frame(model, hours, rule),
        hours,
        kept,
        rule,
        model,
        perf_counter() - started,
    )


def _redispatched(
    model: DcModel,
    rules: Rules,
    bus: int,
    kept: float,
    cap_mw: float | None,
    threads: int | None,
    book: list[RowBook],
    all_of_it: bool,
) -> Three:
    """Return firm MW and, if asked for, MW with nothing out and on an outage signal; `book` keeps factors."""
    with Workers(threads) as workers:
        desk = allow(Desk.of(model, rules, [bus], workers, book[0] if book else None)).desk
        book[:] = [desk.book]
        firm = Maximum(desk, cap_mw).at(bus).mw
        if not all_of_it:
            return firm, np.nan, np.nan
        n0 = Maximum(desk.without_outages(), cap_mw).at(bus).mw
        return firm, n0, Maximum(desk, cap_mw).at(bus, kept).mw


class _Fixed:
    """A fixed source of the hosting tables."""

    def __init__(
        self, source: str, cutoff: float, ratings: Ratings, pre_existing: str, threads: int | None
    ) -> None:
        self._options = {
            "source": source,
            "cutoff": cutoff,
            "limits": ratings,
            "pre_existing": pre_existing,
            "threads": threads,
        }

    def rule(self, model: DcModel, bus: int) -> str:
        """Return the rule in words."""
        return str(self._table(model, bus).rule)

    def three(self, model: DcModel, bus: int, kept: float) -> Three:
        """Return firm MW, MW with nothing out and MW on an outage signal.

        After an outage both the load and its source are down to `kept`, so that a pair which bound at M binds
        at M / kept.
        """
        row = self._table(model, bus).frame.row(0, named=True)
        firm, n0 = float(row["n1_mw"]), float(row["n0_mw"])
        signal = n0 if kept == 0.0 or firm >= n0 else min(n0, firm / kept)
        return firm, n0, signal

    def _table(self, model: DcModel, bus: int) -> Any:
        return hosting_capacity(model, buses=[bus], next_limits=0, **self._options)  # type: ignore[arg-type]


def _hours(
    model: DcModel,
    factors: Floats,
    curtail: float | None,
    levels: int,
    firm_at: Callable[[DcModel], float],
) -> Hours:
    """Return the capacity over the hours of a profile."""
    level = levels_of(factors, levels, curtail)
    capacity = np.zeros(level.size)
    short: list[float] = []
    for number, factor in enumerate(level.tolist()):
        network = replace(model.network, bus_load_mw=model.network.bus_load_mw * factor)
        try:
            dispatch = balance(network)
        except InputError:
            short.append(factor)  # units cannot follow the load: nothing more can be served
            continue
        capacity[number] = firm_at(replace(model, network=network, dispatch=dispatch))
    each = hourly(level, capacity, factors)
    share = curtail or 0.0
    load, energy = by_hours(each, share), by_energy(each, share)
    counts = np.histogram(factors, np.append(level, np.inf))[0]
    return Hours(
        level,
        capacity,
        counts.astype(np.int64),
        tuple(short),
        int(factors.size),
        curtail,
        float(each.min()),
        load,
        cut_shares(each, load),
        energy,
        cut_shares(each, energy),
    )

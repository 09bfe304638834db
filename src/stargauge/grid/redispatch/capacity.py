"""The most load at a bus with generation dispatched anew, N-0 and N-1.

A linear programme chooses the output of every unit and the load together; nothing is said about cost. It is
the upper end of what the grid carries; a hosting table with a fixed source is what it carries if all units
follow one rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl

from stargauge.errors import Mistake
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.threads import Workers
from stargauge.grid.network import Network
from stargauge.grid.redispatch.allowances import Allowances, allow
from stargauge.grid.redispatch.answer import Effort, Redispatch, RedispatchTable
from stargauge.grid.redispatch.desk import Desk
from stargauge.grid.redispatch.frames import binding_frame, labelled, ratings_frame, units_frame
from stargauge.grid.redispatch.maximum import Found, Maximum
from stargauge.grid.redispatch.movement import least_movement, movement_frame
from stargauge.grid.redispatch.rules import TOLERANCE_MW, Pmin, PreExisting, Rules

Progress = Callable[[str], None]


def redispatch_capacity(
    network: Network | DcModel,
    bus: int,
    *,
    limits: Ratings | None = None,
    pmin: Pmin = "0",
    pre_existing: PreExisting = "exclude",
    fixed_fuels: Sequence[str] = (),
    cap_mw: float | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Redispatch:
    """Return the most load at a bus with generation dispatched anew, and what each rating is worth.

    Args:
        network: The network.
        bus: Bus number.
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        pmin: Lowest output of units, `0` or `case`; see `Rules`.
        pre_existing: What becomes of pairs over their limit before the load; see `Rules`.
        fixed_fuels: Fuels whose units keep their output, for example wind and solar at a snapshot.
        cap_mw: Largest load of interest, MW.
        threads: Threads of the screening; all processors if None. Results do not depend on it.
        progress: Told in words what is being done.

    Raises:
        InputError: A bus, option or fuel that is not legal; a network that cannot be balanced.
        SolverError: The solver failed.
    """
    started = perf_counter()
    rules = Rules(pmin, pre_existing, limits or Ratings(), tuple(fixed_fuels))
    model, index = _asked(network, [bus], rules, cap_mw)
    with Workers(threads) as workers:
        allowances = allow(Desk.of(model, rules, index, workers, tell=progress))
        desk = allowances.desk
        maximum = Maximum(desk, cap_mw)
        found = maximum.at(index[0])
        base = Maximum(desk.without_outages(), cap_mw)
        n0 = base.at(index[0])
        load = desk.load(index[0])
        moved, settled = least_movement(desk, [load], np.array([found.mw]), found.pairs)
        movement = movement_frame(desk, load, found.mw, found.pairs, moved)
    rule = rules.text(model)

    def label(frame: pl.DataFrame) -> pl.DataFrame:
        return labelled(frame, model, rule)

    return Redispatch(
        bus,
        found.mw,
        n0.mw,
        found.bound_mw,
        cap_mw,
        label(binding_frame(desk, found.pairs, found.value, found.factor, found.settled)),
        label(ratings_frame(desk, found.pairs, found.value)),
        label(units_frame(desk, moved)),
        desk.output_mw(moved),
        label(movement),
        label(allowances.frame(settled.before_mw, settled.after_mw)),
        allowances.least_overload_mw,
        int((moved >= desk.fleet.high_mw - desk.fleet.now_mw - TOLERANCE_MW).sum()),
        Effort(
            found.settled.rounds + n0.settled.rounds,
            found.rows,
            pairs_screened(desk),
            maximum.retries + base.retries,
            perf_counter() - started,
        ),
        rules,
        model,
    )


def redispatch_many(
    network: Network | DcModel,
    buses: Sequence[int] | None = None,
    *,
    limits: Ratings | None = None,
    pmin: Pmin = "0",
    pre_existing: PreExisting = "exclude",
    fixed_fuels: Sequence[str] = (),
    cap_mw: float | None = None,
    n0: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
) -> RedispatchTable:
    """Return the most load at each of several buses, one at a time, from one programme kept warm.

    Each bus starts from the last one's rows and basis; rows that bound nothing for some buses are dropped,
    and a solve that fails is repeated afresh. See `redispatch_capacity` for the other arguments.

    Args:
        network: The network.
        buses: Bus numbers; all if None.
        limits: See above.
        pmin: See above.
        pre_existing: See above.
        fixed_fuels: See above.
        cap_mw: See above.
        n0: Whether the load with nothing ever lost is computed as well.
        threads: See above.
        progress: Told in words what is being done.

    Raises:
        InputError: A bus, option or fuel that is not legal; a network that cannot be balanced.
        SolverError: The solver failed.
    """
    started = perf_counter()
    rules = Rules(pmin, pre_existing, limits or Ratings(), tuple(fixed_fuels))
    numbers = list(buses) if buses is not None else None
    model, index = _asked(network, numbers, rules, cap_mw)
    tell = progress or (lambda text: None)
    rule = rules.text(model)
    rows: dict[int, dict[str, Any]] = {}
    excluded: list[pl.DataFrame] = []
    rounds = most_rows = pairs = retries = 0
    with Workers(threads) as workers:
        for number in np.unique(model.network.interconnect[index]):
            own = [i for i in index if model.network.interconnect[i] == number]
            allowances = allow(Desk.of(model, rules, own, workers))
            desk = allowances.desk
            excluded.append(allowances.frame(desk.flow, desk.flow).drop("flow_mw"))
            maximum, base = Maximum(desk, cap_mw), Maximum(desk.without_outages(), cap_mw)
            for bus in own:
                tell(f"bus {len(rows) + 1:,} of {len(index):,}")
                if bus in rows:
                    continue
                found = maximum.at(bus)
                rows[bus] = _row(allowances, bus, found, base.at(bus).mw if n0 else None)
                rounds += found.settled.rounds
                most_rows = max(most_rows, found.rows)
            pairs += pairs_screened(desk)
            retries += maximum.retries + base.retries
    frame = pl.DataFrame([rows[i] for i in index], schema=_COLUMNS)
    return RedispatchTable(
        labelled(frame, model, rule),
        labelled(pl.concat(excluded), model, rule),
        Effort(rounds, most_rows, pairs, retries, perf_counter() - started),
        rules,
        model,
    )


def pairs_screened(desk: Desk) -> int:
    """Return how many pairs of element and outage are looked at in each round."""
    model, total = desk.model, 0
    limited = np.isfinite(desk.limits.after_mw)
    for island in desk.islands:
        total += int(limited[island.branch].sum()) * (1 + int(model.is_outage[island.branch].sum()))
    return total


def _row(allowances: Allowances, bus: int, found: Found, n0_mw: float | None) -> dict[str, Any]:
    network = allowances.desk.model.network
    binding = binding_frame(allowances.desk, found.pairs, found.value, found.factor, found.settled)
    first = binding.row(0, named=True) if binding.height else {"element": None, "outage": None, "value": None}
    known = np.isfinite(network.bus_lat[bus]) and np.isfinite(network.bus_lon[bus])
    return {
        "bus": int(network.bus_id[bus]),
        "name": network.bus_name[bus],
        "kv": float(network.bus_kv[bus]) if np.isfinite(network.bus_kv[bus]) else None,
        "state": network.bus_state[bus],
        "lat": float(network.bus_lat[bus]) if known else None,
        "lon": float(network.bus_lon[bus]) if known else None,
        "load_mw": float(network.bus_load_mw[bus]),
        "n0_mw": n0_mw,
        "n1_mw": found.mw,
        "element": first["element"],
        "outage": first["outage"],
        "value": first["value"],
        "binding": binding.height,
        "gap_mw": max(found.bound_mw - found.mw, 0.0),
        "rounds": found.settled.rounds,
    }


_COLUMNS = pl.Schema(
    {
        "bus": pl.Int64(),
        "name": pl.String(),
        "kv": pl.Float64(),
        "state": pl.String(),
        "lat": pl.Float64(),
        "lon": pl.Float64(),
        "load_mw": pl.Float64(),
        "n0_mw": pl.Float64(),
        "n1_mw": pl.Float64(),
        "element": pl.String(),
        "outage": pl.String(),
        "value": pl.Float64(),
        "binding": pl.Int64(),
        "gap_mw": pl.Float64(),
        "rounds": pl.Int64(),
    }
)


def _asked(
    network: Network | DcModel, buses: Sequence[int] | None, rules: Rules, cap_mw: float | None
) -> tuple[DcModel, list[int]]:
    """Return the model and the buses asked for, by index, once everything asked for is legal."""
    mistakes = list(cap_mistakes(cap_mw))
    plain = network.network if isinstance(network, DcModel) else network
    place = {int(number): i for i, number in enumerate(plain.bus_id)}
    asked = list(range(plain.buses)) if buses is None else [place.get(int(number), -1) for number in buses]
    for number, index in zip(buses or [], asked, strict=False):
        if index < 0:
            mistakes.append(Mistake(0, "bus", f"{number} is no bus of {plain.name}"))
    if not asked:
        mistakes.append(Mistake(0, "bus", "no bus was asked for"))
    rules.check(mistakes, "redispatch")
    return prepare(network), asked


def cap_mistakes(cap_mw: float | None) -> list[Mistake]:
    """Return what is not legal about a cap."""
    if cap_mw is None or (np.isfinite(cap_mw) and cap_mw > 0):
        return []
    return [Mistake(0, "cap_mw", f"is {cap_mw:g}; it must be a number of MW above 0")]

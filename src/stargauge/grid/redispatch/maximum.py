"""The most load at one bus after another, from one programme kept warm.

Rows serve every bus, so that most are found once. A row that bound nothing for a while is forgotten: each
makes every later solve slower, and the screening finds it again if it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.certificate import upper_bound
from stargauge.grid.redispatch.desk import Desk
from stargauge.grid.redispatch.limits import pair_key
from stargauge.grid.redispatch.program import Program
from stargauge.grid.redispatch.rounds import Settled, approach, settle
from stargauge.grid.redispatch.violations import Pairs

Floats = NDArray[np.float64]

IDLE_BUSES = 8
"""Buses in a row for which a row may bind nothing before it is forgotten; 3 to 15 are as good."""

LARGE = 1000
"""Fleets of more units start near the present dispatch, which needs two columns a unit. Below, it does not
pay: the wild dispatches of the first rounds cost less than the columns do for every later bus."""

VALUE = 1e-7
"""Marginal values below this, MW per MW, are rounding."""


@dataclass(frozen=True)
class Found:
    """The most load at a bus.

    Attributes:
        mw: That load, MW.
        bound_mw: What no dispatch can pass, MW; see `certificate`.
        pairs: Pairs whose limit binds: with a value.
        value: (pairs,) MW of load per MW of limit.
        factor: (pairs,) MW on the element per MW of load, present generation as its source, in the direction
            of the limit.
        settled: Flows and columns of the optimum.
        moved_mw: (units,) change of output, MW.
        rows: Rows of pairs the programme had.
    """

    mw: float
    bound_mw: float
    pairs: Pairs
    value: Floats
    factor: Floats
    settled: Settled
    moved_mw: Floats
    rows: int


class Maximum:
    """Finds the most load at buses of one desk, one after another."""

    def __init__(self, desk: Desk, cap_mw: float | None) -> None:
        """Start without any row.

        Args:
            desk: Network, units and limits.
            cap_mw: Largest load that is of interest, MW; what the units can give if None.
        """
        self.desk = desk
        self._cap = cap_mw
        self._program: Program | None = None
        self._idle: dict[int, int] = {}

    @property
    def retries(self) -> int:
        """How often the solver failed from its last basis and started afresh."""
        return self._program.retries if self._program else 0

    def at(self, bus: int, kept: float = 1.0) -> Found:
        """Return the most load at a bus, by index, of which a part `kept` draws power after an outage.

        Raises:
            SolverError: The solver failed.
        """
        load = self.desk.load(bus, kept)
        first, large = self._program is None, self.desk.fleet.unit.size > LARGE
        if self._program is None:
            self._program = Program(self.desk, [load], split=large)
        else:
            self._program.replace_load(0, load)
        program = self._program
        program.bound(program.load_column(0), 0.0, most_mw(self.desk, bus, self._cap))
        cost = np.zeros(program.columns)
        cost[program.load_column(0)] = 1.0
        settled = approach(program, cost) if first and large else settle(program, cost)
        _, dual = program.duals()
        binds = np.abs(dual) > VALUE
        pairs = program.pairs.take(binds)
        factor = program.load_coefficients(pairs)[:, 0]
        found = Found(
            max(float(program.load_mw(settled.value)[0]), 0.0),
            upper_bound(program),
            pairs,
            np.abs(dual[binds]),
            factor * np.sign(dual[binds]),
            settled,
            program.moved_mw(settled.value),
            program.pairs.element.size,
        )
        self._forget(program, binds)
        return found

    def _forget(self, program: Program, binds: NDArray[np.bool_]) -> None:
        key = pair_key(program.pairs.element, program.pairs.outage, self.desk.model.network.branches).tolist()
        self._idle = {
            k: 0 if b else self._idle.get(k, 0) + 1 for k, b in zip(key, binds.tolist(), strict=True)
        }
        program.forget(np.array([self._idle[k] < IDLE_BUSES for k in key], dtype=bool))


def most_mw(desk: Desk, bus: int, cap_mw: float | None) -> float:
    """Return the most that the units of a bus's interconnect can add, MW, or the cap if it is less."""
    network, fleet = desk.model.network, desk.fleet
    own = network.interconnect[fleet.bus] == network.interconnect[bus]
    room = float((fleet.high_mw - fleet.now_mw)[own].sum())
    return max(room if cap_mw is None else min(room, cap_mw), 0.0)

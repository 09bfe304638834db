"""The linear programme of a dispatch with new load, its rows added as they are needed.

Columns are changes of output from the present dispatch and sizes of loads; a row holds one element at one
outage (or none):

    -limit <= f_l + LODF f_c + sum (H_l + LODF H_c) change + kept (h_l + LODF h_c) load <= limit

with present flows f and, in each interconnect, changes of output that add up to the loads. The solver keeps
its basis from one solve to the next, whatever rows, bounds or costs change in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.desk import Desk, Load
from stargauge.grid.redispatch.limits import NONE, Allowed, pair_key
from stargauge.grid.redispatch.solver import new_solver, solve
from stargauge.grid.redispatch.violations import Pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Program:
    """A programme over the units of a desk and some loads; the objective is always maximised.

    Columns are in this order: units (changes of output; with `split` first upwards and then downwards, both
    at least 0), loads, columns added by `add_column`. Rows: one balance an interconnect, side rows, pairs.

    Attributes:
        desk: What it is built from.
        loads: The loads.
        pairs: Pairs of element and outage that have a row, in order of rows.
        low: Lowest value of each column.
        high: Highest value of each column.
        side: Lower bound, upper bound and coefficients of each row before those of pairs.
        cost: Objective of each column.
        retries: How often the solver failed from its last basis and started afresh.
    """

    def __init__(
        self, desk: Desk, loads: Sequence[Load], *, split: bool = False, elastic: bool = False
    ) -> None:
        """Build it without any row of a pair.

        Args:
            desk: Network, units and limits.
            loads: New loads, none of them larger than 0 until `bound_load` says so.
            split: Whether upward and downward changes are columns of their own.
            elastic: Whether each row of a pair may be exceeded, at a cost of 1 for each MW.
        """
        self.desk = desk
        self.loads = list(loads)
        self.retries = 0
        self.is_elastic = elastic
        self._split = split
        none = np.empty(0, dtype=np.int64)
        self.pairs = Pairs(none, none, np.empty(0), np.empty(0))
        self._known: set[int] = set()
        self._slack = np.empty((2, 0), dtype=np.int64)
        self.low = np.empty(0)
        self.high = np.empty(0)
        self.side: list[tuple[float, float, Floats]] = []
        self.cost = np.empty(0)
        self._solver = new_solver()
        fleet = desk.fleet
        up, down = fleet.high_mw - fleet.now_mw, fleet.now_mw - fleet.low_mw
        units = fleet.unit.size
        if split:
            self._columns(np.maximum(np.concatenate([-down, -up]), 0.0), np.maximum(np.append(up, down), 0.0))
        else:
            self._columns(-down, up)
        self.unit_columns = 2 * units if split else units
        self._columns(np.zeros(len(self.loads)), np.zeros(len(self.loads)))
        self.columns = self.unit_columns + len(self.loads)
        for island in desk.islands:
            sign = np.where(desk.model.network.interconnect[fleet.bus] == island.number, 1.0, 0.0)
            own = [desk.model.network.interconnect[load.bus] == island.number for load in self.loads]
            self.add_side_row(0.0, 0.0, np.concatenate([self.signed(sign), -np.array(own, dtype=np.float64)]))

    def _columns(self, low: Floats, high: Floats) -> None:
        count = low.size
        self.low, self.high = np.append(self.low, low), np.append(self.high, high)
        nothing = np.empty(0, dtype=np.int32)
        if count:
            self._solver.addCols(
                count, np.zeros(count), low, high, 0, np.zeros(count, np.int32), nothing, np.empty(0)
            )

    def signed(self, per_unit: Floats) -> Floats:
        """Return coefficients of unit columns from those of changes of output; along the last axis."""
        return np.concatenate([per_unit, -per_unit], axis=-1) if self._split else per_unit

    def load_column(self, number: int) -> int:
        """Return the column of a load."""
        return self.unit_columns + number

    def add_column(self, low: float, high: float) -> int:
        """Add a column that no row knows yet, before any row of a pair; return its number."""
        self._columns(np.array([low]), np.array([high]))
        self.columns += 1
        return self.columns - 1

    def add_side_row(self, low: float, high: float, coefficient: Floats) -> int:
        """Add a row over all columns there are, before any row of a pair; return its number."""
        if self.pairs.element.size:
            raise RuntimeError("side rows come before rows of pairs")
        column = np.flatnonzero(coefficient).astype(np.int32)
        self.side.append((low, high, coefficient))
        self._solver.addRow(low, high, column.size, column, coefficient[column])
        return len(self.side) - 1

    def bound(self, column: int, low: float, high: float) -> None:
        """Bound a column."""
        self.low[column], self.high[column] = low, high
        self._solver.changeColBounds(column, low, high)

    def bound_row(self, row: int, low: float, high: float) -> None:
        """Bound a side row."""
        self.side[row] = (low, high, self.side[row][2])
        self._solver.changeRowBounds(row, low, high)

    def aim(self, cost: Floats) -> None:
        """Set the objective over all columns, (columns,)."""
        self.cost = cost
        self._solver.changeColsCost(cost.size, np.arange(cost.size, dtype=np.int32), cost)

    def replace_load(self, number: int, load: Load) -> None:
        """Put another load in the place of one; rows and basis stay."""
        self.loads[number] = load
        column = self.load_column(number)
        first = len(self.side)
        for row, value in enumerate(self._load_coefficients(self.pairs, load)):
            self._solver.changeCoeff(first + row, column, float(value))

    def add(self, pairs: Pairs) -> int:
        """Add rows for those pairs that have none; return how many."""
        key = pair_key(pairs.element, pairs.outage, self.desk.model.network.branches)
        fresh = np.array([int(k) not in self._known for k in key], dtype=bool)
        if not fresh.any():
            return 0
        pairs = pairs.take(fresh)
        count = pairs.element.size
        self._known.update(key[fresh].tolist())
        held = self.held_mw(pairs)
        now = self.now_mw(pairs)
        block = [self.signed(self.unit_coefficients(pairs))]
        block += [self._load_coefficients(pairs, load)[:, None] for load in self.loads]
        block.append(np.zeros((count, self.columns - self.unit_columns - len(self.loads))))
        dense = np.concatenate(block, axis=1)
        row, column = np.nonzero(dense)
        value = dense[row, column]
        if self.is_elastic:
            first = int(self._solver.getNumCol())
            self._columns(np.zeros(2 * count), np.full(2 * count, np.inf))
            slack = np.arange(first, first + 2 * count, dtype=np.int32)
            self._slack = np.concatenate([self._slack, slack.reshape(2, count)], axis=1)
            self._solver.changeColsCost(2 * count, slack, np.full(2 * count, -1.0))
            row = np.concatenate([row, np.tile(np.arange(count), 2)])
            column = np.concatenate([column, slack])
            value = np.concatenate([value, np.full(count, 1.0), np.full(count, -1.0)])
            order = np.argsort(row, kind="stable")
            row, column, value = row[order], column[order], value[order]
        start = np.searchsorted(row, np.arange(count)).astype(np.int32)
        self._solver.addRows(
            count, -held - now, held - now, value.size, start, column.astype(np.int32), value
        )
        self.pairs = Pairs(*(np.concatenate(part) for part in zip(self.pairs, pairs, strict=True)))
        return int(count)

    def held_mw(self, pairs: Pairs) -> Floats:
        """Return what each pair is held to, MW."""
        key = pair_key(pairs.element, pairs.outage, self.desk.model.network.branches)
        return self.desk.limits.rating(pairs.element, pairs.outage) + self.desk.allowed.extra(key)

    def now_mw(self, pairs: Pairs) -> Floats:
        """Return the present flow of each pair, MW."""
        flow = self.desk.flow
        return flow[pairs.element] + np.where(pairs.outage == NONE, 0.0, pairs.factor * flow[pairs.outage])

    def unit_coefficients(self, pairs: Pairs) -> Floats:
        """Return the flow of each pair per MW of each unit, (pairs, units)."""
        coefficient = self.desk.book.rows(pairs.element)
        lost = np.flatnonzero((pairs.outage != NONE) & (pairs.factor != 0.0))
        coefficient[lost] += pairs.factor[lost, None] * self.desk.book.rows(pairs.outage[lost])
        return coefficient

    def _load_coefficients(self, pairs: Pairs, load: Load) -> Floats:
        before = load.per_mw[pairs.element]
        after = load.kept * (before + pairs.factor * load.per_mw[pairs.outage])
        return np.where(pairs.outage == NONE, before, after)

    def load_coefficients(self, pairs: Pairs) -> Floats:
        """Return the flow of each pair per MW of each load, (pairs, loads)."""
        each = [self._load_coefficients(pairs, load) for load in self.loads]
        return np.stack(each, axis=1) if each else np.empty((pairs.element.size, 0))

    def solve(self) -> Floats:
        """Return the best value of every column but slacks, (columns,).

        Raises:
            SolverError: It is neither solved from the last basis nor afresh.
        """
        self.retries += not solve(self._solver, self.desk.model.network.name)
        self._solution: Any = self._solver.getSolution()
        self.value = np.array(self._solution.col_value)
        return self.value[: self.columns]

    def moved_mw(self, value: Floats) -> Floats:
        """Return the change of output of each unit, (units,), MW."""
        units = self.desk.fleet.unit.size
        return value[:units] - value[units : 2 * units] if self._split else value[:units]

    def load_mw(self, value: Floats) -> Floats:
        """Return the size of each load, (loads,), MW."""
        return value[self.unit_columns : self.unit_columns + len(self.loads)]

    def slack_mw(self) -> Floats:
        """Return by how much each pair of an elastic programme is exceeded, (pairs,), MW."""
        excess: Floats = self.value[self._slack].sum(axis=0)
        return excess

    def allowed_now(self) -> Allowed:
        """Return what pairs are let through at an elastic solution: what the desk allows and each excess."""
        key = pair_key(self.pairs.element, self.pairs.outage, self.desk.model.network.branches)
        old = ~np.isin(self.desk.allowed.key, key)
        return Allowed.of(
            np.append(self.desk.allowed.key[old], key),
            np.append(self.desk.allowed.extra_mw[old], self.desk.allowed.extra(key) + self.slack_mw()),
        )

    def duals(self) -> tuple[Floats, Floats]:
        """Return the change of the objective per unit of the bound that binds: of side rows, and of pairs."""
        dual = np.array(self._solution.row_dual)
        return dual[: len(self.side)], dual[len(self.side) :]

    def forget(self, kept: NDArray[np.bool_]) -> None:
        """Drop the rows of pairs that are not kept."""
        gone = np.flatnonzero(~kept)
        if gone.size:
            rows = (gone + len(self.side)).astype(np.int32)
            self._solver.deleteRows(rows.size, rows)
            self.pairs = self.pairs.take(kept)
            key = pair_key(self.pairs.element, self.pairs.outage, self.desk.model.network.branches)
            self._known = set(key.tolist())

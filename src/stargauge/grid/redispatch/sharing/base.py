"""What a rule of sharing is: stages, each a best value of something, one after another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.redispatch.certificate import upper_bound
from stargauge.grid.redispatch.desk import Desk, Load
from stargauge.grid.redispatch.maximum import VALUE
from stargauge.grid.redispatch.program import Program
from stargauge.grid.redispatch.requests import Request
from stargauge.grid.redispatch.rounds import Settled, approach, settle
from stargauge.grid.redispatch.solver import InfeasibleError
from stargauge.grid.redispatch.violations import Pairs

Floats = NDArray[np.float64]

SLACK = 1e-7
"""By this part of itself what a stage has found is relaxed in later ones: the solver's own tolerance."""

MOST_SLACK = 1e-2
"""Where a later stage has no solution, because pairs that are new to it take what the tolerance of the
screening gave, the slack is raised tenfold until it has one; beyond this it is an error."""


@dataclass(frozen=True)
class Stage:
    """One programme of a rule, solved.

    Attributes:
        what: What was maximised, in words with its unit.
        best: Its best value.
        bound: What no dispatch can pass; see `certificate`.
        pairs: Pairs whose limit binds: with a value.
        value: (pairs,) change of the best value per MW of limit; for a common share, of the MW sharing in it.
        factor: (pairs, requests) MW on the element per MW of each request, towards the limit.
        decided: Requests that this stage decided.
    """

    what: str
    best: float
    bound: float
    pairs: Pairs
    value: Floats
    factor: Floats
    decided: tuple[int, ...] = ()


@dataclass
class Shared:
    """What a rule gives.

    Attributes:
        load_mw: (requests,) what each gets, MW.
        settled: Flows and columns at the end.
        moved_mw: (units,) change of output, MW.
        stages: The stages, in order.
        rounds: Solves in all.
        program: The programme at the end.
        slack: By which part of itself what a stage has found was relaxed in later ones.
    """

    load_mw: Floats
    settled: Settled
    moved_mw: Floats
    stages: list[Stage]
    rounds: int
    program: Program
    slack: float


class Sharing(ABC):
    """A rule by which requests share what the grid can carry."""

    @property
    @abstractmethod
    def rule(self) -> str:
        """The rule in words, printed beside every number."""

    def weight(self, requests: Sequence[Request]) -> Floats:
        """Return what a MW of each request counts in a sum that later stages must keep, (requests,)."""
        return np.zeros(len(requests))

    @abstractmethod
    def stages(self, table: Table) -> None:
        """Run the rule's stages on a table."""

    def share(self, desk: Desk, requests: Sequence[Request], loads: Sequence[Load]) -> Shared:
        """Return what each request gets.

        Raises:
            SolverError: The solver failed.
        """
        table = Table(desk, requests, loads, self.weight(requests))
        self.stages(table)
        return table.result()


@dataclass
class Table:
    """A programme at which requests are shared out, with the rows that rules need.

    Columns: units, requests, then the common share. Side rows: balances, the total that must be kept, and for
    each request that it gets at least the common share.

    Attributes:
        desk: Network, units and limits.
        requests: The requests.
        loads: Their loads.
        weight: (requests,) what a MW of each counts in the sum that must be kept.
        done: Stages so far.
    """

    desk: Desk
    requests: Sequence[Request]
    loads: Sequence[Load]
    weight: Floats
    done: list[Stage] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Build the programme: every request between 0 and what it asks for."""
        self.wanted = np.array([request.mw for request in self.requests])
        self.program = Program(self.desk, self.loads, split=True)
        self.common = self.program.add_column(0.0, 0.0)
        first, columns = self.program.unit_columns, self.program.columns
        self.own = np.arange(first, first + self.wanted.size)
        self._slack = SLACK
        self._found: dict[int, float] = {}
        self._best: float | None = None
        self.open(range(self.wanted.size))
        kept = np.zeros(columns)
        kept[self.own] = self.weight
        self._kept_row = self.program.add_side_row(-np.inf, np.inf, kept)
        self._share_rows = []
        for column, most in zip(self.own, self.wanted, strict=True):
            row = np.zeros(columns)
            row[column], row[self.common] = 1.0 / most, -1.0
            self._share_rows.append(self.program.add_side_row(-np.inf, np.inf, row))
        self._rounds = 0
        self._settled: Settled | None = None

    def open(self, requests: Iterable[int]) -> None:
        """Let requests have up to what they ask for."""
        for k in requests:
            self.program.bound(int(self.own[k]), 0.0, float(self.wanted[k]))

    def close(self, requests: Iterable[int]) -> None:
        """Let requests have nothing for now."""
        for k in requests:
            self.program.bound(int(self.own[k]), 0.0, 0.0)

    def keep(self, request: int, mw: float) -> None:
        """Give a request this in later stages, no less and no more."""
        self._found[request] = max(min(mw, float(self.wanted[request])), 0.0)
        self._hold()

    def _hold(self) -> None:
        """Hold later stages to what earlier ones have found, within the slack."""
        for request, mw in self._found.items():
            low = max(mw - self._slack * max(mw, 1.0), 0.0)
            self.program.bound(int(self.own[request]), low, mw)
        if self._best is not None:
            low = self._best - self._slack * max(self._best, 1.0)
            self.program.bound_row(self._kept_row, low, np.inf)

    def maximise(self, weight: Floats, what: str, decides: Iterable[int]) -> Floats:
        """Maximise a weighted sum of requests as one stage; return what each gets, MW."""
        cost = np.zeros(self.program.columns)
        cost[self.own] = weight
        self.program.bound(self.common, 0.0, 0.0)
        for row in self._share_rows:
            self.program.bound_row(row, -np.inf, np.inf)
        load = self._solve(cost, what, 1.0)
        self._decide(decides)
        return load

    def fill(self, among: Sequence[int], what: str, conceded: float = 0.0) -> None:
        """Raise the smallest share among some requests as far as it goes, then the next smallest, and so on.

        A request whose share row has a value cannot have more than the common share in any optimum: it is
        decided, and the others go on. At least one is decided in each stage. Each that is not fully served
        keeps all but the share `conceded`.
        """
        left = list(among)
        while left:
            self.program.bound(self.common, 0.0, 1.0)
            for number, row in enumerate(self._share_rows):
                self.program.bound_row(row, 0.0 if number in left else -np.inf, np.inf)
            cost = np.zeros(self.program.columns)
            cost[self.common] = 1.0
            load = self._solve(cost, what, float(self.wanted[left].sum()))
            dual, _ = self.program.duals()
            share = float(self._settled.value[self.common]) if self._settled else 0.0
            held = [k for k in left if abs(dual[self._share_rows[k]]) > VALUE]
            if share >= 1.0 - SLACK or not held:
                held = left
            for request in held:
                mw = min(share * float(self.wanted[request]), float(load[request]))
                self.keep(request, mw if share >= 1.0 - SLACK else (1.0 - conceded) * mw)
            self._decide(held)
            left = [request for request in left if request not in held]

    def best_then_fill(self, what: str) -> None:
        """Maximise the weighted sum of requests, then raise the smallest shares without losing any of it."""
        everyone = range(self.wanted.size)
        best = float(self.weight @ self.maximise(self.weight, what, everyone))
        self._best = best
        self._hold()
        named = len(self.done)
        self.fill(everyone, "common share")
        # What binds and what it is worth is said of the sum that was asked for, not of how ties were broken.
        del self.done[named:]

    def _decide(self, requests: Iterable[int]) -> None:
        self.done[-1] = replace(self.done[-1], decided=tuple(requests))

    def _solve(self, cost: Floats, what: str, scale: float) -> Floats:
        program = self.program
        settled = self._settle(cost)
        self._rounds += settled.rounds
        self._settled = settled
        _, dual = program.duals()
        binds = np.abs(dual) > VALUE * max(1.0, float(np.abs(cost).max()))
        pairs = program.pairs.take(binds)
        factor = program.load_coefficients(pairs) * np.sign(dual[binds])[:, None]
        best = float(cost @ settled.value[: cost.size])
        bound = upper_bound(program)
        self.done.append(Stage(what, best, bound, pairs, np.abs(dual[binds]) * scale, factor))
        return np.maximum(program.load_mw(settled.value), 0.0)

    def _settle(self, cost: Floats) -> Settled:
        """Return the optimum of a stage; where there is none, with more slack for what earlier ones found."""
        if self._settled is None:
            return approach(self.program, cost)
        while True:
            try:
                return settle(self.program, cost)
            except InfeasibleError:
                if self._slack >= MOST_SLACK:
                    raise
                self._slack *= 10.0
                self._hold()

    def result(self) -> Shared:
        """Return what each request has at the end."""
        if self._settled is None:
            raise RuntimeError("a rule needs a stage")
        value = self._settled.value
        load = np.clip(self.program.load_mw(value), 0.0, self.wanted)
        moved = self.program.moved_mw(value)
        return Shared(load, self._settled, moved, self.done, self._rounds, self.program, self._slack)

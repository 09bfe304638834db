"""One bus under study: the base case, flows with and without the load, and what was solved already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.ac.engine import Newton
from stargauge.grid.ac.findings import NONE, Finding, Gauge
from stargauge.grid.ac.flow import DIVERGED, Demand, Flow, solve, starts
from stargauge.grid.ac.model import AcModel, build
from stargauge.grid.ac.rules import AcRules
from stargauge.grid.flows.dispatch import Dispatch
from stargauge.grid.flows.model import DcModel

Floats = NDArray[np.float64]

KEPT = 32
"""Flows kept of each kind: those of a sweep of all outages of a large network would fill the memory."""

STEPS = 4
"""Steps in which a load is raised where no solution is found at once."""


@dataclass(frozen=True, eq=False)
class Base:
    """The base case of an interconnect, solved.

    Attributes:
        model: The interconnect.
        unit_mw: (u,) dispatch with what it lacked spread over units.
        flow: The flow; nothing is raised in it.
        spread_mw: What was spread, MW.
    """

    model: AcModel
    unit_mw: Floats
    flow: Flow
    spread_mw: float


@lru_cache(maxsize=4)
def solved_base(dc: DcModel, number: int, reactive_limits: bool) -> Base:
    """Return the base case of an interconnect; those of the last four are kept.

    Raises:
        InputError: The interconnect has no unit, or its base case has no solution.
    """
    network = dc.network
    label = network.bus_label(int(dc.islands[number].bus[0]))
    model = build(dc, number, reactive_limits=reactive_limits)
    if model is None:
        text = f"the interconnect of {label} has no unit in service"
        raise InputError(network.name, [Mistake(0, "units", text)], "no AC flow was computed")
    engine = Newton()
    demand = Demand(model.unit_mw, model.spread, model.reference, 0j, model.matrix)
    reasons = []
    for start in starts(model):
        flow = solve(engine, model, demand, start)
        if flow.converged:
            unit_mw = model.unit_mw + model.spread * flow.raised_mw
            return Base(model, unit_mw, replace(flow, raised_mw=0.0), flow.raised_mw)
        reasons.append(flow.reason)
    text = f"the base case of the interconnect of {label} has no AC solution from any start: {reasons[0]}"
    raise InputError(network.name, [Mistake(0, "buses", text)], "no AC flow was computed")


@dataclass(eq=False)
class Study:
    """One bus under study.

    Attributes:
        base: The base case of its interconnect.
        bus: The bus, by index.
        rules: The conventions.
        share: (u,) share of each unit in what is raised.
        gauge: The limits.
        engine: The solver.
    """

    base: Base
    bus: int
    rules: AcRules
    share: Floats
    gauge: Gauge
    engine: Newton
    _without: dict[int, Flow] = field(default_factory=dict)
    _with: dict[int, Flow] = field(default_factory=dict)
    _at_mw: float = 0.0

    @classmethod
    def of(cls, dc: DcModel, bus: int, rules: AcRules) -> Study:
        """Return the study of a bus (by index).

        Raises:
            InputError: Its interconnect has no base case, or the source no headroom in it.
            MissingExtraError: The engine is not installed.
        """
        engine = Newton()
        network = dc.network
        number = int(network.interconnect[bus])
        base = solved_base(dc, number, rules.reactive_limits)
        offered = np.maximum(rules.source.unit_mw(_dispatched(dc, base)), 0.0)[base.model.unit]
        capacity = float(offered.sum())
        if not capacity > 0:
            text = f"{rules.source.rule}: no headroom in the interconnect of {network.bus_label(bus)}"
            raise InputError("AC check", [Mistake(0, "source", text)], "nothing was computed")
        gauge = Gauge.of(base.model, rules, capacity)
        return cls(base, bus, rules, offered / capacity, gauge, engine)

    @property
    def model(self) -> AcModel:
        """The interconnect."""
        return self.base.model

    def without(self, outage: int) -> Flow:
        """Return the flow without the load, with a branch (or `NONE`) out."""
        if outage == NONE:
            return self.base.flow
        if outage not in self._without:
            _make_room(self._without)
            self._without[outage] = self._solve(outage, 0.0, iter([(0.0, self.base.flow)]))
        return self._without[outage]

    def flow(self, outage: int, mw: float) -> Flow:
        """Return the flow with a load of `mw` at the bus, with a branch (or `NONE`) out.

        It depends on nothing but the two: reactive limits can leave more than one solution, and which one is
        found depends on the start. After an outage that is the flow with nothing out; where it leads nowhere
        the load is raised in steps before a voltage collapse is reported.
        """
        if mw == 0.0:
            return self.without(outage)
        if self._at_mw != mw:
            self._at_mw = mw
            self._with.clear()
        if outage not in self._with:
            found = self._solve(outage, mw, self._starts(outage, mw))
            _make_room(self._with)
            self._with[outage] = found
        return self._with[outage]

    def _starts(self, outage: int, mw: float) -> Iterator[tuple[float, Flow]]:
        """Give starts with their loads; the second is only solved where the first leads nowhere."""
        if outage != NONE:
            yield mw, self.flow(NONE, mw)
        yield 0.0, self.without(outage)

    def findings(self, outage: int, mw: float) -> tuple[Flow, list[Finding]]:
        """Return the flow with the load, and all that is over its limit in it."""
        flow = self.flow(outage, mw)
        if self.gauge.is_clean(flow, outage):
            return flow, []
        return flow, self.gauge.findings(self.rules, mw, outage, flow, self.without(outage))

    def margin(self, outage: int, mw: float) -> float:
        """Return the smallest room of all that counts; negative if it fails."""
        return self.gauge.margin(self.rules, mw, outage, self.flow(outage, mw), self.without(outage))

    def _solve(self, outage: int, mw: float, starts: Iterator[tuple[float, Flow]]) -> Flow:
        """Return the flow from the first start that leads to one, else by steps, else a failure."""
        model = self.model
        matrix = model.matrix if outage == NONE else model.without(outage)
        node = model.node_of(self.bus)
        steps = 0

        def towards(target: float, there: float, start: Flow) -> Flow:
            nonlocal steps
            demand = Demand(self.base.unit_mw, self.share, node, self.rules.load_mva(target), matrix)
            near = replace(start, raised_mw=start.raised_mw + target - there)
            flow = solve(self.engine, model, demand, near)
            steps += flow.steps
            return flow

        flow = replace(self.base.flow, converged=False, reason=DIVERGED)
        there, start = 0.0, self.base.flow
        for there, start in starts:
            flow = towards(mw, there, start) if start.converged else flow
            if flow.converged:
                return replace(flow, steps=steps)
        for target in np.linspace(there, mw, STEPS + 1)[1:].tolist() if mw and start.converged else []:
            flow = towards(target, there, start)
            if not flow.converged:
                break
            there, start = target, flow
        return replace(flow, steps=steps)


def _make_room(kept: dict[int, Flow]) -> None:
    """Forget the oldest flow after an outage where there are enough."""
    if len(kept) >= KEPT:
        del kept[next(outage for outage in kept if outage != NONE)]


def _dispatched(dc: DcModel, base: Base) -> DcModel:
    """Return the DC model with the headroom of the AC dispatch, which covers losses."""
    network = dc.network
    unit_mw = np.array(network.unit_p_mw)
    unit_mw[base.model.unit] = base.unit_mw
    headroom = np.maximum(network.unit_pmax_mw - unit_mw, 0.0)
    dispatch = Dispatch(unit_mw, dc.dispatch.injection_mw, headroom, dc.dispatch.surplus_mw)
    return replace(dc, dispatch=dispatch)

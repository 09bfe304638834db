"""What is wrong in a power flow, compared with the same flow without the load."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.ac.flow import Flow
from stargauge.grid.ac.model import AcModel
from stargauge.grid.ac.rules import VOLTAGE_STEP_PU, WORSENED_SHARE, AcRules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Kind = Literal["thermal", "low voltage", "high voltage", "no solution", "source"]
Status = Literal["new", "worsened", "pre-existing"]

NONE = -1
"""Outage where nothing is out; element of what is wrong with no single element."""

ROUNDING = 1e-6
"""A value beyond its limit by a smaller share is at it: flows are solved to a tolerance."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong.

    Attributes:
        kind: What kind of limit.
        outage: Branch that is out, by index, or `NONE`.
        element: Branch or bus, by index in the network, or `NONE`.
        value: MVA, per unit or MW with the load.
        limit: Its limit.
        without: The value with the same outage without the load; nan where there was no solution.
        status: Whether it is new, worsened by what counts, or was there before.
        counts: Whether it makes the check fail.
        reason: Why there is no solution, in words.
    """

    kind: Kind
    outage: int
    element: int
    value: float
    limit: float
    without: float
    status: Status
    counts: bool
    reason: str = ""

    @property
    def excess(self) -> float:
        """How far beyond its limit, as a share of it; inf without a solution."""
        if self.kind == "no solution":
            return np.inf
        return abs(self.value - self.limit) / self.limit


@dataclass(frozen=True, eq=False)
class _Watched:
    """Values of one kind with the load and without, of branches or buses.

    Attributes:
        kind: Kind of limit.
        value: Values with the load.
        limit: Limits; infinite where there is none.
        before: Values without the load.
        moved: Which the load moves towards the limit by what counts.
        room: What is left up to the limit, or up to what is allowed where the value was over it before.
        sign: 1 for a highest, -1 for a lowest value.
    """

    kind: Kind
    value: Floats
    limit: Floats
    before: Floats
    moved: NDArray[np.bool_]
    room: Floats
    sign: float

    @classmethod
    def of(
        cls,
        kind: Kind,
        value: Floats,
        limit: Floats,
        before: Floats,
        allowed: Floats,
        step: float,
        sign: float,
    ) -> _Watched:
        """Return values with their room; `allowed` is by how much what was over before may be worsened."""
        moved = sign * (value - before) >= step
        plain = cls(kind, value, limit, before, moved, np.empty(0), sign)
        room = np.where(plain.over(before), sign * (before - value) + allowed, sign * (limit - value))
        return replace(plain, room=room)

    def over(self, value: Floats) -> NDArray[np.bool_]:
        """Return which values are over their limits."""
        return np.asarray(self.sign * (value - self.limit) > np.abs(self.limit) * ROUNDING)


@dataclass(frozen=True, eq=False)
class Gauge:
    """Limits of an interconnect; k branches, b buses.

    Attributes:
        model: The interconnect.
        before: (k,) limit of each branch with nothing out, MVA; inf if none.
        after: (k,) after an outage.
        vmin: (b,) lowest voltage of each bus, per unit; -inf where it is not monitored.
        vmax: (b,) highest.
        capacity_mw: Most that the source gives, MW.
    """

    model: AcModel
    before: Floats
    after: Floats
    vmin: Floats
    vmax: Floats
    capacity_mw: float

    @classmethod
    def of(cls, model: AcModel, rules: AcRules, capacity_mw: float) -> Gauge:
        """Return the limits of an interconnect under the rules."""
        network, branch, bus = model.network, model.island.branch, model.island.bus
        element = model.dc.is_element[branch]
        watched = ~(network.bus_kv[bus] < rules.ratings.min_kv)
        return cls(
            model,
            np.where(element, rules.ratings.before_mw(network)[branch], np.inf),
            np.where(element, rules.ratings.after_mw(network)[branch], np.inf),
            np.where(watched, network.bus_vmin[bus], -np.inf),
            np.where(watched, network.bus_vmax[bus], np.inf),
            capacity_mw,
        )

    def limit(self, outage: int) -> Floats:
        """Return the limit of each branch, (k,), MVA, with this branch (or `NONE`) out."""
        return self.before if outage == NONE else self.after

    def loading_mva(self, flow: Flow, outage: int) -> Floats:
        """Return the apparent power of each branch at its more loaded end, (k,), MVA."""
        model = self.model
        start, end = flow.voltage[model.tail], flow.voltage[model.head]
        ff, ft, tf, tt = model.admittance
        sent = np.abs(start * (ff * start + ft * end).conj())
        mva = np.maximum(sent, np.abs(end * (tf * start + tt * end).conj())) * model.network.base_mva
        if outage != NONE:
            mva[model.dc.place[1][outage]] = 0.0
        loading: Floats = mva
        return loading

    def voltage_pu(self, flow: Flow) -> Floats:
        """Return the voltage magnitude of each bus, (b,), per unit."""
        size: Floats = np.abs(flow.voltage)[self.model.island.node]
        return size

    def is_clean(self, flow: Flow, outage: int) -> bool:
        """Return whether nothing at all is over its limit: then the flow without the load is not needed."""
        if not flow.converged or flow.raised_mw > self.capacity_mw * (1 + ROUNDING):
            return False
        size = self.voltage_pu(flow)
        inside = (size >= self.vmin * (1 - ROUNDING)) & (size <= self.vmax * (1 + ROUNDING))
        return bool(
            inside.all() and (self.loading_mva(flow, outage) <= self.limit(outage) * (1 + ROUNDING)).all()
        )

    def findings(self, rules: AcRules, mw: float, outage: int, flow: Flow, without: Flow) -> list[Finding]:
        """Return all that is over its limit with the load, or would be, compared with the flow without it."""
        if not flow.converged:
            fresh = without.converged
            status: Status = "new" if fresh else "pre-existing"
            counts = fresh
            return [Finding("no solution", outage, NONE, np.nan, np.nan, np.nan, status, counts, flow.reason)]
        found = []
        if flow.raised_mw > self.capacity_mw * (1 + ROUNDING):
            found.append(
                Finding(
                    "source", outage, NONE, flow.raised_mw, self.capacity_mw, without.raised_mw, "new", True
                )
            )
        network_branch, network_bus = self.model.island.branch, self.model.island.bus
        for item in self._watched(rules, mw, outage, flow, without):
            over = np.flatnonzero(item.over(item.value))
            was_over = item.over(item.before) | (not without.converged)
            index = network_branch if item.kind == "thermal" else network_bus
            for place in over:
                old, moved = was_over[place], item.moved[place]
                status = "pre-existing" if not moved else "worsened" if old else "new"
                counts = bool(moved and (not old or item.room[place] < -abs(item.limit[place]) * ROUNDING))
                value, limit, before = (float(a[place]) for a in (item.value, item.limit, item.before))
                element = int(index[place])
                found.append(Finding(item.kind, outage, element, value, limit, before, status, counts))
        return found

    def margin(self, rules: AcRules, mw: float, outage: int, flow: Flow, without: Flow) -> float:
        """Return the smallest room of all that counts, as a share of its limit; negative if it fails."""
        if not flow.converged:
            return -np.inf if without.converged else np.inf
        least = (self.capacity_mw - flow.raised_mw) / max(self.capacity_mw, ROUNDING)
        for item in self._watched(rules, mw, outage, flow, without):
            counts = item.moved & np.isfinite(item.room)
            if counts.any():
                least = min(least, float((item.room[counts] / item.limit[counts]).min()))
        return least + ROUNDING

    def _watched(self, rules: AcRules, mw: float, outage: int, flow: Flow, without: Flow) -> list[_Watched]:
        mva, size = self.loading_mva(flow, outage), self.voltage_pu(flow)
        # Without a solution before, nothing is known to be new.
        mva0 = self.loading_mva(without, outage) if without.converged else mva
        size0 = self.voltage_pu(without) if without.converged else size
        limit, step = self.limit(outage), max(rules.cutoff * mw, ROUNDING)
        allowed_mva = rules.allowed(WORSENED_SHARE * limit)
        allowed_pu = rules.allowed(np.full(size.shape, VOLTAGE_STEP_PU))
        return [
            _Watched.of("thermal", mva, limit, mva0, allowed_mva, step, 1.0),
            _Watched.of("low voltage", size, self.vmin, size0, allowed_pu, VOLTAGE_STEP_PU, -1.0),
            _Watched.of("high voltage", size, self.vmax, size0, allowed_pu, VOLTAGE_STEP_PU, 1.0),
        ]

"""What is wrong in a power flow, compared with the same flow without the load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.ac.flow import Flow
from stargauge.grid.ac.model import AcModel
from stargauge.grid.ac.rules import VOLTAGE_STEP_PU, AcRules

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
        for kind, names, value, limit, before, step, sign in self._watched(rules, mw, outage, flow, without):
            over = np.flatnonzero(sign * (value - limit) > np.abs(limit) * ROUNDING)
            known = without.converged
            was_over = sign * (before[over] - limit[over]) > np.abs(limit[over]) * ROUNDING
            moved = sign * (value[over] - before[over]) >= step
            index = network_branch if names == "branch" else network_bus
            for place, old, worse in zip(over, was_over | (not known), moved, strict=True):
                status = "new" if worse and not old else "worsened" if worse else "pre-existing"
                counts = status == "new" or (status == "worsened" and rules.pre_existing == "block")
                found.append(
                    Finding(
                        kind, outage, int(index[place]), float(value[place]), float(limit[place]),
                        float(before[place]), status, counts,
                    )
                )  # fmt: skip
        return found

    def margin(self, rules: AcRules, mw: float, outage: int, flow: Flow, without: Flow) -> float:
        """Return the smallest room of all that counts, as a share of its limit; negative if it fails."""
        if not flow.converged:
            return -np.inf if without.converged else np.inf
        least = (self.capacity_mw - flow.raised_mw) / max(self.capacity_mw, ROUNDING)
        for _, _, value, limit, before, step, sign in self._watched(rules, mw, outage, flow, without):
            counts = sign * (value - before) >= step
            if rules.pre_existing == "exclude":
                counts &= sign * (before - limit) <= np.abs(limit) * ROUNDING
            counts &= np.isfinite(limit)
            if counts.any():
                least = min(least, float((sign * (limit - value)[counts] / limit[counts]).min()))
        return least

    def _watched(
        self, rules: AcRules, mw: float, outage: int, flow: Flow, without: Flow
    ) -> list[tuple[Kind, str, Floats, Floats, Floats, float, float]]:
        """Return kind, table, values, limits, values without the load, step that counts, and direction."""
        mva, size = self.loading_mva(flow, outage), self.voltage_pu(flow)
        # Without a solution before, nothing is known to be new.
        mva0 = self.loading_mva(without, outage) if without.converged else mva
        size0 = self.voltage_pu(without) if without.converged else size
        step_mva = max(rules.cutoff * mw, ROUNDING)
        return [
            ("thermal", "branch", mva, self.limit(outage), mva0, step_mva, 1.0),
            ("low voltage", "bus", size, self.vmin, size0, VOLTAGE_STEP_PU, -1.0),
            ("high voltage", "bus", size, self.vmax, size0, VOLTAGE_STEP_PU, 1.0),
        ]

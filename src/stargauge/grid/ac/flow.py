"""One power flow: Newton's method inside two loops, reactive limits of units and who covers the losses.

A unit that reaches a reactive limit keeps to it and lets its voltage go, and takes it back where the voltage
would pass the set point again. What the reference node would have to add is given by the units of the source
in its shares instead, until nothing is left: no bus covers the losses alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from stargauge.grid.ac.engine import TOLERANCE_PU, Newton
from stargauge.grid.ac.model import AT_MAX, AT_MIN, FREE, HOLDS, AcModel
from stargauge.grid.flows.sums import sum_by

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Phasors = NDArray[np.complex128]

BALANCE_MW = 1e-3
"""What the reference node may add on top of its dispatch; more where mismatches add up to more."""

REACTIVE_MVAR = 1e-3
"""A reactive output beyond its limit by less is at it."""

RELEASE_PU = 1e-6
"""A voltage beyond its set point by more lets a unit at its limit hold it again."""

MOST_ROUNDS = 40
"""Rounds of the outer loops after which there is no solution."""

MOST_RETURNS = 2
"""How often a node may hold its voltage again before it stays at its limit, or it could go on for ever."""

COLLAPSED_PU = 0.5
"""A solution with a voltage below this is the lower one of the two that power flows have."""


NO_HOLDER = "no unit is left to hold a voltage"
LOWER = "only a collapsed solution was found"
DIVERGED = "no solution: voltages collapse"
UNSETTLED = "reactive limits of units do not settle"


@dataclass(frozen=True, eq=False)
class Flow:
    """The state of an interconnect under one load, with at most one branch out.

    Attributes:
        converged: Whether there is a solution; if not, the arrays are those of the start.
        voltage: (n,) voltages, per unit.
        role: (n,) see `model.HOLDS`.
        reference: Node that kept its angle.
        raised_mw: What the units of the source give beyond the base dispatch, MW.
        reactive: (n,) what the units give at nodes that can hold their voltage, Mvar.
        steps: Newton steps in all.
        reason: Why there is no solution, in words; empty if there is one.
    """

    converged: bool
    voltage: Phasors
    role: Ints
    reference: int
    raised_mw: float
    reactive: Floats
    steps: int
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Demand:
    """What is asked of a power flow.

    Attributes:
        unit_mw: (u,) dispatch of the units before they are raised, MW.
        share: (u,) share of each unit in what is raised.
        node: Node of the new load.
        load_mva: The new load.
        matrix: Admittances, with what is out left out.
    """

    unit_mw: Floats
    share: Floats
    node: int
    load_mva: complex
    matrix: csc_matrix


def starts(model: AcModel) -> tuple[Flow, ...]:
    """Return starts for the base case, the best first.

    Stored magnitudes with angles of the DC flow: stored angles may be wrong where elements were added to a
    case after it was solved. Then the stored state, then a flat start with every unit holding its voltage.
    """
    angle = np.zeros(model.nodes)
    angle[model.island.node] = model.dc.base[0][model.island.bus]
    turn = np.exp(1j * (angle + np.angle(model.stored[model.reference]) - angle[model.reference]))
    zeros = np.zeros(model.nodes)
    able = np.where(model.role == FREE, FREE, HOLDS)
    flat = np.where(able == HOLDS, model.vset, 1.0)
    return tuple(
        Flow(False, voltage, role, model.reference, 0.0, zeros, 0)
        for voltage, role in (
            (np.abs(model.stored) * turn, model.role),
            (model.stored, model.role),
            (flat * turn, able),
        )
    )


def solve(engine: Newton, model: AcModel, demand: Demand, start: Flow) -> Flow:
    """Return the power flow of a demand, from the state of another.

    No solution is a result, not an error: with a start nearby it means that voltages collapse.
    """
    base = model.network.base_mva
    share = sum_by(model.unit_node, demand.share, model.nodes)
    given = sum_by(model.unit_node, demand.unit_mw, model.nodes)
    drawn = model.drawn.copy()
    drawn[demand.node] += demand.load_mva
    raised = start.raised_mw
    role, reference, voltage = start.role.copy(), start.reference, start.voltage
    returns = np.zeros(model.nodes, dtype=np.int64)
    rest = max(BALANCE_MW, TOLERANCE_PU * base * model.nodes)  # less than that flows do not tell
    steps = 0
    before: tuple[float, float] | None = None
    for _ in range(MOST_ROUNDS):
        if role[reference] != HOLDS:
            able = np.flatnonzero(role == HOLDS)
            if not able.size:
                return replace(start, converged=False, steps=steps, reason=NO_HOLDER)
            reference = int(able[np.argmax((model.qmax - model.qmin)[able])])
        holds = role == HOLDS
        pinned = np.where(role == AT_MAX, model.qmax, np.where(role == AT_MIN, model.qmin, 0.0))
        injection = given + share * raised - drawn + 1j * pinned
        size = np.where(holds, model.vset, np.abs(voltage))
        found = engine.solve(
            demand.matrix,
            voltage * (size / np.abs(voltage)),
            injection / base,
            reference,
            np.flatnonzero(holds & (np.arange(model.nodes) != reference)),
            np.flatnonzero(~holds),
        )
        steps += found.steps
        if not found.converged:
            return replace(start, converged=False, steps=steps, reason=DIVERGED)
        voltage = found.voltage
        power = voltage * (demand.matrix @ voltage).conj() * base
        reactive = np.where(role != FREE, power.imag + drawn.imag, 0.0)
        changed = _settle(model, role, np.abs(voltage), reactive, returns)
        missing = float(power.real[reference] - injection.real[reference])
        if not changed and abs(missing) <= rest:
            if np.abs(voltage).min() < COLLAPSED_PU:
                return replace(start, converged=False, steps=steps, reason=LOWER)
            return Flow(True, _turned(model, voltage), role, reference, raised, reactive, steps)
        # Secant on what is missing: losses grow almost linearly with what is raised.
        slope = 1.0
        if before is not None and not changed and raised != before[0]:
            slope = float(np.clip((before[1] - missing) / (raised - before[0]), 0.5, 2.0))
        before = None if changed else (raised, missing)
        raised += missing / slope
    return replace(start, converged=False, steps=steps, reason=UNSETTLED)


def _settle(model: AcModel, role: Ints, size: Floats, reactive: Floats, returns: Ints) -> bool:
    """Change the roles of nodes beyond a reactive limit, and back; return whether any changed."""
    above = (role == HOLDS) & (reactive > model.qmax + REACTIVE_MVAR)
    below = (role == HOLDS) & (reactive < model.qmin - REACTIVE_MVAR)
    back = (role == AT_MAX) & (size > model.vset + RELEASE_PU)
    back |= (role == AT_MIN) & (size < model.vset - RELEASE_PU)
    back &= (returns < MOST_RETURNS) & (model.qmax > model.qmin)
    returns[back] += 1
    role[above] = AT_MAX
    role[below] = AT_MIN
    role[back] = HOLDS
    return bool((above | below | back).any())


def _turned(model: AcModel, voltage: Phasors) -> Phasors:
    """Return voltages turned so that the model's reference has its stored angle."""
    stored, now = model.stored[model.reference], voltage[model.reference]
    turned: Phasors = voltage * (stored / now) / abs(stored / now)
    return turned

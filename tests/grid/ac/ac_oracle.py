"""A power flow written apart: dense, from the definition of the branch model, full Newton on all unknowns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.network import Network

Floats = NDArray[np.float64]
Phasors = NDArray[np.complex128]


def admittance(net: Network, out: int | None = None) -> Phasors:
    """Dense admittance matrix of a network without branches of no impedance, one branch left out."""
    matrix = np.zeros((net.buses, net.buses), dtype=complex)
    for k in range(net.branches):
        if k == out:
            continue
        f, t = net.branch_from[k], net.branch_to[k]
        series = 1 / complex(net.branch_r[k], net.branch_x[k])
        half = 0.5j * net.branch_b[k]
        ratio = net.branch_tap[k] * np.exp(1j * np.pi / 180 * net.branch_shift_deg[k])
        # An ideal transformer of this ratio at the from end, then a line.
        matrix[f, f] += (series + half) / (ratio * np.conj(ratio))
        matrix[f, t] -= series / np.conj(ratio)
        matrix[t, f] -= series / ratio
        matrix[t, t] += series + half
    matrix[np.diag_indices(net.buses)] += (net.bus_shunt_mw + 1j * net.bus_shunt_mvar) / net.base_mva
    return matrix


def newton(matrix: Phasors, power: Phasors, size: Floats, holds: NDArray[np.bool_], ref: int) -> Phasors:
    """Voltages for `power` (pu) put in at each bus; magnitudes `size` are kept where a bus holds.

    The Jacobian is that of real and imaginary mismatches with respect to angles and magnitudes, by the
    product rule on V conj(Y V): nothing is taken from the engine under test.
    """
    angle, size = np.zeros(power.size), np.where(holds, size, 1.0)
    moving, free = np.flatnonzero(np.arange(power.size) != ref), np.flatnonzero(~holds)
    for _ in range(30):
        voltage = size * np.exp(1j * angle)
        current = matrix @ voltage
        missing = voltage * np.conj(current) - power
        residual = np.concatenate([missing.real[moving], missing.imag[free]])
        if np.abs(residual).max(initial=0) < 1e-12:
            return voltage
        by_angle = 1j * (np.diag(voltage * np.conj(current)) - voltage[:, None] * np.conj(matrix * voltage))
        unit = voltage / size
        by_size = np.diag(unit * np.conj(current)) + voltage[:, None] * np.conj(matrix * unit)
        jacobian = np.block(
            [
                [by_angle.real[np.ix_(moving, moving)], by_size.real[np.ix_(moving, free)]],
                [by_angle.imag[np.ix_(free, moving)], by_size.imag[np.ix_(free, free)]],
            ]
        )
        step = np.linalg.solve(jacobian, -residual)
        angle[moving] += step[: moving.size]
        size[free] += step[moving.size :]
    raise AssertionError("the oracle finds no solution")


def branch_mva(net: Network, voltage: Phasors, out: int | None = None) -> Floats:
    """Apparent power at the more loaded end of each branch, MVA, from currents through each element."""
    mva = np.zeros(net.branches)
    for k in range(net.branches):
        if k == out:
            continue
        ratio = net.branch_tap[k] * np.exp(1j * np.deg2rad(net.branch_shift_deg[k]))
        start, end = voltage[net.branch_from[k]], voltage[net.branch_to[k]]
        inner = start / ratio
        through = (inner - end) / complex(net.branch_r[k], net.branch_x[k])
        half = 0.5j * net.branch_b[k]
        sent = inner * np.conj(through + half * inner)  # an ideal transformer passes power on unchanged
        taken = end * np.conj(-through + half * end)
        mva[k] = net.base_mva * max(abs(sent), abs(taken))
    return mva

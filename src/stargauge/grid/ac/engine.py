"""The engine of the AC check: Newton's method of lightsim2grid on an admittance matrix of our own making.

Only the solver is used, not the library's model of a network: which buses hold their voltage, what a tap does
and who covers losses is then decided here and nowhere else. power-grid-model was measured beside it and left
out: it has no unit that holds a voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from stargauge.grid.readers.extras import needed

Ints = NDArray[np.int64]
Phasors = NDArray[np.complex128]

EXTRA = "grid"
"""Name of the extra that installs the engine."""

TOLERANCE_PU = 1e-8
"""Largest mismatch of power at a bus of a solution, per unit.

Mismatches add up over a large network: at 1e-6, what a change of losses leaves at each of many units is less
than the engine sees.
"""

MOST_STEPS = 20
"""Newton steps after which there is no solution: from a good start three to six are needed."""


@dataclass(frozen=True)
class Solution:
    """What the engine returns.

    Attributes:
        voltage: (nodes,) voltages, per unit; meaningless if not converged.
        converged: Whether every mismatch is below `TOLERANCE_PU`.
        steps: Newton steps taken.
    """

    voltage: Phasors
    converged: bool
    steps: int


class Newton:
    """Newton's method in polar coordinates, sparse, the matrix analysed anew for each call."""

    def __init__(self) -> None:
        """Load the library.

        Raises:
            MissingExtraError: It is not installed; the message says which command installs it.
        """
        library = needed("lightsim2grid.algorithm", "the AC check", EXTRA)
        # KLU is left out of some builds; it is three times as fast as the other, with the same answers.
        self._solver: Any = getattr(library, "NRSing_KLU", library.NRSing_SparseLU)

    @staticmethod
    def version() -> str:
        """Return name and version of the library, for the rule of a number."""
        from importlib.metadata import version

        return f"lightsim2grid {version('lightsim2grid')}"

    def solve(
        self,
        matrix: csc_matrix,
        start: Phasors,
        injection: Phasors,
        reference: int,
        holding: Ints,
        free: Ints,
    ) -> Solution:
        """Return the solution of a power flow, from a start; failing to converge is a result, not an error.

        Args:
            matrix: (nodes, nodes) admittances, per unit.
            start: (nodes,) voltages; magnitudes at `reference` and `holding` are their set points.
            injection: (nodes,) power put in at each node, per unit.
            reference: Node that keeps its angle and takes what is missing.
            holding: Other nodes that hold their voltage.
            free: All other nodes.
        """
        solver = self._solver()
        weight = np.zeros(start.size)
        weight[reference] = 1.0
        converged = solver.compute_pf(
            matrix,
            start.copy(),
            injection,
            np.array([reference], dtype=np.int32),
            weight,
            holding.astype(np.int32),
            free.astype(np.int32),
            MOST_STEPS,
            TOLERANCE_PU,
        )
        voltage = np.array(solver.get_V()) if converged else start
        sound = bool(converged) and bool(np.isfinite(voltage).all())
        return Solution(voltage, sound, int(solver.get_nb_iter()))

"""Position of a block of futures from raw amounts, under a reading: the arrays made, the kernel called."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from stargauge.world.blocs import BLOCS, LAYERS
from stargauge.world.position.inputs import Thresholds
from stargauge.world.position.kernel import COUNT, Positions, empty_bench, empty_positions, measure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GULF_OWN, GULF_US = "own", "us"
"""Readings of the Gulf: a pole of its own, or counted in with the US whose chips and stacks it took."""


def belongs_to(gulf: str) -> Ints:
    """Return (blocs) the bloc each is counted in with: itself, but for the Gulf where it counts as the US."""
    own = np.arange(COUNT)
    if gulf == GULF_US:
        own[BLOCS.index("Gulf")] = BLOCS.index("US")
    return own


def positions(
    amounts: Mapping[str, Floats], limits: Thresholds, gulf: str = GULF_OWN, out: Positions | None = None
) -> Positions:
    """Return who stands where: shares by layer, poles, concentration, leaders and the class of world.

    Args:
        amounts: By layer: (futures, blocs, times) amounts of at least 0, of any unit.
        limits: Thresholds and weights.
        gulf: `own` or `us`.
        out: Arrays to write into; new ones by default.

    Raises:
        ValueError: A layer is missing, or an amount is negative or no number.
    """
    layers = [np.ascontiguousarray(amounts[layer]) for layer in LAYERS if layer in amounts]
    if len(layers) < len(LAYERS):
        raise ValueError(f"amounts of {', '.join(LAYERS)} are needed; given are {', '.join(amounts)}")
    for name, layer in zip(LAYERS, layers, strict=True):
        if not float(layer.min(initial=0.0)) >= 0.0:
            raise ValueError(f"{name}: an amount is negative or no number")
    futures, _, times = layers[0].shape
    found = empty_positions(futures, times) if out is None else out
    measure(
        (layers[0], layers[1], layers[2], layers[3]),
        belongs_to(gulf),
        limits.weights,
        limits.majority,
        limits.pole,
        empty_bench(times),
        found,
    )
    return found

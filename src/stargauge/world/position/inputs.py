"""What position asks of the facts: the thresholds of the classes of world and the weights of layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry
from stargauge.world.blocs import LAYERS

Floats = NDArray[np.float64]

MAJORITY, POLE = "world.position.majority", "world.position.pole"
WEIGHT = "world.position.weight"

FIXED: dict[str, str] = {
    MAJORITY: "ratio",
    POLE: "ratio",
    **{f"{WEIGHT}.{layer}": "ratio" for layer in LAYERS},
}
"""Inputs with the unit they are computed in: definitions, so that each enters by its median."""


@dataclass(frozen=True)
class Thresholds:
    """How the class of a world is told; see `kernel.class_of`.

    Attributes:
        majority: Share of all layers above which a bloc holds most.
        pole: Least share of all layers of each of two blocs in a bipolar world.
        weights: (layers) weights of the layers in what is held of all; they add up to 1.
    """

    majority: float
    pole: float
    weights: Floats


def thresholds(registry: Registry) -> Thresholds:
    """Return the thresholds from the facts known to a registry.

    Raises:
        InputError: An input has no fact known by the registry's as-of date; a threshold lies outside 0 to 1;
            a weight is negative, or all are 0.
    """
    found = registry.medians(FIXED)
    mistakes = [
        Mistake(0, name, f"{found[name]:g} is no share; expected 0 to 1 ({registry.input(name).id})")
        for name in (MAJORITY, POLE)
        if not 0.0 <= found[name] <= 1.0
    ]
    weights = np.array([found[f"{WEIGHT}.{layer}"] for layer in LAYERS])
    if weights.min() < 0.0 or weights.sum() == 0.0:
        ids = ", ".join(registry.input(f"{WEIGHT}.{layer}").id for layer in LAYERS)
        told = f"expected weights of at least 0 that are not all 0 ({ids})"
        mistakes.append(Mistake(0, WEIGHT, told))
    if mistakes:
        raise InputError("the facts", mistakes)
    return Thresholds(found[MAJORITY], found[POLE], weights / weights.sum())

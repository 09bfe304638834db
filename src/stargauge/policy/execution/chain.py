"""The chain of stages: its generator, and its transition matrix over any time.

Stages are 0 none, 1 begun, 2 partly in force, 3 in force. Work leaves 0 at the hazard h01; a share `skip` of
it is first found partly in force (a service is launched, a tool is out) and the rest begun. 1 goes on to 2 at
h12, 2 to 3 at h23, and a reversal takes any stage above 0 down by one at h_back. With `skip` 0 it is the
plain chain of four stages, with h_back 0 nothing falls.

Arrays alone: nothing here knows an action or a fact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STAGES = 4

# A series of TERMS + 1 terms in an exponent of at most SMALL leaves out less than 1e-14; each doubling of the
# time then costs one product.
SMALL = 0.125
TERMS = 8


@dataclass(frozen=True)
class Hazards:
    """Hazards per month, and the share that skips stage 1; all arrays of one shape, or that broadcast."""

    begin: Floats
    advance: Floats
    complete: Floats
    reverse: Floats
    skip: Floats


def generators(hazards: Hazards) -> Floats:
    """Return (..., 4, 4) the generator Q of the chain, per month; its rows add up to 0."""
    begin, advance, complete, reverse, skip = np.broadcast_arrays(
        hazards.begin, hazards.advance, hazards.complete, hazards.reverse, hazards.skip
    )
    found = np.zeros((*begin.shape, STAGES, STAGES))
    found[..., 0, 1] = begin * (1.0 - skip)
    found[..., 0, 2] = begin * skip
    found[..., 1, 2] = advance
    found[..., 2, 3] = complete
    for stage in range(1, STAGES):
        found[..., stage, stage - 1] = reverse
    stays = np.arange(STAGES)
    found[..., stays, stays] = -found.sum(axis=-1)
    return found


def transitions(rates: Floats, months: Floats) -> Floats:
    """Return the transition matrices expm(Q t) of generators, each over its own time.

    By uniformisation, exp(Q t) = exp(-c) exp(c K) with c the largest exit rate times t and K the stochastic
    matrix I + Q t / c, and by scaling and squaring (Moler and Van Loan 2003, method 3). No term is negative,
    so nothing cancels: entries are at least 0 and rows add up to 1 to rounding.

    Args:
        rates: (..., 4, 4) generators, per month.
        months: Times at least 0 that broadcast against the leading axes.

    Returns:
        (..., 4, 4) over the broadcast leading axes.
    """
    times = np.asarray(months, dtype=np.float64)[..., None, None]
    jumps = np.asarray(rates * times, dtype=np.float64)
    size = -np.diagonal(jumps, axis1=-2, axis2=-1).min(axis=-1)
    largest = float(size.max(initial=0.0))
    doublings = max(0, math.ceil(math.log2(largest / SMALL))) if largest > SMALL else 0
    rate = (size / 2.0**doublings)[..., None, None]
    identity = np.eye(STAGES)
    up = jumps / 2.0**doublings + rate * identity
    total = np.broadcast_to(identity, up.shape)
    for term in range(TERMS, 0, -1):
        total = identity + up @ total / term
    result = np.exp(-rate) * total
    for _ in range(doublings):
        result = result @ result
    # Rounding grows with each squaring; a stochastic matrix stays one.
    found: Floats = result / result.sum(axis=-1, keepdims=True)
    return found

"""Who stands where: shares by layer, how many poles they make, who leads, and the class of world.

A bloc's share of a layer is its amount over the sum of all blocs'; its share *of all* is the weighted mean of
its shares of the layers. Of shares s the effective number of poles is N = 1 / Σ s², and the concentration is
CON = sqrt((Σ s² − 1/n) / (1 − 1/n)) (Singer, Bremer and Stuckey 1972; Mansfield 1993). n is 7 throughout,
also where one bloc is counted in with another, because CON depends on n.

CON is told beside the classes and decides none: two equal blocs have the CON of one bloc of 70 % beside six
small ones, though 0.4 to 0.5 is read as the border of unipolarity. Nothing is drawn here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.world.blocs import BLOCS, LAYERS
from stargauge.world.poles import concentration_of, poles_of
from stargauge.world.position.classes import BIPOLAR, CLASSES, FRAGMENTED, LIMITED, PRIMACY, UNIPOLAR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COUNT = len(BLOCS)


class Positions(NamedTuple):
    """Written by `measure`, over months or quarters.

    `shares` (futures, layers, blocs, times); `poles`, `concentration` and `leader` (futures, layers, times);
    `overall` (futures, blocs, times) shares of all; `kind` (futures, classes, times) 1 in the class it is,
    0 in the others.
    """

    shares: Floats
    poles: Floats
    concentration: Floats
    leader: Floats
    overall: Floats
    kind: Floats


def empty_positions(futures: int, times: int) -> Positions:
    """Return output arrays, uninitialised."""
    layers = len(LAYERS)
    return Positions(
        shares=np.empty((futures, layers, COUNT, times)),
        poles=np.empty((futures, layers, times)),
        concentration=np.empty((futures, layers, times)),
        leader=np.empty((futures, layers, times)),
        overall=np.empty((futures, COUNT, times)),
        kind=np.empty((futures, len(CLASSES), times)),
    )


@step
def class_of(leads: Ints, overall: Floats, majority: float, pole: float) -> int:
    """Return the number of the class of a world, the first of these that holds.

    1. *unipolar*: one bloc leads every layer and holds over `majority` of all.
    2. *bipolar*: the two blocs that hold most lead every layer, and each holds `pole` of all or more.
    3. *primacy*: one bloc holds over `majority` of all (but another leads a layer).
    4. *limited multipolar*: different blocs lead different layers, and together they hold over `majority`.
    5. *fragmented*: all the rest, where those that lead hold `majority` or less together.

    With every bloc's share of all it is exhaustive, and being asked in order it is exclusive. A bloc with
    over half of all has over half of some layer and so leads one: primacy and unipolarity cannot be confused.

    Args:
        leads: (blocs) how many layers each leads.
        overall: (blocs) share of all of each.
        majority: Share above which most is held.
        pole: Least share of a pole of two.
    """
    first = 0
    for b in range(1, overall.shape[0]):
        if overall[b] > overall[first]:
            first = b
    second = 1 if first == 0 else 0
    leaders, layers, together = 0, 0, 0.0
    for b in range(overall.shape[0]):
        if b != first and overall[b] > overall[second]:
            second = b
        if leads[b] > 0:
            leaders += 1
            layers += leads[b]
            together += overall[b]
    if leads[first] == layers and overall[first] > majority:
        return UNIPOLAR
    if leads[first] + leads[second] == layers and overall[second] >= pole:
        return BIPOLAR
    if overall[first] > majority:
        return PRIMACY
    if leaders > 1 and together > majority:
        return LIMITED
    return FRAGMENTED


class Bench(NamedTuple):
    """Room to work in: (times) `total`, `squares`, `top`; (blocs) `leads`, `held`."""

    total: Floats
    squares: Floats
    top: Floats
    leads: Ints
    held: Floats


def empty_bench(times: int) -> Bench:
    """Return room to work in for so many times."""
    return Bench(
        total=np.empty(times),
        squares=np.empty(times),
        top=np.empty(times),
        leads=np.zeros(COUNT, dtype=np.int64),
        held=np.zeros(COUNT),
    )


@step
def measure(
    amounts: tuple[Floats, Floats, Floats, Floats],
    belongs: Ints,
    weights: Floats,
    majority: float,
    pole: float,
    bench: Bench,
    out: Positions,
) -> None:
    """Write who stands where in a block of futures.

    Args:
        amounts: By layer, in the order of `LAYERS`: (futures, blocs, times) amounts of any unit, at least 0.
            Where all blocs have none of a layer, nobody is ahead in it and shares are equal.
        belongs: (blocs) the bloc that each is counted in with; itself, or another.
        weights: (layers) weights of the layers; they add up to 1.
        majority: See `class_of`.
        pole: See `class_of`.
        bench: Room to work in.
        out: Written. The leader of a layer is the first in the order of blocs where several are equal.
    """
    futures, times = out.overall.shape[0], out.overall.shape[2]
    for f in range(futures):
        _layer(amounts[0], 0, belongs, bench, out, f)
        _layer(amounts[1], 1, belongs, bench, out, f)
        _layer(amounts[2], 2, belongs, bench, out, f)
        _layer(amounts[3], 3, belongs, bench, out, f)
        for b in range(COUNT):
            for t in range(times):
                out.overall[f, b, t] = (
                    weights[0] * out.shares[f, 0, b, t]
                    + weights[1] * out.shares[f, 1, b, t]
                    + weights[2] * out.shares[f, 2, b, t]
                    + weights[3] * out.shares[f, 3, b, t]
                )
        for kind in range(out.kind.shape[1]):
            for t in range(times):
                out.kind[f, kind, t] = 0.0
        for t in range(times):
            for b in range(COUNT):
                bench.leads[b] = 0
                bench.held[b] = out.overall[f, b, t]
            for layer in range(out.leader.shape[1]):
                bench.leads[int(out.leader[f, layer, t])] += 1
            out.kind[f, class_of(bench.leads, bench.held, majority, pole), t] = 1.0


@step
def _layer(amounts: Floats, layer: int, belongs: Ints, bench: Bench, out: Positions, f: int) -> None:
    """Write what is told of one layer; blocs outside, times inside, so that times are done many at once."""
    times = bench.total.shape[0]
    for t in range(times):
        bench.total[t] = 0.0
        bench.squares[t] = 0.0
        bench.top[t] = -1.0
    for b in range(COUNT):
        for t in range(times):
            bench.total[t] += amounts[f, b, t]
            out.shares[f, layer, b, t] = 0.0
    for b in range(COUNT):
        to = belongs[b]
        for t in range(times):
            held = amounts[f, b, t] / bench.total[t] if bench.total[t] > 0.0 else 1.0 / COUNT
            out.shares[f, layer, to, t] += held
    for b in range(COUNT):
        for t in range(times):
            share = out.shares[f, layer, b, t]
            bench.squares[t] += share * share
            if share > bench.top[t]:
                bench.top[t] = share
                out.leader[f, layer, t] = b
    for t in range(times):
        squares = bench.squares[t]
        out.poles[f, layer, t] = poles_of(squares)
        out.concentration[f, layer, t] = concentration_of(squares, COUNT)

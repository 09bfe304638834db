"""The units that may move, and between which outputs."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.sums import sum_by
from stargauge.grid.redispatch.rules import TOLERANCE_MW, Rules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fleet:
    """Units that may move; all (units,).

    Attributes:
        unit: Index in the network.
        bus: Bus of each.
        now_mw: Output in the balanced base dispatch, MW.
        low_mw: Lowest output, MW.
        high_mw: Highest output, MW.
    """

    unit: Ints
    bus: Ints
    now_mw: Floats
    low_mw: Floats
    high_mw: Floats


def fleet_of(model: DcModel, interconnects: Ints, rules: Rules) -> Fleet:
    """Return the units of some interconnects that may move.

    A unit that runs above its Pmax, or below 0, may go on doing so. Pmin of the case holds as it stands, also
    for units that are below it once losses are taken back from them.

    Raises:
        InputError: A fuel that no unit burns; units whose Pmin add up to more than their interconnect's load.
    """
    network = model.network
    _check_fuels(network.unit_fuel, rules.fixed_fuels)
    moves = np.isin(network.interconnect[network.unit_bus], interconnects)
    moves &= np.array([fuel not in rules.fixed_fuels for fuel in network.unit_fuel], dtype=bool)
    unit = np.flatnonzero(moves)
    now = model.dispatch.unit_mw[unit]
    low = network.unit_pmin_mw[unit]
    if rules.pmin == "0":
        low = np.minimum(np.minimum(low, 0.0), now)
    high = np.maximum(network.unit_pmax_mw[unit], now)
    fleet = Fleet(unit, network.unit_bus[unit], now, np.minimum(low, high), high)
    _check_room(model, fleet)
    return fleet


def _check_room(model: DcModel, fleet: Fleet) -> None:
    """Refuse ranges that cannot meet the present load."""
    network = model.network
    where = network.interconnect[fleet.bus]
    short = sum_by(where, fleet.low_mw - fleet.now_mw, len(model.islands))
    mistakes = []
    for number in np.flatnonzero(short > TOLERANCE_MW):
        label = network.bus_label(int(model.islands[number].bus[0]))
        text = (
            f"the units that may move in the interconnect of {label} give {short[number]:,.1f} MW more at "
            "Pmin than they do now; use Pmin 0"
        )
        mistakes.append(Mistake(0, "pmin", text))
    if mistakes:
        raise InputError("redispatch", mistakes, "nothing was computed")


def _check_fuels(known: tuple[str, ...], asked: tuple[str, ...]) -> None:
    """Refuse fuels that no unit burns: a misspelt word would change nothing in silence."""
    names = sorted(set(known) - {""})
    mistakes = []
    for fuel in asked:
        if fuel not in names:
            near = difflib.get_close_matches(fuel, names, n=2, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names) or 'none'}"
            mistakes.append(Mistake(0, "fixed_fuels", f'no unit burns "{fuel}"; {hint}'))
    if mistakes:
        raise InputError("redispatch", mistakes, "nothing was computed")

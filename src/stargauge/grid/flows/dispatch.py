"""The dispatch that a DC flow needs: generation equal to load in every interconnect, losses taken back.

A case's dispatch comes from an AC flow and covers losses a DC flow does not have. The surplus is taken from
all units in proportion to their output, never from the reference bus, where it would overload what is near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.sums import sum_by

if TYPE_CHECKING:
    from stargauge.grid.network import Network

Floats = NDArray[np.float64]

ROUNDING_MW = 1e-6
"""An interconnect out of balance by less is balanced: files state powers rounded."""


@dataclass(frozen=True)
class Dispatch:
    """A balanced dispatch.

    Attributes:
        unit_mw: (g,) output of each unit, MW.
        injection_mw: (n,) what each bus puts into the network, MW: units and DC lines less load and shunts.
        headroom_mw: (g,) what each unit can still give, MW.
        surplus_mw: (interconnects,) generation of the case beyond its load, MW; taken back pro rata to output
            where positive, raised pro rata to headroom where negative.
    """

    unit_mw: Floats
    injection_mw: Floats
    headroom_mw: Floats
    surplus_mw: Floats

    @property
    def rule(self) -> str:
        """How the base dispatch was balanced, in words."""
        taken = float(self.surplus_mw[self.surplus_mw > 0].sum())
        raised = float(-self.surplus_mw[self.surplus_mw < 0].sum())
        parts = []
        if taken > ROUNDING_MW:
            parts.append(f"{taken:,.1f} MW of losses taken back from units pro rata to output")
        if raised > ROUNDING_MW:
            parts.append(f"{raised:,.1f} MW raised on units pro rata to headroom")
        return "base dispatch: " + (", ".join(parts) if parts else "as given")


def balance(network: Network) -> Dispatch:
    """Return the network's dispatch with generation equal to load in each interconnect.

    Raises:
        InputError: An interconnect's units cannot meet its load, or cannot be lowered to it.
    """
    fixed = -network.bus_load_mw - network.bus_shunt_mw
    if network.dc_lines:
        fixed = fixed - sum_by(network.dc_from, network.dc_p_mw, network.buses)
        fixed += sum_by(network.dc_to, network.dc_p_mw - network.dc_loss_mw, network.buses)
    count = int(network.interconnect.max()) + 1
    where = network.interconnect[network.unit_bus]
    output = np.array(network.unit_p_mw)
    room = np.maximum(network.unit_pmax_mw - output, 0.0)
    positive = np.maximum(output, 0.0)
    surplus = sum_by(network.interconnect, fixed, count) + sum_by(where, output, count)
    down = sum_by(where, positive, count)
    up = sum_by(where, room, count)
    short = (-surplus > up + ROUNDING_MW) & (-surplus > ROUNDING_MW)
    excess = (surplus > down + ROUNDING_MW) & (surplus > ROUNDING_MW)
    if short.any() or excess.any():
        raise InputError(
            network.name, _mistakes(network, surplus, up, down, short, excess), "no flow was computed"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        lowered = np.where(surplus > 0, surplus / down, 0.0)
        raised = np.where(surplus < 0, -surplus / up, 0.0)
    lowered[down == 0] = 0.0
    raised[up == 0] = 0.0
    output = output - positive * lowered[where] + room * raised[where]
    injection = fixed + sum_by(network.unit_bus, output, network.buses)
    # What rounding leaves is spread as thinly as possible: it must not gather at the reference.
    rest = sum_by(network.interconnect, injection, count) / np.bincount(network.interconnect)
    injection -= rest[network.interconnect]
    return Dispatch(output, injection, np.maximum(network.unit_pmax_mw - output, 0.0), surplus)


def _mistakes(
    network: Network,
    surplus: Floats,
    up: Floats,
    down: Floats,
    short: NDArray[np.bool_],
    excess: NDArray[np.bool_],
) -> list[Mistake]:
    """Return what is wrong with each interconnect that cannot be balanced."""
    mistakes = []
    _, first = np.unique(network.interconnect, return_index=True)
    for number in np.flatnonzero(short | excess):
        label = network.bus_label(int(first[number]))
        if short[number]:
            text = (
                f"the interconnect of {label} lacks {-surplus[number]:,.1f} MW of generation "
                f"and its units can only add {up[number]:,.1f} MW"
            )
        else:
            text = (
                f"the interconnect of {label} has {surplus[number]:,.1f} MW more than its load "
                f"and its units can only be lowered by {down[number]:,.1f} MW"
            )
        mistakes.append(Mistake(0, "units.p_mw", text))
    return mistakes

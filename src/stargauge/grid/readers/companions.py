"""Coordinates, states and substations for the ACTIVSg cases, which are parts of the embedded US grid.

The bus numbers of these cases are those of the US grid less an offset, and their bus names are those of its
substations with one more index. That is checked on every reading; buses for which it does not hold stay
without a place.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.defaults import branch_kinds
from stargauge.grid.network import Network
from stargauge.grid.readers.positions import bus_positions
from stargauge.grid.readers.us_grid import us_buses

_OFFSETS = {
    "case_ACTIVSg2000": 3_000_000,
    "case_ACTIVSg10k": 2_000_000,
    "case_ACTIVSg70k": 0,
    "case_SyntheticUSA": 0,
}
"""What is added to a bus number of a case to get that of the US grid."""

_NAMED = ("case_ACTIVSg200", "case_ACTIVSg500", "case_ACTIVSg25k")
"""Cases of the same family that are no part of the US grid: their bus names still tell the substation."""

_AGREEMENT = 0.99
"""Least share of buses whose name agrees for a file to be taken for the case whose name it bears."""


def located(network: Network) -> Network:
    """Return a network with places and substations if it is a known case, else the same network.

    Ties inside substations are recognised once the substations are known, and noted.
    """
    stems = tuple(name.rsplit(" ", 1)[0] for name in network.bus_name)
    if network.name in _OFFSETS:
        return _with_places(network, stems, _OFFSETS[network.name])
    if network.name in _NAMED and all(stems):
        numbers = {stem: index for index, stem in enumerate(dict.fromkeys(stems))}
        substation = np.array([numbers[stem] for stem in stems], dtype=np.int64)
        note = "substations taken from the bus names less their last index; coordinates are not known"
        return _with_substations(network, substation, note)
    return network


def _with_places(network: Network, stems: tuple[str, ...], offset: int) -> Network:
    """Return a part of the US grid with what is known of its buses there."""
    whole = us_buses()
    place = bus_positions(whole["bus"].to_numpy(), network.bus_id + offset)
    names = whole["name"].to_list()
    agrees = np.array([at >= 0 and names[at] == stem for at, stem in zip(place.tolist(), stems, strict=True)])
    if agrees.mean() < _AGREEMENT:
        return network
    known = agrees | ((place >= 0) & (whole["kv"].to_numpy()[place] == network.bus_kv))
    at = np.where(known, place, 0)
    note = (
        f"coordinates, states and substations of {int(known.sum()):,} buses taken from the embedded US grid"
    )
    return replace(
        _with_substations(network, np.where(known, whole["substation"].to_numpy()[at], -1), note),
        bus_lat=np.where(known, whole["lat"].to_numpy()[at], np.nan),
        bus_lon=np.where(known, whole["lon"].to_numpy()[at], np.nan),
        bus_state=_chosen(whole["state"].to_list(), at, known),
        bus_zone=_chosen(whole["zone"].to_list(), at, known),
    )


def _with_substations(network: Network, substation: NDArray[np.int64], note: str) -> Network:
    """Return a network with its substations, and with the ties that they reveal."""
    arrays = {
        name: getattr(network, name)
        for name in (
            "branch_from",
            "branch_to",
            "branch_r",
            "branch_x",
            "branch_tap",
            "branch_shift_deg",
            "rate_a",
            "bus_kv",
        )
    }
    kind = branch_kinds({**arrays, "bus_substation": substation})
    ties = kind.count("tie")
    notes = [*network.notes, note]
    if ties:
        notes.append(f"{ties:,} unrated branches inside a substation taken for bus ties")
    return replace(network, bus_substation=substation, branch_kind=kind, notes=tuple(notes))


def _chosen(names: list[str], at: NDArray[np.int64], known: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the names at indices, empty where nothing is known."""
    return tuple(
        names[index] if sure else "" for index, sure in zip(at.tolist(), known.tolist(), strict=True)
    )

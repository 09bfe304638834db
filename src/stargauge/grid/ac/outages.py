"""Which outages an AC check tries: those of the DC limits and at the bus, all, or named ones."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.flows.model import DcModel

Ints = NDArray[np.int64]
Outages = Literal["binding", "all", "none"] | Sequence[str]

WORDS = ("binding", "all", "none")
"""Outages that are named by a word."""

NEXT_LIMITS = 7
"""DC limits after the binding one whose outages are tried as well."""

_SHOWN = 10


def mistakes(dc: DcModel, bus: int, outages: Outages) -> list[Mistake]:
    """Return what is wrong with outages for a bus (by index)."""
    network = dc.network
    if isinstance(outages, str):
        if outages in WORDS:
            return []
        text = f'"{outages}" names no outages; known: {", ".join(WORDS)}, or a list of names of branches'
        return [Mistake(0, "outages", text)]
    found = []
    place = {name: index for index, name in enumerate(network.branch_name)}
    for name in outages:
        index = place.get(name)
        if index is None:
            near = difflib.get_close_matches(name, network.branch_name, n=3, cutoff=0.6)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            found.append(f'no branch is called "{name}"{hint}')
        elif network.interconnect[network.branch_from[index]] != network.interconnect[bus]:
            found.append(f"{network.branch_label(index)} is in another interconnect than the bus")
        elif not dc.is_outage[index]:
            label = network.branch_label(index)
            found.append(f"{label} cannot be lost: it is a tie, or its loss splits the network")
    return [Mistake(0, "outages", text) for text in found[:_SHOWN]]


def chosen(dc: DcModel, bus: int, outages: Outages, limits: dict[str, Any]) -> tuple[Ints, str]:
    """Return the branches to lose, by index, the most telling first, and what they are in words.

    Args:
        dc: The DC model.
        bus: The bus, by index.
        outages: What was asked for; free of mistakes.
        limits: The bus's row of the DC hosting table.
    """
    network = dc.network
    names: list[str] = []
    if outages == "none":
        return np.empty(0, dtype=np.int64), "none"
    binding = [limits["outage"], *(limits[f"next_{rank}_outage"] for rank in range(1, NEXT_LIMITS + 1))]
    names = [name for name in binding if name is not None] if isinstance(outages, str) else list(outages)
    place = {name: index for index, name in enumerate(network.branch_name)}
    index = [place[name] for name in names]
    text = f"{len(set(names))} named"
    if isinstance(outages, str):
        at_bus = np.flatnonzero(dc.is_outage & ((network.branch_from == bus) | (network.branch_to == bus)))
        index += at_bus.tolist()
        text = "those of the DC limits of the bus, and of the branches that end at it"
    if outages == "all":
        own = network.interconnect[network.branch_from] == network.interconnect[bus]
        index += np.flatnonzero(dc.is_outage & own).tolist()
        text = "every branch of the interconnect whose loss splits nothing"
    unique = list(dict.fromkeys(index))
    return np.array(unique, dtype=np.int64), f"{text} ({len(unique):,})"

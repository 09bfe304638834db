"""The network in all but the busiest hours, for loads that can be curtailed in those."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import polars as pl

from stargauge.errors import InputError, Mistake
from stargauge.facts import load_tables
from stargauge.grid.flexibility import load_level
from stargauge.grid.network import Network


@dataclass(frozen=True)
class Level:
    """How high load stands once the busiest hours are left out.

    Attributes:
        share: Share of hours left out.
        of_peak: Load exceeded in that share of hours, as a share of the highest.
        region: Region or balancing authority whose hours these are.
    """

    share: float
    of_peak: float
    region: str

    @property
    def rule(self) -> str:
        """The level in words, printed beside every number that depends on it."""
        return (
            f"flexible = curtailed in the busiest {self.share * 100:g} % of hours: "
            f"what the bus takes N-1 secure at {self.of_peak * 100:.1f} % of the case's load and dispatch, "
            f"the case taken as the peak hour and all loads as moving together; hours of {self.region}"
        )


def level_of(share: float, region: str) -> Level:
    """Return the level of a region or balancing authority.

    Raises:
        InputError: A share that is none, or an unknown region.
    """
    if not 0.0 < share < 1.0:
        text = f"is {share:g}; it must be above 0 and below 1, for example 0.01"
        raise InputError("siting", [Mistake(0, "flex", text)], "nothing was computed")
    return Level(share, load_level(region, share), region)


def region_of_states(states: pl.Series) -> str | None:
    """Return the EIA-930 region in which most of the given states (one a bus) lie; None if none is known.

    Of regions with as many, the first by name.
    """
    table = load_tables().state_regions
    region = dict(zip(table["state"], table["region"], strict=True))
    found = Counter(region[state] for state in states if state in region)
    return min(found, key=lambda name: (-found[name], name)) if found else None


def at_level(network: Network, level: Level) -> Network:
    """Return the network with loads and dispatch at a level; limits and highest outputs stay."""
    return replace(
        network,
        bus_load_mw=network.bus_load_mw * level.of_peak,
        unit_p_mw=network.unit_p_mw * level.of_peak,
        notes=(*network.notes, f"loads and dispatch at {level.of_peak * 100:.1f} % of the case"),
    )

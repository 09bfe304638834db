"""The prior for wires as numbers: the chance of a transmission upgrade by voltage, size and convention.

Shares of buses of two synthetic networks, blended and interpolated. What they are used for stands in
`stargauge.power.wires`, what they can and cannot show in `docs/wires.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.facts.derived_wires import WiresTables, load_wires_tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLASSES = ("100-138", "161-230", "345", "500-765")
"""Classes of voltage, kV, from low to high."""


@dataclass(frozen=True)
class WiresPrior:
    """Chances and measures by class of voltage and size, with every gap between networks filled.

    Attributes:
        emergency: (limits) limits after an outage over those before it, rising.
        size_mw: (sizes) sizes from 0, rising.
        short: (networks, choices, classes, limits, sizes) chance of an upgrade; choices are any bus, and the
            best of its neighbourhood.
        planned_mw: (planned) sizes, rising.
        measures: (networks, classes, planned, `MEASURE_NAMES`) share of each measure; sums to 1.
    """

    emergency: Floats
    size_mw: Floats
    short: Floats
    planned_mw: Floats
    measures: Floats

    @classmethod
    def of(cls, tables: WiresTables) -> WiresPrior:
        """Return the prior of tables.

        A class that a network does not hold is that of the other one; measures of a size for which there was
        no short bus to plan for are those of the other network, else of the next larger size.

        Raises:
            ValueError: the tables hold other classes, or a class that no network has.
        """
        if tables.classes != CLASSES:
            raise ValueError(f"the tables hold the classes {tables.classes}, not {CLASSES}")
        short = _from_others(np.stack([tables.short, tables.short_nearby], axis=1))
        measures = _from_others(tables.measures)
        for column in range(tables.planned_mw.size - 2, -1, -1):
            here, larger = measures[:, :, column], measures[:, :, column + 1]
            measures[:, :, column] = np.where(np.isnan(here), larger, here)
        if np.isnan(short).any() or np.isnan(measures).any():
            raise ValueError("a class of voltage stands in no network of the tables")
        at_nothing = np.zeros((*short.shape[:-1], 1))
        return cls(
            tables.emergency,
            np.concatenate([[0.0], tables.size_mw]),
            np.concatenate([at_nothing, short], axis=-1),
            tables.planned_mw,
            measures,
        )

    def chance(
        self,
        site_mw: ArrayLike,
        voltage: ArrayLike | str,
        *,
        network: ArrayLike = 0.5,
        search: ArrayLike = 0.0,
        emergency: ArrayLike = 1.0,
    ) -> Floats:
        """Return the chance that a site needs an upgrade, 0 to 1; arguments are broadcast.

        Between sizes and between limits it is interpolated in a straight line, above the largest size it
        stays; it rises with the size within a class.

        Args:
            site_mw: Facility MW that the site draws.
            voltage: Class: its name, or numbers of `CLASSES`.
            network: Weight of the first network, 0 to 1.
            search: How far the best bus of the neighbourhood is found, 0 (any bus) to 1.
            emergency: Limits after an outage over those before it; beyond the tabulated ones the nearest.

        Raises:
            ValueError: no such class, or a negative size.
        """
        return self._chance_and_integral(site_mw, voltage, network, search, emergency)[0]

    def shortfall_mw(
        self,
        site_mw: ArrayLike,
        voltage: ArrayLike | str,
        *,
        network: ArrayLike = 0.5,
        search: ArrayLike = 0.0,
        emergency: ArrayLike = 1.0,
    ) -> Floats:
        """Return the mean MW that the grid is short of where a site needs an upgrade; see `chance`.

        With F(x) the share of buses that take less than x, it is the integral of F from 0 to the size over
        F at the size: the mean of size less capacity among buses that are short. 0 where the chance is 0.
        """
        chance, integral = self._chance_and_integral(site_mw, voltage, network, search, emergency)
        return np.divide(integral, chance, out=np.zeros_like(chance), where=chance > 0.0)

    def measure_shares(
        self, site_mw: ArrayLike, voltage: ArrayLike | str, *, network: ArrayLike = 0.5
    ) -> Floats:
        """Return (..., `MEASURE_NAMES`) shares of what stands in the way where an upgrade is needed.

        Interpolated in a straight line between sizes; outside them as at the nearest.
        """
        mw, kind, weight = np.broadcast_arrays(sizes(site_mw), _classes(voltage), _floats(network))
        left, part = _bracket(self.planned_mw, mw)
        table = [
            found[kind, left] * (1.0 - part[..., None]) + found[kind, left + 1] * part[..., None]
            for found in self.measures
        ]
        return np.asarray(table[0] * weight[..., None] + table[1] * (1.0 - weight[..., None]))

    def _chance_and_integral(
        self,
        site_mw: ArrayLike,
        voltage: ArrayLike | str,
        network: ArrayLike,
        search: ArrayLike,
        emergency: ArrayLike,
    ) -> tuple[Floats, Floats]:
        """Return the chance at a size, and its integral over sizes from 0, MW."""
        mw, kind, first, best, limit = np.broadcast_arrays(
            sizes(site_mw), _classes(voltage), _floats(network), _floats(search), _floats(emergency)
        )
        row, across = _bracket(self.emergency, limit)
        left, part = _bracket(self.size_mw, mw)
        steps = np.diff(self.size_mw) * (self.short[..., 1:] + self.short[..., :-1]) / 2.0
        areas = np.concatenate([np.zeros((*steps.shape[:-1], 1)), np.cumsum(steps, axis=-1)], axis=-1)
        beyond = np.maximum(mw - self.size_mw[-1], 0.0)
        chance = np.zeros(mw.shape)
        integral = np.zeros(mw.shape)
        for net, net_weight in enumerate((first, 1.0 - first)):
            for choice, choice_weight in enumerate((1.0 - best, best)):
                for lower, limit_weight in ((row, 1.0 - across), (row + 1, across)):
                    weight = net_weight * choice_weight * limit_weight
                    below = self.short[net, choice, kind, lower, left]
                    here = below + part * (self.short[net, choice, kind, lower, left + 1] - below)
                    within = np.minimum(mw, self.size_mw[-1]) - self.size_mw[left]
                    area = areas[net, choice, kind, lower, left] + within * (below + here) / 2.0
                    chance += weight * here
                    integral += weight * (area + beyond * here)
        return np.clip(chance, 0.0, 1.0), integral


def load_wires_prior() -> WiresPrior:
    """Return the prior of the shipped tables.

    Raises:
        StoreError: A table is not the one that was shipped.
    """
    return WiresPrior.of(load_wires_tables())


def _bracket(levels: Floats, values: Floats) -> tuple[Ints, Floats]:
    """Return the level at or below each value, and how far on the way to the next it is, 0 to 1."""
    left = np.clip(np.searchsorted(levels, values, side="right") - 1, 0, levels.size - 2)
    part = (values - levels[left]) / (levels[left + 1] - levels[left])
    return np.asarray(left, dtype=np.int64), np.clip(part, 0.0, 1.0)


def _from_others(table: Floats) -> Floats:
    """Return the table with what a network (first axis) lacks taken from the other."""
    return np.where(np.isnan(table), table[::-1], table)


def sizes(site_mw: ArrayLike) -> Floats:
    """Return sizes of sites as an array, MW.

    Raises:
        ValueError: a size below 0, or none.
    """
    found = _floats(site_mw)
    if not (found >= 0.0).all():
        raise ValueError("a site draws at least 0 MW")
    return found


def _classes(voltage: ArrayLike | str) -> Ints:
    if isinstance(voltage, str):
        if voltage not in CLASSES:
            raise ValueError(f'"{voltage}" is no class of voltage; known: {", ".join(CLASSES)}')
        return np.asarray(CLASSES.index(voltage), dtype=np.int64)
    found = np.asarray(voltage, dtype=np.int64)
    if not ((found >= 0) & (found < len(CLASSES))).all():
        raise ValueError(f"classes of voltage are numbered from 0 to {len(CLASSES) - 1}")
    return found


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)

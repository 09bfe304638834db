"""What every pair of element and outage is held to: ratings, and what is let through of what is over now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel, Island
from stargauge.grid.flows.ratings import Ratings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NONE = -1
"""Outage of a row that holds with nothing out."""


@dataclass(frozen=True)
class Allowed:
    """Pairs that are held to more than their rating, sorted by key.

    Attributes:
        key: (pairs,) see `pair_key`.
        extra_mw: (pairs,) MW beyond the rating; inf for pairs that are left out.
    """

    key: Ints
    extra_mw: Floats

    @classmethod
    def nothing(cls) -> Allowed:
        """Return an empty list."""
        return cls(np.empty(0, dtype=np.int64), np.empty(0))

    @classmethod
    def of(cls, key: Ints, extra_mw: Floats) -> Allowed:
        """Return the list of these pairs."""
        order = np.argsort(key)
        return cls(key[order], extra_mw[order])

    def extra(self, key: Ints) -> Floats:
        """Return what each pair is let through beyond its rating, MW; 0 for pairs that are not listed."""
        if not self.key.size:
            return np.zeros(key.size)
        place = np.minimum(np.searchsorted(self.key, key), self.key.size - 1)
        return np.where(self.key[place] == key, self.extra_mw[place], 0.0)


@dataclass(frozen=True)
class Limits:
    """Limits of one study.

    Attributes:
        before_mw: (m,) limit with nothing out, MW; inf where none holds.
        after_mw: (m,) limit after an outage, MW; inf where none holds.
        bridge_outage: (interconnects,) outage that stands for any where the flow of a bridge is looked at,
            which no outage changes; `NONE` where nothing can be lost.
        n1: Whether anything is lost at all.
    """

    before_mw: Floats
    after_mw: Floats
    bridge_outage: Ints
    n1: bool

    @classmethod
    def of(cls, model: DcModel, ratings: Ratings, *, n1: bool) -> Limits:
        """Return the limits of a network."""
        before = np.where(model.is_element, ratings.before_mw(model.network), np.inf)
        after = np.where(model.is_element, ratings.after_mw(model.network), np.inf)
        return cls(before, after, np.array([_first_outage(island) for island in model.islands]), n1)

    def rating(self, element: Ints, outage: Ints) -> Floats:
        """Return the rating that holds for each pair, MW."""
        return np.where(outage == NONE, self.before_mw[element], self.after_mw[element])


def _first_outage(island: Island) -> int:
    branch = island.branch[island.reduction.line_branch]
    losable = branch[island.losable[island.reduction.line_branch]]
    return int(losable.min()) if losable.size else NONE


def pair_key(element: Ints, outage: Ints, branches: int) -> Ints:
    """Return one number for each pair of element and outage."""
    return element * np.int64(branches + 1) + outage + 1

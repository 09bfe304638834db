"""What has been simulated so far, block by block, and the shares of each block once it is complete."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stargauge.insight.attribution.shapley import (
    EMPTY,
    Order,
    coalitions,
    everyone,
    exact_shares,
    merged,
    paired_orders,
    sampled_shares,
    visited,
)
from stargauge.streams import uniforms

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ZERO = 1e-9
"""A difference within this share of the outcome itself (or of 1) is none: it is rounding."""


@dataclass(frozen=True)
class Design:
    """Which coalitions are valued on a block: all of them, or those along some orders of the block's own.

    An order is that of uniforms named by lever, so that another lever moves no two others past each other.

    Attributes:
        players: Names of the players.
        pillars: Places of the players of each pillar.
        pairs: Orders drawn a block, each taken with its reverse; 0 for all coalitions.
        seed: Seed of the orders.
    """

    players: tuple[str, ...]
    pillars: tuple[tuple[int, ...], ...]
    pairs: int
    seed: int

    @property
    def exact(self) -> bool:
        """Whether all coalitions are valued."""
        return self.pairs == 0

    def orders(self, block: int) -> tuple[Order, ...]:
        """Return the orders of a block, each beside its reverse."""
        places = np.empty((self.pairs, len(self.players)))
        for column, name in enumerate(self.players):
            places[:, column] = uniforms(self.seed, "attribution.order", name, block, self.pairs)
        return paired_orders(places)

    def coalitions(self, block: int) -> tuple[int, ...]:
        """Return the coalitions valued on a block, ascending; those of pillars are always among them."""
        if self.exact:
            return tuple(coalitions(len(self.players)))
        return tuple(sorted({*visited(self.orders(block)), *merged(self.pillars)}))


@dataclass(frozen=True)
class BlockShares:
    """What each player adds in each future of a block.

    Attributes:
        value: (players, outcomes, futures) shares.
        turns: (players, outcomes, futures) whether it adds in one company and takes away in another.
        pillars: (pillars, outcomes, futures) shares of the game in which pillars are the players.
        off: (outcomes, futures) value of nobody.
        full: (outcomes, futures) value of everyone.
    """

    value: Floats
    turns: Flags
    pillars: Floats
    off: Floats
    full: Floats


def block_shares(design: Design, block: int, values: dict[int, Floats]) -> BlockShares:
    """Return the shares of a block.

    Args:
        design: The design.
        block: The block.
        values: (outcomes, futures) by coalition, for all that the design values on the block.
    """
    players = len(design.players)
    shares = exact_shares(players, values) if design.exact else sampled_shares(design.orders(block), values)
    off, full = values[EMPTY], values[everyone(players)]
    floor = ZERO * np.maximum(1.0, np.maximum(np.abs(off), np.abs(full)))
    grouped = dict(enumerate(values[own] for own in merged(design.pillars)))
    return BlockShares(
        value=shares.value,
        turns=(shares.least < -floor) & (shares.most > floor),
        pillars=exact_shares(len(design.pillars), grouped).value,
        off=off,
        full=full,
    )


@dataclass
class Ledger:
    """Blocks that are complete, as shares, and what is there of the others, as values of coalitions."""

    design: Design
    done: dict[int, BlockShares] = field(default_factory=dict)
    begun: dict[int, dict[int, Floats]] = field(default_factory=dict)

    def missing(self, block: int) -> tuple[int, ...]:
        """Return the coalitions still to be valued on a block."""
        if block in self.done:
            return ()
        known = self.begun.get(block, {})
        return tuple(one for one in self.design.coalitions(block) if one not in known)

    def add(self, block: int, keys: tuple[int, ...], values: Floats) -> None:
        """Take (coalitions, outcomes, futures) values of a block; turns it into shares once complete."""
        known = self.begun.setdefault(block, {})
        known.update(zip(keys, values, strict=True))
        if not self.missing(block):
            self.done[block] = block_shares(self.design, block, self.begun.pop(block))

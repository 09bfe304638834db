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
        second: Whether coalitions of pillars are valued in the second reading too, in which what is off was
            never decided; their keys begin at 2^players.
    """

    players: tuple[str, ...]
    pillars: tuple[tuple[int, ...], ...]
    pairs: int
    seed: int
    second: bool = False

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
        """Return the keys valued on a block, ascending; those of pillars are always among them."""
        if self.exact:
            first = tuple(coalitions(len(self.players)))
        else:
            first = tuple(sorted({*visited(self.orders(block)), *merged(self.pillars)}))
        return (*first, *self.second_keys)

    @property
    def second_keys(self) -> tuple[int, ...]:
        """The keys of the second reading, by coalition of pillars; everyone's is that of the first."""
        if not self.second:
            return ()
        own = 1 << len(self.players)
        return tuple(own + one for one in coalitions(len(self.pillars)) if one != everyone(len(self.pillars)))


@dataclass(frozen=True)
class BlockShares:
    """What each player adds in each future of a block.

    Attributes:
        value: (players, outcomes, futures) shares.
        turns: (players, outcomes, futures) whether it adds in one company and takes away in another.
        pillars: (pillars, outcomes, futures) shares of the game in which pillars are the players.
        off: (outcomes, futures) value of nobody.
        full: (outcomes, futures) value of everyone.
        never: (pillars, outcomes, futures) shares of pillars in the second reading; no rows without one.
        nobody: (outcomes, futures) value of nobody in the second reading; of the first without one.
    """

    value: Floats
    turns: Flags
    pillars: Floats
    off: Floats
    full: Floats
    never: Floats
    nobody: Floats


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
    never, nobody = np.zeros((0, *off.shape)), off
    if design.second:
        second = {place: values[key] for place, key in enumerate(design.second_keys)}
        nobody = second[EMPTY]
        second[everyone(len(design.pillars))] = full
        never = exact_shares(len(design.pillars), second).value
    return BlockShares(
        value=shares.value,
        turns=(shares.least < -floor) & (shares.most > floor),
        pillars=exact_shares(len(design.pillars), grouped).value,
        off=off,
        full=full,
        never=never,
        nobody=nobody,
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

"""Synthetic games in the place of the model: values of coalitions by block, outcome and future."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import BLOCK_SIZE
from stargauge.insight.attribution.ledger import Design, Ledger

Floats = NDArray[np.float64]

LEVERS = ("permitting_time", "interconnection_time", "flexible_load", "community_benefit")
PILLARS = (("II", (0, 1)), ("", (2, 3)))
OUTCOMES = (
    SimpleNamespace(name="first", title="the first", unit="MW"),
    SimpleNamespace(name="second", title="the second", unit="share"),
)


@dataclass(frozen=True)
class Toy:
    """A game whose worth in a future is linear, plus pairs, plus one triple, with coefficients of its own."""

    players: tuple[str, ...] = LEVERS
    pillars: tuple[tuple[str, tuple[int, ...]], ...] = PILLARS
    idle: str = "community_benefit"
    blocks: int = 3

    def value(self, block: int, coalition: int) -> Floats:
        """Return (outcomes, futures); the idle player changes nothing."""
        rng = np.random.default_rng((1, block))
        count = len(self.players)
        alone = rng.normal(5.0, 3.0, (2, count, BLOCK_SIZE))
        together = rng.normal(0.0, 2.0, (2, count, count, BLOCK_SIZE))
        base = rng.normal(1000.0, 50.0, (2, BLOCK_SIZE))
        who = [p for p in range(count) if coalition >> p & 1 and self.players[p] != self.idle]
        total = base + sum((alone[:, p] for p in who), np.zeros((2, BLOCK_SIZE)))
        for a in who:
            for b in who:
                if a < b:
                    total = total + together[:, a, b]
        return total + (7.0 if len(who) >= 3 else 0.0)

    def design(self, pairs: int, seed: int = 1) -> Design:
        return Design(self.players, tuple(places for _, places in self.pillars), pairs, seed)

    def ledger(self, pairs: int, seed: int = 1) -> Ledger:
        """Return the ledger of the whole game."""
        ledger = Ledger(self.design(pairs, seed))
        for block in range(self.blocks):
            self.fill(ledger, block, ledger.missing(block))
        return ledger

    def fill(self, ledger: Ledger, block: int, keys: Sequence[int]) -> None:
        ledger.add(block, tuple(keys), np.stack([self.value(block, key) for key in keys]))

    @property
    def game(self) -> Any:
        return SimpleNamespace(players=self.players, pillars=self.pillars)

"""From shares in each future to shares of the mean, with standard errors and signs; nothing is simulated."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import BLOCK_SIZE
from stargauge.insight.attribution.answer import LeverShare, OutcomeShares, PillarShare
from stargauge.insight.attribution.game import LeverGame
from stargauge.insight.attribution.ledger import ZERO, BlockShares
from stargauge.insight.outcomes import Outcome
from stargauge.scenario import LEVERS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BOTH_ORDERS = 2
"""Players of which one order and its reverse are all orders."""


def outcome_shares(
    game: LeverGame, exact: bool, measured: Sequence[Outcome], blocks: Sequence[BlockShares]
) -> tuple[OutcomeShares, ...]:
    """Return what each lever and each pillar adds to the mean of each outcome.

    Args:
        game: Names of levers and pillars.
        exact: Whether all coalitions were valued.
        measured: The outcomes.
        blocks: Shares of every block, in order.
    """
    value = np.concatenate([one.value for one in blocks], axis=2)
    turns = np.concatenate([one.turns for one in blocks], axis=2)
    pillars = np.concatenate([one.pillars for one in blocks], axis=2)
    off = np.concatenate([one.off for one in blocks], axis=1)
    full = np.concatenate([one.full for one in blocks], axis=1)
    never = np.concatenate([one.never for one in blocks], axis=2)
    nobody = np.concatenate([one.nobody for one in blocks], axis=1)
    second = never.shape[0] > 0
    # Futures of a block share their orders, so in a sample they are one observation; in an exact study none
    # of them shares anything, and of two players an order and its reverse are all there is.
    whole = not exact and len(game.players) > BOTH_ORDERS
    found: list[OutcomeShares] = []
    for row, outcome in enumerate(measured):
        floor = ZERO * np.maximum(1.0, np.maximum(np.abs(off[row]), np.abs(full[row])))
        levers = tuple(
            _lever_share(name, value[place, row], turns[place, row], floor, whole)
            for place, name in enumerate(game.players)
        )
        total = math.fsum(full[row] - off[row]) / off.shape[1]
        found.append(
            OutcomeShares(
                name=outcome.name,
                title=outcome.title,
                unit=outcome.unit,
                off=float(off[row].mean()),
                full=float(full[row].mean()),
                total=total,
                total_error=standard_error(full[row] - off[row], blocks=False),
                residual=total - math.fsum(one.value for one in levers),
                levers=levers,
                pillars=tuple(
                    PillarShare(
                        pillar=pillar,
                        levers=tuple(game.players[place] for place in places),
                        sum_of_levers=math.fsum(levers[place].value for place in places),
                        sum_error=standard_error(value[list(places), row].sum(axis=0), blocks=whole),
                        value=math.fsum(pillars[column, row]) / off.shape[1],
                        standard_error=standard_error(pillars[column, row], blocks=False),
                        never=math.fsum(never[column, row]) / off.shape[1] if second else None,
                        never_error=standard_error(never[column, row], blocks=False) if second else None,
                    )
                    for column, (pillar, places) in enumerate(game.pillars)
                ),
                never=float(nobody[row].mean()) if second else None,
                never_total=math.fsum(full[row] - nobody[row]) / off.shape[1] if second else None,
                never_error=standard_error(full[row] - nobody[row], blocks=False) if second else None,
            )
        )
    return tuple(found)


def _lever_share(name: str, effect: Floats, turns: Flags, floor: Floats, blocks: bool) -> LeverShare:
    value = math.fsum(effect) / effect.size
    sign = np.where(np.abs(effect) <= floor, 0.0, np.sign(effect))
    low, high = np.quantile(np.where(sign == 0.0, 0.0, effect), [0.05, 0.95])
    return LeverShare(
        lever=name,
        pillar=LEVERS[name].pillar,
        value=value,
        standard_error=standard_error(effect, blocks=blocks),
        p05=float(low),
        p95=float(high),
        against=float(np.mean(sign == -np.sign(value))) if value else 0.0,
        turns=float(turns.mean()),
        nothing=float(np.mean(sign == 0.0)),
    )


def standard_error(effect: Floats, *, blocks: bool) -> float:
    """Return the standard error of the mean of effects over futures; 0 where all futures are alike.

    Args:
        effect: (futures) in the order of blocks.
        blocks: Futures of a block have their orders in common: then the error is the larger of that between
            futures and that between blocks, each block weighing by its futures (the sandwich of clusters).
    """
    count = effect.size
    if count < 2:
        return math.nan
    error = float(effect.std(ddof=1)) / math.sqrt(count)
    edges = np.arange(0, count, BLOCK_SIZE)
    if blocks and edges.size > 1:
        apart = np.add.reduceat(effect - effect.mean(), edges)
        between = math.sqrt(float(np.sum(apart**2)) * edges.size / (edges.size - 1)) / count
        error = max(error, between)
    return error

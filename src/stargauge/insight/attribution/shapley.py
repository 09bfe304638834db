"""Shapley values of any game: which part of what players do together each of them adds.

A coalition is a whole number whose bit i says whether player i is in it. The value of a coalition is an array
of any shape (here outcomes by futures), and everything holds element by element. With N the set of players,

    share_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))

which is the mean, over all orders in which players may join, of what i adds when it joins. The shares add up
to v(N) - v(empty), players that do the same get the same, one that does nothing gets 0, and shares of a sum
of games are sums of shares; no other rule has these four properties.

Sampling takes some orders, each with its reverse. Along one order what is added telescopes to
v(N) - v(empty), so sampled shares add up as exactly as true ones. A pair of reverses is exact for games whose
players interact two by two at most: i meets every other player once before and once after it.

Source: L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II (1953); sampling by
orders and their reverses as in antithetic Monte Carlo.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Order = tuple[int, ...]

EMPTY = 0
"""The coalition of nobody."""

MOST_EXACT = 12
"""Players of which all coalitions are still valued: 4,096 of them."""


@dataclass(frozen=True)
class Shares:
    """What each player adds.

    `value` (players, ...) the shares. `least` and `most` (players, ...) the smallest and the largest of the
    additions they are means of.
    """

    value: Floats
    least: Floats
    most: Floats


def everyone(players: int) -> int:
    """Return the coalition of all players."""
    return (1 << players) - 1


def coalitions(players: int) -> range:
    """Return all coalitions.

    Raises:
        ValueError: More than `MOST_EXACT` players.
    """
    if players > MOST_EXACT:
        raise ValueError(f"{players} players have {1 << players:,} coalitions; at most {MOST_EXACT} players")
    return range(1 << players)


def paired_orders(places: Floats) -> tuple[Order, ...]:
    """Return orders of players, each followed by its reverse.

    Args:
        places: (pairs, players) independent uniforms; players join in the order of theirs.
    """
    orders: list[Order] = []
    for row in places:
        order = tuple(int(player) for player in np.argsort(row, kind="stable"))
        orders += [order, order[::-1]]
    return tuple(dict.fromkeys(orders)) if places.shape[1] < 2 else tuple(orders)


def along(order: Sequence[int]) -> tuple[int, ...]:
    """Return the coalitions that an order passes through, from nobody to everyone."""
    found = [EMPTY]
    for player in order:
        found.append(found[-1] | 1 << player)
    return tuple(found)


def visited(orders: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Return every coalition that some order passes through, once, ascending."""
    return tuple(sorted({coalition for order in orders for coalition in along(order)}))


def sampled_shares(orders: Sequence[Sequence[int]], values: Mapping[int, Floats]) -> Shares:
    """Return the mean, over some orders, of what each player adds on joining.

    Args:
        orders: One or more orders of all players.
        values: Value of every coalition that the orders pass through.
    """
    players = len(orders[0])
    shape = (players, *np.shape(values[EMPTY]))
    total = np.zeros(shape)
    least, most = np.full(shape, np.inf), np.full(shape, -np.inf)
    for order in orders:
        passed = along(order)
        for player, before, after in zip(order, passed[:-1], passed[1:], strict=True):
            added = values[after] - values[before]
            total[player] += added
            np.minimum(least[player], added, out=least[player])
            np.maximum(most[player], added, out=most[player])
    return Shares(total / len(orders), least, most)


def exact_shares(players: int, values: Mapping[int, Floats]) -> Shares:
    """Return the Shapley values.

    Args:
        players: Number of players.
        values: Value of every coalition.

    Raises:
        ValueError: More than `MOST_EXACT` players.
    """
    shape = (players, *np.shape(values[EMPTY]))
    total = np.zeros(shape)
    least, most = np.full(shape, np.inf), np.full(shape, -np.inf)
    for coalition in coalitions(players):
        size = coalition.bit_count()
        if size == players:
            continue
        weight = 1.0 / (players * math.comb(players - 1, size))
        for player in range(players):
            if coalition >> player & 1:
                continue
            added = values[coalition | 1 << player] - values[coalition]
            total[player] += weight * added
            np.minimum(least[player], added, out=least[player])
            np.maximum(most[player], added, out=most[player])
    return Shares(total, least, most)


def merged(groups: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return, for each coalition of groups, the coalition of all their players; nobody's first.

    Args:
        groups: Players of each group.
    """
    members = [sum(1 << player for player in group) for group in groups]
    return tuple(
        sum(own for place, own in enumerate(members) if coalition >> place & 1)
        for coalition in coalitions(len(groups))
    )

"""Adoption, one future and one quarter: stacks chosen, tokens, spending, and the layer of applications.

Nothing is drawn here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.world.adoption.arrays import AdoptionPaths, Market
from stargauge.world.adoption.choice import adjust, bounded, choose, installed_share

BN_PER_PRICED_TOKENS = 1e-3
"""bn USD of 10¹² tokens at 1 USD per million."""


@step
def adoption_step(
    f: int,
    q: int,
    market: Market,
    lag: NDArray[np.float64],
    alignment: NDArray[np.float64],
    compliance: NDArray[np.float64],
    paths: AdoptionPaths,
) -> None:
    """Write slot `q` of future `f` from slot q − 1.

    Args:
        f: Future.
        q: Slot, from 1.
        market: What goes in.
        lag: (futures, slots, stacks) months behind the frontier; slots q and first − 1 are read.
        alignment: (futures, slots, blocs); slots q − 1 and first − 1 are read.
        compliance: (futures, slots, blocs) burden of rules in [0, 1]; as alignment.
        paths: Written at slot q; slot q − 1 and the stocks are read.
    """
    now, stacks = market.first - 1, market.side.size
    for s in range(stacks):
        paths.appeal[f, s] = market.merit[f, q, s] - market.quality[f] * (lag[f, q, s] - lag[f, now, s])
    for g in range(market.weight.size):
        for b in range(market.users.size):
            warmer = market.alignment[f] * (alignment[f, q - 1, b] - alignment[f, now, b])
            burden = market.compliance[f] * (compliance[f, q - 1, b] - compliance[f, now, b])
            for s in range(stacks):
                change = market.measures[g] * paths.appeal[f, s] + market.minds[g] * (
                    warmer * market.side[s] - burden * market.exposure[f, s]
                )
                network = paths.installed[f, g, b, s] - market.share[f, g, b, s]
                paths.odds[f, s] = bounded(change + market.network[f] * network)
            possible = choose(
                market.share[f, g, b],
                paths.odds[f],
                market.access[q, g, b],
                market.tau[f],
                paths.share[f, q, g, b],
            )
            if possible:
                adjust(
                    paths.share[f, q - 1, g, b],
                    paths.share[f, q, g, b],
                    market.access[q, g, b],
                    market.speed[f, g],
                    paths.share[f, q, g, b],
                )
            else:
                for s in range(stacks):
                    paths.share[f, q, g, b, s] = paths.share[f, q - 1, g, b, s]
            if market.network[f] > 0.0:
                _settle(f, q, g, b, market, paths)
    demand_step(f, q, market, paths)


@step
def _settle(f: int, q: int, g: int, b: int, market: Market, paths: AdoptionPaths) -> None:
    """Move what the network effect sees towards the share of each stack's own utility."""
    for s in range(market.side.size):
        towards = installed_share(
            market.share[f, g, b, s], math.exp(paths.odds[f, s]), market.access[q, g, b, s]
        )
        before = paths.installed[f, g, b, s]
        paths.installed[f, g, b, s] = before + market.speed[f, g] * (towards - before)


@step
def demand_step(f: int, q: int, market: Market, paths: AdoptionPaths) -> None:
    """Write tokens, spending, users, firms, robots and the layer of applications at slot `q`.

    Users follow Bass (1969) towards a ceiling, firms a logistic curve towards all of them. Arguments as in
    `adoption_step`.
    """
    blocs = market.users.size
    firms, robots = 0.0, 0.0
    for b in range(blocs):
        users = paths.users[f, q - 1, b]
        ceiling = market.ceiling[f, b]
        if users < ceiling:
            pull = market.innovate[f] + market.imitate[f] * users / ceiling
            users += min(1.0, pull) * (ceiling - users)
        paths.users[f, q, b] = users
        tokens = market.tokens[f, b] * market.scale[f, q] * users / market.users[b]
        for s in range(market.side.size):
            part = 0.0
            for g in range(market.weight.size):
                part += market.weight[g] * paths.share[f, q, g, b, s]
            paths.tokens[f, q, b, s] = tokens * part
            paths.spend[f, q, b, s] = tokens * part * market.price[f, q, s] * BN_PER_PRICED_TOKENS
        using = paths.enterprise[f, q - 1, b]
        using += min(1.0, market.firms_speed[f] * using) * (1.0 - using)
        paths.enterprise[f, q, b] = using
        paths.robots[f, q, b] = paths.robots[f, q - 1, b] * market.robots_factor[f, b]
        firms += using * market.economy[b]
        robots += paths.robots[f, q, b]
    for b in range(blocs):
        paths.applications[f, q, b] = (1.0 - market.robot_weight) * (
            paths.enterprise[f, q, b] * market.economy[b] / firms
        ) + market.robot_weight * paths.robots[f, q, b] / robots


@step
def past_demand(market: Market, paths: AdoptionPaths) -> None:
    """Write tokens, spending and applications in the slots before the first simulated one.

    Shares, users, firms and robots there are those of the as-of date; arguments as in `adoption_step`.
    """
    for f in range(paths.users.shape[0]):
        for q in range(market.first):
            firms, robots = 0.0, 0.0
            for b in range(market.users.size):
                firms += paths.enterprise[f, q, b] * market.economy[b]
                robots += paths.robots[f, q, b]
            for b in range(market.users.size):
                paths.applications[f, q, b] = (1.0 - market.robot_weight) * (
                    paths.enterprise[f, q, b] * market.economy[b] / firms
                ) + market.robot_weight * paths.robots[f, q, b] / robots
                for s in range(market.side.size):
                    part = 0.0
                    for g in range(market.weight.size):
                        part += market.weight[g] * paths.share[f, q, g, b, s]
                    tokens = market.tokens[f, b] * market.scale[f, q] * part
                    paths.tokens[f, q, b, s] = tokens
                    paths.spend[f, q, b, s] = tokens * market.price[f, q, s] * BN_PER_PRICED_TOKENS

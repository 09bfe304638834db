"""Adoption, one future and one quarter: stacks chosen, tokens, spending, and the layer of applications.

Nothing is drawn here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.world.adoption.arrays import AdoptionPaths, Market
from stargauge.world.adoption.choice import (
    CHINA_OPEN,
    SOVEREIGN,
    US_CLOSED,
    US_OPEN,
    adjust,
    bounded,
    choose,
    installed_share,
)

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
    for b in range(market.users.size):
        warmer = market.alignment[f] * (alignment[f, q - 1, b] - alignment[f, now, b])
        burden = market.compliance[f] * (compliance[f, q - 1, b] - compliance[f, now, b])
        for s in range(stacks):
            paths.politics[f, s] = warmer * market.side[s] - burden * market.exposure[f, s]
            paths.network[f, s] = market.network[f] * (paths.installed[f, b, s] - market.held[f, b, s])
        for g in range(market.weight.size):
            _choose_anew(f, q, g, b, market, paths)
        if market.network[f] > 0.0:
            _settle(f, q, b, market, paths)
    demand_step(f, q, market, paths)


@step
def _choose_anew(f: int, q: int, g: int, b: int, market: Market, paths: AdoptionPaths) -> None:
    """Write the shares of one segment of one bloc."""
    measures, minds = market.measures[g], market.minds[g]
    closed = (
        measures * paths.appeal[f, US_CLOSED]
        + minds * paths.politics[f, US_CLOSED]
        + paths.network[f, US_CLOSED]
    )
    ours = (
        measures * paths.appeal[f, US_OPEN] + minds * paths.politics[f, US_OPEN] + paths.network[f, US_OPEN]
    )
    theirs = (
        measures * paths.appeal[f, CHINA_OPEN]
        + minds * paths.politics[f, CHINA_OPEN]
        + paths.network[f, CHINA_OPEN]
    )
    home = (
        measures * paths.appeal[f, SOVEREIGN]
        + minds * paths.politics[f, SOVEREIGN]
        + paths.network[f, SOVEREIGN]
    )
    access = (
        market.access[q, g, b, 0],
        market.access[q, g, b, 1],
        market.access[q, g, b, 2],
        market.access[q, g, b, 3],
    )
    share = (
        market.share[f, g, b, 0],
        market.share[f, g, b, 1],
        market.share[f, g, b, 2],
        market.share[f, g, b, 3],
    )
    before = (
        paths.share[f, q - 1, g, b, 0],
        paths.share[f, q - 1, g, b, 1],
        paths.share[f, q - 1, g, b, 2],
        paths.share[f, q - 1, g, b, 3],
    )
    chosen = choose(
        share, access, ours - closed, theirs - closed, home - closed, market.tau[f], market.inverse_tau[f]
    )
    after = adjust(before, chosen, access, market.speed[f, g])
    paths.share[f, q, g, b, 0] = after[0]
    paths.share[f, q, g, b, 1] = after[1]
    paths.share[f, q, g, b, 2] = after[2]
    paths.share[f, q, g, b, 3] = after[3]


@step
def _settle(f: int, q: int, b: int, market: Market, paths: AdoptionPaths) -> None:
    """Move what the network effect sees in a bloc towards the share of each stack's own utility.

    Buyers of one kind gain from those of the others, so it is one installed share a bloc: of the mean buyer.
    """
    for s in range(market.side.size):
        change = bounded(
            market.mean_measures * paths.appeal[f, s]
            + market.mean_minds * paths.politics[f, s]
            + paths.network[f, s]
        )
        towards = installed_share(market.held[f, b, s], math.exp(change), market.mean_access[q, b, s])
        before = paths.installed[f, b, s]
        paths.installed[f, b, s] = before + market.mean_speed[f] * (towards - before)


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
        tokens = market.tokens_per_user[f, b] * market.scale[f, q] * users
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
    by_firms, by_robots = (1.0 - market.robot_weight) / firms, market.robot_weight / robots
    for b in range(blocs):
        paths.applications[f, q, b] = (
            by_firms * paths.enterprise[f, q, b] * market.economy[b] + by_robots * paths.robots[f, q, b]
        )


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
                    tokens = market.tokens_per_user[f, b] * market.users[b] * market.scale[f, q] * part
                    paths.tokens[f, q, b, s] = tokens
                    paths.spend[f, q, b, s] = tokens * market.price[f, q, s] * BN_PER_PRICED_TOKENS

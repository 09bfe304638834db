"""The choice of a stack: a nested logit around observed shares, inertia, a bounded network effect.

Constants by bloc, segment and stack are those with which the logit gives the shares of the as-of date
(Berry 1994: δ = τ ln(share within the nest) + ln(share of the nest)). They never appear: what counts is by
how much the utility of a stack has changed since.

Whatever makes one stack worse, up to removing it, lowers no other stack's share, in any later quarter. For
the nested logit this holds with τ ≤ 1. It survives inertia, because what a removed stack held is shared out
in proportion, and the network effect, because what that sees of a stack depends on its own utility alone
(`installed_share`), not on who else is there.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

US_CLOSED, US_OPEN, CHINA_OPEN, SOVEREIGN = 0, 1, 2, 3
"""Places in `STACKS`; the two open ones are a nest, the others a nest each."""

LARGEST_CHANGE = 30.0
"""Most by which a utility can change, in logits: beyond, shares are 0 or 1 in doubles, and exp(u / τ) must
stay finite."""

SMALLEST_TAU = 0.05


@step
def bounded(change: float) -> float:
    """Return a change of utility kept within `LARGEST_CHANGE` of 0."""
    return min(LARGEST_CHANGE, max(-LARGEST_CHANGE, change))


@step
def choose(
    share: NDArray[np.float64],
    change: NDArray[np.float64],
    access: NDArray[np.float64],
    tau: float,
    chosen: NDArray[np.float64],
) -> bool:
    """Write what is chosen anew, (stacks), sum 1; return whether anything could be chosen.

    With S the shares on the as-of date and Δ the changes of utility, access a and the open nest o:
    x = S a exp(Δ) for a stack alone; x_o = S_o (Σ c a^(1/τ) exp(Δ/τ))^τ, c shares within the nest; shares are
    x / Σ x, within the nest in proportion to c a^(1/τ) exp(Δ/τ). So a is a factor on exp(utility), and 0
    removes a stack. Where nothing can be had the shares of the as-of date stay.

    Args:
        share: (stacks) on the as-of date, sum 1.
        change: (stacks) change of utility since, in logits.
        access: (stacks) from 0, removed, to 1.
        tau: Dissimilarity of the open nest, in (0, 1]; 1 is the multinomial logit.
        chosen: Written.
    """
    first = share[US_CLOSED] * access[US_CLOSED]
    last = share[SOVEREIGN] * access[SOVEREIGN]
    if first > 0.0:
        first *= math.exp(change[US_CLOSED])
    if last > 0.0:
        last *= math.exp(change[SOVEREIGN])
    ours = within(share[US_OPEN], change[US_OPEN], access[US_OPEN], tau)
    theirs = within(share[CHINA_OPEN], change[CHINA_OPEN], access[CHINA_OPEN], tau)
    both = ours + theirs
    nest = share[US_OPEN] + share[CHINA_OPEN]
    weight = nest * math.pow(both / nest, tau) if both > 0.0 else 0.0
    total = first + weight + last
    if total <= 0.0:
        return False
    chosen[US_CLOSED] = first / total
    chosen[US_OPEN] = weight / total * (ours / both) if both > 0.0 else 0.0
    chosen[CHINA_OPEN] = weight / total * (theirs / both) if both > 0.0 else 0.0
    chosen[SOVEREIGN] = last / total
    return True


@step
def within(share: float, change: float, access: float, tau: float) -> float:
    """Return the weight of a stack within its nest: S a^(1/τ) exp(Δ / τ); 0 where it is removed."""
    if share <= 0.0 or access <= 0.0:
        return 0.0
    weight = share * math.exp(change / tau)
    return weight if access >= 1.0 else weight * math.pow(access, 1.0 / tau)


@step
def adjust(
    before: NDArray[np.float64],
    chosen: NDArray[np.float64],
    access: NDArray[np.float64],
    speed: float,
    after: NDArray[np.float64],
) -> None:
    """Write the shares after a quarter: (1 − g) of those before plus g of what is chosen anew.

    What is removed leaves at once, and what it held is shared out among those left in proportion.

    Args:
        before: (stacks) a quarter ago, sum 1.
        chosen: (stacks) chosen anew, sum 1, 0 where removed.
        access: (stacks) 0 where removed.
        speed: g, part of demand chosen anew a quarter.
        after: Written; sum 1.
    """
    left = 0.0
    for s in range(before.size):
        if access[s] > 0.0:
            left += before[s]
    for s in range(before.size):
        if access[s] <= 0.0:
            after[s] = chosen[s]
        elif left > 0.0:
            after[s] = before[s] / left + speed * (chosen[s] - before[s] / left)
        else:
            after[s] = chosen[s]


@step
def installed_share(share: float, growth: float, access: float) -> float:
    """Return the share a stack would have if its own utility alone had changed.

    σ = S a exp(Δ) / (1 − S + S a exp(Δ)): in [0, 1], S on the as-of date, blind to rivals.

    Args:
        share: S on the as-of date.
        growth: exp(Δ) of its own change of utility.
        access: a, 0 where it is removed.
    """
    own = share * growth * access
    rest = 1.0 - share
    return own / (rest + own) if rest + own > 0.0 else 0.0

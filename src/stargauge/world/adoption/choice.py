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

from stargauge.compiled import step

US_CLOSED, US_OPEN, CHINA_OPEN, SOVEREIGN = 0, 1, 2, 3
"""Places in `STACKS`; the two open ones are a nest, the others a nest each."""

LARGEST_CHANGE = 30.0
"""Most by which a relative utility can change, in logits: beyond, shares are 0 or 1 in doubles, and
exp(u / τ) must stay finite."""

SMALLEST_TAU = 0.05

Shares = tuple[float, float, float, float]
"""One number a stack, in the order of `STACKS`. Scalars, because a future takes a thousand choices and the
rows of arrays would cost as much as the logarithms."""


@step
def bounded(change: float) -> float:
    """Return a change of utility kept within `LARGEST_CHANGE` of 0."""
    return min(LARGEST_CHANGE, max(-LARGEST_CHANGE, change))


@step
def choose(
    share: Shares, access: Shares, ours: float, theirs: float, home: float, tau: float, inverse: float
) -> Shares:
    """Return what is chosen anew: shares of sum 1; all 0 where nothing can be had.

    With S the shares on the as-of date, Δ the changes of utility relative to US closed, access a and the open
    nest o: x = S a exp(Δ) for a stack alone; x_o = S_o (Σ c a^(1/τ) exp(Δ/τ))^τ, c shares within the nest;
    shares are x / Σ x, within the nest in proportion to c a^(1/τ) exp(Δ/τ). So a is a factor on exp(utility),
    and 0 removes a stack.

    Args:
        share: S, of sum 1.
        access: a, from 0, removed, to 1.
        ours: Δ of US open, in logits.
        theirs: Δ of Chinese open.
        home: Δ of the sovereign stack.
        tau: Dissimilarity of the open nest, in (0, 1]; 1 is the multinomial logit.
        inverse: 1 / tau.
    """
    first = share[US_CLOSED] * access[US_CLOSED]
    last = share[SOVEREIGN] * access[SOVEREIGN]
    if last > 0.0:
        last *= math.exp(bounded(home))
    one = _within(share[US_OPEN], access[US_OPEN], ours, inverse)
    other = _within(share[CHINA_OPEN], access[CHINA_OPEN], theirs, inverse)
    both = one + other
    spread = 0.0
    if both > 0.0:
        nest = share[US_OPEN] + share[CHINA_OPEN]
        spread = math.exp((tau - 1.0) * math.log(both / nest))  # x_o over the sum of its weights
    total = first + both * spread + last
    if total <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    scale = 1.0 / total
    spread *= scale
    return first * scale, one * spread, other * spread, last * scale


@step
def _within(share: float, access: float, change: float, inverse: float) -> float:
    """Return the weight of a stack within its nest: S a^(1/τ) exp(Δ / τ); 0 where it is removed."""
    if share <= 0.0 or access <= 0.0:
        return 0.0
    weight = share * math.exp(bounded(change) * inverse)
    return weight if access >= 1.0 else weight * math.pow(access, inverse)


@step
def adjust(before: Shares, chosen: Shares, access: Shares, speed: float) -> Shares:
    """Return the shares after a quarter: (1 − g) of those before plus g of what is chosen anew.

    What is removed leaves at once, and what it held is shared out among those left in proportion. Where
    nothing can be chosen nothing changes.

    Args:
        before: A quarter ago, sum 1.
        chosen: Chosen anew (`choose`).
        access: 0 where removed.
        speed: g, part of demand chosen anew a quarter.
    """
    if chosen[0] + chosen[1] + chosen[2] + chosen[3] <= 0.0:
        return before
    if access[0] > 0.0 and access[1] > 0.0 and access[2] > 0.0 and access[3] > 0.0:
        stay = 1.0 - speed
        return (
            stay * before[0] + speed * chosen[0],
            stay * before[1] + speed * chosen[1],
            stay * before[2] + speed * chosen[2],
            stay * before[3] + speed * chosen[3],
        )
    kept = (
        before[0] if access[0] > 0.0 else 0.0,
        before[1] if access[1] > 0.0 else 0.0,
        before[2] if access[2] > 0.0 else 0.0,
        before[3] if access[3] > 0.0 else 0.0,
    )
    left = kept[0] + kept[1] + kept[2] + kept[3]
    if left <= 0.0:
        return chosen
    keep = (1.0 - speed) / left
    return (
        keep * kept[0] + speed * chosen[0],
        keep * kept[1] + speed * chosen[1],
        keep * kept[2] + speed * chosen[2],
        keep * kept[3] + speed * chosen[3],
    )


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

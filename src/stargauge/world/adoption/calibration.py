"""Calibrates shares: by segment from shares by bloc, and each source's bias against them.

Sources of shares see different things: telemetry of chatbots, gateways of developers, downloads. None is the
share of tokens in a bloc. Each therefore keeps a bias of its own: by how many logits what it shows differs
from what the model says of the same place and kind of buyer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Registry
from stargauge.world.adoption.choice import CHINA_OPEN, SOVEREIGN, US_CLOSED, US_OPEN
from stargauge.world.adoption.inputs import SEGMENTS
from stargauge.world.blocs import BLOCS

Floats = NDArray[np.float64]

ROUNDS = 500
CLOSE = 1e-14


def segment_shares(by_bloc: Floats, tilt: Floats, weight: Floats) -> Floats:
    """Return shares (segments, blocs, stacks) that add up to those by bloc.

    Within a bloc the odds of two segments differ by their tilts, s_g ∝ v exp(tilt_g), and the weighted sum
    over segments is the bloc's share: v is found by proportional fitting.

    Args:
        by_bloc: (blocs, stacks) shares of tokens, sum 1 over stacks; may hold 0.
        tilt: (segments, stacks) log odds against the first stack beyond those of a common segment.
        weight: (segments) parts of tokens, sum 1.
    """
    pull = np.exp(tilt)[:, None, :]
    level = by_bloc.copy()
    for _ in range(ROUNDS):
        shares = level * pull
        shares /= shares.sum(axis=2, keepdims=True)
        total = np.tensordot(weight, shares, axes=1)
        ratio = np.divide(by_bloc, total, out=np.ones_like(total), where=total > 0.0)
        level *= ratio
        if np.abs(ratio - 1.0).max() < CLOSE:
            break
    shares = level * pull
    result: Floats = shares / shares.sum(axis=2, keepdims=True)
    return result


class Bias(NamedTuple):
    """A source of shares beside the model: what it shows, what the model says, the difference in logits."""

    fact: str
    sees: str
    observed: float
    modelled: float
    logits: float


def source_biases(registry: Registry, share: Floats, part: Floats) -> list[Bias]:
    """Return the bias of each source that the registry knows.

    Args:
        registry: Facts known on the as-of date.
        share: (segments, blocs, stacks) of the model on the as-of date.
        part: (blocs) parts of the world's tokens.
    """
    developers, enterprise = SEGMENTS.index("developers"), SEGMENTS.index("enterprise")
    world = np.tensordot(part / part.sum(), share[developers], axes=1)
    outside = np.array([bloc != "China" for bloc in BLOCS]) * part
    routed = np.tensordot(outside / outside.sum(), share[developers], axes=1)
    home = share[developers, BLOCS.index("US")]
    people = share[enterprise]
    west = (people[BLOCS.index("US"), CHINA_OPEN] + people[BLOCS.index("EU"), CHINA_OPEN]) / 2.0
    china = people[BLOCS.index("China")]
    seen = {
        "WA-openrouter-china-2026": ("developers outside China, Chinese open", routed[CHINA_OPEN]),
        "WA-openrouter-us-2026": (
            "developers outside China, US closed and open",
            routed[US_CLOSED] + routed[US_OPEN],
        ),
        "WA-vercel-open-2026-06": ("developers in the US, open", home[US_OPEN] + home[CHINA_OPEN]),
        "WA-vercel-deepseek-2026": ("developers in the US, Chinese open", home[CHINA_OPEN]),
        "WA-hf-china-2026": (
            "developers of the world, Chinese among open",
            world[CHINA_OPEN] / (world[CHINA_OPEN] + world[US_OPEN]),
        ),
        "WA-deepseek-west": ("enterprise in the US and EU, Chinese open", west),
        "WA-deepseek-china": ("enterprise in China, Chinese", china[CHINA_OPEN] + china[SOVEREIGN]),
        "WA-deepseek-africa": (
            "enterprise in the rest, Chinese open",
            people[BLOCS.index("rest"), CHINA_OPEN],
        ),
    }
    found = []
    for name, (sees, modelled) in seen.items():
        fact = registry.get(name)
        if fact is not None:
            observed = fact.distribution.median
            found.append(Bias(name, sees, observed, float(modelled), _logit(observed) - _logit(modelled)))
    return found


def _logit(share: float) -> float:
    return float(np.log(share / (1.0 - share)))

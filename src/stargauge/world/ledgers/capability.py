"""One quarter of capability: how many months each stack stands behind the frontier.

The frontier is the best closed model of the US. China's lag grows with the ratio of compute that users of the
US and of China command and shrinks with open release, from which it is distilled; see `docs/ledgers.md`.
"""

from __future__ import annotations

import math

from stargauge.compiled import step
from stargauge.world.ledgers.arrays import (
    CHINA,
    CHINA_OPEN,
    SOVEREIGN,
    US,
    US_CLOSED,
    US_OPEN,
    Capability,
    Floats,
    Lags,
)
from stargauge.world.ledgers.steps import shock_factor
from stargauge.world.quarters import MONTHS_PER_QUARTER

OF_CHINA, OF_OPEN = 0, 1
"""Columns of the shocks."""


@step
def capability_step(f: int, q: int, lags: Lags, user: Floats, skill: Capability) -> None:
    """Write slot q of one future.

    Args:
        f: Future.
        q: Slot, from 1.
        lags: What moves lags.
        user: (futures, slots, blocs) compute by who commands it.
        skill: Read in slot q - 1, written in slot q.
    """
    for column in range(2):
        skill.shocks[f, q, column] = (
            lags.memory * skill.shocks[f, q - 1, column] + lags.innovations[f, q, column]
        )
    reference = lags.reference
    before = compute_ratio(user[f, reference, US], user[f, reference, CHINA])
    now = compute_ratio(user[f, q, US], user[f, q, CHINA])
    opened = lags.open_models[f, q]
    china = lags.china[f] * math.pow(now / before, lags.compute[f]) * (1.0 - lags.distillation[f] * opened)
    china *= shock_factor(skill.shocks[f, q, OF_CHINA], lags.most)
    us_open = lags.us_open[f] * (1.0 - lags.release[f] * opened)
    us_open *= shock_factor(skill.shocks[f, q, OF_OPEN], lags.most)
    write_lags(f, q, china, us_open, lags, skill)


@step
def compute_ratio(us: float, china: float) -> float:
    """Return the compute of the US over China's; 1 where either has none, so that it moves nothing."""
    return us / china if us > 0.0 and china > 0.0 else 1.0


@step
def write_lags(f: int, q: int, china: float, us_open: float, lags: Lags, skill: Capability) -> None:
    """Write the lag and the points of every stack; a sovereign stack stands on the better open one."""
    skill.lag[f, q, US_CLOSED] = 0.0
    skill.lag[f, q, US_OPEN] = us_open
    skill.lag[f, q, CHINA_OPEN] = china
    skill.lag[f, q, SOVEREIGN] = min(us_open, china) + lags.sovereign[f]
    for s in range(skill.lag.shape[2]):
        skill.points[f, q, s] = lags.points * (MONTHS_PER_QUARTER * q - skill.lag[f, q, s])


@step
def open_capability(first: int, lags: Lags, skill: Capability) -> None:
    """Fill the slots before `first` with the lags of the as-of date."""
    for f in range(lags.china.size):
        for k in range(first):
            write_lags(f, k, lags.china[f], lags.us_open[f], lags, skill)

"""The draws of the back-test: named, so that no forecast moves another's."""

from __future__ import annotations

from stargauge.streams import normals, uniforms
from stargauge.world.series import Luck

SEED = 0
"""The back-test has one answer; its seed is no choice of the reader's."""


def luck(name: str, futures: int, times: int, parties: int) -> Luck:
    """Return the draws of one forecast.

    Args:
        name: Which forecast.
        futures: How many.
        times: Days asked for.
        parties: Parties that are present, the reference among them.
    """
    return Luck(
        pick=uniforms(SEED, "world_backtest.pick", name, 0, futures),
        state=normals(SEED, "world_backtest.state", name, 0, (futures, 2 * (parties - 1))),
        shock=uniforms(SEED, "world_backtest.shock", name, 0, (futures, times, parties)),
        noise=normals(SEED, "world_backtest.noise", name, 0, (futures, times, parties)),
    )

"""What stands beside position in a report: which conclusions flip, and how the world has scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stargauge.insight.position.flips import Flips, flips
from stargauge.insight.world_backtest import WorldBacktest, world_backtest
from stargauge.model import Prepared

FUTURES = 512
"""Futures of the flips beside a run; the standard error of a chance is then at most 2.2 points."""


@dataclass(frozen=True)
class WorldBeside:
    """Flips and score; either is None where it was not computed."""

    flips: Flips | None
    backtest: WorldBacktest | None


def world_beside(
    prepared: Prepared, progress: Callable[[int, int], None] | None = None
) -> WorldBeside | None:
    """Return what stands beside position in a run; None where the run leaves the world out.

    Args:
        prepared: The scenario made ready, as it was run.
        progress: Called with (blocks done, blocks).
    """
    if prepared.world is None:
        return None
    return WorldBeside(flips(prepared, FUTURES, progress=progress), world_backtest())

"""The same movement for one quantity: spending, a stock, a count, told by its logarithm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.world.series.movement import TAIL_DF, Conditioned, Luck, Variances, condition, simulate
from stargauge.world.series.shares import Movement, flat_grid, half_years

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LevelForecast:
    """A fitted history of a quantity above 0, ready to be drawn from."""

    movement: Movement
    known: Conditioned
    variances: Variances
    last: date


def fit_level(days: Sequence[date], values: Floats) -> LevelForecast:
    """Return a history of one quantity fitted, from what it is given and nothing else.

    Args:
        days: When; rising.
        values: (days) above 0.

    Raises:
        ValueError: A value is 0 or below: it has no logarithm.
    """
    if not (values > 0.0).all():
        raise ValueError("a value is 0 or below, and growth is told by logarithms")
    grid = flat_grid()
    # The reference stands still at 1, so that the log ratio is the logarithm itself.
    moving = np.array([0.0, 1.0])
    variances = Variances(*(part * moving for part in grid.variances(np.ones(2))))
    known = condition(half_years(days, days[0]), np.log(values)[:, None], variances)
    likely = np.exp(known.log_evidence - known.log_evidence.max())
    return LevelForecast(Movement(grid.settings, likely / likely.sum()), known, variances, days[-1])


def forecast_level(fit: LevelForecast, days: Sequence[date], luck: Luck, df: float = TAIL_DF) -> Floats:
    """Return (futures, days) the quantity as it will be reported.

    Args:
        fit: A fitted history.
        days: After its last day; rising.
        luck: Draws for two parties and these days.
        df: Degrees of freedom of the shocks, above 2.
    """
    ahead = half_years(days, fit.last)
    ratios = simulate(fit.known, fit.movement.weights, fit.variances, ahead, luck, df)
    values: Floats = np.exp(ratios[..., 0])
    return values

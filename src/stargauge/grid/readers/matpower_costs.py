"""The marginal cost of units from MATPOWER's `gencost`: polynomials and piecewise linear curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake

Floats = NDArray[np.float64]

PIECEWISE, POLYNOMIAL = 1, 2
_MODEL, _NCOST, _COST = 0, 3, 4
"""Columns of the model, of the number of values, and of the first value."""


def marginal_costs(
    cost: Floats, power: Floats, lines: NDArray[np.int64] | None
) -> tuple[Floats, list[Mistake]]:
    """Return the cost of one more MWh of each unit at its dispatch, and what is wrong with the table.

    Args:
        cost: (units or twice as many, columns) `gencost`; rows of reactive power are not used.
        power: (g,) dispatch, MW.
        lines: Line of each row in the file, None if it has none.

    Returns:
        (g,) money per MWh, nan where the case states none; and the mistakes.
    """
    units = len(power)
    marginal = np.full(units, np.nan)
    if not cost.size:
        return marginal, []
    if len(cost) not in (units, 2 * units) or cost.shape[1] <= _COST:
        text = f"has {len(cost)} rows for {units} units; one row (or two) a unit is needed"
        return marginal, [Mistake(int(lines[0]) if lines is not None else 0, "mpc.gencost", text)]
    active = cost[:units]
    model, count = active[:, _MODEL], active[:, _NCOST]
    width = np.where(model == PIECEWISE, 2 * count, count)
    legal = np.isin(model, (PIECEWISE, POLYNOMIAL)) & (count == np.floor(count))
    legal &= (width > 0) & (width <= cost.shape[1] - _COST)
    used = np.arange(cost.shape[1] - _COST) < np.where(legal, width, 0)[:, None]
    finite = np.isfinite(np.where(used, active[:, _COST:], 0.0)).all(axis=1)
    mistakes = []
    for row in np.flatnonzero(~legal | ~finite).tolist():
        line = int(lines[row]) if lines is not None else 0
        place = f"mpc.gencost[{row + 1}]"
        if legal[row]:
            mistakes.append(Mistake(line, f"{place}.COST", "holds a cost that is no finite number"))
        else:
            text = f"model {model[row]:g} with {count[row]:g} cost values is not legal"
            mistakes.append(Mistake(line, f"{place}.NCOST", f"{text} in {cost.shape[1]} columns"))
    if mistakes:
        return marginal, mistakes
    values = np.where(used, active[:, _COST:], 0.0)
    polynomial = model == POLYNOMIAL
    marginal[polynomial] = _derivative(values[polynomial], count[polynomial], power[polynomial])
    for row in np.flatnonzero(~polynomial).tolist():
        points = values[row, : int(width[row])]
        marginal[row] = _slope(points[0::2], points[1::2], power[row])
    return marginal, []


def _derivative(values: Floats, count: Floats, power: Floats) -> Floats:
    """Return the derivative of polynomials, highest power first, at the dispatch; Horner's scheme."""
    slope = np.zeros(len(values))
    with np.errstate(over="ignore", invalid="ignore"):  # a dispatch that is no number is refused elsewhere
        for place in range(values.shape[1]):
            exponent = count - 1 - place
            slope = np.where(exponent >= 1, slope * power + exponent * values[:, place], slope)
    return slope


def _slope(power: Floats, cost: Floats, at: float) -> float:
    """Return the slope of a piecewise linear cost just above a power; nan for a single point."""
    if len(power) < 2 or not np.isfinite(at):
        return np.nan
    piece = int(np.clip(np.searchsorted(power, at, side="right") - 1, 0, len(power) - 2))
    width = power[piece + 1] - power[piece]
    return float((cost[piece + 1] - cost[piece]) / width) if width > 0 else np.nan

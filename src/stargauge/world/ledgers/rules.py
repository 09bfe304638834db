"""What the chip rules let through to China, quarter by quarter, as the ledgers need it.

The rules of the end of each month stand for that month, a quarter holds the mean of its three. What an as-of
date does not know has not happened: the rules of that date stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.world.controls import regime
from stargauge.world.quarters import MONTHS_PER_QUARTER
from stargauge.world.series import month_ends

Floats = NDArray[np.float64]

ChipSales = Literal["rules", "open", "closed"]
"""Chip sales to China: as the rules have it, everything sold, or nothing."""

CHIP_SALES: tuple[ChipSales, ...] = ("rules", "open", "closed")


class ChipRules(NamedTuple):
    """(slots) shares of a quarter in which something held for accelerators of data centres; denied otherwise.

    `free`: the best could be bought; `below`: only those made to stay below a line; `review`: some that are
    licensed case by case. `cap` is the most that may go, as a share of the supply; `rentable` the share of
    rents abroad by China's firms that the rules let stand: all so far.
    """

    free: Floats
    below: Floats
    review: Floats
    cap: Floats
    rentable: Floats


def chip_rules(quarters: Sequence[date], as_of: date, chip_sales: ChipSales = "rules") -> ChipRules:
    """Return the rules of each slot as known on a date; slot 0 is the quarter before the first.

    Args:
        quarters: Ends of the quarters.
        as_of: Rules from after this date are not known; those of the date stay.
        chip_sales: What to suppose of months that end after the as-of date.

    Raises:
        InputError: `chip_sales` is none of its values.
    """
    if chip_sales not in CHIP_SALES:
        told = f'"{chip_sales}" is none of {", ".join(CHIP_SALES)}'
        raise InputError("world", [Mistake(0, "chip_sales_to_china", told)])
    # Two quarters before the end of the first begins the slot before it.
    back = quarters[0].replace(day=1)
    for _ in range(2 * MONTHS_PER_QUARTER - 1):
        back = (back - timedelta(days=1)).replace(day=1)
    months = month_ends(back, quarters[-1])
    held = regime(months, as_of)
    free = ~held.licence_needed
    # The first two tiers were made to be sold to China.
    below = ~free & (held.review[:, :2] == 0).any(axis=1)
    review = ~free & ~below & (held.review == 1).any(axis=1)
    cap = np.where(free | below, 1.0, np.where(review, held.volume_cap, 0.0))
    if chip_sales != "rules":
        later = np.array([month > as_of for month in months])
        free = np.where(later, chip_sales == "open", free)
        below, review = below & ~later, review & ~later
        cap = np.where(later, free.astype(np.float64), cap)
    return ChipRules(
        free=_quarterly(free),
        below=_quarterly(below),
        review=_quarterly(review),
        cap=_quarterly(cap),
        rentable=np.ones(len(quarters) + 1),
    )


def _quarterly(months: NDArray[np.bool_] | Floats) -> Floats:
    means: Floats = months.astype(np.float64).reshape(-1, MONTHS_PER_QUARTER).mean(axis=1)
    return means

"""What the chip rules let through to China, quarter by quarter, as the ledgers need it.

A rule enters a quarter by the share of its days on which it was in force. What an as-of date does not know
has not happened: the rules of that date stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake

Floats = NDArray[np.float64]

ChipSales = Literal["rules", "open", "closed"]
"""Chip sales to China: as the rules have it, everything sold, or nothing."""

CHIP_SALES: tuple[ChipSales, ...] = ("rules", "open", "closed")

FREE, BELOW, REVIEW, DENIED = "free", "below", "review", "denied"
"""What holds for accelerators of data centres: all free; only those below the line; case by case; none."""

ERAS: tuple[tuple[date, str], ...] = (
    (date.min, FREE),
    (date(2022, 10, 7), BELOW),
    (date(2025, 4, 9), DENIED),
    (date(2026, 1, 15), REVIEW),
)
"""From when what held, sold from the US to buyers in China.

87 FR 62186 drew the line, and makers sold below it (A800, H800; after 88 FR 73458 the H20); letters to makers
asked a licence of those as well in April 2025, and none came; 91 FR 1684 put chips up to the H200 under
review case by case.
"""


class ChipRules(NamedTuple):
    """(slots) shares of a quarter in which `free`, `below` and `review` held; denied in the rest.

    `rentable` is the share of rents abroad by China's firms that the rules let stand: 1 so far.
    """

    free: Floats
    below: Floats
    review: Floats
    rentable: Floats


def chip_rules(quarters: Sequence[date], as_of: date, chip_sales: ChipSales = "rules") -> ChipRules:
    """Return the rules of each slot as known on a date; slot 0 is the quarter before the first.

    Args:
        quarters: Ends of the quarters.
        as_of: Rules from after this date are not known; those of the date stay.
        chip_sales: What to suppose from the as-of date on. Before it, what held is what held.

    Raises:
        InputError: `chip_sales` is none of its values.
    """
    if chip_sales not in CHIP_SALES:
        told = f'"{chip_sales}" is none of {", ".join(CHIP_SALES)}'
        raise InputError("world", [Mistake(0, "chip_sales_to_china", told)])
    eras = [(start, kind) for start, kind in ERAS if start <= as_of]
    if chip_sales != "rules":
        eras.append((as_of + timedelta(days=1), FREE if chip_sales == "open" else DENIED))
    ends = [_quarter_before(quarters[0]), *quarters]
    shares = {kind: np.zeros(len(ends)) for kind in (FREE, BELOW, REVIEW, DENIED)}
    for slot, end in enumerate(ends):
        begin = _quarter_before(end) + timedelta(days=1)
        days = (end - begin).days + 1
        for index, (start, kind) in enumerate(eras):
            until = eras[index + 1][0] - timedelta(days=1) if index + 1 < len(eras) else date.max
            held = (min(end, until) - max(begin, start)).days + 1
            shares[kind][slot] += max(0, held) / days
    return ChipRules(shares[FREE], shares[BELOW], shares[REVIEW], np.ones(len(ends)))


def _quarter_before(end: date) -> date:
    """Return the end of the quarter before the one that ends on a date."""
    month = end.month - 2
    first = date(end.year, month, 1) if month > 0 else date(end.year - 1, month + 12, 1)
    return first - timedelta(days=1)

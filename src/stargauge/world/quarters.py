"""The quarters of a run and their slots, and how months lie between them.

A run's quarters are those that end in it. Slot k is the end of the kth, slot 0 the end of the quarter before
the first: Q quarters have Q + 1 slots. A month between two slots lies on the straight line between them;
after the last slot a path stays where it is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MONTHS_PER_QUARTER = 3


def quarter_rows(months: Sequence[str]) -> Ints:
    """Return (quarters) the months of a run, `YYYY-MM`, that end a quarter, by their row."""
    rows = [row for row, month in enumerate(months) if int(month[5:7]) % MONTHS_PER_QUARTER == 0]
    return np.array(rows, dtype=np.int64)


def quarter_ends(months: Sequence[str]) -> tuple[date, ...]:
    """Return the last day of every quarter that ends in a run."""
    ends = [months[row] for row in quarter_rows(months)]
    return tuple(_last_day(int(month[:4]), int(month[5:7])) for month in ends)


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


class Between(NamedTuple):
    """Where months lie: (months) the slot before or at each, the next one, and how far it is on, 0 to 1."""

    low: Ints
    high: Ints
    on: Floats


def between(months: Sequence[str]) -> Between:
    """Return where the months of a run lie between its slots; all at slot 0 where no quarter ends in it."""
    rows = quarter_rows(months)
    last = rows.size
    if not last:
        nowhere = np.zeros(len(months), dtype=np.int64)
        return Between(nowhere, nowhere, np.zeros(len(months)))
    place = (np.arange(len(months)) - rows[0]) / MONTHS_PER_QUARTER + 1.0
    low = np.minimum(np.floor(place).astype(np.int64), last - 1)
    return Between(low, low + 1, np.minimum(place - low, 1.0))


@step
def spread(slots: Floats, when: Between, paths: Floats, row: int) -> None:
    """Write monthly paths from slots.

    Args:
        slots: (futures, slots, places).
        when: Where the months lie.
        paths: (futures, series, months) written from `row` on, a series a place.
        row: First series to write.
    """
    for f in range(slots.shape[0]):
        for b in range(slots.shape[2]):
            for t in range(when.low.shape[0]):
                before = slots[f, when.low[t], b]
                paths[f, row + b, t] = before + when.on[t] * (slots[f, when.high[t], b] - before)

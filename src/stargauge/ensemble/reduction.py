"""Paths of any number of futures reduced to counts and moments in fixed memory, in block order.

Each month of each series has a histogram of `BINS` equal bins over (lower, upper], where `upper` may differ
by month (in one range for all, the early months of what grows a thousandfold would share a bin), one bin for
exactly `lower`, one for values below it and one for values above `upper`. `lower` is 0 for most series, and
the bin of its own is for them: before its first phase a site draws nothing, and half a bin is not nothing. A
series that can be below 0 has a `lower` below it; there 0 lies in a bin like any other value. Counts are
integers, so their order is free; totals and squared deviations are float64 and are added in block order. The
bits of the result therefore depend on nothing but the blocks.

A quantile is the linear-interpolation quantile of the sample (NumPy's default) with each of its two order
statistics replaced by its place inside its bin. Each is off by at most one bin, so the quantile is off by at
most `(upper - lower) / BINS`. Values outside [lower, upper] are counted in their own bins and reported; there
a quantile is interpolated up to the exact minimum or maximum and the bound does not hold. A value that leaves
the range by rounding alone counts as its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

from stargauge.ensemble.ranges import lower_ends, upper_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stargauge.ensemble.blocks import Span, UpperEnd

# 0.05 % of the range: below a pixel of any chart, and 8 KiB of counts a month, which stays in the
# first-level cache.
BINS = 2000
_BELOW, _LOWEST, _FIRST, _ABOVE = 0, 1, 2, BINS + 2
_SLOTS = BINS + 3
# Share of the range by which a value may leave it and still be at its end: a sum of phases taken in another
# order than the upper end was is one or two last bits higher, and that is no value outside the range.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class BlockSummary:
    """What a worker sends back for one block.

    Attributes:
        wanted: The futures summarised.
        slots: Histogram slot of every value, uint16 (series, months, futures).
        totals: Sum over the futures, float64 (series, months).
        squares: Sum of squared deviations from the block's mean, float64 (series, months).
        lows: Least value, float64 (series, months).
        highs: Greatest value, float64 (series, months).
        ends: End values, float64 (futures, end values).
        sample: Full paths of those futures that belong to the sample, float64 (futures, series, months).
    """

    wanted: Span
    slots: NDArray[np.uint16]
    totals: NDArray[np.float64]
    squares: NDArray[np.float64]
    lows: NDArray[np.float64]
    highs: NDArray[np.float64]
    ends: NDArray[np.float64]
    sample: NDArray[np.float64]


def summarise(
    wanted: Span,
    paths: NDArray[np.float64],
    ends: NDArray[np.float64],
    uppers: NDArray[np.float64],
    sample: int,
    lowers: NDArray[np.float64] | None = None,
) -> BlockSummary:
    """Return the summary of one block.

    Args:
        wanted: Which futures the rows are.
        paths: Array (futures, series, months).
        ends: Array (futures, end values).
        uppers: Upper end of each histogram, above 0, (series, months).
        sample: The first `sample` futures of the run keep their full paths.
        lowers: Lower end of the histograms of each series, at most 0, (series,); 0 by default.
    """
    lowers = np.zeros(len(uppers)) if lowers is None else lowers
    slots, totals, squares, lows, highs = _summarise(np.ascontiguousarray(paths), lowers, uppers)
    kept = min(max(sample - wanted.first, 0), wanted.count)
    return BlockSummary(wanted, slots, totals, squares, lows, highs, ends, paths[:kept].copy())


@dataclass
class Reduction:
    """Counts and moments of the paths of the futures seen so far.

    Attributes:
        lowers: Lower end of the histograms of each series, float64 (series,).
        uppers: Upper end of each histogram, float64 (series, months).
        futures: Number of futures seen.
        counts: uint32 (series, months, slots); slots are below the range, exactly its
            lower end, the bins, above.
        totals: Sum, float64 (series, months).
        squares: Sum of squared deviations from the mean, float64 (series, months).
        lows: Least value, float64 (series, months); infinite before the first block.
        highs: Greatest value, float64 (series, months).
    """

    lowers: NDArray[np.float64]
    uppers: NDArray[np.float64]
    futures: int
    counts: NDArray[np.uint32]
    totals: NDArray[np.float64]
    squares: NDArray[np.float64]
    lows: NDArray[np.float64]
    highs: NDArray[np.float64]

    @classmethod
    def empty(
        cls, uppers: Sequence[UpperEnd], months: int, lowers: Sequence[float] | None = None
    ) -> Reduction:
        """Return a reduction of no futures; the lower ends are 0 by default.

        Raises:
            ValueError: As `upper_ends` and `lower_ends`.
        """
        shape = (len(uppers), months)
        return cls(
            lowers=lower_ends([0.0] * len(uppers) if lowers is None else lowers),
            uppers=upper_ends(uppers, months),
            futures=0,
            counts=np.zeros((*shape, _SLOTS), dtype=np.uint32),
            totals=np.zeros(shape),
            squares=np.zeros(shape),
            lows=np.full(shape, np.inf),
            highs=np.full(shape, -np.inf),
        )

    def add(self, summary: BlockSummary) -> None:
        """Add the next block.

        The squared deviations are merged after Chan, Golub and LeVeque (1983), "Algorithms for computing the
        sample variance", The American Statistician 37(3), equation 2.1b: a sum of squares alone would cancel
        where the spread is small beside the mean.

        Raises:
            ValueError: The block is not the next one.
        """
        if summary.wanted.first != self.futures:
            raise ValueError(f"{summary.wanted} given, future {self.futures} is next")
        count = summary.wanted.count
        _count(self.counts, summary.slots)
        if self.futures:
            gap = count * self.totals - self.futures * summary.totals
            self.squares += summary.squares + gap * gap / (
                float(count) * float(self.futures) * float(count + self.futures)
            )
        else:
            self.squares += summary.squares
        self.totals += summary.totals
        np.minimum(self.lows, summary.lows, out=self.lows)
        np.maximum(self.highs, summary.highs, out=self.highs)
        self.futures += count

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean, float64 (series, months), in the unit of each series."""
        return self.totals / self.futures

    @property
    def deviation(self) -> NDArray[np.float64]:
        """Standard deviation of the futures as a population, float64 (series, months)."""
        return np.sqrt(self.squares / self.futures)

    @property
    def below(self) -> NDArray[np.uint32]:
        """Number of futures below the lower end, uint32 (series, months)."""
        return self.counts[:, :, _BELOW]

    @property
    def at_lower(self) -> NDArray[np.uint32]:
        """Number of futures exactly at the lower end, 0 for most series, uint32 (series, months)."""
        return self.counts[:, :, _LOWEST]

    @property
    def above(self) -> NDArray[np.uint32]:
        """Number of futures above the upper end, uint32 (series, months)."""
        return self.counts[:, :, _ABOVE]

    @property
    def bin_width(self) -> NDArray[np.float64]:
        """Width of a bin and error bound of a quantile, float64 (series, months), in the series' unit."""
        return (self.uppers - self.lowers[:, None]) / BINS

    def quantiles(self, q: float) -> NDArray[np.float64]:
        """Return the quantile at `q` of every month, float64 (series, months), off by at most a bin width.

        Raises:
            ValueError: `q` is outside [0, 1] or there is no future yet.
        """
        if not 0 <= q <= 1:
            raise ValueError(f"a quantile level lies between 0 and 1, not {q}")
        if not self.futures:
            raise ValueError("no future has been added yet")
        place = q * (self.futures - 1)
        rank = int(place)
        share = place - rank
        quantiles = np.empty(self.totals.shape)
        # One series at a time: running counts of all of them at once would double the memory.
        for series in range(len(self.uppers)):
            running = np.cumsum(self.counts[series], axis=1, dtype=np.int64)
            value = self._order_statistic(series, running, rank)
            if share:
                following = self._order_statistic(series, running, rank + 1)
                quantiles[series] = value + share * (following - value)
            else:
                quantiles[series] = value
        return quantiles

    def _order_statistic(self, series: int, running: NDArray[np.int64], rank: int) -> NDArray[np.float64]:
        """Return the value of the future at `rank` (from 0) in each month, placed evenly within its slot."""
        months = np.arange(running.shape[0])
        slot = (running <= rank).sum(axis=1)
        held = self.counts[series, months, slot].astype(np.int64)
        before = running[months, slot] - held
        inside = (rank - before + 0.5) / held
        lower, upper, low, high = (
            self.lowers[series],
            self.uppers[series],
            self.lows[series],
            self.highs[series],
        )
        width = (upper - lower) / BINS
        left = lower + (slot - _FIRST) * width
        right = lower + (slot - _FIRST + 1) * width
        left = np.where(slot == _BELOW, low, np.where(slot == _LOWEST, lower, left))
        right = np.where((slot == _BELOW) | (slot == _LOWEST), lower, np.where(slot == _ABOVE, high, right))
        left = np.where(slot == _ABOVE, upper, left)
        # The exact extremes are known, so a month in which all futures agree has exact quantiles.
        values: NDArray[np.float64] = np.clip(left + inside * (right - left), low, high)
        return values


@numba.njit(cache=True)
def _summarise(paths, lowers, uppers):  # type: ignore[no-untyped-def]  # pragma: no cover
    futures, series, months = paths.shape
    slots = np.empty((series, months, futures), dtype=np.uint16)
    totals = np.zeros((series, months))
    squares = np.zeros((series, months))
    lows = paths[0].copy()
    highs = paths[0].copy()
    rows = np.empty((futures, months), dtype=np.uint16)
    for s in range(series):
        lower = lowers[s]
        scale = BINS / (uppers[s] - lower)
        # Months innermost and no branch: they lie side by side and the loop becomes vector code, four times
        # as fast. Each sum still runs over the futures in order.
        for f in range(futures):
            for m in range(months):
                value = paths[f, s, m]
                totals[s, m] += value
                lows[s, m] = min(lows[s, m], value)
                highs[s, m] = max(highs[s, m], value)
                # The upper end itself belongs to the last bin.
                upper = uppers[s, m]
                rounding = _ROUNDING * (upper - lower)
                bin_ = min(np.int32((min(max(value, lower), upper) - lower) * scale[m]), np.int32(BINS - 1))
                slot = _LOWEST if value <= lower else _FIRST + bin_
                rows[f, m] = (
                    _BELOW if value < lower - rounding else _ABOVE if value > upper + rounding else slot
                )
        for f in range(futures):
            for m in range(months):
                gap = paths[f, s, m] - totals[s, m] / futures
                squares[s, m] += gap * gap
        for m in range(months):
            for f in range(futures):
                slots[s, m, f] = rows[f, m]
    return slots, totals, squares, lows, highs


@numba.njit(cache=True)
def _count(counts, slots):  # type: ignore[no-untyped-def]  # pragma: no cover
    series, months, futures = slots.shape
    for s in range(series):
        for m in range(months):
            for f in range(futures):
                counts[s, m, slots[s, m, f]] += 1

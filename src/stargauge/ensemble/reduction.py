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

import numpy as np

from stargauge.ensemble.counting import (
    ABOVE,
    BELOW,
    BINS,
    FIRST,
    LOWEST,
    MOST_FUTURES,
    SLOTS,
    add_tallies,
    find_rank,
    tally_paths,
)
from stargauge.ensemble.ranges import lower_ends, upper_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stargauge.ensemble.blocks import Span, UpperEnd


@dataclass(frozen=True)
class BlockSummary:
    """What a worker sends back for one block.

    Attributes:
        wanted: The futures summarised.
        totals: Sum over the futures, float64 (series, months).
        squares: Sum of squared deviations from the block's mean, float64 (series, months).
        lows: Least value, float64 (series, months).
        highs: Greatest value, float64 (series, months).
        firsts: Least histogram slot in use, uint16 (series, months).
        lengths: In how many words a histogram travels, uint8 (series, months); see `counting`.
        words: The histograms one after another, uint64.
        ends: End values, float64 (futures, end values).
        sample: Full paths of those futures that belong to the sample, float64 (futures, series, months).
    """

    wanted: Span
    totals: NDArray[np.float64]
    squares: NDArray[np.float64]
    lows: NDArray[np.float64]
    highs: NDArray[np.float64]
    firsts: NDArray[np.uint16]
    lengths: NDArray[np.uint8]
    words: NDArray[np.uint64]
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

    Raises:
        ValueError: There are more futures than a block may have, or a month's values do not add up to a
            finite number.
    """
    if len(paths) > MOST_FUTURES:
        raise ValueError(f"{len(paths)} futures in a block; at most {MOST_FUTURES} can be counted at once")
    lowers = np.zeros(len(uppers)) if lowers is None else lowers
    totals, squares, lows, highs, firsts, lengths, words = tally_paths(
        np.ascontiguousarray(paths), lowers, uppers
    )
    if not np.isfinite(totals).all():
        series, month = np.argwhere(~np.isfinite(totals))[0]
        raise ValueError(f"values of series {series} in month {month} add up to {totals[series, month]}")
    kept = min(max(sample - wanted.first, 0), wanted.count)
    return BlockSummary(
        wanted, totals, squares, lows, highs, firsts, lengths, words, ends, paths[:kept].copy()
    )


@dataclass
class Reduction:
    """Counts and moments of the paths of the futures seen so far.

    Attributes:
        lowers: Lower end of the histograms of each series, float64 (series,).
        uppers: Upper end of each histogram, float64 (series, months).
        futures: Number of futures seen.
        counts: uint32 (series, months, slots); slots are below the range, exactly its
            lower end, the bins, above, and a few that stay empty.
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
            counts=np.zeros((*shape, SLOTS), dtype=np.uint32),
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
        add_tallies(self.counts, count, summary.firsts, summary.lengths, summary.words)
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
        return self.counts[:, :, BELOW]

    @property
    def at_lower(self) -> NDArray[np.uint32]:
        """Number of futures exactly at the lower end, 0 for most series, uint32 (series, months)."""
        return self.counts[:, :, LOWEST]

    @property
    def above(self) -> NDArray[np.uint32]:
        """Number of futures above the upper end, uint32 (series, months)."""
        return self.counts[:, :, ABOVE]

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
        value = self._order_statistic(rank)
        if not share:
            return value
        return value + share * (self._order_statistic(rank + 1) - value)

    def _order_statistic(self, rank: int) -> NDArray[np.float64]:
        """Return the value of the future at `rank` (from 0), placed evenly within its slot."""
        slot, before = find_rank(self.counts, rank)
        held = np.take_along_axis(self.counts, slot[:, :, None], axis=2)[:, :, 0].astype(np.int64)
        inside = (rank - before + 0.5) / held
        lower, upper, low, high = self.lowers[:, None], self.uppers, self.lows, self.highs
        width = (upper - lower) / BINS
        left = lower + (slot - FIRST) * width
        right = lower + (slot - FIRST + 1) * width
        left = np.where(slot == BELOW, low, np.where(slot == LOWEST, lower, left))
        right = np.where((slot == BELOW) | (slot == LOWEST), lower, np.where(slot == ABOVE, high, right))
        left = np.where(slot == ABOVE, upper, left)
        # The exact extremes are known, so a month in which all futures agree has exact quantiles.
        values: NDArray[np.float64] = np.clip(left + inside * (right - left), low, high)
        return values

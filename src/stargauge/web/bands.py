"""Bands of monthly paths, the very numbers that a run stores, for the series that are shown alone.

A run counts all series in a histogram of fixed bins a month and reads quantiles from the counts
(`ensemble.reduction`). Here the same tallies of the same blocks are read one month at a time, so that some
dozen series of a few hundred futures take milliseconds and no memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble.counting import (
    ABOVE,
    BELOW,
    BINS,
    FIRST,
    LOWEST,
    SLOTS,
    SPREAD,
    WORD,
    tally_paths,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
"""Quantiles that a band shows."""

_NAMED = 4  # slots named in one word


@dataclass(frozen=True)
class Tally:
    """A block's paths, counted: what `tally_paths` returns of the moments and words that bands need."""

    futures: int
    totals: Floats
    lows: Floats
    highs: Floats
    firsts: NDArray[np.uint16]
    lengths: NDArray[np.uint8]
    words: NDArray[np.uint64]

    @classmethod
    def of(cls, paths: Floats, lowers: Floats, uppers: Floats) -> Tally:
        """Return the tally of the futures of one block.

        Args:
            paths: (futures, series, months), at most a block.
            lowers: (series) lower ends.
            uppers: (series, months) upper ends.

        Raises:
            ValueError: A path is not finite.
        """
        totals, _, lows, highs, firsts, lengths, words = tally_paths(
            np.ascontiguousarray(paths), lowers, uppers
        )
        if not np.isfinite(totals).all():
            raise ValueError("a path is not finite")
        return cls(len(paths), totals, lows, highs, firsts, lengths, words)


@dataclass(frozen=True)
class Bands:
    """Mean (series, months), and quantiles by level (rows, months)."""

    mean: Floats
    quantiles: dict[str, Floats]


def means(tallies: Sequence[Tally]) -> Floats:
    """Return (series, months) the mean of all futures, added in the order of blocks as a run does."""
    total = np.zeros_like(tallies[0].totals)
    for one in tallies:
        total += one.totals
    return total / sum(one.futures for one in tallies)


def bands(tallies: Sequence[Tally], lowers: Floats, uppers: Floats, rows: Ints) -> Bands:
    """Return the bands of paths tallied block by block, in order.

    Args:
        tallies: One a block.
        lowers: (series) lower ends of their histograms.
        uppers: (series, months) upper ends.
        rows: Series whose quantiles are wanted; those of others are passed over.
    """
    futures = sum(one.futures for one in tallies)
    places = [level * (futures - 1) for level in LEVELS.values()]
    ranks = np.array(sorted({r for p in places for r in (int(p), min(int(p) + 1, futures - 1))}))
    slot, before, held = _find_ranks(
        np.array([one.futures for one in tallies]),
        np.stack([one.firsts for one in tallies]),
        np.stack([one.lengths for one in tallies]),
        np.concatenate([one.words for one in tallies]),
        np.cumsum([0, *(one.words.size for one in tallies)])[:-1],
        ranks,
        rows,
    )
    low = np.minimum.reduce([one.lows for one in tallies])[rows]
    high = np.maximum.reduce([one.highs for one in tallies])[rows]
    lowers, uppers = lowers[rows], uppers[rows]
    ordered = {
        int(rank): _value(slot[row], before[row], held[row], int(rank), lowers[:, None], uppers, low, high)
        for row, rank in enumerate(ranks)
    }
    quantiles = {}
    for name, place in zip(LEVELS, places, strict=True):
        rank = int(place)
        share = place - rank
        value = ordered[rank]
        quantiles[name] = value + share * (ordered[rank + 1] - value) if share else value
    return Bands(means(tallies), quantiles)


def _value(
    slot: Ints, before: Ints, held: Ints, rank: int, lower: Floats, upper: Floats, low: Floats, high: Floats
) -> Floats:
    """Return the value of the future at `rank`, placed evenly within its slot, as a run does."""
    inside = (rank - before + 0.5) / held
    width = (upper - lower) / BINS
    left = lower + (slot - FIRST) * width
    right = lower + (slot - FIRST + 1) * width
    left = np.where(slot == BELOW, low, np.where(slot == LOWEST, lower, left))
    right = np.where((slot == BELOW) | (slot == LOWEST), lower, np.where(slot == ABOVE, high, right))
    left = np.where(slot == ABOVE, upper, left)
    values: Floats = np.clip(left + inside * (right - left), low, high)
    return values


@numba.njit(cache=True, nogil=True)
def _find_ranks(futures, firsts, lengths, words, starts, ranks, rows):  # type: ignore[no-untyped-def]
    """Return the slot of the future at each rank, how many lie in slots before it and in it, by month.

    Args:
        futures: (blocks) futures of each.
        firsts: uint16 (blocks, series, months).
        lengths: uint8 (blocks, series, months).
        words: uint64, the words of all blocks one after another.
        starts: (blocks) first word of each.
        ranks: Ascending.
        rows: Series to look at.
    """
    blocks, series, months = firsts.shape
    slots = np.empty((ranks.size, rows.size, months), dtype=np.int64)
    before = np.empty((ranks.size, rows.size, months), dtype=np.int64)
    held = np.empty((ranks.size, rows.size, months), dtype=np.int64)
    places = np.full(series, -1)
    for at_row in range(rows.size):
        places[rows[at_row]] = at_row
    row = np.zeros(SLOTS, dtype=np.uint32)
    named = words.view(np.uint16)
    tally = words.view(np.uint8)
    at = starts.copy()
    for s in range(series):
        own_row = places[s]
        if own_row < 0:
            for m in range(months):
                for b in range(blocks):
                    length = np.int64(lengths[b, s, m])
                    at[b] += -(-futures[b] // _NAMED) if length == SPREAD else length
            continue
        for m in range(months):
            lowest, highest = np.int64(SLOTS), np.int64(0)
            for b in range(blocks):
                first = np.int64(firsts[b, s, m])
                length = np.int64(lengths[b, s, m])
                if length == 0:
                    row[first] += np.uint32(futures[b])
                    lowest, highest = min(lowest, first), max(highest, first)
                elif length == SPREAD:
                    for f in range(futures[b]):
                        own = np.int64(named[_NAMED * at[b] + f])
                        row[own] += np.uint32(1)
                        lowest, highest = min(lowest, own), max(highest, own)
                    at[b] += -(-futures[b] // _NAMED)
                else:
                    left = first // WORD * WORD
                    for i in range(length * WORD):
                        row[left + i] += np.uint32(tally[at[b] * WORD + i])
                    at[b] += length
                    lowest, highest = min(lowest, left), max(highest, left + length * WORD - 1)
            running, place = np.int64(0), 0
            for slot in range(lowest, highest + 1):
                count = np.int64(row[slot])
                row[slot] = np.uint32(0)
                while place < ranks.size and running + count > ranks[place]:
                    slots[place, own_row, m] = slot
                    before[place, own_row, m] = running
                    held[place, own_row, m] = count
                    place += 1
                running += count
    return slots, before, held

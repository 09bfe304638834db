"""Compiled counting: paths of a block to moments and tallies, tallies to counts, counts to order statistics.

A block is tallied where it is computed and travels as tallies: those of the built-in scenarios take a third
of the room that the slot of each value would. How a month's histogram travels is told by its length in words:

- 0: all futures fall into the slot `first`;
- `SPREAD`: they lie so far apart that naming the slot of each, uint16, takes least room;
- otherwise so many words of eight slots, a uint8 a slot, from the word in which `first` lies.

None takes more room than naming each slot would.
"""

from __future__ import annotations

import numba
import numpy as np

# 0.05 % of the range: below a pixel of any chart.
BINS = 2000
BELOW, LOWEST, FIRST, ABOVE = 0, 1, 2, BINS + 2
WORD = 8
"""Slots tallied in one uint64."""

WORDS = -(-(ABOVE + 1) // WORD)
SLOTS = WORDS * WORD
"""Slots of a histogram; those after `ABOVE` fill the last word and stay empty."""

MOST_FUTURES = 256
"""Futures of a block at most: where not all share a slot, a uint8 holds how many do."""

SPREAD = 255
_NAMED = 4  # slots named in one word
# Share of the range by which a value may leave it and still be at its end: a sum of phases taken in another
# order than the upper end was is one or two last bits higher, and that is no value outside the range.
ROUNDING = 1e-12


@numba.njit(cache=True, error_model="numpy", nogil=True)
def tally_paths(paths, lowers, uppers):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Return totals, squares, lows, highs, firsts, lengths and words of a block; see `BlockSummary`.

    A series whose total is not finite in some month is left out of the words.

    Args:
        paths: float64 (futures, series, months), at most `MOST_FUTURES` futures.
        lowers: float64 (series,).
        uppers: float64 (series, months).
    """
    futures, series, months = paths.shape
    totals = np.zeros((series, months))
    squares = np.zeros((series, months))
    lows = paths[0].copy()
    highs = paths[0].copy()
    firsts = np.zeros((series, months), dtype=np.uint16)
    lengths = np.zeros((series, months), dtype=np.uint8)
    widest = -(-futures // _NAMED)
    words = np.empty(series * months * widest, dtype=np.uint64)
    named = words.view(np.uint16)
    rows = np.empty((futures, months), dtype=np.uint16)
    tally_words = np.zeros(WORDS, dtype=np.uint64)
    tally = tally_words.view(np.uint8)
    end = 0
    for s in range(series):
        lower, upper = lowers[s], uppers[s]
        total, square, low, high = totals[s], squares[s], lows[s], highs[s]
        scale = BINS / (upper - lower)
        least = lower - ROUNDING * (upper - lower)
        most = upper + ROUNDING * (upper - lower)
        # Months innermost and no branch: they lie side by side and the loop becomes vector code, four times
        # as fast. Each sum still runs over the futures in order.
        for f in range(futures):
            path, row = paths[f, s], rows[f]
            for m in range(months):
                value = path[m]
                total[m] += value
                low[m] = min(low[m], value)
                high[m] = max(high[m], value)
                row[m] = _slot(value, lower, upper[m], scale[m], least[m], most[m])
        if not np.isfinite(total).all():
            continue
        mean = total / futures
        for f in range(futures):
            path = paths[f, s]
            for m in range(months):
                gap = path[m] - mean[m]
                square[m] += gap * gap
        for m in range(months):
            first = _slot(low[m], lower, upper[m], scale[m], least[m], most[m])
            last = _slot(high[m], lower, upper[m], scale[m], least[m], most[m])
            firsts[s, m] = first
            if first == last:
                continue
            length = last // WORD - first // WORD + 1
            if length > widest:
                lengths[s, m] = SPREAD
                for f in range(futures):
                    named[_NAMED * end + f] = rows[f, m]
                for f in range(futures, _NAMED * widest):
                    named[_NAMED * end + f] = 0
                end += widest
            else:
                lengths[s, m] = length
                for f in range(futures):
                    tally[rows[f, m]] += np.uint8(1)
                for word in range(first // WORD, last // WORD + 1):
                    words[end] = tally_words[word]
                    tally_words[word] = 0
                    end += 1
    return totals, squares, lows, highs, firsts, lengths, words[:end].copy()


@numba.njit(inline="always", error_model="numpy")
def _slot(value, lower, upper, scale, least, most):  # type: ignore[no-untyped-def]  # pragma: no cover
    # The upper end itself belongs to the last bin.
    bin_ = min(np.int32((min(max(value, lower), upper) - lower) * scale), np.int32(BINS - 1))
    slot = np.int32(LOWEST) if value <= lower else np.int32(FIRST) + bin_
    return np.int32(BELOW) if value < least else np.int32(ABOVE) if value > most else slot


@numba.njit(cache=True)
def add_tallies(counts, futures, firsts, lengths, words):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add what `tally_paths` returned for a block of `futures` futures to counts (series, months, slots)."""
    series, months = firsts.shape
    widest = np.int64(-(-futures // _NAMED))
    named = words.view(np.uint16)
    tally = words.view(np.uint8)
    at = np.int64(0)
    for s in range(series):
        for m in range(months):
            row = counts[s, m]
            length = np.int64(lengths[s, m])
            if length == 0:
                row[firsts[s, m]] += np.uint32(futures)
            elif length == SPREAD:
                for f in range(futures):
                    row[named[_NAMED * at + f]] += np.uint32(1)
                at += widest
            else:
                left = np.int64(firsts[s, m]) // WORD * WORD
                # Views of one length: the loop becomes vector code, which offsets would keep it from.
                into = row[left : left + length * WORD]
                held = tally[at * WORD : (at + length) * WORD]
                for i in range(into.size):
                    into[i] += np.uint32(held[i])
                at += length


@numba.njit(cache=True)
def find_rank(counts, rank):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Return the slot of the future at `rank` (from 0) and how many lie in slots before it, int64.

    Args:
        counts: uint32 (series, months, slots), more than `rank` in each month.
        rank: The rank.
    """
    series, months, _ = counts.shape
    slots = np.empty((series, months), dtype=np.int64)
    before = np.empty((series, months), dtype=np.int64)
    for s in range(series):
        for m in range(months):
            row = counts[s, m]
            slot, running = 0, np.int64(0)
            while running + np.int64(row[slot]) <= rank:
                running += np.int64(row[slot])
                slot += 1
            slots[s, m] = slot
            before[s, m] = running
    return slots, before


@numba.njit(cache=True)
def pack(counts):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Return the slots in use in each month, uint16 (series, months), which they are, and their counts."""
    series, months, slots = counts.shape
    sizes = np.zeros((series, months), dtype=np.uint16)
    for s in range(series):
        for m in range(months):
            row = counts[s, m]
            for slot in range(slots):
                sizes[s, m] += np.uint16(row[slot] != 0)
    used = np.empty(sizes.sum(), dtype=np.uint16)
    held = np.empty(used.size, dtype=np.uint32)
    end = 0
    for s in range(series):
        for m in range(months):
            row = counts[s, m]
            for slot in range(slots):
                if row[slot]:
                    used[end] = slot
                    held[end] = row[slot]
                    end += 1
    return sizes, used, held


@numba.njit(cache=True)
def unpack(sizes, used, held):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Return the counts that were packed, uint32 (series, months, slots)."""
    series, months = sizes.shape
    counts = np.zeros((series, months, SLOTS), dtype=np.uint32)
    at = 0
    for s in range(series):
        for m in range(months):
            for _ in range(sizes[s, m]):
                counts[s, m, used[at]] = held[at]
                at += 1
    return counts

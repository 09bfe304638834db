"""The compiled counting against NumPy, value by value."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from ensemble_toy import BlockResult, Prepared, simulate
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.ensemble.blocks import BLOCK_SIZE, BlockError, span
from stargauge.ensemble.counting import (
    ABOVE,
    BELOW,
    BINS,
    FIRST,
    LOWEST,
    MOST_FUTURES,
    ROUNDING,
    SLOTS,
    SPREAD,
    add_tallies,
    find_rank,
    pack,
    tally_paths,
    unpack,
)
from stargauge.ensemble.ranges import lower_ends, upper_ends
from stargauge.ensemble.reduction import Reduction, summarise
from stargauge.ensemble.workers import Work

MONTHS = 3
LOWERS = lower_ends([0.0, -40.0, 0.0])
UPPERS = upper_ends([10.0, (3.0, 300.0, 3e4), 1e-3], MONTHS)
WIDTHS = UPPERS - LOWERS[:, None]


def slots_of(paths: np.ndarray) -> np.ndarray:
    """Slot of each value, by the words of the definition."""
    lower, rounding = LOWERS[:, None], ROUNDING * WIDTHS
    inside = np.clip(paths, lower, UPPERS)
    bins = np.minimum(((inside - lower) * (BINS / WIDTHS)).astype(int), BINS - 1)
    slots = np.where(paths <= lower, LOWEST, FIRST + bins)
    slots = np.where(paths > UPPERS + rounding, ABOVE, slots)
    return np.where(paths < lower - rounding, BELOW, slots)


def counts_of(paths: np.ndarray) -> np.ndarray:
    slots = slots_of(paths)
    counts = np.zeros((*UPPERS.shape, SLOTS), dtype=np.uint32)
    for place in np.ndindex(UPPERS.shape):
        counts[place] = np.bincount(slots[:, *place], minlength=SLOTS)
    return counts


def tallied(paths: np.ndarray) -> np.ndarray:
    counts = np.zeros((*UPPERS.shape, SLOTS), dtype=np.uint32)
    add_tallies(counts, len(paths), *tally_paths(paths, LOWERS, UPPERS)[4:])
    return counts


@st.composite
def blocks(draw):
    """Futures of a block; each month of a series has a form of its own: one value, all over the range."""
    futures = draw(st.integers(1, MOST_FUTURES))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shares = np.empty((futures, *UPPERS.shape))
    for place in np.ndindex(UPPERS.shape):
        form = draw(
            st.sampled_from(
                ["one", "near", "wide", "edges", "beside edges", "outside", "ends", "two", "words"]
            )
        )
        spread, at = random.random(futures), random.random()
        edges = np.round(spread * BINS) / BINS
        shares[:, *place] = {
            "one": np.full(futures, at),
            "near": at + (1 - at) * 0.02 * spread,
            "wide": spread,
            "edges": edges,
            "beside edges": np.nextafter(edges, random.choice([-1.0, 2.0])),
            "outside": spread * 3 - 1,
            "ends": random.choice([0.0, 1.0, -1e-13, 1 + 1e-13, -1e-11, 1 + 1e-11], futures),
            "two": np.where(np.arange(futures) == futures // 2, at + 1e-3, at),
            # As many words as there is room for, and one more: both sides of naming every slot.
            "words": at * 0.5 + (-(-futures // 4) + random.choice([-1, 0, 1])) * 8 / BINS * spread,
        }[form]
    return LOWERS[:, None] + shares * WIDTHS


@settings(deadline=None)
@given(paths=blocks())
def test_counts_are_those_of_numpy(paths):
    assert (tallied(paths) == counts_of(paths)).all()


@settings(deadline=None)
@given(paths=blocks())
def test_moments_are_sums_over_the_futures_in_order(paths):
    totals, squares, lows, highs = tally_paths(paths, LOWERS, UPPERS)[:4]
    expected = np.cumsum(paths, axis=0)[-1]
    assert totals.tobytes() == expected.tobytes()
    assert squares.tobytes() == np.cumsum((paths - expected / len(paths)) ** 2, axis=0)[-1].tobytes()
    assert (lows == paths.min(axis=0)).all()
    assert (highs == paths.max(axis=0)).all()


@settings(deadline=None)
@given(paths=blocks())
def test_no_histogram_takes_more_room_than_naming_every_slot(paths):
    *_, lengths, words = tally_paths(paths, LOWERS, UPPERS)
    widest = -(-len(paths) // 4)
    assert np.where(lengths == SPREAD, widest, lengths).sum() == words.size
    assert (lengths[lengths != SPREAD] <= widest).all()
    slots = slots_of(paths)
    assert ((lengths == 0) == (slots == slots[0]).all(axis=0)).all()


def test_a_slot_holds_all_futures_but_one():
    """The largest tally of a slot whose futures do not all share it."""
    paths = np.full((BLOCK_SIZE, *UPPERS.shape), 1e-4)
    paths[17] = 2e-4
    counts = tallied(paths)
    assert (counts == counts_of(paths)).all()
    assert counts[2].max() == BLOCK_SIZE - 1


@settings(deadline=None)
@given(
    paths=blocks(),
    wrong=st.sampled_from([math.nan, math.inf, -math.inf]),
    future=st.integers(0, MOST_FUTURES),
)
def test_what_is_no_number_is_refused_and_spoils_no_other_series(paths, wrong, future):
    paths[future % len(paths), 1, 2] = wrong
    with pytest.raises(ValueError, match=r"values of series 1 in month 2 add up to (nan|inf|-inf)"):
        summarise(span(0, len(paths)), paths, np.zeros((len(paths), 0)), UPPERS, 0, LOWERS)
    firsts, lengths, words = tally_paths(paths, LOWERS, UPPERS)[4:]
    counts = np.zeros((*UPPERS.shape, SLOTS), dtype=np.uint32)
    add_tallies(counts, len(paths), firsts, lengths, words)
    good = [0, 2]
    clean = paths.copy()
    clean[:, 1] = 0
    assert (counts[good] == counts_of(clean)[good]).all()


def test_more_futures_than_a_tally_holds_are_refused():
    paths = np.zeros((MOST_FUTURES + 1, *UPPERS.shape))
    with pytest.raises(ValueError, match="257 futures in a block; at most 256 can be counted at once"):
        summarise(span(0, 256), paths, np.zeros((257, 0)), UPPERS, 0, LOWERS)
    assert BLOCK_SIZE <= MOST_FUTURES


@dataclass(frozen=True)
class Spoilt(Prepared):
    value: float = math.nan


def spoils(prepared: Spoilt, block: int, futures: int = 256) -> BlockResult:
    result = simulate(prepared, block, futures)
    result.paths[3:, 1, 5] = prepared.value
    return result


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_path_that_is_not_finite_is_named(value):
    work = Work(spoils, Spoilt(value=value), 512, 0)
    message = rf"block 1 .*: energised_facility_mw:Holly Ridge is {value} in 2025-06 of future 259"
    with pytest.raises(BlockError, match=message):
        work.block(1)


def test_paths_whose_sum_is_too_large_are_refused():
    with pytest.raises(BlockError, match=r"block 0 .*: values of series 1 in month 5 add up to inf"):
        Work(spoils, replace(Spoilt(), value=1e308), 512, 0).block(0)


@settings(deadline=None)
@given(paths=blocks(), share=st.floats(0, 1))
def test_ranks_are_found(paths, share):
    counts = counts_of(paths)
    rank = int(share * (len(paths) - 1))
    slots, before = find_rank(counts, rank)
    assert (slots == np.sort(slots_of(paths), axis=0)[rank]).all()
    assert (before == (slots_of(paths) < slots).sum(axis=0)).all()


@settings(deadline=None)
@given(paths=blocks(), times=st.integers(1, 2**23))
def test_packed_counts_unpack(paths, times):
    counts = counts_of(paths) * np.uint32(times)
    sizes, used, held = pack(counts)
    assert (sizes == (counts > 0).sum(axis=2)).all()
    assert (held > 0).all()
    again = unpack(sizes, used, held)
    assert again.dtype == counts.dtype
    assert (again == counts).all()


def test_the_room_of_a_reduction_is_that_of_its_counts():
    reduction = Reduction.empty([1.0] * 5, 7)
    assert reduction.counts.nbytes == 5 * 7 * SLOTS * 4
    assert SLOTS == 2008

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stargauge.ensemble.blocks import BLOCK_SIZE, span
from stargauge.ensemble.checkpoint import Progress
from stargauge.ensemble.reduction import BINS, Reduction, summarise, upper_ends
from stargauge.ensemble.window import OrderedWindow

MONTHS = 3
UPPERS = upper_ends([10.0, (3.0, 300.0, 3e4)], MONTHS)


def reduce(paths: np.ndarray, uppers: np.ndarray = UPPERS) -> Reduction:
    reduction = Reduction.empty(uppers.tolist(), paths.shape[2])
    for summary in summaries(paths, uppers):
        reduction.add(summary)
    return reduction


def summaries(paths: np.ndarray, uppers: np.ndarray = UPPERS):
    futures = len(paths)
    for block in range(-(-futures // BLOCK_SIZE)):
        part = span(block, futures)
        rows = paths[part.first : part.first + part.count]
        yield summarise(part, rows, np.zeros((part.count, 1)), uppers, 10)


@st.composite
def ensembles(draw, inside: bool = True):
    futures = draw(st.integers(1, 600))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shares = random.random((futures, 2, MONTHS))
    form = draw(st.sampled_from(["uniform", "atoms", "near zero", "few values", "edges"]))
    if form == "atoms":
        shares[random.random(shares.shape) < 0.6] = 0
        shares[random.random(shares.shape) < 0.3] = 1
    elif form == "near zero":
        shares **= 12
    elif form == "few values":
        shares = np.round(shares * 3) / 3
    elif form == "edges":
        shares = np.round(shares * BINS) / BINS
    if not inside:
        shares = shares * 1.4 - 0.2
    return shares * UPPERS


@settings(deadline=None)
@given(paths=ensembles(), q=st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.05, 0.5, 0.9, 1.0])))
def test_quantiles_are_within_a_bin_of_numpy(paths, q):
    reduction = reduce(paths)
    error = np.abs(reduction.quantiles(q) - np.quantile(paths, q, axis=0))
    assert (error <= reduction.bin_width * (1 + 1e-9)).all()


@settings(deadline=None)
@given(paths=ensembles(inside=False))
def test_counts_sum_and_nothing_outside_is_lost(paths):
    reduction = reduce(paths)
    assert (reduction.counts.sum(axis=2) == len(paths)).all()
    assert (reduction.below == (paths < 0).sum(axis=0)).all()
    assert (reduction.above == (paths > UPPERS).sum(axis=0)).all()
    quantiles = np.array([reduction.quantiles(q) for q in np.linspace(0, 1, 9)])
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert (quantiles >= paths.min(axis=0)).all()
    assert (quantiles <= paths.max(axis=0)).all()


@settings(deadline=None)
@given(paths=ensembles(inside=False))
def test_moments_and_extremes(paths):
    reduction = reduce(paths)
    np.testing.assert_allclose(reduction.mean, paths.mean(axis=0), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(reduction.deviation, paths.std(axis=0), rtol=1e-9, atol=1e-9)
    assert (reduction.lows == paths.min(axis=0)).all()
    assert (reduction.highs == paths.max(axis=0)).all()


def test_the_deviation_does_not_cancel():
    random = np.random.default_rng(3)
    paths = 1e4 + 1e-5 * random.standard_normal((2000, 2, MONTHS))
    np.testing.assert_allclose(reduce(paths).deviation, paths.std(axis=0), rtol=1e-6)


def test_a_month_in_which_all_futures_agree_is_exact():
    paths = np.full((700, 2, MONTHS), 1234.5678)
    reduction = reduce(paths, upper_ends([5000.0, 5000.0], MONTHS))
    assert (reduction.quantiles(0.37) == 1234.5678).all()
    assert reduction.deviation.max() < 1e-11


def test_an_atom_at_zero_is_exactly_zero():
    paths = np.zeros((1000, 2, MONTHS))
    paths[600:] = 2.5
    assert (reduce(paths).quantiles(0.5) == 0).all()


def test_rounding_at_the_ends_is_not_outside():
    paths = np.empty((400, 2, MONTHS))
    paths[:200] = UPPERS * (1 + 4e-16)
    paths[200:] = UPPERS * -4e-16
    reduction = reduce(paths)
    assert reduction.above.sum() == reduction.below.sum() == 0
    assert (reduction.quantiles(0.9) <= paths.max(axis=0)).all()
    assert np.abs(reduction.quantiles(0.9) - UPPERS).max() <= reduction.bin_width.max()
    assert (reduction.quantiles(0.1) == 0).all()
    assert (reduce(paths * (1 + 1e-9)).above == 200).all()


def test_order_of_arrival_leaves_the_bits():
    random = np.random.default_rng(5)
    paths = random.lognormal(size=(3000, 2, MONTHS))
    in_order = Progress(reduce(paths), [], [], {}, 0.0).to_bytes()
    arrived = list(summaries(paths))
    random.shuffle(arrived)
    window = OrderedWindow(0, len(arrived))
    reduction = Reduction.empty(UPPERS.tolist(), MONTHS)
    for summary in arrived:
        window.put(summary.wanted.block, summary)
        for ready in window.ready():
            reduction.add(ready)
    assert Progress(reduction, [], [], {}, 0.0).to_bytes() == in_order


def test_a_block_out_of_order_is_refused():
    first, second = summaries(np.ones((300, 2, MONTHS)))
    reduction = Reduction.empty(UPPERS.tolist(), MONTHS)
    with pytest.raises(ValueError, match=r"block 1 \(futures 256 to 299\) given, future 0 is next"):
        reduction.add(second)
    reduction.add(first)
    reduction.add(second)
    assert reduction.futures == 300


def test_the_sample_is_the_first_futures():
    paths = np.random.default_rng(1).random((600, 2, MONTHS))
    kept = [
        summarise(part, paths[part.first : part.first + part.count], np.zeros((part.count, 0)), UPPERS, 300)
        for part in (span(block, 600) for block in range(3))
    ]
    assert [len(summary.sample) for summary in kept] == [256, 44, 0]
    assert (np.concatenate([summary.sample for summary in kept]) == paths[:300]).all()


@pytest.mark.parametrize("q", [-0.1, 1.1, float("nan")])
def test_a_level_outside_0_to_1_is_refused(q):
    with pytest.raises(ValueError, match="between 0 and 1"):
        reduce(np.ones((5, 2, MONTHS))).quantiles(q)


def test_no_futures_have_no_quantile():
    with pytest.raises(ValueError, match="no future"):
        Reduction.empty([1.0], 2).quantiles(0.5)


@pytest.mark.parametrize("upper", [0.0, -1.0, float("inf"), float("nan")])
def test_a_range_must_be_finite_and_above_zero(upper):
    with pytest.raises(ValueError, match="finite number above 0"):
        Reduction.empty([upper], 2)


@settings(deadline=None)
@given(
    pending=st.lists(arrays(np.float64, (2, 3)), max_size=3),
    sample=st.lists(arrays(np.float64, (1, 2, MONTHS)), max_size=2),
    seconds=st.floats(0, 1e6),
)
def test_a_checkpoint_reads_back_to_the_same_bits(pending, sample, seconds):
    stored = Progress(
        reduce(np.ones((300, 2, MONTHS))), pending, sample, {"ends-00000.parquet": "ab"}, seconds
    )
    again = Progress.from_bytes(stored.to_bytes())
    assert again.to_bytes() == stored.to_bytes()
    assert [rows.tobytes() for rows in again.pending] == [rows.tobytes() for rows in pending]
    assert again.parts == stored.parts


@given(place=st.integers(0, 200), bit=st.integers(0, 7))
def test_a_flipped_bit_in_a_checkpoint_is_seen(place, bit):
    content = bytearray(Progress(Reduction.empty([1.0], 1), [], [], {}, 0.0).to_bytes())
    content[place] ^= 1 << bit
    with pytest.raises(ValueError, match="checksum"):
        Progress.from_bytes(bytes(content))


def test_the_window_is_bounded():
    window: OrderedWindow[str] = OrderedWindow(4, 3)
    assert window.limit == 7
    window.put(6, "c")
    assert list(window.ready()) == []
    for block in (3, 7, 6):
        with pytest.raises(ValueError, match=f"block {block} is not awaited; blocks 4 to 6 are"):
            window.put(block, "x")
    window.put(4, "a")
    assert list(window.ready()) == ["a"]
    window.put(5, "b")
    assert list(window.ready()) == ["b", "c"]
    assert window.limit == 10
    with pytest.raises(ValueError, match="at least one"):
        OrderedWindow(0, 0)


def test_a_series_that_grows_a_thousandfold_keeps_its_early_quantiles_apart():
    growth = np.array([1.0, 30.0, 1000.0])
    uppers = upper_ends([tuple(4 * growth), 4 * growth[-1]], MONTHS)
    spread = np.random.default_rng(11).lognormal(sigma=0.3, size=(1000, 1, 1))
    paths = np.repeat(spread * growth, 2, axis=1)
    reduction = reduce(paths, uppers)
    levels = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
    by_month, at_once = np.array([reduction.quantiles(q) for q in levels]).transpose(1, 0, 2)
    exact = np.quantile(paths[:, 0], levels, axis=0)
    np.testing.assert_allclose(by_month, exact, rtol=5e-3)
    # One range for all months holds the whole first month in two bins of 2,000; the last is as fine as ever.
    used = (reduction.counts > 0).sum(axis=2)
    assert (used[0] > 200).all()
    assert used[1, 0] <= 2
    assert np.abs(at_once[:, 0] / exact[:, 0] - 1).max() > 0.1
    assert (at_once[:, -1] == by_month[:, -1]).all()


@given(uppers=st.lists(st.floats(1e-3, 1e9), min_size=2, max_size=2), seed=st.integers(0, 2**32))
def test_one_end_is_that_end_in_every_month(uppers, seed):
    paths = np.random.default_rng(seed).random((300, 2, MONTHS)) * 1.2 * np.array(uppers)[:, None]
    alike = [(upper,) * MONTHS for upper in uppers]
    once = reduce(paths, upper_ends(uppers, MONTHS))
    each = reduce(paths, upper_ends(alike, MONTHS))
    assert Progress(once, [], [], {}, 0.0).to_bytes() == Progress(each, [], [], {}, 0.0).to_bytes()


@pytest.mark.parametrize("upper", [(), (1.0,), (1.0, 2.0), (1.0,) * 4])
def test_ends_by_month_are_one_a_month(upper):
    message = f"a tuple of {len(upper)} upper ends; expected one for each of 3 months, or a number for all"
    with pytest.raises(ValueError, match=message):
        Reduction.empty([5.0, upper], MONTHS)


@pytest.mark.parametrize("upper", [0.0, -1.0, float("inf"), float("nan")])
def test_one_month_out_of_range_is_named(upper):
    with pytest.raises(ValueError, match=f"upper end {upper} is not a finite number above 0"):
        Reduction.empty([(1.0, upper, 1.0)], MONTHS)

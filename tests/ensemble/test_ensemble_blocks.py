from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from ensemble_toy import BlockResult, Prepared, raises_in_block_2, simulate
from hypothesis import given
from hypothesis import strategies as st

from stargauge.ensemble.blocks import BLOCK_SIZE, BlockError, Span, block_count, simulate_span, span


@given(st.integers(1, 100_000))
def test_spans_cover_each_future_once(futures):
    spans = [span(block, futures) for block in range(block_count(futures))]
    assert spans[0].first == 0
    assert all(a.first + a.count == b.first for a, b in pairwise(spans))
    assert sum(s.count for s in spans) == futures
    assert all(s.count == BLOCK_SIZE for s in spans[:-1])


def test_a_block_beyond_the_run_is_refused():
    with pytest.raises(IndexError, match="a run of 300 futures has blocks 0 to 1, not 2"):
        span(2, 300)


def test_a_partial_block_is_the_head_of_the_full_one():
    paths, ends = simulate_span(simulate, Prepared(), Span(3, 768, 10))
    all_paths, all_ends = simulate_span(simulate, Prepared(), Span(3, 768, 256))
    assert paths.tobytes() == all_paths[:10].tobytes()
    assert ends.tobytes() == all_ends[:10].tobytes()


def test_a_model_that_raises_is_named_by_block():
    with pytest.raises(BlockError) as caught:
        simulate_span(raises_in_block_2, Prepared(), span(2, 700))
    message = "block 2 (futures 512 to 699) failed: ZeroDivisionError: a phase of no length"
    assert str(caught.value) == message
    assert "raises_in_block_2" in caught.value.detail


def test_another_shape_than_announced_is_refused():
    def narrow(prepared, block, futures=256):
        result = simulate(prepared, block, futures)
        return replace(result, ends=result.ends[:, :1])

    with pytest.raises(BlockError, match=r"ends \(256, 1\), announced were \(256, 3, 24\) and \(256, 2\)"):
        simulate_span(narrow, Prepared(), span(0, 256))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_path_that_is_not_finite_is_refused(value):
    def broken(prepared, block, futures=256):
        result = simulate(prepared, block, futures)
        result.paths[9, 1, 5] = value
        return result

    message = f"energised_facility_mw:Holly Ridge is {value} in 2025-06 of future 265; paths must be finite"
    with pytest.raises(BlockError) as caught:
        simulate_span(broken, Prepared(), span(1, 1000))
    assert message in str(caught.value)


def test_every_never_has_the_same_bits():
    odd = np.array([0x7FF8DEADBEEF0001], dtype=np.uint64).view(np.float64)[0]

    def never(prepared, block, futures=256):
        result = simulate(prepared, block, futures)
        return BlockResult(result.paths, np.full((futures, 2), odd))

    _, ends = simulate_span(never, Prepared(), span(0, 256))
    assert set(ends.view(np.uint64).ravel().tolist()) == {0x7FF8000000000000}

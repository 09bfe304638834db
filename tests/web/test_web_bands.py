"""Bands of shown series have the bits of the reduction of all series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("fastapi", reason="needs the extra web")

from stargauge.ensemble.blocks import BLOCK_SIZE, block_count, span
from stargauge.ensemble.reduction import Reduction, summarise
from stargauge.web.bands import LEVELS, Tally, bands, means

MONTHS = 4


@given(
    seed=st.integers(0, 10_000),
    futures=st.sampled_from([1, 2, 3, 64, 128, 255, 256, 257, 700]),
    rows=st.lists(st.integers(0, 4), min_size=1, unique=True),
)
def test_bands_are_those_of_a_run(seed: int, futures: int, rows: list[int]) -> None:
    luck = np.random.default_rng(seed)
    kinds = (
        luck.uniform(0.0, 90.0, (futures, MONTHS)),  # spread out
        luck.choice([0.0, 0.0, 40.0], (futures, MONTHS)),  # half at the lower end
        np.full((futures, MONTHS), 12.5),  # all alike
        luck.normal(0.0, 60.0, (futures, MONTHS)),  # signed, and out of range at both ends
        50.0 + luck.normal(0.0, 0.1, (futures, MONTHS)),  # within a few bins
    )
    paths = np.stack(kinds, axis=1)
    lowers = np.array([0.0, 0.0, 0.0, -100.0, 0.0])
    uppers = np.tile([100.0], (len(kinds), MONTHS)) * (1.0 + np.arange(MONTHS) / 10.0)
    whole = Reduction.empty([tuple(row) for row in uppers], MONTHS, list(lowers))
    tallies = []
    for block in range(block_count(futures)):
        own = span(block, futures)
        part = paths[block * BLOCK_SIZE : block * BLOCK_SIZE + own.count]
        whole.add(summarise(own, part, np.empty((own.count, 0)), uppers, 0, lowers))
        tallies.append(Tally.of(part, lowers, uppers))
    found = bands(tallies, lowers, uppers, np.array(rows))
    np.testing.assert_array_equal(means(tallies), whole.mean)
    np.testing.assert_array_equal(found.mean, whole.mean)
    for name, level in LEVELS.items():
        np.testing.assert_array_equal(found.quantiles[name], whole.quantiles(level)[rows])


def test_a_path_that_is_not_finite_is_not_counted() -> None:
    paths = np.ones((3, 2, MONTHS))
    paths[1, 1, 2] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        Tally.of(paths, np.zeros(2), np.full((2, MONTHS), 2.0))

from __future__ import annotations

from pathlib import Path

import pytest

from stargauge.ensemble import BLOCK_SIZE, RunRecord
from stargauge.ensemble.reduction import BINS
from stargauge.ensemble.run import SAMPLE_FUTURES
from stargauge.ensemble.workers import BLOCKS_IN_FLIGHT_PER_WORKER
from stargauge.ensemble.writer import CHECKPOINT, PART_FUTURES, PATHS, RECORD, SERIES, part_name


@pytest.fixture(scope="module")
def page() -> str:
    path = Path(__file__).parents[2] / "docs" / "ensemble.md"
    if not path.exists():
        pytest.skip("the documentation is not beside the tests")
    return path.read_text(encoding="utf-8")


def test_every_file_is_described(page):
    for name in (CHECKPOINT, PATHS, RECORD, SERIES, part_name(0), part_name(1)):
        assert f"`{name}`" in page


def test_every_column_is_described(page, reference):
    for frame in (reference.series_quantiles(), reference.paths()):
        for column in frame.columns:
            assert f"`{column}`" in page
    assert "`future`" in page


def test_every_field_of_the_record_is_described(page):
    for field in RunRecord.model_fields:
        assert f"`{field}`" in page


def test_the_numbers_are_those_of_the_code(page):
    assert f"blocks of {BLOCK_SIZE}" in page
    assert f"{PART_FUTURES:,} in a part" in page
    assert f"{BINS:,} bins" in page
    assert f"the first {SAMPLE_FUTURES} futures" in page
    assert BLOCKS_IN_FLIGHT_PER_WORKER == 4
    assert "At most four\nblocks a worker" in page

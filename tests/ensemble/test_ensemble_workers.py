"""A pool of processes: how the work reaches them, and what it leaves."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest
from ensemble_toy import Prepared, simulate

from stargauge.ensemble.workers import Pool, Work

WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Heavy(Prepared):
    """More than any pipe holds at once."""

    weight: bytes = bytes(5_000_000)


@pytest.mark.parametrize("blocks", [[0, 1], [0]], ids=["as many as processes but one", "one"])
def test_heavy_work_reaches_the_processes_that_start_and_nobody_waits_for_the_others(blocks):
    work = Work(simulate, Heavy(), 512, 3)
    before = threading.active_count()
    pool = Pool(work, 3)
    try:
        for block in blocks:
            pool.submit(block)
        found = []
        until = time.monotonic() + WAIT_SECONDS
        while len(found) < len(blocks) and time.monotonic() < until:
            found += pool.collect(1.0)
    finally:
        pool.close()
    for summary in found:
        here = work.block(summary.wanted.block)
        assert summary.words.tobytes() == here.words.tobytes()
        assert summary.totals.tobytes() == here.totals.tobytes()
    assert sorted(summary.wanted.block for summary in found) == blocks
    until = time.monotonic() + WAIT_SECONDS
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before

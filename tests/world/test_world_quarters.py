"""Months between quarter ends: a quarter's end stands where it ends, and the way between is straight."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.world.quarters import between, quarter_ends, quarter_rows, spread


def months(first: int, count: int) -> tuple[str, ...]:
    return tuple(f"{2025 + (first + m) // 12}-{(first + m) % 12 + 1:02}" for m in range(count))


def test_quarters_are_those_that_end_in_the_run() -> None:
    assert quarter_ends(months(0, 12)) == (
        date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31),
    )  # fmt: skip
    assert quarter_ends(months(1, 2)) == (date(2025, 3, 31),)
    assert quarter_ends(months(0, 2)) == ()
    assert quarter_ends(months(37, 2)) == (date(2028, 3, 31),)


@given(st.integers(0, 11), st.integers(1, 140))
def test_a_straight_line_through_the_slots_is_met_in_every_month(first: int, count: int) -> None:
    run = months(first, count)
    rows = quarter_rows(run)
    # Slot k lies at the row of its quarter's end, slot 0 three months before that of the first.
    start = rows[0] if rows.size else 0
    place = np.array([start + 3.0 * (k - 1) for k in range(rows.size + 1)])
    slots = np.stack([10.0 + 2.0 * place, 5.0 - place], axis=1)[None]
    paths = np.zeros((1, 4, count))
    spread(slots, between(run), paths, 1)
    last = rows[-1] if rows.size else place[0]
    told = np.minimum(np.arange(count), last) if rows.size else np.full(count, place[0])
    np.testing.assert_allclose(paths[0, 1], 10.0 + 2.0 * told, atol=1e-12)
    np.testing.assert_allclose(paths[0, 2], 5.0 - told, atol=1e-12)
    assert not paths[0, [0, 3]].any()


@pytest.mark.parametrize("count", [1, 2])
def test_a_run_in_which_no_quarter_ends_stays_where_it_began(count: int) -> None:
    paths = np.zeros((2, 1, count))
    spread(np.full((2, 1, 1), 7.0), between(months(0, count)), paths, 0)
    np.testing.assert_array_equal(paths, 7.0)

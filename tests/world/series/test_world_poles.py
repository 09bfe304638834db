"""Poles and concentration: the published numbers, hand values, and what must hold for any shares."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stargauge.facts.world_tables import load_world_series
from stargauge.world.blocs import BLOCS
from stargauge.world.poles import concentration, effective_poles

SEVEN = arrays(np.float64, (3, 7), elements=st.floats(0.0, 1.0)).map(
    lambda raw: (raw + 1e-9) / (raw + 1e-9).sum(axis=-1, keepdims=True)
)
"""Three rows of seven shares."""


def value(series: str, day: date, bloc: str = "") -> float:
    found = load_world_series().filter(
        (pl.col("series") == series) & (pl.col("last_day") == day) & (pl.col("bloc") == bloc)
    )
    return float(found["value"].item())


def shares(day: date) -> np.ndarray:
    return np.array([value("gpu_cluster_compute_share_16bit", day, bloc) for bloc in BLOCS])


@pytest.mark.parametrize(
    ("day", "poles", "con"),
    [
        (date(2021, 12, 31), 3.15, 0.45),
        (date(2023, 12, 31), 2.18, 0.61),
        (date(2025, 6, 30), 1.85, 0.68),
    ],
)
def test_history_of_compute_by_place(day: date, poles: float, con: float) -> None:
    assert effective_poles(shares(day)) == pytest.approx(poles, abs=0.005)
    assert concentration(shares(day)) == pytest.approx(con, abs=0.005)


def test_every_index_that_came_with_the_shares() -> None:
    days = load_world_series().filter(pl.col("series") == "polarity_HHI_compute")["last_day"].to_list()
    assert len(days) == 13
    for day in days:
        held = shares(day)
        assert float(held @ held) == pytest.approx(value("polarity_HHI_compute", day), abs=2e-4)
        assert effective_poles(held) == pytest.approx(
            value("polarity_effective_number_compute", day), abs=2e-3
        )
        assert concentration(held) == pytest.approx(value("polarity_CON_compute", day), abs=2e-4)


def test_by_hand() -> None:
    half = np.array([0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert effective_poles(half) == 2.0
    assert concentration(half) == pytest.approx(((0.5 - 1 / 7) / (6 / 7)) ** 0.5)
    assert effective_poles(np.eye(7)) == pytest.approx(np.ones(7))
    assert concentration(np.eye(7)) == pytest.approx(np.ones(7))
    assert effective_poles(np.full(7, 1 / 7)) == pytest.approx(7.0)
    assert concentration(np.full(7, 1 / 7)) == pytest.approx(0.0, abs=1e-7)


@given(SEVEN)
def test_bounds_and_symmetry(held: np.ndarray) -> None:
    poles, con = effective_poles(held), concentration(held)
    assert poles.shape == con.shape == (3,)
    assert np.all((poles >= 1.0 - 1e-12) & (poles <= 7.0 + 1e-9))
    assert np.all((con >= 0.0) & (con <= 1.0 + 1e-12))
    assert effective_poles(held[:, ::-1]) == pytest.approx(poles)
    # The two tell the same thing when n is fixed: CON² (1 - 1/n) + 1/n = 1 / poles.
    assert con**2 * (6 / 7) + 1 / 7 == pytest.approx(1.0 / poles)


@given(SEVEN, st.integers(0, 6), st.integers(0, 6))
def test_a_transfer_to_the_smaller_makes_more_poles(held: np.ndarray, one: int, other: int) -> None:
    first = held[0]
    rich, poor = (one, other) if first[one] >= first[other] else (other, one)
    moved = first.copy()
    step = (first[rich] - first[poor]) / 2
    moved[rich] -= step
    moved[poor] += step
    assert effective_poles(moved) >= effective_poles(first) - 1e-9
    assert concentration(moved) <= concentration(first) + 1e-7

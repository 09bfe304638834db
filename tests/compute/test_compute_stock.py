"""Compute in use, against a slow ledger of halls that remembers when each was fitted out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stargauge.compute import OWNERS, compute_inputs, compute_stock, domestic_rate
from stargauge.facts import load_registry

Floats = NDArray[np.float64]


def _ledger(it_mw: Floats, efficiency: float, growth: float, life: float, base: float) -> list[float]:
    """Keep every lot of MW with the month it was last fitted out; refit it when its life is over."""
    life_months = max(1, round(life))
    lots: list[list[float]] = []
    before, result = 0.0, []
    for month, total in enumerate(it_mw):
        for lot in lots:
            if month - lot[1] == life_months:
                lot[1] = month
        lots.append([total - before, month])
        before = total
        result.append(sum(mw * efficiency * growth ** ((fitted - base) / 12.0) for mw, fitted in lots))
    return result


@settings(max_examples=50, deadline=None)
@given(
    added=st.lists(st.floats(0.0, 500.0), min_size=1, max_size=60),
    growth=st.floats(0.8, 2.5),
    life=st.floats(0.2, 80.0).filter(lambda months: abs(months % 1.0 - 0.5) > 1e-6),
    base=st.floats(-12.0, 30.0),
)
def test_stock_is_that_of_the_ledger(added: list[float], growth: float, life: float, base: float) -> None:
    it_mw = np.cumsum(added)
    found = compute_stock(it_mw[None], 700.0, np.array([growth]), np.array([life]), base)[0]
    np.testing.assert_allclose(found, _ledger(it_mw, 700.0, growth, life, base), rtol=1e-9, atol=1e-6)


def test_each_future_has_its_own_growth_and_life() -> None:
    rng = np.random.default_rng(6)
    it_mw = rng.exponential(100.0, (8, 72)).cumsum(axis=1)
    growth, life = rng.uniform(1.0, 1.8, 8), rng.uniform(20.0, 70.0, 8)
    found = compute_stock(it_mw, 500.0, growth, life, 6.0)
    for future in range(8):
        expected = _ledger(it_mw[future], 500.0, growth[future], life[future], 6.0)
        np.testing.assert_allclose(found[future], expected, rtol=1e-9)


def test_without_growth_of_efficiency_compute_is_power() -> None:
    it_mw = np.array([[10.0, 10.0, 30.0, 60.0]])
    found = compute_stock(it_mw, 700.0, np.array([1.0]), np.array([2.0]), 0.0)
    np.testing.assert_allclose(found, 700.0 * it_mw)


def test_a_hall_is_fitted_out_anew_at_the_end_of_its_life() -> None:
    """Efficiency doubles a year; 100 MW of month 0 are renewed in month 12 and 24."""
    found = compute_stock(np.full((1, 25), 100.0), 10.0, np.array([2.0]), np.array([12.0]), 0.0)[0]
    assert found[[0, 11]].tolist() == [1000.0, 1000.0]
    np.testing.assert_allclose(found[[12, 23, 24]], [2000.0, 2000.0, 4000.0])


def test_the_input_is_left_alone() -> None:
    it_mw = np.array([[10.0, 20.0, 40.0]])
    kept = it_mw.copy()
    compute_stock(it_mw, 1.0, np.array([1.5]), np.array([1.0]), 0.0)
    np.testing.assert_array_equal(it_mw, kept)


def test_domestic_rate_is_chips_by_what_surrounds_them_by_where_they_go() -> None:
    """10 GW of rated chips a year, 1.6 MW of IT a MW of chips, 3 of 4 in the country: 12 GW of IT a year."""
    found = domestic_rate(np.array([10_000.0, 0.0]), np.array([1.6, 1.6]), np.array([0.75, 0.75]))
    np.testing.assert_allclose(found, [12_000.0, 0.0])


def test_inputs_come_in_the_models_units_with_their_base_year() -> None:
    registry = load_registry()
    inputs = compute_inputs(registry)
    assert sum(inputs.fixed[f"compute.owner_share.{owner}"] for owner in OWNERS) == pytest.approx(
        1.0, abs=0.02
    )
    for name, distribution in inputs.uncertain.items():
        assert distribution.median > 0.0, name
        assert inputs.base_year[name] == registry.input(name).true_at.year + 0.5
    low, high = inputs.uncertain["compute.us_share"].quantile(np.array([1e-6, 1.0 - 1e-6]))
    assert 0.0 <= low < high <= 1.0

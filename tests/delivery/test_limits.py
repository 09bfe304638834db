"""Supply that accumulates, against numerical integration and sums written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from stargauge.delivery import cumulative_supply, supplied_path


@settings(max_examples=60, deadline=None)
@given(
    rate=st.floats(0.0, 1e5),
    growth=st.one_of(st.just(1.0), st.floats(0.3, 4.0), st.floats(1.0 - 1e-7, 1.0 + 1e-7)),
    base=st.floats(-30.0, 60.0),
    since=st.floats(-40.0, 40.0).map(lambda month: round(month, 3)),  # quad refuses a sliver
)
def test_cumulative_supply_is_the_integral(rate: float, growth: float, base: float, since: float) -> None:
    path = cumulative_supply(np.array([rate]), np.array([growth]), base, since, 36)[0]
    for month in (0, 5, 35):
        expected = 0.0
        if month > since:
            expected, _ = quad(lambda t: rate / 12.0 * growth ** ((t - base) / 12.0), since, month)
        assert path[month] == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_cumulative_supply_starts_in_the_middle_of_a_month_and_never_falls() -> None:
    path = cumulative_supply(np.array([120.0, 12.0]), np.array([1.0, 2.0]), 0.0, 3.5, 12)
    assert path.shape == (2, 12)
    assert path[0, :5].tolist() == [0.0, 0.0, 0.0, 0.0, 5.0]
    np.testing.assert_allclose(path[0, 5:], 10.0 * np.arange(1.5, 8.5))
    assert np.all(np.diff(path, axis=1) >= 0.0)


def test_supplied_rates_add_up_from_the_day_they_count() -> None:
    rates = np.array([12.0, 24.0, 0.0, 36.0])
    assert supplied_path(rates, -5.0).tolist() == [0.0, 1.0, 3.0, 3.0]
    assert supplied_path(rates, 1.25).tolist() == [0.0, 0.0, 1.5, 1.5]
    assert supplied_path(rates, 4.0).tolist() == [0.0, 0.0, 0.0, 0.0]


def test_a_constant_rate_is_the_same_supplied_or_computed() -> None:
    np.testing.assert_allclose(
        supplied_path(np.full(24, 50.0), 3.3),
        cumulative_supply(np.array([50.0]), np.array([1.0]), 7.0, 3.3, 24)[0],
        atol=1e-12,
    )

"""Conditional draws against independent oracles: SciPy's truncated normal, and rejection sampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import log_ndtr

from stargauge.delivery.durations import Weights, stage_durations, truncated_normal

WEIGHTS = Weights(programme=0.2, site=0.3)
UNIFORM = np.array([1e-9, 1e-3, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1 - 1e-9])


@pytest.mark.parametrize("lower", [-8.0, -3.0, -1.0, 0.0, 0.7, 2.0, 4.0, 5.0])
def test_truncated_normal_is_that_of_scipy(lower: float) -> None:
    expected = stats.truncnorm(lower, np.inf).ppf(UNIFORM)
    np.testing.assert_allclose(
        truncated_normal(np.full_like(UNIFORM, lower), UNIFORM), expected, rtol=1e-8, atol=1e-8
    )


@pytest.mark.parametrize("lower", [5.9, 6.1, 8.0, 10.0, 12.0, 30.0])
def test_far_tails_hold_the_probability_they_should(lower: float) -> None:
    """Far out SciPy's inverse loses digits, so the survival function is checked: S(x)/S(lower) = 1 - u."""
    values = truncated_normal(np.full_like(UNIFORM, lower), UNIFORM)
    assert np.all(values >= lower)
    assert np.all(np.diff(values) > 0.0)
    np.testing.assert_allclose(log_ndtr(-values) - log_ndtr(-lower), np.log1p(-UNIFORM), rtol=1e-6, atol=1e-8)


@given(lower=st.floats(-30.0, 30.0), uniform=st.floats(2.0**-53, 1.0 - 2.0**-53), more=st.floats(0.0, 10.0))
def test_truncated_normal_is_finite_above_its_bound_and_monotone(
    lower: float, uniform: float, more: float
) -> None:
    low, high = truncated_normal(np.array([lower, lower + more]), np.array([uniform, uniform]))
    assert np.isfinite(low)
    assert low >= lower
    # A bound at least as high gives a draw at least as high, but for the seam between the two inversions.
    assert high >= low - 1e-7


def test_the_two_inversions_meet() -> None:
    below = truncated_normal(np.full_like(UNIFORM, 6.0), UNIFORM)
    above = truncated_normal(np.full_like(UNIFORM, np.nextafter(6.0, 7.0)), UNIFORM)
    np.testing.assert_allclose(below, above, atol=1e-6)


def _one_stage(elapsed: float, uniform: np.ndarray, z: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Draw one stage of median 10 months and log sd 0.5 at the shared factors z (slip, programme, site)."""
    count = uniform.size
    return stage_durations(
        log_median=np.full((1, 1), np.log(10.0)),
        log_sd=np.full((1, 1), 0.5),
        slip_loading=np.ones((1, 1)),
        weights=WEIGHTS,
        slip=z[0],
        programme_factor=z[1][:, None],
        site_factor=z[2][:, None],
        elapsed=np.full((1, 1), elapsed),
        stage_scale=np.full((count, 1), scale),
        uniform=uniform.reshape(count, 1, 1),
    )[:, 0, 0]


@pytest.mark.parametrize("elapsed", [3.0, 12.0, 20.0])
def test_conditional_durations_are_those_of_rejection_sampling(elapsed: float) -> None:
    """Given the factors, keep the draws longer than the time spent: the same distribution."""
    rng = np.random.default_rng(4)
    factors = (0.2, 0.5, -0.7)
    z = [np.full(20_000, value) for value in factors]
    drawn = _one_stage(elapsed, rng.random(20_000), np.array(z))
    shared = np.log(10.0) + 0.2 + 0.5 * (np.sqrt(0.2) * 0.5 - np.sqrt(0.3) * 0.7)
    free = np.exp(shared + 0.5 * np.sqrt(0.5) * rng.standard_normal(400_000))
    kept = free[free > elapsed]
    assert kept.size > 1000
    assert stats.ks_2samp(drawn, kept).pvalue > 1e-3
    assert np.all(drawn > elapsed)


def test_unconditional_durations_are_lognormal_with_the_whole_spread() -> None:
    rng = np.random.default_rng(8)
    z = np.stack([np.zeros(40_000), rng.standard_normal(40_000), rng.standard_normal(40_000)])
    logs = np.log(_one_stage(0.0, rng.random(40_000), z))
    assert stats.kstest(logs, stats.norm(np.log(10.0), 0.5).cdf).pvalue > 1e-3


def test_a_stage_that_takes_longer_takes_longer_also_when_begun() -> None:
    """Twice the median from a scenario: the draw is that of the longer stage, still beyond elapsed."""
    rng = np.random.default_rng(2)
    uniform, z = rng.random(5000), rng.standard_normal((3, 5000))
    plain, longer = _one_stage(9.0, uniform, z), _one_stage(9.0, uniform, z, scale=2.0)
    assert np.all(longer > plain)
    np.testing.assert_allclose(
        _one_stage(0.0, uniform, z, 2.0), 2.0 * _one_stage(0.0, uniform, z), rtol=1e-12
    )


def test_only_the_stages_begun_are_conditional() -> None:
    rng = np.random.default_rng(3)
    uniform = rng.random((50, 3, 4))
    elapsed = np.zeros((3, 4))
    given_arrays = {
        "log_median": np.full((3, 4), 2.0),
        "log_sd": np.full((3, 4), 0.4),
        "slip_loading": np.ones((3, 4)),
        "weights": WEIGHTS,
        "slip": np.zeros(50),
        "programme_factor": rng.standard_normal((50, 3)),
        "site_factor": rng.standard_normal((50, 3)),
        "stage_scale": np.ones((50, 4)),
        "uniform": uniform,
    }
    free = stage_durations(elapsed=elapsed, **given_arrays)
    elapsed[1, 2] = 6.0
    held = stage_durations(elapsed=elapsed, **given_arrays)
    assert np.all(held[:, 1, 2] > free[:, 1, 2])
    free[:, 1, 2] = held[:, 1, 2]
    np.testing.assert_array_equal(held, free)

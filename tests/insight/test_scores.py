"""Scores against closed forms and slow definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from stargauge.insight.scores import covers, crps, site_bootstrap

values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30)


def slow_crps(sample: list[float], truth: float) -> float:
    first = sum(abs(x - truth) for x in sample) / len(sample)
    second = sum(abs(x - y) for x in sample for y in sample) / len(sample) ** 2
    return first - second / 2


@given(values, st.floats(-1e3, 1e3))
def test_crps_is_its_definition(sample: list[float], truth: float) -> None:
    assert crps(np.array(sample), truth) == pytest.approx(slow_crps(sample, truth), abs=1e-8)


def test_crps_of_one_value_is_the_absolute_error() -> None:
    assert crps(np.array([3.0]), 5.0) == 2.0


def test_crps_of_a_large_normal_sample_is_the_closed_form() -> None:
    sample = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    z = 0.7
    exact = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi)
    assert crps(sample, z) == pytest.approx(exact, abs=2e-4)


@given(values, st.floats(-1e3, 1e3), st.floats(0.0, 50.0))
def test_a_truth_further_out_never_scores_better(sample: list[float], truth: float, step: float) -> None:
    beyond = max([*sample, truth])
    assert crps(np.array(sample), beyond + step) >= crps(np.array(sample), beyond) - 1e-9


def test_covers_includes_the_ends_and_excludes_beyond() -> None:
    sample = np.arange(11.0)
    assert covers(sample, 1.0, 0.8)
    assert covers(sample, 9.0, 0.8)
    assert not covers(sample, 9.01, 0.8)
    assert covers(np.full(5, 7.0), 7.0, 0.8)


def test_bootstrap_resamples_whole_sites() -> None:
    # One site holds all the pairs that differ: only resampling whole sites gives an interval this wide.
    values = np.array([100.0] * 50 + [0.0] * 50)
    sites = ["a"] * 50 + ["b"] * 25 + ["c"] * 25
    low, high = site_bootstrap(values, sites)
    assert low == 0.0
    assert high == 80.0  # two picks of three: (50+50)·100 over 125 pairs


def test_bootstrap_of_a_constant_has_no_width() -> None:
    assert site_bootstrap(np.full(6, 2.5), ["a", "a", "b", "b", "c", "c"]) == (2.5, 2.5)


def test_bootstrap_gives_the_same_interval_twice() -> None:
    values = np.linspace(-3.0, 5.0, 12)
    sites = list("aabbccddeeff")
    assert site_bootstrap(values, sites) == site_bootstrap(values, sites)

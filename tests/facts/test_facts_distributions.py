"""Every distribution against SciPy, and the promises that hold for all of them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from stargauge.facts import (
    Beta,
    Constant,
    Discrete,
    Distribution,
    Empirical,
    Lognormal,
    Normal,
    Triangular,
    parse_distribution,
)

GRID = np.linspace(0.001, 0.999, 401)

positive = st.floats(0.01, 1e4)
spread = st.floats(0.01, 2.0)


@st.composite
def triangles(draw: st.DrawFn) -> Triangular:
    low, mode, high = sorted(draw(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3, unique=True)))
    return Triangular(low, mode, high)


@st.composite
def choices(draw: st.DrawFn) -> Discrete:
    values = sorted(draw(st.lists(st.integers(-50, 50), min_size=1, max_size=8, unique=True)))
    weights = draw(st.lists(st.integers(0, 9), min_size=len(values), max_size=len(values)).filter(any))
    return Discrete(tuple(map(float, values)), tuple(weight / sum(weights) for weight in weights))


@st.composite
def samples(draw: st.DrawFn) -> Empirical:
    return Empirical(tuple(sorted(draw(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=30)))))


distributions = st.one_of(
    st.builds(Constant, st.floats(-1e6, 1e6)),
    st.builds(Normal, st.floats(-1e4, 1e4), positive),
    st.builds(Lognormal, positive, spread),
    st.builds(Lognormal, positive, spread, spread),
    triangles(),
    st.builds(Beta, st.floats(0.2, 20), st.floats(0.2, 20)),
    choices(),
    samples(),
)


@given(distributions, st.lists(st.floats(1e-6, 1 - 1e-6), min_size=2, max_size=20))
def test_a_quantile_never_falls_as_probability_rises(distribution: Distribution, u: list[float]) -> None:
    values = distribution.quantile(sorted(u))
    scale = float(np.max(np.abs(values))) + 1e-300
    assert np.all(np.diff(values) >= -1e-12 * scale)
    assert values.dtype == np.float64


@given(distributions)
def test_the_median_is_the_quantile_at_one_half(distribution: Distribution) -> None:
    assert distribution.median == pytest.approx(float(distribution.quantile(0.5)), rel=1e-12, abs=1e-12)


@given(distributions, st.floats(0.001, 1000))
def test_scaling_scales_every_quantile_and_the_mean(distribution: Distribution, factor: float) -> None:
    scaled = distribution.scaled(factor)
    np.testing.assert_allclose(
        scaled.quantile(GRID), distribution.quantile(GRID) * factor, rtol=1e-9, atol=1e-9
    )
    assert scaled.mean == pytest.approx(distribution.mean * factor, rel=1e-9, abs=1e-9)
    assert type(scaled) is type(distribution)


@given(distributions)
def test_parameters_read_back_as_the_same_distribution(distribution: Distribution) -> None:
    assert parse_distribution(distribution.kind, distribution.parameters) == distribution
    assert parse_distribution(distribution.kind, distribution.describe()) == distribution


@given(distributions)
def test_equal_distributions_hash_alike(distribution: Distribution) -> None:
    assert hash(distribution) == hash(parse_distribution(distribution.kind, distribution.parameters))


@pytest.mark.parametrize(
    ("distribution", "oracle"),
    [
        (Normal(-3.0, 2.5), stats.norm(-3.0, 2.5)),
        (Lognormal(18.0, 0.4), stats.lognorm(0.4, scale=18.0)),
        (Triangular(1.0, 2.0, 6.0), stats.triang(0.2, 1.0, 5.0)),
        (Triangular(1.0, 1.0, 6.0), stats.triang(0.0, 1.0, 5.0)),
        (Triangular(1.0, 6.0, 6.0), stats.triang(1.0, 1.0, 5.0)),
        (Beta(2.0, 5.0), stats.beta(2.0, 5.0)),
        (Beta(0.5, 3.0, 10.0, 30.0), stats.beta(0.5, 3.0, 10.0, 20.0)),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_scipy_agrees(distribution: Distribution, oracle: object) -> None:
    np.testing.assert_allclose(distribution.quantile(GRID), oracle.ppf(GRID), rtol=1e-9)  # type: ignore[attr-defined]
    assert distribution.mean == pytest.approx(oracle.mean(), rel=1e-9)  # type: ignore[attr-defined]
    assert distribution.median == pytest.approx(oracle.median(), rel=1e-9)  # type: ignore[attr-defined]


@given(choices())
def test_a_choice_agrees_with_the_step_function(choice: Discrete) -> None:
    cumulative = np.cumsum(choice.weights)
    # On a step itself the answer hangs on rounding, so probabilities keep clear of them.
    u = GRID[np.min(np.abs(GRID[:, None] - cumulative[None, :]), axis=1) > 1e-9]
    expected = [choice.values[int(np.argmax(cumulative > p))] for p in u]
    np.testing.assert_array_equal(choice.quantile(u), expected)
    assert choice.mean == pytest.approx(np.dot(choice.values, choice.weights), abs=1e-9)


def test_a_value_of_no_weight_is_never_drawn() -> None:
    choice = Discrete((1.0, 2.0, 3.0), (0.5, 0.0, 0.5))
    assert set(choice.quantile(GRID)) == {1.0, 3.0}


@given(samples())
def test_a_sample_agrees_with_numpy(sample: Empirical) -> None:
    np.testing.assert_allclose(sample.quantile(GRID), np.quantile(sample.values, GRID), rtol=1e-9, atol=1e-9)
    trapezoids = np.mean([(a + b) / 2 for a, b in pairwise(sample.values)])
    assert sample.mean == pytest.approx(trapezoids, rel=1e-9, abs=1e-9)


@given(positive, spread, spread)
def test_the_mean_of_a_split_lognormal_is_its_integral(median: float, below: float, above: float) -> None:
    distribution = Lognormal(median, below, above)
    integral = sum(
        integrate.quad(lambda z, sd=sd: math.exp(sd * z) * stats.norm.pdf(z), *limits)[0]
        for sd, limits in ((below, (-12, 0)), (above, (0, 12)))
    )
    assert distribution.mean == pytest.approx(median * integral, rel=1e-6)


@given(positive, st.floats(1.01, 20), st.floats(1.01, 20), st.sampled_from([0.05, 0.10, 0.25]))
def test_all_three_quantiles_are_honoured(p50: float, below: float, above: float, p: float) -> None:
    low, high = p50 / below, p50 * above
    distribution = Lognormal.from_quantiles(low, p50, high, p)
    # Where the halves differ by less than a hundredth, one log_sd serves both and may be off by half of it.
    slack = 1e-9 if distribution.log_sd_above is not None else 0.005 * math.log(max(below, above)) + 1e-9
    np.testing.assert_allclose(distribution.quantile([p, 0.5, 1 - p]), [low, p50, high], rtol=slack)


def test_symmetric_quantiles_give_the_plain_lognormal() -> None:
    distribution = Lognormal.from_quantiles(9.0, 18.0, 36.0, 0.1)
    assert distribution.log_sd_above is None
    assert distribution.median == 18.0
    assert distribution.log_sd == pytest.approx(math.log(2) / stats.norm.ppf(0.9))


def test_two_quartiles_without_a_median_meet_at_their_geometric_mean() -> None:
    distribution = parse_distribution("lognormal", "p25=2; p75=8")
    assert distribution.median == pytest.approx(4.0)
    np.testing.assert_allclose(distribution.quantile([0.25, 0.75]), [2.0, 8.0])


def test_quantiles_of_a_normal() -> None:
    distribution = parse_distribution("normal", "p10=-2; p50=0; p90=2")
    np.testing.assert_allclose(distribution.quantile([0.1, 0.9]), [-2.0, 2.0])


@pytest.mark.parametrize("u", [0.0, 1.0, -0.1, math.nan, [0.5, 1.0]])
def test_a_probability_outside_the_open_interval_is_refused(u: object) -> None:
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        Normal(0.0, 1.0).quantile(u)  # type: ignore[arg-type]


@pytest.mark.parametrize("factor", [0.0, -1.0, math.nan, math.inf])
def test_a_factor_must_be_positive_and_finite(factor: float) -> None:
    with pytest.raises(ValueError, match="scales by a positive number"):
        Constant(1.0).scaled(factor)


def test_quantiles_keep_the_shape_they_are_asked_in() -> None:
    assert Triangular(0.0, 1.0, 2.0).quantile(np.full((3, 4), 0.5)).shape == (3, 4)

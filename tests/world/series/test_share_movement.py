"""The movement of shares against a Kalman filter, a multivariate normal written out, and moments by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from stargauge.streams import normals, uniforms
from stargauge.world.series import (
    Conditioned,
    Luck,
    Movement,
    Variances,
    compute_history,
    condition,
    fit_level,
    fit_shares,
    forecast_level,
    forecast_shares,
    simulate,
)
from stargauge.world.series.movement import DIFFUSE
from stargauge.world.series.shares import DAYS_A_HALF_YEAR, flat_grid


def luck(futures: int, times: int, parties: int) -> Luck:
    return Luck(
        uniforms(1, "pick", "", 0, futures),
        normals(1, "state", "", 0, (futures, 2 * (parties - 1))),
        uniforms(1, "shock", "", 0, (futures, times, parties)),
        normals(1, "noise", "", 0, (futures, times, parties)),
    )


def kalman(
    times: np.ndarray, seen: np.ndarray, walk: float, noise: float, drift: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return log-likelihood, end state and its covariance of a local level with drift, step by step."""
    state, cover = np.zeros(2), np.diag([DIFFUSE, drift])
    look, total, before = np.array([1.0, 0.0]), 0.0, times[0]
    for now, value in zip(times, seen, strict=True):
        move = np.array([[1.0, now - before], [0.0, 1.0]])
        state, cover = move @ state, move @ cover @ move.T + np.diag([walk * (now - before), 0.0])
        before = now
        if np.isnan(value):
            continue
        spread = look @ cover @ look + noise
        gap = value - look @ state
        total += stats.norm.logpdf(gap, scale=spread**0.5)
        gain = cover @ look / spread
        state, cover = state + gain * gap, cover - np.outer(gain, look @ cover)
    return total, state, cover


@pytest.mark.parametrize("drift", [0.0, 0.04])
def test_one_quantity_against_a_kalman_filter(drift: float) -> None:
    times = np.array([0.0, 1.0, 1.5, 3.0, 4.0, 6.5])
    seen = np.array([0.3, 0.5, np.nan, 0.9, 0.4, 1.6])
    walk, noise = np.array([0.05, 0.2]), np.array([0.02, 0.3])
    moving = np.array([0.0, 1.0])
    found = condition(
        times,
        seen[:, None],
        Variances(walk[:, None] * moving, noise[:, None] * moving, np.full((2, 1), drift) * moving),
    )
    for setting in range(2):
        total, state, cover = kalman(times, seen, walk[setting], noise[setting], drift)
        assert found.log_evidence[setting] == pytest.approx(total, abs=1e-6)
        assert found.mean[setting] == pytest.approx(state, abs=1e-6)
        root = found.root[setting]
        assert root @ root.T == pytest.approx(cover, abs=1e-5)


def test_three_parties_against_the_normal_written_out() -> None:
    """Log stocks drawn apart, ratios to the first: the covariance by its definition."""
    times = np.array([0.0, 1.0, 2.5])
    ratios = np.array([[-1.0, -2.0], [-0.8, np.nan], [-1.1, -1.5]])
    shock, noise, drift = (
        np.array([0.1, 0.2, 0.4]),
        np.array([0.03, 0.05, 0.01]),
        np.array([0.02, 0.02, 0.02]),
    )
    found = condition(times, ratios, Variances(shock[None], noise[None], drift[None]))
    cells = [(row, item) for row in range(3) for item in range(2) if not np.isnan(ratios[row, item])]

    def cover(one: tuple[int, int], other: tuple[int, int]) -> float:
        (r, i), (q, j) = one, other
        t, s = times[r], times[q]
        total = 0.0
        for party, sign_one, sign_other in ((0, -1, -1), (i + 1, 1, 1 if i == j else 0)):
            total += sign_one * sign_other * drift[party] * t * s
            total += sign_one * sign_other * shock[party] * min(t, s)
            total += sign_one * sign_other * noise[party] * (r == q)
        return total + DIFFUSE * (i == j)

    matrix = np.array([[cover(one, other) for other in cells] for one in cells])
    seen = np.array([ratios[cell] for cell in cells])
    expected = stats.multivariate_normal(np.zeros(len(cells)), matrix).logpdf(seen)
    assert found.log_evidence[0] == pytest.approx(expected, abs=1e-6)


def test_moments_of_what_is_drawn() -> None:
    """A certain state: the variance ahead is that of the walk and the noise of both sides."""
    known = Conditioned(np.zeros(1), np.array([[0.7, 0.1]]), np.zeros((1, 2, 2)))
    variances = Variances(np.array([[0.1, 0.3]]), np.array([[0.02, 0.05]]), np.zeros((1, 2)))
    ahead = np.array([1.0, 3.0])
    drawn = simulate(known, np.ones(1), variances, ahead, luck(200_000, 2, 2), df=8.0)[..., 0]
    assert drawn.mean(axis=0) == pytest.approx(0.7 + 0.1 * ahead, abs=0.01)
    assert drawn.var(axis=0) == pytest.approx(0.4 * ahead + 0.07, rel=0.03)
    assert np.cov(drawn.T)[0, 1] == pytest.approx(0.4, rel=0.04)


def test_shocks_are_student_t_of_the_fitted_variance() -> None:
    known = Conditioned(np.zeros(1), np.zeros((1, 2)), np.zeros((1, 2, 2)))
    variances = Variances(np.array([[0.0, 0.25]]), np.zeros((1, 2)), np.zeros((1, 2)))
    chance = np.array([0.01, 0.3, 0.5, 0.9, 0.999])
    given_luck = Luck(
        np.full(5, 0.5),
        np.zeros((5, 2)),
        np.stack([np.full(5, 0.5), chance], axis=1)[:, None, :],
        np.zeros((5, 1, 2)),
    )
    drawn = simulate(known, np.ones(1), variances, np.ones(1), given_luck)[:, 0, 0]
    assert drawn == pytest.approx(0.5 * stats.t(4).ppf(chance) / stats.t(4).std(), abs=1e-9)


def test_noise_of_a_share_is_not_taken_for_movement() -> None:
    """A share that jumps about one level has a state nearer to the mean than to its last point."""
    times = np.arange(8.0)
    seen = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0])[:, None]
    moving = np.array([0.0, 1.0])
    found = condition(times, seen, Variances(0.01 * moving[None], 0.5 * moving[None], 0.0 * moving[None]))
    assert 0.4 < found.mean[0, 0] < 0.7
    still = condition(times, seen, Variances(0.5 * moving[None], 0.0 * moving[None], 0.0 * moving[None]))
    assert still.mean[0, 0] == pytest.approx(1.0, abs=1e-6)


def test_the_grid_finds_what_made_a_history() -> None:
    """Walks with much noise are told from walks without, on evidence."""
    days = [date(2010, 1, 1) + timedelta(days=182 * k) for k in range(40)]

    def history(noise: float, name: str) -> np.ndarray:
        steps = normals(3, "walk", name, 0, (40, 4)) * 0.1
        logs = np.cumsum(steps, axis=0) + noise * normals(3, "noise", name, 0, (40, 4))
        stocks = np.exp(logs)
        return np.asarray(stocks / stocks.sum(axis=1, keepdims=True))

    quiet = fit_shares(days, history(0.0, "a")).movement.mean()
    loud = fit_shares(days, history(0.3, "a")).movement.mean()
    assert quiet["noise_part"] < 0.2 < loud["noise_part"]
    assert quiet["shock_variance"] * 0.25 ** -quiet["lumpiness"] == pytest.approx(0.01, rel=1.0)


@settings(max_examples=25, deadline=None)
@given(
    arrays(np.float64, (6, 4), elements=st.floats(0.01, 1.0)),
    st.integers(1, 3),
)
def test_shares_ahead_are_a_whole(raw: np.ndarray, ahead: int) -> None:
    shares = raw / raw.sum(axis=1, keepdims=True)
    days = [date(2020, 6, 30) + timedelta(days=183 * k) for k in range(6)]
    later = [days[-1] + timedelta(days=183 * (k + 1)) for k in range(ahead)]
    drawn = forecast_shares(fit_shares(days, shares), later, luck(64, ahead, 4))
    assert drawn.shape == (64, ahead, 4)
    assert np.all((drawn >= 0.0) & (drawn <= 1.0))
    assert drawn.sum(axis=-1) == pytest.approx(np.ones((64, ahead)), abs=1e-12)


def test_a_bloc_never_seen_stays_at_nothing() -> None:
    shares = np.array([[0.6, 0.4, 0.0], [0.5, 0.5, 0.0], [0.55, 0.45, 0.0]])
    days = [date(2020, 6, 30), date(2020, 12, 31), date(2021, 6, 30)]
    fit = fit_shares(days, shares)
    assert fit.present == (0, 1)
    drawn = forecast_shares(fit, [date(2021, 12, 31)], luck(100, 1, 2))
    assert np.all(drawn[..., 2] == 0.0)


def test_order_of_blocs_does_not_matter() -> None:
    history = compute_history()
    turned = history.shares[:, ::-1]
    one, other = fit_shares(history.days, history.shares), fit_shares(history.days, turned)
    assert one.movement.weights == pytest.approx(other.movement.weights, abs=1e-8)
    assert history.shares.shape[1] - 1 - other.present[0] == one.present[0]


def test_lent_movement_is_taken_as_it_is() -> None:
    movement = Movement(np.array([[0.04, 0.5, 0.0, 0.0]]), np.ones(1))
    fit = fit_shares([date(2025, 6, 30)], np.array([[0.2, 0.8]]), movement)
    assert fit.movement is movement
    assert fit.variances.shock[0] == pytest.approx(0.04 / np.sqrt([0.8, 0.2]))
    drawn = forecast_shares(fit, [date(2025, 12, 31)], luck(20_000, 1, 2))[:, 0, 0]
    logit = np.log(drawn / (1.0 - drawn))
    steps = 184 / DAYS_A_HALF_YEAR
    expected = 0.04 * (0.2**-0.5 + 0.8**-0.5) * steps
    assert np.median(drawn) == pytest.approx(0.2, abs=0.005)
    assert logit.var() == pytest.approx(expected, rel=0.15)  # fourth moments of t(4) do not exist


def test_growth_of_a_quantity_is_found_and_spread_grows() -> None:
    days = [date(2010 + k, 12, 31) for k in range(10)]
    values = 20.0 * np.exp(0.2 * np.arange(10.0))
    drawn = forecast_level(
        fit_level(days, values), [date(2020, 12, 31), date(2023, 12, 31)], luck(4000, 2, 2)
    )
    growth = np.log(np.median(drawn, axis=0) / values[-1])
    assert growth == pytest.approx([0.2, 0.8], rel=0.15)
    assert np.log(drawn).std(axis=0)[1] > np.log(drawn).std(axis=0)[0]


def test_weights_are_chances() -> None:
    movement = fit_shares(compute_history().days, compute_history().shares).movement
    assert movement.weights.sum() == pytest.approx(1.0)
    assert np.all(movement.weights >= 0.0)
    flat = flat_grid().mean()
    assert set(flat) == {"shock_variance", "lumpiness", "noise_part", "drift_sd"}


def test_what_cannot_be_fitted_is_told() -> None:
    days = [date(2020, 6, 30), date(2020, 12, 31)]
    with pytest.raises(ValueError, match="no bloc has a share above 0 on every day"):
        fit_shares(days, np.array([[1.0, 0.0], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="a value is 0 or below, and growth is told by logarithms"):
        fit_level(days, np.array([1.0, 0.0]))

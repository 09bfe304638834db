"""The posterior: the sampler on targets known in closed form, recovery of known hazards, calibration."""

from __future__ import annotations

import numpy as np
import pytest
from execution_cases import QUARTERS, priors, record, seeded, simulated, uniforms, wide
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import beta as beta_law
from scipy.stats import kstest

from stargauge.facts import Beta
from stargauge.policy.execution.chain import Hazards
from stargauge.policy.execution.fit import Fit, fit_record
from stargauge.policy.execution.observations import group_actions
from stargauge.policy.execution.outcome import true_now
from stargauge.policy.execution.priors import parameters
from stargauge.policy.execution.sampler import Plan, sample, split_r_hat

Floats = NDArray[np.float64]

SHORT = Plan(chains=16, pilots=(30, 30, 30), kept=16, thin=6)


def test_a_normal_posterior_is_found() -> None:
    """Prior N(0, 1), one observation of the sum of two numbers: the posterior is normal and known."""
    seen, noise = 3.0, 0.5

    def judge(numbers: Floats) -> Floats:
        return np.asarray(-((numbers.sum(axis=1) - seen) ** 2) / (2.0 * noise**2))

    drawn = sample(judge, 3, uniforms, Plan(chains=32, kept=60, thin=3)).reshape(-1, 3)
    weight = np.array([[1.0, 1.0, 1.0]])
    covariance = np.linalg.inv(np.eye(3) + weight.T @ weight / noise**2)
    assert np.allclose(drawn.mean(axis=0), covariance @ weight[0] * seen / noise**2, atol=0.06)
    assert np.allclose(np.cov(drawn, rowvar=False), covariance, atol=0.07)


def test_a_cut_prior_is_found_though_most_starts_are_impossible() -> None:
    def judge(numbers: Floats) -> Floats:
        return np.where(numbers[:, 0] > 1.5, 0.0, -np.inf)

    drawn = sample(judge, 2, uniforms, Plan(chains=64, pilots=(30, 30), kept=20, thin=4))
    assert drawn[..., 0].min() > 1.5
    assert drawn[..., 0].mean() == pytest.approx(1.939, abs=0.03)  # the inverse Mills ratio at 1.5
    assert drawn[..., 1].std() == pytest.approx(1.0, abs=0.06)


def test_an_impossible_record_is_told() -> None:
    with pytest.raises(ValueError, match="no draw from the prior makes the record possible"):
        sample(lambda numbers: np.full(len(numbers), -np.inf), 2, uniforms, SHORT)


def test_chains_that_agree_have_a_ratio_of_one() -> None:
    calm = uniforms("calm", (40, 8, 1))
    assert split_r_hat(calm)[0] == pytest.approx(1.0, abs=0.05)
    apart = calm + np.arange(8)[None, :, None]
    assert split_r_hat(apart)[0] > 3.0
    assert split_r_hat(np.zeros((8, 4, 1)))[0] == 1.0


def test_the_same_draws_give_the_same_bits() -> None:
    rows = [[0, 0, 1, 1, 2], [0, 0, 0, 0, 0]]
    given = priors(begin=wide(0.08), detection=Beta(8, 2))
    one, other = (fit_record(record(rows), given, uniforms, SHORT) for _ in range(2))
    assert np.array_equal(one.parameters.shared, other.parameters.shared)
    another = fit_record(record(rows), given, seeded(12), SHORT)
    assert not np.array_equal(one.parameters.shared, another.parameters.shared)


def test_one_unknown_hazard_has_a_posterior_on_a_grid() -> None:
    """Only h01 is open: the posterior is a product of the prior and exponentials, summed on a grid."""
    rows = [[0, 0, 0, 0, 0]] * 7 + [[0, 0, 0, 0, 1]] * 3
    given = priors(begin=wide(0.08, 0.9), advance=1e-9)
    fitted = fit_record(record(rows), given, uniforms, Plan(chains=32, kept=40, thin=3))
    grid = np.linspace(-5.0, 5.0, 4001)
    rate = given.distributions[0].quantile(ndtr(grid))
    silent, late = np.exp(-rate * 11.0), -np.exp(-rate * 8.0) * np.expm1(-rate * 3.0)
    weight = np.exp(-(grid**2) / 2) * silent**7 * late**3
    expected = float((rate * weight).sum() / weight.sum())
    assert fitted.parameters.shared[:, 0].mean() == pytest.approx(expected, rel=0.04)


def test_with_no_information_the_prior_comes_back() -> None:
    given = priors(begin=wide(0.08), reverse=wide(0.004), detection=Beta(8, 2), skip=Beta(1, 2))
    fitted = fit_record(record([[3]], days=QUARTERS[:1]), given, uniforms, SHORT)
    shared = fitted.parameters.shared
    assert np.median(shared[:, 3]) == pytest.approx(0.004, rel=0.15)
    assert np.quantile(shared[:, 5], 0.1) == pytest.approx(beta_law(8, 2).ppf(0.1), abs=0.05)


def test_known_hazards_are_recovered() -> None:
    """A large record of one group: every hazard, the skipped share and the detection rate come back."""
    luck = np.random.default_rng(3)
    truth = {"begin": 0.10, "advance": 0.07, "complete": 0.05, "reverse": 0.02, "skip": 0.3}
    hazards = Hazards(*(np.array(value) for value in truth.values()))
    made = simulated(luck, 3000, hazards, detection=0.75)
    given = priors(
        begin=wide(0.05, 1.0),
        advance=wide(0.05, 1.0),
        complete=wide(0.05, 1.0),
        reverse=wide(0.005, 1.0),
        skip=Beta(1, 1),
        detection=Beta(2, 2),
    )
    fitted = fit_record(record(made), given, uniforms, SHORT)
    shared = fitted.parameters.shared
    for place, value in enumerate([*truth.values(), 0.75]):
        low, high = np.quantile(shared[:, place], [0.002, 0.998])
        assert low < value < high, place
        assert high - low < 0.6 * value, place


def test_groups_that_differ_are_told_apart_and_those_that_do_not_are_drawn_together() -> None:
    luck = np.random.default_rng(5)
    count = 200
    pace = np.repeat([0.3, 3.0, 1.0], count)
    one = np.ones(3 * count)
    made = simulated(luck, 3 * count, Hazards(0.08 * pace, 0.06 * pace, 0.03 * pace, 0.0 * one, 0.0 * one))
    verbs = [name for name in ("slow", "fast", "usual") for _ in range(count)]
    given = priors(begin=wide(0.08), advance=wide(0.06), complete=wide(0.03), verb=wide(0.5, 0.6))
    fitted = fit_record(record(made, verbs=verbs), given, uniforms, SHORT)
    pooled = {
        name: float(fitted.parameters.pace[:, place].mean())
        for place, name in enumerate(["fast", "slow", "usual"])
    }
    assert pooled["fast"] / pooled["usual"] == pytest.approx(3.0, rel=0.35)
    assert pooled["slow"] / pooled["usual"] == pytest.approx(0.3, rel=0.35)
    tight = priors(begin=wide(0.08), advance=wide(0.06), complete=wide(0.03), verb=wide(0.02, 0.1))
    together = fit_record(record(made, verbs=verbs), tight, uniforms, SHORT).parameters.pace.mean(axis=0)
    assert np.ptp(np.log(together)) < 0.5 * np.log(10.0)
    one_pace = fit_record(record(made, verbs=verbs), priors(begin=wide(0.08)), uniforms, SHORT)
    assert np.array_equal(one_pace.parameters.pace, np.ones_like(one_pace.parameters.pace))


def test_silence_is_shared_between_slow_and_unseen_by_the_rule_of_bayes() -> None:
    """With all hazards known, the chance that a silent action leaves no traces is (1-d)/(1-d+d·quiet)."""
    rows = [[0, 0, 0, 0, 0], [0, 0, 1, 1, 1]]
    fitted = fit_record(record(rows), priors(begin=0.1, detection=0.8), uniforms, SHORT)
    quiet = np.exp(-0.1 * 11.0)
    traceless = 0.2 / (0.2 + 0.8 * quiet)
    chances = true_now(fitted)
    assert np.allclose(chances[:, 0, 0], traceless * quiet + 1.0 - traceless, atol=1e-9)
    assert np.allclose(chances.sum(axis=2), 1.0, atol=1e-12)
    assert np.array_equal(chances[0, 1], [0.0, 1.0, 0.0, 0.0])
    visible = fit_record(record(rows), priors(begin=0.1), uniforms, SHORT)
    assert np.array_equal(true_now(visible)[:, 0, 0], np.ones(visible.draws))


def test_no_reversal_seen_lowers_the_reversal_hazard_and_one_seen_raises_it() -> None:
    given = priors(reverse=wide(0.01, 0.9))
    standing = [[2, 2, 2, 2, 2]] * 20
    calm = fit_record(record(standing), given, uniforms, SHORT).parameters.shared[:, 3].mean()
    shaken = fit_record(record([*standing, [2, 2, 1, 1, 1]]), given, uniforms, SHORT).parameters.shared[:, 3]
    assert calm < 0.01
    assert shaken.mean() > calm


@pytest.mark.slow
def test_ranks_of_the_truth_are_uniform() -> None:
    """Simulation-based calibration (Talts et al. 2018): worlds from the prior, each fitted."""
    given = priors(
        begin=wide(0.08, 0.9),
        advance=wide(0.08, 0.9),
        complete=wide(0.04, 1.0),
        reverse=wide(0.004, 0.9),
        skip=Beta(1, 2),
        detection=Beta(8, 2),
        pillar=wide(0.25, 0.6),
        verb=wide(0.5, 0.6),
    )
    worlds, count = 60, 50
    pillars, verbs = [1 + place % 2 for place in range(count)], [f"v{place % 5}" for place in range(count)]
    groups = group_actions(record([[0]] * count, pillars=pillars, verbs=verbs, days=QUARTERS[:1]))
    ranks = np.empty((worlds, 9))
    for world in range(worlds):
        luck = np.random.default_rng(1000 + world)
        truth = parameters(given, groups, luck.standard_normal((1, given.size(groups))))
        of_action = groups.of_action
        hazards = truth.hazards()
        own = Hazards(
            *(np.broadcast_to(one, truth.pace.shape)[0, of_action] for one in vars(hazards).values())
        )
        made = simulated(luck, count, own, float(truth.detection[0]))
        fitted = fit_record(record(made, pillars=pillars, verbs=verbs), given, seeded(world), SHORT)
        ranks[world] = _ranks(fitted, truth.shared[0], float(truth.pace[0, 0]))
    for place in range(ranks.shape[1]):
        assert kstest(ranks[:, place], "uniform").pvalue > 0.01, place


def _ranks(fitted: Fit, shared: Floats, pace: float) -> Floats:
    below = (fitted.parameters.shared < shared).mean(axis=0)
    return np.array([*below, (fitted.parameters.pace[:, 0] < pace).mean()])

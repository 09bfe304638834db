"""Shared factors given all elapsed times, against brute-force rejection sampling of the joint prior."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from stargauge.delivery.durations import Weights
from stargauge.delivery.factors import SWEEPS, Elapsed, FactorPool, factor_pool
from stargauge.streams import generator

Floats = NDArray[np.float64]

WEIGHTS = Weights(programme=0.2, site=0.3)
PROGRAMMES, SITES = ("A", "B"), ("a1", "a2", "b1")
SLIP = (0.1, 0.3)
DRAWS = 4096

#            programme site  median sd   slip  elapsed, months
STAGES = (
    ("p1 power", 0, 0, 12.0, 0.5, 1.0, 15.0),
    ("p1 shell", 0, 0, 12.0, 0.5, 1.0, 15.0),
    ("p2 land", 0, 0, 6.0, 0.9, 0.0, 4.0),
    ("p3 fit-out", 0, 1, 5.0, 0.45, 1.0, 7.0),
    ("p4 power", 1, 2, 20.0, 0.5, 1.0, 9.0),
    ("p4 shell", 1, 2, 16.0, 0.4, 1.0, 9.0),
)  # fmt: skip


def _elapsed(stages: tuple[tuple[str, int, int, float, float, float, float], ...]) -> Elapsed:
    names, programme, site, median, sd, slip, spent = zip(*stages, strict=True)
    return Elapsed(
        names=names,
        programme=np.array(programme),
        site=np.array(site),
        log_median=np.log(median),
        log_sd=np.array(sd),
        slip_loading=np.array(slip),
        log_elapsed=np.log(spent),
    )


NOTHING = Elapsed((), *(np.empty(0, np.int64) for _ in range(2)), *(np.empty(0) for _ in range(4)))


def _pool(elapsed: Elapsed, *, sites: tuple[str, ...] = SITES, seed: int = 1, **given: object) -> FactorPool:
    arguments = {"slip_mean": SLIP[0], "slip_sd": SLIP[1], "draws": DRAWS, **given}
    stream = partial(generator, seed, "factors", block=0)
    return factor_pool(elapsed, PROGRAMMES, sites, WEIGHTS, stream=stream, **arguments)  # type: ignore[arg-type]


def _columns(pool: FactorPool) -> Floats:
    """Return (draws, factors): slip, programmes A and B, sites a1, a2 and b1."""
    return np.column_stack([pool.slip, pool.programme, pool.site])


def _rejection(elapsed: Elapsed, wanted: int) -> Floats:
    """Draw factors and durations from the prior; keep those where all durations exceed the elapsed."""
    rng = np.random.default_rng(11)
    kept: list[Floats] = []
    total = 0
    while total < wanted:
        count = 200_000
        slip = np.full(count, SLIP[0])
        programme, site = rng.standard_normal((count, 2)), rng.standard_normal((count, 3))
        alive = np.ones(count, np.bool_)
        for row in range(len(elapsed.names)):
            own = rng.standard_normal(count)
            mixed = (
                np.sqrt(WEIGHTS.programme) * programme[:, elapsed.programme[row]]
                + np.sqrt(WEIGHTS.site) * site[:, elapsed.site[row]]
                + np.sqrt(WEIGHTS.own) * own
            )
            log_months = (
                elapsed.log_median[row] + elapsed.slip_loading[row] * slip + elapsed.log_sd[row] * mixed
            )
            alive &= log_months > elapsed.log_elapsed[row]
        kept.append(np.column_stack([slip, programme, site])[alive])
        total += int(alive.sum())
    return np.concatenate(kept)


def test_the_pool_is_the_posterior_of_rejection_sampling() -> None:
    elapsed = _elapsed(STAGES)
    expected, drawn = _rejection(elapsed, 20_000)[:, 1:], _columns(_pool(elapsed, slip_sd=0.0))[:, 1:]
    error = np.sqrt(1.0 / len(expected) + 1.0 / DRAWS)
    sd = expected.std(axis=0)
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - expected.mean(axis=0)) / sd, 4.0 * error)
    np.testing.assert_array_less(np.abs(drawn.std(axis=0) / sd - 1.0), 4.0 * error)
    apart = np.abs(np.corrcoef(drawn.T) - np.corrcoef(expected.T))
    np.testing.assert_array_less(apart, 4.0 * error + 1e-12)
    for factor in range(drawn.shape[1]):
        assert stats.ks_2samp(drawn[:, factor], expected[:, factor]).pvalue > 1e-3, f"factor {factor}"
    # The case must be informative, else agreement with the prior would pass.
    assert expected[:, 2].mean() > 0.3, "site a1 has run long"
    assert np.corrcoef(expected.T)[0, 2] < -0.05, "programme A and site a1 explain the same delay"


def test_a_slower_nation_leaves_less_for_a_site_to_explain() -> None:
    """The slip keeps its law; a chain with a large one draws a faster site a1 for the same elapsed time."""
    pool = _pool(_elapsed(STAGES))
    assert stats.kstest(pool.slip, stats.norm(*SLIP).cdf).pvalue > 1e-3
    assert np.corrcoef(pool.slip, pool.site[:, 0])[0, 1] < -0.02


def test_without_work_under_way_the_pool_is_the_prior() -> None:
    drawn = _columns(_pool(NOTHING))
    assert stats.kstest(drawn[:, 0], stats.norm(*SLIP).cdf).pvalue > 1e-3
    for factor in range(1, 6):
        assert stats.kstest(drawn[:, factor], "norm").pvalue > 1e-3


def test_a_certain_slip_stays_what_it_is() -> None:
    pool = _pool(_elapsed(STAGES), slip_sd=0.0)
    np.testing.assert_array_equal(pool.slip, SLIP[0])


def test_time_that_says_nothing_changes_nothing() -> None:
    """Stages begun a moment ago: the posterior is the prior."""
    young = tuple((*stage[:-1], 1e-6) for stage in STAGES)
    drawn = _columns(_pool(_elapsed(young)))
    np.testing.assert_allclose(drawn.mean(axis=0), [SLIP[0], 0, 0, 0, 0, 0], atol=4.0 / np.sqrt(DRAWS))


def test_a_site_with_nothing_under_way_keeps_its_draws_whatever_others_exist() -> None:
    idle, busier = (*SITES, "idle"), (*SITES, "idle", "z9")
    alone = _pool(_elapsed(STAGES), sites=idle)
    more = (*STAGES, ("p9 shell", 1, 4, 18.0, 0.5, 1.0, 14.0))
    joined = _pool(_elapsed(more), sites=busier)
    np.testing.assert_array_equal(alone.site[:, 3], joined.site[:, 3])


def test_the_order_of_sites_moves_no_draw() -> None:
    turned = tuple(
        (name, programme, {0: 2, 1: 1, 2: 0}[site], *rest) for name, programme, site, *rest in STAGES
    )
    plain, other = _pool(_elapsed(STAGES)), _pool(_elapsed(turned), sites=SITES[::-1])  # type: ignore[arg-type]
    np.testing.assert_allclose(other.site[:, ::-1], plain.site, atol=1e-9)
    np.testing.assert_allclose(other.slip, plain.slip, atol=1e-9)


def test_the_same_streams_give_the_same_pool() -> None:
    one, two = _pool(_elapsed(STAGES)), _pool(_elapsed(STAGES))
    np.testing.assert_array_equal(_columns(one), _columns(two))
    assert not np.array_equal(one.slip, _pool(_elapsed(STAGES), seed=2).slip)


@pytest.mark.parametrize("sites", [6, pytest.param(21, marks=pytest.mark.slow)])
def test_the_sweeps_suffice(sites: int) -> None:
    """Four times the sweeps move no mean and no spread of a site's or a programme's factor."""
    names = tuple(f"s{number}" for number in range(sites))
    rng = np.random.default_rng(sites)
    stages = tuple(
        (f"p{number} {part}", number % 2, number, 15.0, 0.45, 1.0, float(spent))
        for number, spent in enumerate(rng.uniform(1.0, 14.0, sites))
        for part in ("power", "shell")
    )
    usual = _pool(_elapsed(stages), sites=names, slip_sd=0.2)
    long = _pool(_elapsed(stages), sites=names, slip_sd=0.2, sweeps=4 * SWEEPS, seed=2)
    error = np.sqrt(2.0 / DRAWS)
    for name in ("site", "programme"):
        few, many = getattr(usual, name), getattr(long, name)
        assert np.max(np.abs(few.mean(axis=0) - many.mean(axis=0)) / many.std(axis=0)) < 4.5 * error
        assert np.max(np.abs(few.std(axis=0) / many.std(axis=0) - 1.0)) < 4.5 * error

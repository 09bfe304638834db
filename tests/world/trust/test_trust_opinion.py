"""Alignment, the event of tools and heavy tails: plain references, bounds, directions, SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stargauge.world.blocs import BLOCS
from stargauge.world.tails import heavy_tail, heavy_tails
from stargauge.world.trust import Opinion, alignment_step, empty_packages
from stargauge.world.trust.tools import tools_multiplier

Q, F, B = 10, 4, len(BLOCS)


def make_opinion(seed: int, **changes: object) -> Opinion:
    rng = np.random.default_rng(seed)
    base = rng.uniform(-0.5, 0.5, B)
    base[:2] = 1.0, -1.0
    values = {
        "base": base,
        "exposed": rng.uniform(0, 1, B),
        "pole": np.array([1.0, 1.0, 0, 0, 0, 0, 0]),
        "tightening": rng.uniform(0, 0.1, F),
        "conditions": rng.uniform(-0.02, 0.1, F),
        "delivery": rng.uniform(0, 0.15, F),
        "back": rng.uniform(0, 0.5, F),
        "shock": rng.standard_t(4, (F, Q + 1, B)) * 0.05,
        "first": 1,
    }
    values.update(changes)
    return Opinion(**values)


def walk(opinion: Opinion, tightening: np.ndarray, conditions: np.ndarray, seed: int = 0) -> tuple:
    rng = np.random.default_rng(seed)
    paths = empty_packages(F, Q)
    paths.promised_mw[:] = np.cumsum(rng.uniform(0, 100, (F, Q + 1, B)), axis=1)
    paths.promised_mw[..., :3] = 0.0
    paths.delivered_mw[:] = paths.promised_mw * rng.uniform(0, 1.2, (F, Q + 1, B))
    alignment = np.empty((F, Q + 1, B))
    alignment[:, 0] = opinion.base
    for f in range(F):
        for q in range(1, Q + 1):
            alignment_step(f, q, opinion, tightening, conditions, paths, alignment)
    return alignment, paths


def reference(o: Opinion, tightening: np.ndarray, conditions: np.ndarray, paths: object) -> np.ndarray:
    path = np.empty((F, Q + 1, B))
    path[:, 0] = o.base
    for f in range(F):
        for b in range(B):
            ratio = []
            for due, done in zip(paths.promised_mw[f, :, b], paths.delivered_mw[f, :, b], strict=True):
                ratio.append(0.0 if due == 0 else min(1.0, done / due))
            for q in range(1, Q + 1):
                if BLOCS[b] in ("US", "China"):
                    path[f, q, b] = path[f, q - 1, b]
                    continue
                policy = o.tightening[f] * tightening[f, q] + o.conditions[f] * conditions[f, q]
                aim = o.base[b] - o.exposed[b] * policy + o.delivery[f] * (ratio[q] - ratio[0])
                new = (1 - o.back[f]) * path[f, q - 1, b] + o.back[f] * aim + o.shock[f, q, b]
                path[f, q, b] = max(-1.0, min(1.0, new))
    return path


@pytest.mark.parametrize("seed", range(4))
def test_the_step_is_the_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    opinion = make_opinion(seed)
    tightening, conditions = rng.uniform(0, 1, (2, F, Q + 1))
    alignment, paths = walk(opinion, tightening, conditions, seed)
    np.testing.assert_allclose(
        alignment, reference(opinion, tightening, conditions, paths), rtol=0, atol=1e-12
    )


def test_alignment_stays_between_the_poles_which_do_not_move() -> None:
    opinion = make_opinion(5, shock=np.random.default_rng(5).standard_cauchy((F, Q + 1, B)))
    alignment, _ = walk(opinion, np.zeros((F, Q + 1)), np.zeros((F, Q + 1)))
    assert np.abs(alignment).max() <= 1.0
    assert (alignment[:, :, 0] == 1.0).all()
    assert (alignment[:, :, 1] == -1.0).all()


def test_tighter_controls_lower_alignment_where_they_touch() -> None:
    opinion = make_opinion(6, tightening=np.full(F, 0.08), back=np.full(F, 0.3))
    none, full = np.zeros((F, Q + 1)), np.ones((F, Q + 1))
    before, _ = walk(opinion, none, none)
    after, _ = walk(opinion, full, none)
    fall = (before - after)[:, 1:, 2:]
    assert (fall > 0).all()
    assert (fall <= 0.08 * opinion.exposed[2:] + 1e-12).all()


def test_a_slope_of_nothing_leaves_shocks_and_return_alone() -> None:
    still = {
        "tightening": np.zeros(F),
        "conditions": np.zeros(F),
        "delivery": np.zeros(F),
        "shock": np.zeros((F, Q + 1, B)),
    }
    alignment, _ = walk(make_opinion(7, **still), np.ones((F, Q + 1)), np.ones((F, Q + 1)))
    np.testing.assert_allclose(alignment, np.broadcast_to(make_opinion(7).base, alignment.shape))


@given(st.floats(1e-9, 1 - 1e-9))
def test_the_tail_is_student_s_with_4_degrees_of_freedom(u: float) -> None:
    exact = stats.t(4).ppf(u) / math.sqrt(2.0)
    # Near one half the closed form takes a small difference: to 1e-8 there, relative elsewhere.
    assert heavy_tail(u) == pytest.approx(exact, rel=1e-9, abs=3e-8)


def test_tails_keep_their_shape_and_have_unit_variance() -> None:
    u = (np.arange(400_000) + 0.5) / 400_000
    tails = heavy_tails(u.reshape(400, 1000))
    assert tails.shape == (400, 1000)
    assert tails.var() == pytest.approx(1.0, abs=0.01)
    assert tails.mean() == pytest.approx(0.0, abs=1e-9)


def tools(uniforms: np.ndarray, years: np.ndarray, **changes: float) -> np.ndarray:
    terms = {
        "rate": 0.25,
        "delay": 0.5,
        "align": 0.5,
        "hold": 0.5,
        "effect": 0.4,
        "leak": 0.25,
        "lead": 2.0,
    } | changes
    columns = {name: np.full(uniforms.shape[0], value) for name, value in terms.items()}
    return tools_multiplier(uniforms, **columns, years=years)


def test_tools_are_the_reference() -> None:
    rng = np.random.default_rng(3)
    uniforms, years = rng.uniform(size=(50, 3)), np.linspace(-1.5, 9.0, 43)
    found = tools(uniforms, years)
    for f, (u, v, w) in enumerate(uniforms):
        begins = 0.5 - math.log(1.0 - u) / 0.25
        lost = 0.4 if v < 0.5 and w < 0.5 else 0.1
        for q, year in enumerate(years):
            expected = 1.0 if year <= begins else 1.0 - lost * (1.0 - math.exp(-(year - begins) / 2.0))
            assert found[f, q] == pytest.approx(expected, abs=1e-12)


def test_tools_fall_and_never_to_nothing_and_more_if_no_backfill_holds() -> None:
    rng = np.random.default_rng(4)
    uniforms, years = rng.uniform(size=(200, 3)), np.linspace(-1.0, 9.0, 41)
    held, failed = tools(uniforms, years, align=1.0, hold=1.0), tools(uniforms, years, hold=0.0)
    assert (np.diff(held, axis=1) <= 0).all()
    assert held.min() > 0.6 - 1e-12
    assert (held <= failed).all()
    assert (held[:, years <= 0] == 1.0).all()
    assert (tools(uniforms, years, hold=0.0, leak=0.0) == 1.0).all()

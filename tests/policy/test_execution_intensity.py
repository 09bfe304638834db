"""Lever intensities: bounds, sums, luck that is an action's own, what counts from the as-of day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from execution_cases import VALUES, priors, seeded, uniforms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stargauge.policy.execution import (
    ExecutionDraws,
    Plan,
    PreparedExecution,
    draw_execution,
    intensities,
    prepare_execution,
    relative_intensity,
    relative_scale,
    stage_paths,
    switched,
)
from stargauge.policy.execution.fit import fit_record
from stargauge.policy.execution.observations import read_record
from stargauge.policy.execution.outcome import monthly_matrices
from stargauge.policy.plan import load_strategy
from stargauge.scenario.levers import LEVERS

DAY = dt.date(2026, 10, 5)
QUICK = Plan(chains=4, pilots=(4,), kept=4, thin=1)
FUTURES, MONTHS = 400, 24


@pytest.fixture(scope="module")
def plain() -> PreparedExecution:
    """The US plan with known hazards, everything visible, nothing reversed."""
    strategy = load_strategy()
    return prepare_execution(
        strategy, fit_record(read_record(strategy, DAY), priors(reverse=1e-9), uniforms, QUICK)
    )


@pytest.fixture(scope="module")
def luck(plain: PreparedExecution) -> ExecutionDraws:
    return draw_execution(plain.actions, uniforms, FUTURES, MONTHS)


@pytest.fixture(scope="module")
def paths(plain: PreparedExecution, luck: ExecutionDraws) -> NDArray[np.float64]:
    return intensities(plain, luck)


def test_every_lever_that_an_action_drives_has_a_path_in_bounds(
    plain: PreparedExecution, paths: NDArray[np.float64]
) -> None:
    driven = {action.lever for action in load_strategy().actions if action.lever}
    assert plain.levers == tuple(name for name in LEVERS if name in driven)
    assert "flexible_load" not in plain.levers
    assert paths.shape == (FUTURES, len(plain.levers), MONTHS + 1)
    assert paths.min() >= 0.0
    assert paths.max() <= 1.0


def test_actions_of_a_lever_weigh_alike_and_a_repeat_counts_once(plain: PreparedExecution) -> None:
    assert np.allclose(plain.members.sum(axis=1), 1.0)
    strategy = load_strategy()
    counts = dict(zip(plain.levers, (plain.members > 0).sum(axis=1), strict=True))
    assert counts["evaluation"] == len(strategy.actions_of_lever("evaluation")) - 1
    assert counts["permitting_time"] == 5
    assert "P3.7.3" not in plain.actions


def test_on_the_day_itself_it_is_what_is_on_record(
    plain: PreparedExecution, paths: NDArray[np.float64]
) -> None:
    strategy = load_strategy()
    recorded = VALUES[read_record(strategy, DAY).latest]
    assert np.allclose(paths[:, :, 0], plain.members @ recorded, atol=1e-12)


def test_without_reversal_it_only_rises(paths: NDArray[np.float64]) -> None:
    assert np.diff(paths, axis=2).min() >= -1e-12


def test_shares_of_futures_are_those_of_the_transition_matrix(plain: PreparedExecution) -> None:
    strategy = load_strategy()
    fitted = fit_record(read_record(strategy, DAY), priors(reverse=0.01, skip=0.3), uniforms, QUICK)
    prepared = prepare_execution(strategy, fitted)
    drawn = stage_paths(prepared, draw_execution(prepared.actions, uniforms, 4000, 6))
    expected = monthly_matrices(fitted, 6.0)[0]
    for place in (0, 30, 60, 101):
        row = expected[prepared.group[place], drawn[0, place, 0]]
        shares = np.bincount(drawn[:, place, 6], minlength=4) / 4000
        assert np.allclose(shares, row, atol=0.03)


def test_unseen_work_is_in_force_though_not_on_record() -> None:
    strategy = load_strategy()
    record = read_record(strategy, DAY)
    hidden = prepare_execution(strategy, fit_record(record, priors(detection=0.7), uniforms, QUICK))
    now = stage_paths(hidden, draw_execution(hidden.actions, uniforms, FUTURES, 0))[:, :, 0]
    assert np.array_equal(now[:, record.latest > 0], np.tile(record.latest[record.latest > 0], (FUTURES, 1)))
    assert 0.1 < (now[:, record.latest == 0] > 0).mean() < 0.7


def test_an_action_left_out_moves_no_other(plain: PreparedExecution, luck: ExecutionDraws) -> None:
    fewer = replace(
        plain,
        actions=plain.actions[1:],
        members=plain.members[:, 1:],
        group=plain.group[1:],
        start=plain.start[:, 1:],
    )
    drawn = draw_execution(fewer.actions, uniforms, FUTURES, MONTHS)
    assert np.array_equal(stage_paths(fewer, drawn), stage_paths(plain, luck)[:, 1:])


def test_fewer_futures_or_months_are_the_first_of_more(plain: PreparedExecution) -> None:
    assert np.array_equal(
        draw_execution(plain.actions, uniforms, 10, MONTHS).moves,
        draw_execution(plain.actions, uniforms, 30, MONTHS).moves[:10],
    )
    other = draw_execution(plain.actions, seeded(99), 10, MONTHS)
    assert not np.array_equal(other.moves, draw_execution(plain.actions, uniforms, 10, MONTHS).moves)


def test_it_is_pure(plain: PreparedExecution, luck: ExecutionDraws, paths: NDArray[np.float64]) -> None:
    assert np.array_equal(intensities(plain, luck), paths)


def test_more_luck_is_never_a_lower_stage(plain: PreparedExecution, luck: ExecutionDraws) -> None:
    """For one month from the same stage; over many, a skip may overtake."""
    short = ExecutionDraws(luck.posterior, luck.moves[:, :, :2])
    better = ExecutionDraws(luck.posterior, np.sqrt(short.moves))
    assert np.all(stage_paths(plain, better) >= stage_paths(plain, short))


@settings(max_examples=80, deadline=None)
@given(
    st.floats(-0.95, 2.0),
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6),
)
def test_the_relative_form_counts_from_now(effect: float, steps: list[float]) -> None:
    path = np.array([steps])
    scale = relative_scale(np.array([effect]), path)
    beyond = relative_intensity(np.array([effect]), path)
    assert scale[0, 0] == 1.0
    assert beyond[0, 0] == 0.0
    assert np.allclose(scale, 1.0 + effect * beyond, atol=1e-12)
    expected = [(1 + effect * level) / (1 + effect * steps[0]) for level in steps]
    assert np.allclose(scale[0], expected, atol=1e-12)
    order = np.argsort(path[0])
    assert np.all(np.diff(beyond[0][order]) >= 0.0)


def test_the_relative_form_in_numbers() -> None:
    """A fifth removed at full intensity, half in force now: full force leaves 0.8 / 0.9 of today."""
    path = np.array([[0.5, 1.0, 0.0]])
    assert relative_scale(np.array([-0.2]), path)[0] == pytest.approx([1.0, 0.8 / 0.9, 1.0 / 0.9])
    assert relative_intensity(np.array([-0.2]), path)[0] == pytest.approx([0.0, 0.5 / 0.9, -0.5 / 0.9])
    assert relative_intensity(np.array([0.0]), path)[0] == pytest.approx([0.0, 0.5, -0.5])


@pytest.mark.parametrize("function", [relative_scale, relative_intensity])
def test_an_effect_that_removes_everything_is_refused(function: object) -> None:
    with pytest.raises(ValueError, match="must be above -1"):
        function(np.array([-1.0]), np.array([[0.0, 1.0]]))  # type: ignore[operator]


def test_off_is_frozen_and_no_plan_takes_back(plain: PreparedExecution, paths: NDArray[np.float64]) -> None:
    place = plain.levers.index("permitting_time")
    off = switched(paths, plain.levers, ["permitting_time"])
    assert np.array_equal(off[:, place], np.repeat(paths[:, place, :1], MONTHS + 1, axis=1))
    assert np.all(relative_scale(np.array([-0.3]), off[:, place]) == 1.0)
    none = switched(paths, plain.levers, plain.levers, "none")
    assert np.array_equal(none[:, :, 0], paths[:, :, 0])
    assert none[:, :, 1:].max() == 0.0
    assert relative_scale(np.array([-0.3]), none[:, place])[:, 1:].min() > 1.0
    others = [row for row in range(len(plain.levers)) if row != place]
    assert np.array_equal(off[:, others], paths[:, others])
    assert np.array_equal(switched(paths, plain.levers, []), paths)


def test_a_lever_that_no_action_drives_cannot_be_switched(
    plain: PreparedExecution, paths: NDArray[np.float64]
) -> None:
    with pytest.raises(ValueError, match="no action drives flexible_load"):
        switched(paths, plain.levers, ["flexible_load"])

"""What the record says and how likely it is: counts, interval censoring, detection, no later knowledge."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise, product

import numpy as np
import pytest
from execution_cases import QUARTERS, priors, record
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from plan_files import CHINA, US, event
from plan_files import strategy as small
from scipy.linalg import expm

from stargauge.errors import InputError
from stargauge.facts import Constant, Registry, load_registry
from stargauge.policy.execution.chain import Hazards, generators
from stargauge.policy.execution.likelihood import log_likelihood
from stargauge.policy.execution.observations import (
    Record,
    group_actions,
    months_between,
    observe,
    read_record,
)
from stargauge.policy.execution.priors import UNITS, VALUES, Priors, parameters, read_priors
from stargauge.policy.plan import NOT_YET, load_strategy, quarterly_panel, stages

STAGES = range(4)


def likelihood(record: Record, given: Priors) -> float:
    observations = observe(record)
    normals = np.zeros((1, given.size(observations.groups)))
    return float(log_likelihood(observations, parameters(given, observations.groups, normals))[0])


def rates_of(given: Priors) -> NDArray[np.float64]:
    shared = [one.median for one in given.distributions]
    return generators(Hazards(*(np.array(one) for one in shared[:5])))


def brute_force(row: list[int], given: Priors, days: tuple[dt.date, ...] = QUARTERS) -> float:
    """Return the chance of a row: the sum over all true paths, day by day of the chain in small steps."""
    rates, detection = rates_of(given), given.distributions[5].median
    present = [column for column, stage in enumerate(row) if stage != NOT_YET]
    kept = [row[column] for column in present]
    step = [expm(rates * months_between(days[a], days[b])) for a, b in pairwise(present)]
    total = 0.0
    for path in product(STAGES, repeat=len(kept) - 1):
        true = (kept[0], *path)
        chance = float(np.prod([step[k][a, b] for k, (a, b) in enumerate(pairwise(true))]))
        shown_if_visible = list(true) == kept
        shown_if_traceless = not any(kept)
        if kept[0] > 0:
            total += chance * shown_if_visible
        else:
            total += chance * (detection * shown_if_visible + (1.0 - detection) * shown_if_traceless)
    return total


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=4),
    st.floats(0.3, 1.0),
    st.floats(0.001, 0.1),
    st.floats(0.0, 0.9),
)
def test_it_is_the_sum_over_all_true_paths(
    rows: list[list[int]], detection: float, reverse: float, skip: float
) -> None:
    given_priors = priors(detection=detection, reverse=reverse, skip=skip)
    expected = sum(np.log(brute_force(row, given_priors)) for row in rows)
    assert likelihood(record(rows), given_priors) == pytest.approx(expected, rel=1e-9)


def test_a_move_is_known_only_to_lie_between_two_readings() -> None:
    """The chance of 0 then 2 is the integral over the day of the first move and of the second."""
    given_priors = priors()
    days = QUARTERS[1:3]
    a, b, c = 0.09, 0.05, 0.03
    grid = np.linspace(0.0, 3.0, 2001)
    first, second = np.meshgrid((grid[1:] + grid[:-1]) / 2, (grid[1:] + grid[:-1]) / 2, indexing="ij")
    density = a * np.exp(-a * first) * b * np.exp(-b * (second - first)) * np.exp(-c * (3.0 - second))
    integral = float((density * (second > first)).sum() + (density * (second == first)).sum() / 2)
    chance = integral * (grid[1] - grid[0]) ** 2
    found = likelihood(record([[0, 2]], days), given_priors)
    assert found == pytest.approx(np.log(chance), rel=1e-5)


def test_reading_less_often_says_less_but_the_same() -> None:
    """A reading left out is summed over: the chances of all stages there add up."""
    given_priors = priors(reverse=0.02, skip=0.3)
    days = QUARTERS[1:4]
    whole = [np.exp(likelihood(record([[1, middle, 2]], days), given_priors)) for middle in (1, 2, 3)]
    never_back = np.exp(likelihood(record([[1, 0, 2]], days), given_priors))
    apart = np.exp(likelihood(record([[1, 2]], (days[0], days[2])), given_priors))
    assert sum(whole) + never_back == pytest.approx(apart, rel=1e-10)


def test_with_everything_visible_and_nothing_reversed_it_is_the_plain_chain() -> None:
    rows = [[0, 0, 1, 1, 2], [0, 0, 0, 0, 0], [1, 1, 2, 3, 3]]
    rates = rates_of(priors())
    expected = 0.0
    for row in rows:
        for (before, after), (a, b) in zip(pairwise(row), pairwise(QUARTERS), strict=True):
            expected += np.log(expm(rates * months_between(a, b))[before, after])
    assert likelihood(record(rows), priors()) == pytest.approx(expected, rel=1e-10)
    assert likelihood(record([[0, 2, 1, 1, 1]]), priors()) == -np.inf


def test_the_order_of_actions_and_a_group_that_stands_still_change_nothing() -> None:
    rows = [[0, 0, 1, 1, 2], [0, 0, 0, 0, 0], [0, 2, 2, 2, 2]]
    given_priors = priors(detection=0.8)
    one = likelihood(record(rows, verbs=["a", "b", "c"]), given_priors)
    other = likelihood(record(rows[::-1], pillars=[1, 2, 3]), given_priors)
    assert one == pytest.approx(other, rel=1e-12)


def test_actions_added_later_count_from_their_first_reading() -> None:
    given_priors = priors(detection=0.7)
    rows = [[NOT_YET, NOT_YET, 0, 1, 1], [NOT_YET, 0, 0, 0, 0]]
    expected = sum(np.log(brute_force(row, given_priors)) for row in rows)
    assert likelihood(record(rows), given_priors) == pytest.approx(expected, rel=1e-10)


def test_a_record_with_nothing_to_count_has_likelihood_one() -> None:
    assert likelihood(record([[0], [2]], QUARTERS[:1]), priors(detection=0.5)) == 0.0


def test_faster_hazards_make_silence_less_likely_and_low_detection_more() -> None:
    silent = record([[0, 0, 0, 0, 0]])
    levels = [likelihood(silent, priors(begin=rate, detection=0.8)) for rate in (0.01, 0.05, 0.2, 1.0)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == pytest.approx(np.log(0.2), abs=0.01)
    by_detection = [likelihood(silent, priors(detection=rate)) for rate in (0.2, 0.6, 1.0)]
    assert by_detection == sorted(by_detection, reverse=True)


def test_months_are_calendar_months() -> None:
    assert months_between(dt.date(2025, 9, 30), dt.date(2025, 12, 31)) == 3.0
    assert months_between(dt.date(2025, 12, 31), dt.date(2026, 2, 28)) == 2.0
    assert months_between(dt.date(2026, 9, 30), dt.date(2026, 10, 5)) == pytest.approx(5 / 31)


@pytest.mark.parametrize("name", [US, CHINA])
def test_the_record_is_the_panel_with_the_day_of_the_release_before_it(name: str) -> None:
    strategy = load_strategy(name)
    found = read_record(strategy, strategy.identity.edition)
    panel = quarterly_panel(strategy)
    own = np.array(panel.distinct)
    assert np.array_equal(found.stages[:, 1:], panel.stages[own])
    assert found.days == (strategy.identity.released, *panel.days)
    begun = stages(strategy.as_of(strategy.identity.released), strategy.identity.released)
    assert {a: s for a, s in zip(found.actions, found.stages[:, 0], strict=True) if s != NOT_YET} == {
        a: s for a, s in begun.items() if a in found.actions
    }
    observations = observe(found)
    seen = int((found.stages.max(axis=1) > 0).sum())
    assert observations.unseen_group.size + seen == len(found.actions)
    assert np.array_equal(observations.unseen >= 0, found.stages.max(axis=1) <= 0)
    columns = (found.stages[:, :-1] != NOT_YET).sum()
    assert observations.moves.sum() + observations.unseen_times.sum() == columns


def test_actions_of_a_pillar_and_verb_are_of_one_group() -> None:
    groups = group_actions(record([[0] * 5] * 4, pillars=[2, 1, 2, 1], verbs=["b", "a", "b", "b"]))
    assert groups.pillars == (1, 2)
    assert groups.of_action.tolist() == [2, 0, 2, 1]
    assert [groups.verbs[v] for v in groups.verb] == ["a", "b", "b"]


def test_nothing_known_later_is_in_the_record() -> None:
    early = [event("E1", "proposal", day="2025-09-01"), event("E2", "rule", day="2025-12-30")]
    later = [event("E3", "withdrawal", "works_against", day="2026-01-01", undoes="E2")]
    day = dt.date(2025, 12, 31)
    one, other = read_record(small(early), day), read_record(small([*early, *later]), day)
    assert np.array_equal(one.stages, other.stages)
    assert one.stages.tolist() == [[0, 1, 2]]
    assert read_record(small([*early, *later]), dt.date(2026, 3, 31)).stages.tolist() == [[0, 1, 2, 1]]


def test_before_the_release_there_is_no_record() -> None:
    with pytest.raises(InputError, match="was released on 2025-07-23; choose a later day"):
        read_record(load_strategy(), dt.date(2025, 7, 1))


@pytest.mark.parametrize("name", [*UNITS, *VALUES])
def test_every_input_was_known_at_the_end_of_2024(name: str) -> None:
    fact = load_registry().as_of(dt.date(2024, 12, 31)).input(name)
    assert fact.confidence == "D"
    assert fact.chosen_because


def test_the_detection_rate_and_the_reversal_hazard_are_spread() -> None:
    registry = load_registry()
    detection = registry.input("execution.detection").distribution
    assert 0.5 < float(detection.quantile(0.05)) < detection.median < float(detection.quantile(0.95)) < 1.0
    reverse = registry.input("execution.hazard.reverse").to("1/month")
    assert 0.0 < float(reverse.quantile(0.05)) < reverse.median < 0.01


def test_all_missing_inputs_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_priors(load_registry().as_of(dt.date(2023, 1, 1)))
    text = str(caught.value)
    assert all(name in text for name in [*UNITS, *VALUES])
    assert "no fact known on 2023-01-01 feeds this input" in text
    assert "no hazard was fitted" in text


def test_stages_that_are_worth_less_than_earlier_ones_are_refused() -> None:
    registry: Registry = load_registry().overridden({"M-exec-value-begun": Constant(0.7)})
    with pytest.raises(InputError, match=r"must rise from 0 to at most 1 by stage, not 0, 0\.7, 0\.5, 1"):
        read_priors(registry)

"""The posterior that ships: it belongs to today's events and priors, and sampling again gives it again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.facts import load_registry
from stargauge.policy.execution import fit
from stargauge.policy.execution import posterior as module
from stargauge.policy.execution.fit import draw_normals
from stargauge.policy.execution.observations import read_record
from stargauge.policy.execution.posterior import (
    DIGITS,
    key_of,
    learning_day,
    posterior_normals,
    rounded,
    shipped_records,
    standing_fit,
)
from stargauge.policy.execution.priors import read_priors
from stargauge.policy.plan import load_strategy
from stargauge.streams import uniforms

PLAN = load_strategy()
FACTS = load_registry()


def luck(name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return uniforms(0, "policy.execution", name, 0, shape)


def never(name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    raise AssertionError("nothing is sampled")


def test_every_posterior_is_kept_for_todays_events_and_priors() -> None:
    """Where this fails, events, judgements or priors changed: run scripts/build_posterior.py."""
    records = shipped_records(PLAN)
    assert [str(one.days[-1]) for one in records] == [
        "2025-07-23", "2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30", "2026-10-05",
    ]  # fmt: skip
    for record in records:
        priors = read_priors(FACTS.as_of(record.days[-1]))
        assert posterior_normals(record, priors, never).shape[0] == 1024


@pytest.mark.parametrize("place", [0, 2])
def test_sampling_again_gives_the_kept_draws(place: int) -> None:
    """To the bit on one platform; elsewhere a chain may part on a rounding, and the law must be the same."""
    record = shipped_records(PLAN)[place]
    priors = read_priors(FACTS.as_of(record.days[-1]))
    kept = posterior_normals(record, priors, never)
    again = rounded(draw_normals(record, priors, luck)) / DIGITS
    if not np.array_equal(again, kept):
        assert again.mean(axis=0) == pytest.approx(kept.mean(axis=0), abs=0.25)
        assert again.std(axis=0) == pytest.approx(kept.std(axis=0), rel=0.25)


def test_a_run_learns_at_the_last_quarters_end_and_starts_from_the_day() -> None:
    day = dt.date(2026, 5, 23)
    found = standing_fit(PLAN, FACTS, day, never)
    assert found.record.days[-1] == day
    assert np.array_equal(found.record.latest, read_record(PLAN, day).latest)
    learnt = standing_fit(PLAN, FACTS, dt.date(2026, 3, 31), never)
    assert np.array_equal(found.parameters.shared, learnt.parameters.shared)


@pytest.mark.parametrize(
    ("day", "learnt"),
    [
        ("2025-07-23", "2025-07-23"),
        ("2025-09-29", "2025-07-23"),
        ("2025-09-30", "2025-09-30"),
        ("2026-01-01", "2025-12-31"),
        ("2026-10-04", "2026-09-30"),
        ("2026-10-05", "2026-10-05"),
        ("2027-06-01", "2026-10-05"),
    ],
)
def test_the_day_of_learning(day: str, learnt: str) -> None:
    record = read_record(PLAN, dt.date.fromisoformat(day))
    assert str(learning_day(record, PLAN.identity.edition)) == learnt


def test_it_is_the_fit_of_the_plan_but_for_rounding() -> None:
    day = dt.date(2025, 7, 23)
    whole = fit(PLAN, FACTS, day, luck)
    kept = standing_fit(PLAN, FACTS, day, never)
    assert kept.parameters.shared[:, :3] == pytest.approx(whole.parameters.shared[:, :3], rel=2e-3)
    assert kept.parameters.pace == pytest.approx(whole.parameters.pace, rel=5e-3)


def test_other_priors_are_sampled_once_and_have_a_key_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    record = shipped_records(PLAN)[0]
    priors = read_priors(FACTS)
    other = replace(priors, distributions=(priors.distributions[0].scaled(2.0), *priors.distributions[1:]))
    assert key_of(record, other) != key_of(record, priors)
    monkeypatch.setattr(module, "_made", {})
    first = posterior_normals(record, other, luck)
    assert np.array_equal(posterior_normals(record, other, never), first)

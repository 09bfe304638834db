"""Runs as of days before the plan: every input they ask for has an edition known by then."""

from __future__ import annotations

import numpy as np
import pytest

from stargauge.facts import load_registry
from stargauge.model import prepare, simulate_block
from stargauge.scenario import changed, load_scenario

STAND_INS = {
    "delivery.duration.power_onsite": "M-power-onsite-2024",
    "delivery.background.rate": "M-background-rate-2024",
    "limits.capital.budget": "M-capital-budget-2024",
    "limits.capital.cost": "M-capital-cost-2024",
}


@pytest.mark.parametrize("day", ["2024-12-31", "2025-03-31"])
def test_a_run_as_of_a_day_before_the_plan(day: str) -> None:
    early = changed(load_scenario("us-2026"), as_of=day, start="2024-12", end="2026-12")
    result = simulate_block(prepare(early), 0, 8)
    assert np.all(np.isfinite(result.paths))
    assert result.paths.max() > 0.0


@pytest.mark.parametrize(("name", "identity"), STAND_INS.items())
def test_what_stands_in_is_wider_than_what_was_learnt_later(name: str, identity: str) -> None:
    """A stand-in is never the value of a run as of the default day, and its band is no narrower."""
    facts = load_registry()
    own, now = facts[identity], facts.input(name)
    assert now.id != identity
    spread = [
        float(
            np.log(one.distribution.quantile(np.array([0.9])) / one.distribution.quantile(np.array([0.1])))[0]
        )
        for one in (own, now)
    ]
    assert spread[0] > spread[1]
    assert (own.confidence, own.feeds) == ("D", name)

"""What vintages teach, in worlds whose slip is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from site_tables import records

from stargauge.delivery.durations import Weights
from stargauge.delivery.history import PRIOR_REVISIONS, Learnt, lattice, learn
from stargauge.delivery.stages import Reference
from stargauge.facts import DAYS_PER_MONTH, SiteRecords

CONSTRUCTION, FITOUT, LOG_SD = 15.0, 5.0, 0.45
REFERENCE = Reference(
    land_months=12.0,
    announced_land_months=1.0,
    power_months={"grid": 24.0, "onsite": 18.0},
    construction_months=CONSTRUCTION,
    fitout_months=FITOUT,
    land_log_sd=0.5,
    announced_land_log_sd=1.5,
    power_log_sd={"grid": 0.5, "onsite": 0.5},
    construction_log_sd=0.4,
)
WEIGHTS = Weights(programme=0.2, site=0.3)
PRIOR = (0.0, 0.4)
REVISIONS = (0.2, 0.3)
FIRST, SECOND = date(2026, 1, 10), date(2026, 7, 10)
GAP = (SECOND - FIRST).days / DAYS_PER_MONTH


def _learn(known: SiteRecords, as_of: date = SECOND, prior: tuple[float, float] = PRIOR) -> Learnt:
    return learn(known, as_of, REFERENCE, prior, LOG_SD, WEIGHTS, REVISIONS, 1.5)


def _world(slip: float, sites: int, seed: int) -> SiteRecords:
    """Return a world in which every stage under plan takes exp(slip) times as long.

    Half the variance of a log duration is shared by the stages of a site, half is a stage's own. Each site
    runs 100 MW and has one step to 200 MW ahead; its stages are drawn by rejection, all together, again and
    again until those under way have lasted longer than they already have.
    """
    rng = np.random.default_rng(seed)
    lines: list[str] = []
    names = tuple(f"s{number}" for number in range(sites))

    def draw_stages(*stages: tuple[float, float]) -> list[float]:
        """Return months still to go in each stage, given as (median, months spent)."""
        while True:
            shared = np.sqrt(1.0 - WEIGHTS.own) * rng.standard_normal()
            own = np.sqrt(WEIGHTS.own) * rng.standard_normal(len(stages))
            months = [m * np.exp(slip + LOG_SD * (shared + e)) for (m, _), e in zip(stages, own, strict=True)]
            left = [total - spent for total, (_, spent) in zip(months, stages, strict=True)]
            if min(left) > 0.0:
                return left

    for name in names:
        ahead = rng.uniform(0.5, 16.0)
        forecast = FIRST + timedelta(days=round(ahead * DAYS_PER_MONTH))
        if ahead <= FITOUT:
            (remaining,) = draw_stages((FITOUT, FITOUT - ahead))
        else:
            spent = max(0.0, CONSTRUCTION + FITOUT - ahead)
            power, shell, fitout = draw_stages((CONSTRUCTION, spent), (CONSTRUCTION, spent), (FITOUT, 0.0))
            remaining = max(power, shell) + fitout
        now = 200 if remaining <= GAP else 100
        lines += [
            f"{FIRST} 2025-03-01 past 100 80 {name}",
            f"{FIRST} 2025-06-01 past 100 80 {name}",
            f"{FIRST} {forecast} forecast 200 160 {name}",
            f"{SECOND} 2025-03-01 past 100 80 {name}",
            f"{SECOND} {SECOND} past {now} {now * 0.8} {name}",
        ]
    return records("\n".join(lines), sites=names)


@pytest.mark.parametrize("slip", [-0.4, 0.0, 0.5])
def test_a_known_slip_is_recovered(slip: float) -> None:
    learnt = _learn(_world(slip, sites=150, seed=7))
    assert learnt.transitions == 150
    assert abs(learnt.slip_mean - slip) < 3.0 * learnt.slip_sd
    assert learnt.slip_sd < PRIOR[1] / 3.0


def test_intervals_are_honest() -> None:
    """Over many small worlds drawn from the prior, the slip falls into the 80 % interval about as often."""
    rng = np.random.default_rng(1)
    inside = 0
    worlds = 40
    for seed in range(worlds):
        slip = rng.normal(*PRIOR)
        learnt = _learn(_world(slip, sites=12, seed=100 + seed))
        inside += abs(learnt.slip_mean - slip) < 1.2816 * learnt.slip_sd
    assert 24 <= inside <= 39, inside


def test_without_vintages_the_prior_stands() -> None:
    for learnt in (_learn(records()), _learn(_world(0.3, 5, 1), as_of=FIRST)):
        assert (learnt.slip_mean, learnt.slip_sd) == PRIOR
        assert (learnt.transitions, learnt.comparisons) == (0, 0)
        assert (learnt.revision_chance, learnt.revision_log_sd) == pytest.approx(REVISIONS)


def test_vintages_after_the_date_teach_nothing() -> None:
    assert _learn(_world(0.3, 20, 1), as_of=SECOND - timedelta(days=1)) == _learn(records())


def test_a_certain_prior_cannot_be_taught() -> None:
    assert _learn(_world(0.5, 20, 1), prior=(0.1, 0.0)).slip_mean == 0.1


def test_steps_of_one_site_weigh_as_one() -> None:
    """Four steps, all late, move the slip as far as one such step, not four times as far."""
    one = [
        f"{FIRST} 2025-03-01 past 100 80",
        f"{FIRST} 2025-06-01 past 100 80",
        f"{FIRST} 2026-03-10 forecast 200 160",
    ]
    more = [f"{FIRST} 2026-03-10 forecast {mw} {mw * 0.8}" for mw in (300, 400, 500)]
    still = [f"{SECOND} 2025-03-01 past 100 80", f"{SECOND} {SECOND} past 100 80"]
    single = _learn(records("\n".join([*one, *still])))
    several = _learn(records("\n".join([*one, *more, *still])))
    assert (single.transitions, several.transitions) == (1, 4)
    assert single.slip_mean > 0.01
    assert several.slip_mean == pytest.approx(single.slip_mean, abs=1e-12)


@pytest.mark.parametrize(("now", "late"), [(160, False), (140, True)])
def test_a_step_counts_when_the_site_stands_above_its_middle(now: int, late: bool) -> None:
    table = f"""
        {FIRST}   2025-03-01  past      100   80
        {FIRST}   2025-06-01  past      100   80
        {FIRST}   2026-03-10  forecast  200  160
        {SECOND}  2025-03-01  past      100   80
        {SECOND}  {SECOND}    past      {now} {now * 0.8}
    """
    assert (_learn(records(table)).slip_mean > 0.0) == late


def test_revisions_are_averaged_with_the_prior() -> None:
    """Three sites seen twice; one was given another MW for the same day, by a factor 1.2."""
    lines = []
    for name, second in (("a", 100), ("b", 100.2), ("c", 120)):
        lines += [
            f"{FIRST} 2025-03-01 past 100 80 {name}",
            f"{FIRST} 2025-06-01 past 100 80 {name}",
            f"{SECOND} 2025-03-01 past {second} 80 {name}",
            f"{SECOND} 2025-06-01 past {second} 80 {name}",
        ]
    learnt = _learn(records("\n".join(lines), sites=("a", "b", "c")))
    chance, size = REVISIONS
    weight = PRIOR_REVISIONS * chance
    assert learnt.comparisons == 3
    assert learnt.revision_chance == pytest.approx((weight + 1.0) / (PRIOR_REVISIONS + 3.0))
    assert learnt.revision_log_sd == pytest.approx(
        np.sqrt((weight * size**2 + np.log(1.2) ** 2) / (weight + 1.0))
    )


def test_the_lattice_is_even() -> None:
    points = lattice(4096, 6)
    assert np.all((points > 0.0) & (points < 1.0))
    np.testing.assert_allclose(points.mean(axis=0), 0.5, atol=0.01)
    np.testing.assert_allclose(np.corrcoef(points.T) - np.eye(6), 0.0, atol=0.04)

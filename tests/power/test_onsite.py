"""On-site plant: supply by hand and by another integral, leads as the longer of two, turbines handed over."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stargauge.power import PowerBlock, PowerPrepared, simulate
from stargauge.power.onsite import lead_months, onsite_supply_mw, turbines_elsewhere_mw

Floats = NDArray[np.float64]
Values = dict[str, Floats]


@dataclass(frozen=True)
class Path:
    """Rate in MW a year, growth a year, months of growth."""

    rate: float
    growth: float
    months: float

    def values(self) -> Values:
        return {
            "power.onsite.supply": np.array([self.rate]),
            "power.onsite.growth": np.array([self.growth]),
            "power.onsite.growth_months": np.array([self.months]),
        }


paths = st.builds(Path, st.floats(1.0, 20_000.0), st.floats(0.0, 1.0), st.floats(0.0, 120.0))
moments = st.floats(-60.0, 140.0)


def supply(path: Path, now: float, horizon: int = 132) -> Floats:
    found: Floats = onsite_supply_mw(path.values(), now, horizon)[0]
    return found


def test_level_deliveries_by_hand() -> None:
    """1,200 MW a year from the middle of month 10: half a month of 100 MW by the beginning of month 11."""
    found = supply(Path(1200.0, 0.0, 48.0), 10.5, 14)
    assert found[:11].tolist() == [0.0] * 11
    assert found[11:].tolist() == pytest.approx([50.0, 150.0, 250.0])


def test_growing_deliveries_by_hand() -> None:
    """Doubling within a year makes 1,200 / ln 2 MW in it, then 200 MW a month without growth."""
    found = supply(Path(1200.0, 1.0, 12.0), 0.0, 25)
    assert found[12] == pytest.approx(1200.0 / np.log(2.0))
    assert np.diff(found[12:]).tolist() == pytest.approx([200.0] * 12)


@settings(max_examples=40, deadline=None)
@given(path=paths, now=moments, month=st.integers(0, 131))
def test_it_is_the_integral_of_the_rate(path: Path, now: float, month: int) -> None:
    """Oracle: the midpoint rule on a fine grid."""
    span = max(month - now, 0.0)
    steps = 20_000
    t = (np.arange(steps) + 0.5) * span / steps
    rate = path.rate / 12.0 * (1.0 + path.growth) ** (np.minimum(t, path.months) / 12.0)
    assert supply(path, now)[month] == pytest.approx(rate.sum() * span / steps, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(path=paths, now=moments)
def test_nothing_before_now_and_never_less(path: Path, now: float) -> None:
    found = supply(path, now)
    assert (found[np.arange(132) <= now] == 0.0).all()
    assert (np.diff(found) >= 0.0).all()
    assert (found[np.arange(132) > now] > 0.0).all()


@settings(max_examples=40, deadline=None)
@given(path=paths, now=moments, other=st.floats(1.0, 20_000.0))
def test_two_makers_deliver_the_sum(path: Path, now: float, other: float) -> None:
    both = Path(path.rate + other, path.growth, path.months)
    second = Path(other, path.growth, path.months)
    np.testing.assert_allclose(supply(both, now), supply(path, now) + supply(second, now), rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(path=paths, now=st.floats(0.0, 60.0), shift=st.integers(1, 40))
def test_only_the_time_since_now_counts(path: Path, now: float, shift: int) -> None:
    np.testing.assert_allclose(
        supply(path, now + shift)[shift:], supply(path, now)[: 132 - shift], rtol=1e-9, atol=1e-6
    )


@settings(max_examples=40, deadline=None)
@given(path=paths, now=st.floats(-20.0, 100.0), more=st.floats(0.0, 0.5))
def test_more_growth_never_delivers_less(path: Path, now: float, more: float) -> None:
    faster = Path(path.rate, path.growth + more, path.months)
    longer = Path(path.rate, path.growth, path.months + 12.0)
    slack = 1.0 + 1e-12
    assert (supply(faster, now) * slack >= supply(path, now)).all()
    assert (supply(longer, now) * slack >= supply(path, now)).all()


def test_futures_do_not_mix() -> None:
    one, two = Path(1000.0, 0.2, 40.0), Path(4000.0, 0.0, 10.0)
    joint = {name: np.concatenate([one.values()[name], two.values()[name]]) for name in one.values()}
    found = onsite_supply_mw(joint, 5.0, 60)
    assert found.shape == (2, 60)
    np.testing.assert_array_equal(found[0], supply(one, 5.0, 60))
    np.testing.assert_array_equal(found[1], supply(two, 5.0, 60))


def test_turbines_are_those_of_the_end_of_a_month() -> None:
    share = {"power.onsite.turbine_share": np.array([0.5, 0.0])}
    by_beginning = np.array([[0.0, 10.0, 30.0], [0.0, 10.0, 30.0]])
    found = turbines_elsewhere_mw(share, by_beginning)
    assert found.tolist() == [[5.0, 15.0, 25.0], [0.0, 0.0, 0.0]]


def test_turbines_of_a_single_month() -> None:
    share = {"power.onsite.turbine_share": np.array([0.5])}
    assert turbines_elsewhere_mw(share, np.array([[8.0]])).tolist() == [[4.0]]


def test_power_plants_lose_what_on_site_plant_takes(
    prepared: PowerPrepared, values: Values, block: PowerBlock
) -> None:
    futures, months = block.turbine_supply_mw.shape
    own = {name: np.repeat(value, futures) for name, value in Path(4000.0, 0.2, 48.0).values().items()}
    own["power.onsite.turbine_share"] = np.full(futures, 0.25)
    taken = turbines_elsewhere_mw(own, onsite_supply_mw(own, 21.1, months))
    less = simulate(prepared, values, turbines_elsewhere_mw=taken)
    np.testing.assert_allclose(block.turbine_supply_mw - less.turbine_supply_mw, taken, atol=1e-6)
    assert (less.turbines_mw <= block.turbines_mw + 1e-6).all()


def leads(lead: float, permit: float, spread: float, permit_spread: float, futures: int = 1) -> Values:
    return {
        "power.onsite.lead": np.full(futures, lead),
        "power.onsite.air_permit": np.full(futures, permit),
        "power.onsite.lead_spread": np.full(futures, spread),
        "power.onsite.permit_spread": np.full(futures, permit_spread),
    }


def test_leads_by_hand() -> None:
    """One standard deviation up is median times e^spread; the longer of both counts."""
    up, middle = 0.8413447460685429, 0.5
    found = lead_months(
        leads(20.0, 9.0, 0.6, 1.2),
        np.array([[middle, up, middle]]),
        np.array([[middle, middle, up]]),
    )
    assert found[0].tolist() == pytest.approx([20.0, 20.0 * np.exp(0.6), 9.0 * np.exp(1.2)])


uniforms = st.floats(0.001, 0.999)


@settings(max_examples=60, deadline=None)
@given(
    lead=st.floats(1.0, 80.0),
    permit=st.floats(1.0, 40.0),
    spread=st.floats(0.05, 1.0),
    u=uniforms,
    other=uniforms,
)
def test_a_lead_is_the_longer_of_two(
    lead: float, permit: float, spread: float, u: float, other: float
) -> None:
    values = leads(lead, permit, spread, spread)
    both = lead_months(values, np.array([[u]]), np.array([[other]]))[0, 0]
    never = np.array([[1e-9]])
    equipment = lead_months(values, np.array([[u]]), never)[0, 0]
    paper = lead_months(values, never, np.array([[other]]))[0, 0]
    assert both == pytest.approx(max(equipment, paper))
    assert both >= min(lead, permit) * np.exp(-4.0 * spread)


@settings(max_examples=60, deadline=None)
@given(low=uniforms, high=uniforms, permit_u=uniforms)
def test_a_worse_draw_never_comes_sooner(low: float, high: float, permit_u: float) -> None:
    low, high = min(low, high), max(low, high)
    values, paper = leads(20.0, 9.0, 0.6, 0.4), np.array([[permit_u]])
    sooner = lead_months(values, np.array([[low]]), paper)
    later = lead_months(values, np.array([[high]]), paper)
    assert sooner[0, 0] <= later[0, 0]
    assert lead_months(values, paper, np.array([[low]])) <= lead_months(values, paper, np.array([[high]]))


def test_phases_spread_around_the_median_of_their_future() -> None:
    values = {name: np.repeat(value, 2) for name, value in leads(20.0, 0.01, 0.6, 0.1).items()}
    values["power.onsite.lead"] = np.array([12.0, 30.0])
    u = np.tile((np.arange(2000) + 0.5) / 2000, (2, 1))
    found = lead_months(values, u, u)
    assert np.median(found, axis=1).tolist() == pytest.approx([12.0, 30.0], rel=1e-3)
    assert np.std(np.log(found), axis=1).tolist() == pytest.approx([0.6, 0.6], rel=0.01)


@pytest.mark.parametrize("permit_shape", [(2, 4), (3, 3)])
def test_uniforms_that_do_not_fit_are_refused(permit_shape: tuple[int, int]) -> None:
    half: Callable[[tuple[int, int]], Floats] = lambda shape: np.full(shape, 0.5)  # noqa: E731
    message = (
        f"uniforms of equipment (2, 3) and permit {permit_shape} must both have a row for each of 2 futures "
        "and a column for each phase"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        lead_months(leads(20.0, 9.0, 0.6, 0.4, futures=2), half((2, 3)), half(permit_shape))

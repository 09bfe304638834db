"""Background slots: fixed places whose expected additions are the future's rate and growth."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from stargauge.delivery import BACKGROUND
from stargauge.delivery.slots import PRESENCE, Slots, background_slots, slot_factor
from stargauge.model import Prepared, deliver, draw, prepare
from stargauge.scenario import changed, load_scenario

SHARES = {"TEX": 0.5, "MIDA": 0.3, "CAL": 0.4}
OWNERS = {"A": 0.5, "B": 0.3, "other": 0.2}
BASE, RATE, GROWTH = 2025.5, 6000.0, 1.3


def _slots(end_year: int = 2031, shares: dict[str, float] = SHARES) -> Slots:
    return background_slots(shares, OWNERS, date(2025, 1, 1), end_year, RATE, BASE, GROWTH)


def test_there_is_a_slot_for_each_region_and_half_year() -> None:
    slots = _slots(2026)
    assert len(slots.names) == len(set(slots.names)) == 3 * 3 * 2
    assert slots.years[:6].tolist() == [2024.25, 2024.75, 2025.25, 2025.75, 2026.25, 2026.75]
    np.testing.assert_allclose(slots.month[:6], [-9.0, -3.0, 3.0, 9.0, 15.0, 21.0], atol=0.05)


def test_expected_additions_are_the_futures_own_rate_and_growth() -> None:
    """Chance times size, year by year."""
    slots = _slots()
    rng = np.random.default_rng(3)
    rate, growth = rng.uniform(2000.0, 9000.0, 50), rng.uniform(0.9, 1.6, 50)
    expected = PRESENCE * slot_factor(slots, rate, growth) * slots.size_mw
    for year in range(2024, 2032):
        here = (slots.years > year) & (slots.years < year + 1)
        halves = [rate * growth ** (year + half - BASE) / 2.0 for half in (0.25, 0.75)]
        np.testing.assert_allclose(expected[:, here].sum(axis=1), sum(halves), rtol=1e-12)


def test_the_nominal_future_has_slots_of_nominal_size() -> None:
    factor = slot_factor(_slots(), np.array([RATE]), np.array([GROWTH]))
    np.testing.assert_allclose(factor, 1.0)


def test_more_years_or_regions_move_no_slot() -> None:
    """Names, months, owners and chances of a slot do not depend on how many others there are."""

    def described(slots: Slots, shares: dict[str, float]) -> dict[str, tuple[object, ...]]:
        total = sum(shares.values())
        sizes = slots.size_mw / np.array([shares[region] / total for region in slots.region])
        return {
            name: (slots.owner[i], slots.month[i], round(float(sizes[i]), 9))
            for i, name in enumerate(slots.names)
        }

    more = {**SHARES, "NE": 0.2}
    short, long = described(_slots(2028), SHARES), described(_slots(2031, more), more)
    assert all(long[name] == value for name, value in short.items())


def test_owners_are_dealt_in_proportion() -> None:
    slots = _slots(2060)
    for region in SHARES:
        dealt = [owner for owner, place in zip(slots.owner, slots.region, strict=True) if place == region]
        for owner, share in OWNERS.items():
            assert dealt.count(owner) / len(dealt) == pytest.approx(share, abs=0.05)


@cache
def _unlimited() -> Prepared:
    off = {"off": True}
    return prepare(
        changed(
            load_scenario("us-2026"),
            limits={"headroom": off, "chips": off, "capital": off},
            opposition=off,
            end="2031-12",
        )
    )


@pytest.mark.slow
def test_the_median_of_a_slot_falls_in_its_middle() -> None:
    """Without limits, half of a slot's futures are energised by the middle of its half-year."""
    prepared = _unlimited()
    delivery = prepared.delivery
    rows = [row for row, sort in enumerate(delivery.arrays.sort) if sort == "background"]
    months = np.concatenate(
        [deliver(prepared, draw(prepared, b, 256)).out.energised_month[:, rows] for b in range(4)]
    )
    inside = np.flatnonzero((delivery.slots.month > 6.0) & (delivery.slots.month < delivery.horizon - 24.0))
    shift = [np.median(months[np.isfinite(months[:, i]), i]) - delivery.slots.month[i] for i in inside]
    assert abs(float(np.mean(shift))) < 1.0, "months"


@pytest.mark.slow
def test_additions_before_the_run_and_since_match_rate_and_growth() -> None:
    """The mean of what is energised in the background, year by year, against rate and growth."""
    prepared = _unlimited()
    delivery = prepared.delivery
    names = ("delivery.background.rate", "delivery.background.growth")
    path, expected = [], []
    for block in range(4):
        draws = draw(prepared, block, 256)
        path.append(deliver(prepared, draws).out.group_mw[:, delivery.groups.index(BACKGROUND)])
        rate, growth = (prepared.uncertain[name].quantile(draws.uncertain[name]) for name in names)
        years = np.arange(2024.25, 2029.0, 0.5)
        base = delivery.inputs.base_year[names[0]]
        expected.append((rate[:, None] * growth[:, None] ** (years - base) / 2.0).cumsum(axis=1))
    by_end_of = {label: prepared.months.index(f"{label}-12") for label in (2025, 2026, 2027, 2028)}
    for year, month in by_end_of.items():
        drawn = np.concatenate(path)[:, month]
        meant = np.concatenate(expected)[:, 2 * (year - 2024) + 1]
        assert drawn.mean() == pytest.approx(meant.mean(), rel=0.08), year

"""The regime by quarter, as the simulation is given it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from stargauge.world.controls import regime
from stargauge.world.controls.regime import TIERS

QUARTERS = [
    dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    for year in range(2022, 2030)
    for month in (3, 6, 9, 12)
]
AS_OF = dt.date(2026, 10, 5)


def at(day: str) -> int:
    return QUARTERS.index(dt.date.fromisoformat(day))


def test_the_door_to_china_by_tier() -> None:
    found = regime(QUARTERS, AS_OF)
    assert found.tiers == tuple(TIERS) == ("H20", "H800", "H200", "B200")
    expected = {
        "2022-09-30": [0, 0, 0, 0],
        "2022-12-31": [0, 0, 2, 2],
        "2023-09-30": [0, 0, 2, 2],
        "2023-12-31": [0, 2, 2, 2],
        "2025-03-31": [0, 2, 2, 2],
        "2025-06-30": [2, 2, 2, 2],
        "2025-09-30": [1, 2, 2, 2],
        "2025-12-31": [1, 2, 2, 2],
        "2026-03-31": [1, 1, 1, 2],
        "2029-12-31": [1, 1, 1, 2],
    }
    assert {day: found.review[at(day)].tolist() for day in expected} == expected


def test_the_best_chip_that_may_go() -> None:
    found = regime(QUARTERS, AS_OF)
    best = {
        "2022-09-30": (15832, 15832, False),
        "2022-12-31": (6128, 6128, True),
        "2023-09-30": (15832, 15832, True),
        "2024-12-31": (2896, 2896, True),
        "2026-03-31": (2896, 20919.2, True),
    }
    for day, (open_tpp, licensable, needed) in best.items():
        index = at(day)
        assert found.open_tpp[index] == pytest.approx(open_tpp, rel=1e-4), day
        assert found.licensable_tpp[index] == pytest.approx(licensable, rel=1e-4), day
        assert found.licence_needed[index] == needed, day
    assert found.best_tpp[at("2024-12-31")] == 36000
    assert found.best_tpp[at("2026-03-31")] == 56000
    assert np.all(found.open_tpp <= found.licensable_tpp)
    assert np.all(found.licensable_tpp <= found.best_tpp)


def test_tariff_and_cap_begin_in_2026() -> None:
    found = regime(QUARTERS, AS_OF)
    assert found.tariff[at("2025-12-31")] == 0.0
    assert found.tariff[at("2026-03-31")] == 0.25
    assert found.volume_cap[at("2025-12-31")] == 1.0
    assert found.volume_cap[at("2026-03-31")] == 0.5


def test_nothing_later_than_the_as_of_date_is_known() -> None:
    early = regime(QUARTERS, dt.date(2024, 12, 31))
    whole = regime(QUARTERS, AS_OF)
    until = at("2024-12-31") + 1
    for name in ("open_tpp", "licensable_tpp", "best_tpp", "licence_needed", "review", "sold", "tariff"):
        ours, theirs = getattr(early, name), getattr(whole, name)
        assert np.array_equal(ours[:until], theirs[:until]), name
        assert np.all(ours[until:] == ours[until - 1]), name


def test_shapes_and_order() -> None:
    found = regime(QUARTERS[:5], AS_OF)
    assert found.review.shape == found.sold.shape == (5, 4)
    assert found.review.dtype == np.int8
    assert regime([], AS_OF).review.shape == (0, 4)
    with pytest.raises(ValueError, match="quarters are in order of time"):
        regime(QUARTERS[::-1], AS_OF)

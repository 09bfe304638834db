"""Baselines: what they may know, and what dressing adds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from stargauge.insight.baselines import Pair, bare, dressed, hindsight


def pair(origin: str, target: str, site: str, truth: float, stood: float, said: float) -> Pair:
    return Pair(date.fromisoformat(origin), date.fromisoformat(target), site, truth, stood, said)


FIRST = pair("2026-01-01", "2026-02-01", "a", truth=100.0, stood=50.0, said=150.0)
SECOND = pair("2026-01-01", "2026-04-01", "b", truth=10.0, stood=10.0, said=30.0)
LATER = pair("2026-03-01", "2026-05-01", "a", truth=120.0, stood=100.0, said=140.0)
ALL = [FIRST, SECOND, LATER]


def test_bare_values() -> None:
    assert bare(LATER, "persistence") == 100.0
    assert bare(LATER, "announced") == 140.0


def test_dressing_uses_only_errors_known_at_the_origin() -> None:
    # SECOND has a target after LATER's origin, so its error of -20 is not yet known.
    assert dressed(LATER, ALL, "announced").tolist() == [140.0 - 50.0]
    assert dressed(LATER, ALL, "persistence").tolist() == [100.0 + 50.0]


def test_undressed_where_nothing_is_known() -> None:
    assert dressed(FIRST, ALL, "announced").tolist() == [150.0]


def test_a_target_on_the_day_of_the_origin_is_known() -> None:
    on_the_day = pair("2026-02-01", "2026-06-01", "b", 10.0, 10.0, 10.0)
    assert dressed(on_the_day, [FIRST, on_the_day], "persistence").tolist() == [60.0]


def test_power_is_never_negative() -> None:
    small = pair("2026-06-01", "2026-07-01", "c", 0.0, 5.0, 5.0)
    assert dressed(small, [FIRST, small], "announced").tolist() == [0.0]


def test_hindsight_leaves_the_site_itself_out() -> None:
    errors = hindsight(LATER, ALL, "announced") - 140.0
    assert errors.tolist() == [-20.0]


@pytest.mark.parametrize(
    ("truth", "stood", "said", "could"),
    [(10, 10, 10, False), (12, 10, 10, True), (10, 10, 12, True), (12, 10, 12, True)],
)
def test_could_change(truth: float, stood: float, said: float, could: bool) -> None:
    assert pair("2026-01-01", "2026-02-01", "a", truth, stood, said).could_change is could


def test_horizon_in_months() -> None:
    assert FIRST.horizon_months == pytest.approx(31 / 30.4375)
    assert np.isfinite(FIRST.horizon_months)

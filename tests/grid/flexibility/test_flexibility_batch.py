"""Headroom of many systems at once: the numbers of one at a time."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.errors import InputError
from stargauge.grid.flexibility import SeasonalPeaks, load_duration
from stargauge.grid.flexibility.batch import headrooms

PLACES = ("PJM", "CISO", "NSB", "TEX", "NW")


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(PLACES),
    share=st.floats(0.0, 0.5),
    growth=st.floats(0.7, 1.6),
    added=st.floats(-0.1, 0.3),
    summer=st.floats(0.7, 2.0),
    winter=st.floats(0.7, 2.0),
)
def test_one_at_a_time_says_the_same(
    name: str, share: float, growth: float, added: float, summer: float, winter: float
) -> None:
    curves = load_duration(name)
    limits = SeasonalPeaks(summer * curves.peaks_mw.summer, winter * curves.peaks_mw.winter)
    firm = added * curves.peak_mw
    one = curves.headroom(share, growth=growth, added_mw=firm, limits_mw=limits)
    many = headrooms(
        curves,
        share,
        growth=growth,
        added_mw=firm,
        summer_limit_mw=limits.summer,
        winter_limit_mw=limits.winter,
    )
    assert float(many) == pytest.approx(one, rel=1e-7, abs=1e-6 * curves.peak_mw)


def test_arrays_go_together_and_a_table_over_two_limits_holds_all() -> None:
    curves = load_duration("PJM")
    generator = np.random.default_rng(5)
    growth = generator.uniform(0.95, 1.3, (40, 1))
    added = generator.uniform(0.0, 9000.0, (1, 12))
    summer, winter = 160_000.0, 150_000.0
    loads = headrooms(
        curves, 0.005, growth=growth, added_mw=added, summer_limit_mw=summer, winter_limit_mw=winter
    )
    assert loads.shape == (40, 12)
    scaled = growth * headrooms(
        curves, 0.005, summer_limit_mw=(summer - added) / growth, winter_limit_mw=(winter - added) / growth
    )
    np.testing.assert_allclose(loads, scaled, rtol=1e-9, atol=1e-6)
    more = headrooms(
        curves, 0.005, growth=growth, added_mw=added + 500, summer_limit_mw=summer, winter_limit_mw=winter
    )
    assert (more <= loads + 1e-9).all()


def test_a_hundred_thousand_take_less_than_two_seconds_of_one_core() -> None:
    curves = load_duration("MIDA")
    growth = np.linspace(0.95, 1.2, 100_000)
    headrooms(curves, 0.005, growth=growth[:10], summer_limit_mw=1.6e5, winter_limit_mw=1.5e5)
    started = process_time()
    headrooms(curves, 0.005, growth=growth, summer_limit_mw=1.6e5, winter_limit_mw=1.5e5)
    assert process_time() - started < 2.0


def test_what_makes_no_sense_is_refused() -> None:
    curves = load_duration("PJM")
    with pytest.raises(InputError) as caught:
        headrooms(curves, 0.01, growth=[1.0, 0.0], summer_limit_mw=np.nan, winter_limit_mw=1.0)
    assert {mistake.field for mistake in caught.value.mistakes} == {"growth", "summer_limit_mw"}
    with pytest.raises(InputError, match="broadcast"):
        headrooms(curves, 0.01, growth=[1.0, 1.1], summer_limit_mw=[1.0, 2.0, 3.0], winter_limit_mw=1.0)
    with pytest.raises(InputError, match="curtailment"):
        headrooms(curves, 1.0, summer_limit_mw=1.0, winter_limit_mw=1.0)

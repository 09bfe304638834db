"""Axis units come from the units of the facts: what does not fit an axis is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stargauge.insight import Answers
from stargauge.report import wording
from stargauge.report.units import AXIS_UNITS, facility_gw, fan_on_axis, on_axis


def test_series_are_converted_by_the_units_of_the_facts() -> None:
    assert list(on_axis([590.0], "MW", "GW")) == pytest.approx([0.59])
    assert list(on_axis([421.0], "MW_it", "GW_it")) == pytest.approx([0.421])
    assert list(on_axis([2.5e9], "H100e", "mn_H100e")) == pytest.approx([2500.0])
    assert list(on_axis([4172.0], "bn_USD", "bn_USD")) == [4172.0]
    assert facility_gw(9773.0) == pytest.approx(9.773)


@pytest.mark.parametrize(
    ("unit", "axis"), [("MW_it", "GW"), ("MW", "GW_it"), ("H100e", "GW"), ("month", "GW")]
)
def test_what_measures_something_else_shares_no_axis(unit: str, axis: str) -> None:
    with pytest.raises(ValueError, match="cannot become"):
        on_axis([1.0], unit, axis)


def test_a_series_without_an_axis_is_refused(real: Answers) -> None:
    strange = replace(real.national[0], unit="TWh")
    with pytest.raises(ValueError, match="no axis is known for TWh; expected MW, MW_it, H100e, bn_USD"):
        fan_on_axis(strange)


def test_every_series_of_a_run_has_an_axis_and_a_word(real: Answers) -> None:
    for fan in (*real.national, *(programme.fan for programme in real.programmes)):
        unit, quantiles = fan_on_axis(fan)
        assert unit in wording.UNITS
        assert len(quantiles["p50"]) == len(fan.months)
    assert set(AXIS_UNITS.values()) == set(wording.UNITS)

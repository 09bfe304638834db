"""Units: what may become what, and what is said when it may not."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.facts import check_unit, conversion_factor, parse_quantity, ureg
from stargauge.facts.units import QUANTITIES, UNITS_TABLE, pint_measure, unit_measure


def test_the_written_table_of_units_says_what_pint_says() -> None:
    with UNITS_TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert set(QUANTITIES.values()) <= {row["unit"] for row in rows}
    for row in rows:
        factor, dimension = pint_measure(row["unit"])
        assert float(row["factor"]) == pytest.approx(factor, rel=1e-12), row["unit"]
        assert row["dimension"] == dimension, row["unit"]


@pytest.mark.parametrize(
    ("unit", "to", "factor"),
    [
        ("GW", "MW", 1000.0),
        ("GW_it", "MW_it", 1000.0),
        ("year", "month", 12.0),
        ("week", "month", 7 / (365.25 / 12)),
        ("bn_USD/GW", "USD/kW", 1000.0),
        ("mn_USD/MW", "USD/kW", 1000.0),
        ("GW/year", "MW/month", 1000 / 12),
        ("percent", "share", 0.01),
        ("mn_H100e", "H100e", 1e6),
        ("TWh/year", "GW", 1000 / 8766),
        ("fortnight", "day", 14.0),
    ],
)
def test_what_becomes_what(unit: str, to: str, factor: float) -> None:
    assert conversion_factor(unit, to) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "to", "message"),
    [
        ("MW", "MW_it", "MW is power and cannot become MW_it, IT power"),
        ("MW_it", "MW", "MW_it is IT power and cannot become MW, power"),
        ("GW_chip", "GW_it", "GW_chip is chip power and cannot become GW_it, IT power"),
        ("chip", "H100e", "chip is a number of chips and cannot become H100e, compute"),
        ("RMB", "USD", "RMB is money in RMB and cannot become USD, money in USD"),
        ("GW", "GW/year", "GW is power and cannot become GW/year, power per time"),
    ],
)
def test_what_never_becomes_what(unit: str, to: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole wording is compared below
        conversion_factor(unit, to)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("9 GW/year", "GW/year", 9.0),
        ("9GW/year", "MW/month", 750.0),
        ("18 months", "month", 18.0),
        ("-6 month", "month", -6.0),
        ("1.5e3 MW_it", "GW_it", 1.5),
        ("1_000 MW", "GW", 1.0),
        ("5 %", "share", 0.05),
        ("0.05", "share", 0.05),
        (".5", "ratio", 0.5),
        ("0.03/month", "1/year", 0.36),
        ("0.03 1/month", "1/year", 0.36),
        ("30 bn_USD/GW", "USD/kW", 30_000.0),
    ],
)
def test_quantities_as_people_write_them(text: str, unit: str, value: float) -> None:
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("9 MW", "GW/year", '"9 MW" is power, expected power per time, for example 9 GW/year'),
        ("600 MW", "MW_it", '"600 MW" is power, expected IT power, for example 600 MW_it'),
        ("3", "month", '"3" is without a unit, expected time, for example 18 month'),
        ("soon", "month", '"soon" is not a number with a unit, for example 18 month'),
        ("", "month", '"" is not a number with a unit, for example 18 month'),
        ("1e999 month", "month", '"1e999 month" is not a finite number'),
        ("3 moths", "month", '"3 moths": unknown unit "moths"; did you mean month?'),
        (
            "20 degC",
            "month",
            '"20 degC": "degC" does not start at zero; only units that are plain factors can be used',
        ),
        ("3 MW; GW", "MW", '"3 MW; GW": unknown unit "MW; GW"'),
        ("3 9**9**9", "MW", '"3 9**9**9": unknown unit "9**9**9"'),
    ],
)
def test_what_is_said_of_a_quantity_that_does_not_fit(text: str, unit: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole wording is compared below
        parse_quantity(text, unit)
    assert str(caught.value) == message


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        value = parse_quantity(text, "month")
    except ValueError:
        return
    assert isinstance(value, float)


def test_a_row_whose_unit_does_not_fit_its_kind_is_refused() -> None:
    check_unit("facility_power", "GW")
    with pytest.raises(
        ValueError, match=r"^MW_it is IT power, expected power for facility_power, for example MW$"
    ):
        check_unit("facility_power", "MW_it")
    with pytest.raises(ValueError, match=r'^unknown quantity "durration"; did you mean duration\?$'):
        check_unit("durration", "month")


def test_the_pint_registry_is_the_same_one_everywhere() -> None:
    from stargauge.facts.units import unit_registry

    assert ureg is unit_registry()
    assert ureg("1 GW_it").to("MW_it").magnitude == pytest.approx(1000.0)


def test_units_that_are_written_down_need_no_pint(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("pint was built")

    monkeypatch.setattr("stargauge.facts.units.unit_registry", refuse)
    unit_measure.cache_clear()
    assert conversion_factor("week", "month") == pytest.approx(7 / (365.25 / 12))

"""Numbers, chances and dates are written so that nobody reads more into them than there is."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.report.numbers import (
    chance,
    day_long,
    day_short,
    decimal,
    end_of_month,
    month_long,
    month_short,
    significant,
    year_time,
)

MANY = 10_000


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("probability", "futures", "written"),
    [
        (0.0, MANY, "under 0.1 %"),
        (0.0004, MANY, "under 0.1 %"),
        (0.0005, MANY, "0.1 %"),
        (0.0023, MANY, "0.2 %"),
        (0.041, MANY, "4.1 %"),
        (0.0994, MANY, "9.9 %"),
        (0.0996, MANY, "10 %"),
        (0.418, MANY, "42 %"),
        (0.5, MANY, "50 %"),
        (0.9, MANY, "90 %"),
        (0.95, MANY, "95.0 %"),
        (0.9994, MANY, "99.9 %"),
        (0.9996, MANY, "over 99.9 %"),
        (1.0, MANY, "over 99.9 %"),
        # Few futures without the event bound its chance by 3/n only.
        (0.0, 2_000, "under 0.2 %"),
        (0.0, 256, "under 2 %"),
        (1.0, 256, "over 98 %"),
        (0.0, 1, "under 100 %"),
        (0.0, 1_000_000, "under 0.1 %"),
        (None, MANY, "–"),
    ],
)
def test_chance(probability: float | None, futures: int, written: str) -> None:
    assert plain(chance(probability, futures)) == written


@given(count=st.integers(0, 5000), futures=st.just(5000))
def test_a_chance_is_true_of_the_share_it_is_written_for(count: int, futures: int) -> None:
    share = 100 * count / futures
    words = plain(chance(count / futures, futures))
    bound = float(re.search(r"[\d.]+", words)[0])  # type: ignore[index]
    if words.startswith("under"):
        assert share < bound
    elif words.startswith("over"):
        assert share > bound
    else:
        assert abs(share - bound) <= 0.5
        assert 0.0 < bound < 100.0


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (9773.0, 0, "9,773"),
        (-2.8e-17, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-3.2, 0, "−3"),
        (None, 1, "–"),
        (0.05, 1, "0.1"),
    ],
)
def test_decimal(value: float | None, decimals: int, written: str) -> None:
    assert decimal(value, decimals) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12999.999999999996, "13,000"),
        (0.2069, "0.207"),
        (1.5, "1.5"),
        (0.0, "0"),
        (-0.25, "−0.25"),
        (115.4, "115"),
    ],
)
def test_significant(value: float, written: str) -> None:
    assert significant(value) == written


@given(st.floats(1e-6, 1e9))
def test_significant_digits_are_close_to_the_value(value: float) -> None:
    assert float(significant(value).replace(",", "")) == pytest.approx(value, rel=0.00501)


def test_dates() -> None:
    assert plain(month_long("2031-08")) == "August 2031"
    assert plain(month_short("2031-08", "2035-12")) == "Aug 2031"
    assert plain(month_short(None, "2035-12")) == "after Dec 2035"
    assert plain(day_long(date(2026, 10, 5))) == "5 October 2026"
    assert plain(day_short("2026-10-05")) == "5 Oct 2026"
    assert [plain(day_long("2025-11")), plain(day_short("2025-11"))] == ["November 2025", "Nov 2025"]
    assert [day_long("2033"), day_short("2033")] == ["2033", "2033"]


def test_times_in_years() -> None:
    assert end_of_month("2025-12") == 2026.0
    assert year_time("2026-01-01") == 2026.0
    assert year_time(date(2024, 7, 2)) == pytest.approx(2024.5)

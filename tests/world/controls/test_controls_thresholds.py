"""Every threshold from both sides, and the rule read a second time from the words of the Federal Register."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.world.controls import (
    Question,
    chip_class,
    decide,
    foundry_presumed,
    memory_bandwidth_density,
    own_chip,
    performance_density,
    tariff_band,
    total_processing_performance,
    under_china_line,
)
from stargauge.world.controls.classes import class_2022, class_2023, class_hbm, reaches_h20

sizes = st.floats(min_value=1e-3, max_value=1e6, allow_nan=False)
densities = st.floats(min_value=1e-3, max_value=100.0, allow_nan=False)


def below(value: float) -> float:
    return math.nextafter(value, 0.0)


def above(value: float) -> float:
    return math.nextafter(value, math.inf)


@pytest.mark.parametrize(
    ("tpp", "links", "expected"),
    [
        (4800, 600, "3A090"), (below(4800), 600, "none"), (4800, below(600), "none"),
        (below(4800), None, "none"), (4800, None, "undetermined"), (1e6, 599.9, "none"),
    ],
)  # fmt: skip
def test_the_text_of_2022_needs_both(tpp: float, links: float | None, expected: str) -> None:
    assert class_2022(tpp, links) == expected


@pytest.mark.parametrize(
    ("tpp", "density", "datacentre", "expected"),
    [
        (4800, 0.1, True, "3A090.a"), (4800, 0.1, False, "3A090.a"), (4800, None, False, "3A090.a"),
        (below(4800), 0.1, True, "none"), (below(4800), 100.0, False, "none"),
        (1600, 5.92, True, "3A090.a"), (below(1600), 100.0, True, "none"),
       (1600, below(5.92), True, "3A090.b"),
        (2400, 1.6, True, "3A090.b"), (below(2400), 1.6, True, "none"), (2400, below(1.6), True, "none"),
        (1600, 3.2, True, "3A090.b"), (1600, below(3.2), True, "none"), (below(1600), 3.2, True, "none"),
        (below(2400), 3.2, True, "3A090.b"), (below(4800), 1.6, True, "3A090.b"),
        (1600, None, True, "undetermined"), (below(4800), None, True, "undetermined"),
        (below(1600), None, True, "none"), (below(4800), None, False, "none"),
    ],
)  # fmt: skip
def test_the_text_of_2023(tpp: float, density: float | None, datacentre: bool, expected: str) -> None:
    assert class_2023(tpp, density, datacentre) == expected


@given(sizes, densities, st.booleans())
def test_the_text_of_2023_read_a_second_time(tpp: float, density: float, datacentre: bool) -> None:
    a = tpp >= 4800 or (tpp >= 1600 and density >= 5.92)
    b = (2400 <= tpp < 4800 and 1.6 <= density < 5.92) or (tpp >= 1600 and 3.2 <= density < 5.92)
    expected = "3A090.a" if a else "3A090.b" if b else "none"
    if not datacentre and tpp < 4800:
        expected = "none"
    assert class_2023(tpp, density, datacentre) == expected


@given(sizes, densities)
def test_more_performance_never_frees_a_chip(tpp: float, density: float) -> None:
    order = {"none": 0, "3A090.b": 1, "3A090.a": 2}
    assert order[class_2023(tpp * 1.5, density, True)] >= order[class_2023(tpp, density, True)]
    assert order[class_2023(tpp, density * 1.5, True)] >= order[class_2023(tpp, density, True)]


def test_memory_stacks() -> None:
    assert class_hbm(above(2.0)) == "3A090.c"
    assert class_hbm(2.0) == "none"
    stack = own_chip(hbm_density=3.0)
    assert chip_class(stack, dt.date(2024, 12, 1)) == "none"
    assert chip_class(stack, dt.date(2024, 12, 2)) == "3A090.c"
    for density, expected in ((below(3.3), "exception"), (3.3, "licence")):
        question = Question(
            own_chip(hbm_density=density), "CN", "US", dt.date(2025, 6, 1), end_user="us-packager"
        )
        assert decide(question).answer == expected
    assert memory_bandwidth_density(819.2, 110.0) == pytest.approx(7.447, abs=1e-3)


@pytest.mark.parametrize(
    ("memory", "links", "expected"),
    [
        (4000, 0.1, True), (below(4000), 0.1, False), (0.1, 900, True), (0.1, below(900), False),
        (None, None, False), (4000, None, True), (below(4000), None, False), (below(4000), below(900), False),
    ],
)  # fmt: skip
def test_the_letter_of_2025(memory: float | None, links: float | None, expected: bool) -> None:
    chip = own_chip(1000, 1.0, memory, links)
    assert reaches_h20(chip) is expected
    answer = decide(Question(chip, "CN", "CN", dt.date(2025, 4, 9))).answer
    assert answer == ("licence" if expected else "no licence")
    assert decide(Question(chip, "CN", "CN", dt.date(2025, 4, 8))).answer == "no licence"


@pytest.mark.parametrize(
    ("tpp", "dram", "expected"),
    [
        (below(21000), below(6500), True), (21000, 1, False), (below(21000), 6500, False),
        (below(21000), None, None), (21000, None, False), (21000, 6500, False), (5000, 0.0, True),
    ],
)  # fmt: skip
def test_the_line_of_2026(tpp: float, dram: float | None, expected: bool | None) -> None:
    assert under_china_line(tpp, dram) is expected
    review = {True: "case-by-case", False: "presumption of denial", None: "not known"}[expected]
    if dram != 0.0:
        chip = own_chip(tpp, 10.0, dram)
        assert decide(Question(chip, "CN", "CN", dt.date(2026, 1, 15))).review == review


BANDS = [(14000, 17500, 4500, 5000, "band 1"), (20800, 21100, 5800, 6200, "band 2")]


@pytest.mark.parametrize(("low", "high", "dram_low", "dram_high", "band"), BANDS)
def test_tariff_bands_are_open_at_all_ends(
    low: float, high: float, dram_low: float, dram_high: float, band: str
) -> None:
    tpp, dram = (low + high) / 2, (dram_low + dram_high) / 2
    for inside in (tpp, above(low), below(high)):
        assert tariff_band(inside, dram) == band
    for inside in (above(dram_low), below(dram_high)):
        assert tariff_band(tpp, inside) == band
    for outside in (low, high):
        assert tariff_band(outside, dram) == "none"
    for outside in (dram_low, dram_high):
        assert tariff_band(tpp, outside) == "none"
    assert tariff_band(tpp, None) == "none"


@given(st.dictionaries(st.sampled_from(["fp16", "fp8", "fp4", "int8", "int4"]), sizes, min_size=1))
def test_performance_is_the_largest_product(numbers: dict[str, float]) -> None:
    bits = {"fp16": 16, "fp8": 8, "fp4": 4, "int8": 8, "int4": 4}
    assert total_processing_performance(numbers) == max(bits[name] * value for name, value in numbers.items())


def test_the_examples_of_the_rule() -> None:
    assert total_processing_performance({"int8": 600}) == 4800
    assert total_processing_performance({"fp16": 300, "fp8": None}) == 4800
    assert total_processing_performance({}) is None
    assert performance_density(4800, 600) == 8.0
    assert performance_density(4800, None) is None


@pytest.mark.parametrize(
    ("day", "transistors", "hbm", "expected"),
    [
        ("2025-01-15", 100, True, False),
        ("2025-01-16", below(30), True, False), ("2025-01-16", 30, True, True),
        ("2026-12-31", 34, False, True), ("2027-01-01", below(35), False, False),
        ("2027-01-01", 35, False, True), ("2027-01-01", 34, True, True),
        ("2028-12-31", 39, False, True), ("2029-01-01", below(40), False, False),
        ("2029-01-01", 40, False, True), ("2029-01-01", None, False, True),
    ],
)  # fmt: skip
def test_what_a_foundry_must_presume(day: str, transistors: float | None, hbm: bool, expected: bool) -> None:
    date = dt.date.fromisoformat(day)
    assert foundry_presumed(date, transistors, hbm, approved_packager=True) is expected
    assert foundry_presumed(date, transistors, hbm, attested=True) is False
    assert foundry_presumed(date, transistors, hbm) is (date >= dt.date(2025, 1, 16))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2022-10-06", "none"), ("2022-10-07", "3A090"), ("2023-11-16", "3A090"), ("2023-11-17", "3A090.a"),
    ],
)  # fmt: skip
def test_the_days_on_which_the_class_changes(day: str, expected: str) -> None:
    assert chip_class(own_chip(5000, 7.0, 2000, 600), dt.date.fromisoformat(day)) == expected

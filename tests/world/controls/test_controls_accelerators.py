"""The 62 accelerators against a table worked out apart, on every day a rule changed; differences by name."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from stargauge.world.controls import (
    Decision,
    Question,
    chip_class,
    chips,
    decide,
    tariff_band,
    under_china_line,
)
from stargauge.world.controls.rules import rules

HERE = Path(__file__).parent
COLLECTED = HERE.parents[3] / "shared" / "facts" / "world" / "accelerators.csv"


def read(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["name"]: row for row in csv.DictReader(stream)}


EXPECTED = read(HERE / "expected_classes.csv")
RULE_DAYS = sorted(
    {
        day
        for rule in rules().values()
        for day in (rule.in_force, rule.last_day, rule.suspended_from, rule.not_enforced_from)
        if day
    }
    | {dt.date(2022, 10, 6), dt.date(2026, 11, 24)}
)

UNKNOWN_LINKS = (
    "Google TPU v5p",
    "Google TPU v6e",
    "AWS Trainium3",
    "Microsoft Maia 100",
    "Groq LPU v1",
    "Cerebras WSE-3",
)
"""The table calls a part free in 2022 where its interconnect is not listed. Its performance reaches 4,800,
so the rule turns on a number nobody lists: undetermined here."""

REVIEW_DIFFERENCES = {
    "NVIDIA H20": ("no 3A090 licence", "licence (review policy not published)"),
    "AMD MI308X": ("undetermined", "licence (review policy not published)"),
    "Groq LPU v1": ("presumption of denial", "licence (case-by-case)"),
}
"""The H20 is outside 3A090, and needs a licence by the letter of April 2025. The MI308X, whose class is not
known, reaches the H20's memory bandwidth: the letter asks a licence in any case. Groq's 80,000 GB/s are of
memory on the
chip: the line of 2026 counts DRAM, of which it has none."""

CLASS_WORDS = {"none": "none", "none (Note 2)": "none", "3A090.? (die area unknown)": "undetermined"}
REVIEW_WORDS = {
    "no 3A090 licence": "no licence",
    "case-by-case (91 FR 1684)": "licence (case-by-case)",
    "presumption of denial": "licence (presumption of denial)",
    "licence; NAC notification route open": "exception NAC",
    "licence; NAC notification route open (D:5/Macau)": "exception NAC",
    "undetermined": "undetermined",
    "not a US export": "not a US export",
    "not a US export (General Prohibition 10 risk)": "not a US export",
}


def to_china(name: str, day: dt.date) -> Decision:
    return decide(Question(chips()[name], "CN", "CN", day))


def expected_class(row: dict[str, str], day: dt.date) -> str:
    if day < dt.date(2022, 10, 7):
        return "none"
    if day < dt.date(2023, 11, 17):
        if row["name"] in UNKNOWN_LINKS:
            return "undetermined"
        # Biren's and Huawei's parts are classed like any other: the class says nothing of who may sell them.
        return "3A090" if row["status_under_oct2022_rule"] == "controlled" else "none"
    written = row["eccn_under_2023_rule"]
    return CLASS_WORDS.get(written, written)


def test_there_are_62_accelerators() -> None:
    assert list(chips()) == list(EXPECTED)
    assert len(chips()) == 62


@pytest.mark.parametrize("name", EXPECTED)
def test_performance_and_density_are_those_of_the_table(name: str) -> None:
    row, chip = EXPECTED[name], chips()[name]
    assert chip.tpp == pytest.approx(float(row["tpp_computed"]), rel=2e-4)
    if row["performance_density"]:
        assert chip.density == pytest.approx(float(row["performance_density"]), rel=2e-3)
    else:
        assert chip.density is None


@pytest.mark.parametrize("day", RULE_DAYS, ids=str)
def test_every_chip_is_classed_as_the_table_says_on_every_rule_day(day: dt.date) -> None:
    found = {name: chip_class(chip, day) for name, chip in chips().items()}
    assert found == {name: expected_class(row, day) for name, row in EXPECTED.items()}


def test_parts_that_differ_in_2022_are_those_without_a_listed_interconnect() -> None:
    day = dt.date(2022, 10, 7)
    plain = {name: row["status_under_oct2022_rule"] == "controlled" for name, row in EXPECTED.items()}
    differ = [name for name, chip in chips().items() if (chip_class(chip, day) == "3A090") != plain[name]]
    assert differ == []
    unknown = [name for name, chip in chips().items() if chip_class(chip, day) == "undetermined"]
    assert tuple(unknown) == UNKNOWN_LINKS
    assert all(chips()[name].interconnect_gb_s is None and chips()[name].tpp >= 4800 for name in unknown)
    assert all(EXPECTED[name]["status_under_oct2022_rule"] == "free" for name in unknown)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_way_to_china_in_2026(name: str) -> None:
    written = EXPECTED[name]["china_macau_review_2026"]
    found = to_china(name, dt.date(2026, 3, 1)).text
    if name in REVIEW_DIFFERENCES:
        assert (written, found) == REVIEW_DIFFERENCES[name]
    else:
        assert found == REVIEW_WORDS[written]


@pytest.mark.parametrize("name", EXPECTED)
def test_before_the_line_of_2026_what_is_reviewed_case_by_case_was_denied(name: str) -> None:
    before, after = to_china(name, dt.date(2026, 1, 14)), to_china(name, dt.date(2026, 1, 15))
    assert before.review not in ("case-by-case", "not known")
    assert before.answer == after.answer
    if after.review == "case-by-case":
        assert before.review == "presumption of denial"
    else:
        assert before.review == after.review


@pytest.mark.parametrize("name", EXPECTED)
def test_the_band_of_the_tariff(name: str) -> None:
    written = EXPECTED[name]["tariff_band_2026"]
    band = {"": "none", "no": "none", "band 1 (25%)": "band 1", "band 2 (25%)": "band 2"}[written]
    chip = chips()[name]
    assert tariff_band(chip.tpp, chip.dram_bandwidth_gb_s) == band
    assert to_china(name, dt.date(2026, 1, 14)).tariff == "none"
    assert to_china(name, dt.date(2026, 1, 15)).tariff == band


def test_the_line_of_2026_alone() -> None:
    inside = {name for name, chip in chips().items() if under_china_line(chip.tpp, chip.dram_bandwidth_gb_s)}
    for name in ("NVIDIA H200 SXM", "AMD MI325X", "AWS Trainium3", "Groq LPU v1"):
        assert name in inside
    for name in ("NVIDIA B200", "NVIDIA B300", "AMD MI355X", "Intel Gaudi 3", "NVIDIA B30A (rumoured)"):
        assert name not in inside


@pytest.mark.skipif(
    not COLLECTED.is_file(), reason="the collected tables are beside the repository and are not there"
)
def test_the_table_kept_with_the_tests_is_the_collected_one() -> None:
    collected = read(COLLECTED)
    assert list(collected) == list(EXPECTED)
    for name, row in EXPECTED.items():
        assert row == {column: collected[name][column] for column in row}
    numbers = {
        "fp16_tflops": "fp16_dense_tflops", "fp8_tflops": "fp8_dense_tflops",
        "fp4_tflops": "fp4_dense_tflops",
        "int8_tops": "int8_dense_tops", "int4_tops": "int4_dense_tops",
        "die_area_mm2": "applicable_die_area_mm2", "memory_bandwidth_gb_s": "memory_bandwidth_GBps",
        "memory_gb": "memory_GB", "interconnect_gb_s": "interconnect_GBps", "release_year": "release_year",
        "datacentre": "datacentre_marketed",
    }  # fmt: skip
    for name, chip in chips().items():
        assert chip.row is not None
        for ours, theirs in numbers.items():
            value = getattr(chip.row, ours)
            assert (value is None) == (collected[name][theirs] == ""), (name, ours)
            if value is not None:
                assert float(value) == float(collected[name][theirs]), (name, ours)

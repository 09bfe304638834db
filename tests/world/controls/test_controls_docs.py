"""The page on chip controls says what the tables and the code hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_controls_accelerators import EXPECTED, REVIEW_DIFFERENCES, UNKNOWN_LINKS

from stargauge.world.controls import chips, controls_check, load_controls
from stargauge.world.controls.codes import END_USERS, END_USES
from stargauge.world.controls.questions import COLUMNS
from stargauge.world.controls.rules import rules
from stargauge.world.controls.wording import rule_days

PAGE = (Path(__file__).parents[3] / "docs" / "controls.md").read_text(encoding="utf-8")


def table(name: str) -> list[str]:
    part = PAGE[PAGE.index(f"<!-- {name}, checked") : PAGE.index(f"<!-- end of {name} -->")]
    return [line for line in part.splitlines() if line.startswith("|")][2:]


def test_the_columns_of_a_batch_are_those_of_the_code() -> None:
    assert table("batch columns") == [f"| `{name}` | {what} |" for name, what in COLUMNS.items()]


def test_the_rules_are_those_of_the_table() -> None:
    rows = table("rules")
    assert len(rows) == len(rules())
    for row, rule in zip(rows, rules().values(), strict=True):
        assert row.startswith(f"| `{rule.rule}` | {rule_days(rule)} | ")
        for part in (rule.citation, rule.address, rule.what, rule.uncertain, f"| {rule.confidence} |"):
            assert part in row


def test_the_limits_are_those_of_the_table() -> None:
    assert table("limits") == [
        f"| `{row.limit}` | {row.value:g} | {row.unit} | {row.note} | `{row.rule}` |"
        for row in load_controls().limits
    ]


@pytest.mark.parametrize("word", [*END_USES, *END_USERS])
def test_every_use_and_user_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_difference_is_told() -> None:
    for name in UNKNOWN_LINKS:
        assert f"| {name} | free in 2022 | undetermined | TPP {chips()[name].tpp:,.0f}" in PAGE
        assert EXPECTED[name]["status_under_oct2022_rule"] == "free"
    for name, (theirs, ours) in REVIEW_DIFFERENCES.items():
        assert f"| {name} | {theirs} in 2026 | {ours} |" in PAGE


def test_numbers_the_page_states() -> None:
    assert f"\n{len({row.code for row in load_controls().countries})} have groups here" in PAGE
    assert sum(chip.density is None for chip in chips().values()) == 20
    answer = controls_check("NVIDIA H20", "CN", "CN", "2026-03-01").decision
    assert f'("{answer.chip_class}", "{answer.text}")' in PAGE

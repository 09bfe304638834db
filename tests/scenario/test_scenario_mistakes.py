"""Every malformed scenario is told each of its mistakes: line, field, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from scenario_names import MINIMAL, SMALL

from stargauge.errors import InputError
from stargauge.scenario import parse_scenario

CASES = YAML(typ="safe", pure=True).load(Path(__file__).with_name("malformed.yaml"))


def _mistakes(text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(InputError) as caught:
        parse_scenario(text, "mine.yaml", vocabulary=SMALL)
    return [(mistake.line, mistake.field, mistake.message) for mistake in caught.value.mistakes]


def test_head_of_cases_is_valid() -> None:
    assert parse_scenario(MINIMAL, vocabulary=SMALL).name == "case"


def test_there_are_many_cases() -> None:
    assert len(CASES) > 100
    assert len({case["case"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_malformed(case: dict[str, object]) -> None:
    text = case["text"] if "text" in case else MINIMAL + str(case["then"])
    found = _mistakes(str(text))
    expected = case["mistakes"]
    assert [(line, field) for line, field, _ in found] == [(line, str(field)) for line, field, _ in expected]
    for (_, _, message), (_, _, part) in zip(found, expected, strict=True):
        assert part in message
        assert not message.endswith(".")


def test_error_reads_as_a_list() -> None:
    with pytest.raises(InputError) as caught:
        parse_scenario(
            MINIMAL + "levers: {permiting_time: 1}\nfacts:\n  C10: 9 MW\n", "mine.yaml", vocabulary=SMALL
        )
    assert str(caught.value).splitlines() == [
        "mine.yaml has 2 mistakes; nothing was run.",
        "  line 4    levers.permiting_time        no such lever; did you mean permitting_time?",
        "  line 6    facts.C10                    "
        '"9 MW" is power, expected power per time, for example 9 GW/year',
    ]


def test_long_words_are_cut_in_messages() -> None:
    found = _mistakes(MINIMAL + f"schedule: {'x' * 5000}\n{'k' * 900}: 1\n")
    assert all(len(field) + len(message) < 400 for _, field, message in found)
    assert len(found) == 2


@pytest.mark.parametrize(
    "text",
    [
        "as_of: 2026-10-05",
        'as_of: "2026-10-05"',
        "as_of: '2026-10-05'",
    ],
)
def test_dates_need_no_quotes(text: str) -> None:
    scenario = parse_scenario(f"stargauge: 1\nname: case\n{text}\n", vocabulary=SMALL)
    assert scenario.as_of.isoformat() == "2026-10-05"

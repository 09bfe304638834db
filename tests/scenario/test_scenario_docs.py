"""The page on scenarios: complete, and every example in it loads with the shipped tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from stargauge.scenario import LEVERS, STAGES, Scenario, builtin_names, parse_scenario, scenario_schema
from stargauge.scenario.parts import Limits
from stargauge.scenario.tree import read_tree

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
TEXT = PAGE.read_text(encoding="utf-8")
HEAD = "stargauge: 1\nname: example\nextends: us-2026\n"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 7


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split(":", 1)[0] for block in BLOCKS])
def test_examples_load_and_validate(block: str) -> None:
    text = block if block.startswith("stargauge:") else HEAD + block
    changed = parse_scenario(text, "example in docs/scenarios.md")
    assert changed.digest() != parse_scenario(HEAD).digest()
    Draft202012Validator(scenario_schema()).validate(read_tree(text, "example").value)


def test_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    exec(compile(code, "docs/scenarios.md", "exec"), {})
    assert capsys.readouterr().out == "False {'scale': 1.4}\n"


def test_every_name_is_on_the_page() -> None:
    names = [*Scenario.model_fields, *STAGES, *Limits.model_fields, *builtin_names()]
    assert [name for name in names if f"`{name}`" not in TEXT and f"`{name}:" not in TEXT] == []


def test_every_example_field_is_shown_in_yaml() -> None:
    shown = "\n" + "\n".join(BLOCKS)
    absent = {name for name in Scenario.model_fields if f"\n{name}:" not in shown}
    assert absent <= {"description"}


def test_lever_table_is_the_one_in_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (I{1,3}|–) \| (.+) \|$", TEXT, re.MULTILINE)
    assert rows == [(lever.name, lever.pillar or "–", lever.meaning) for lever in LEVERS.values()]

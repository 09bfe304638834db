"""The published schema: in step with the code, and read the same way by an independent validator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from scenario_names import SMALL
from scenario_strategies import fields_with_limits
from test_scenario_mistakes import CASES, MINIMAL

from stargauge.errors import InputError
from stargauge.scenario import (
    LEVERS,
    SCHEMA_NAME,
    Scenario,
    build_scenario,
    builtin_names,
    new_scenario,
    scenario_schema,
    schema_text,
)
from stargauge.scenario.reader import BUILTIN_FOLDER
from stargauge.scenario.schema import SCHEMA_FILE
from stargauge.scenario.tree import read_tree

SCHEMA = scenario_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_file_is_in_step_with_the_code() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_schema_is_a_valid_schema_with_a_relative_id() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == SCHEMA_NAME == "scenario-1.schema.json"


def test_every_field_is_described_with_an_example() -> None:
    assert set(SCHEMA["properties"]) == set(Scenario.model_fields)
    for name, shape in SCHEMA["properties"].items():
        assert shape["description"], name
        assert shape["examples"], name
        Draft202012Validator({**shape, "$defs": SCHEMA["$defs"]}).validate(shape["examples"][0])
    for part, shape in SCHEMA["$defs"].items():
        for name, inner in shape.get("properties", {}).items():
            assert inner.get("description"), f"{part}.{name}"
    assert set(SCHEMA["properties"]["levers"]["properties"]) == set(LEVERS)


@pytest.mark.parametrize("name", builtin_names())
def test_built_ins_validate(name: str) -> None:
    text = (BUILTIN_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    VALIDATOR.validate(read_tree(text, name).value)
    # ruamel.yaml's own loader reads dates as dates; all else must agree with our reading.
    independent = YAML(typ="safe", pure=True).load(text)
    assert json.loads(json.dumps(independent, default=str)) == read_tree(text, name).value
    pointed = text.splitlines()[0].partition("$schema=")[2]
    assert (BUILTIN_FOLDER / pointed).resolve() == SCHEMA_FILE.resolve()


@given(fields_with_limits)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_program_accepts_validates(made: dict[str, Any]) -> None:
    canonical = build_scenario(made, vocabulary=SMALL).canonical()
    VALIDATOR.validate(json.loads(json.dumps(made)))
    VALIDATOR.validate(canonical)


def test_new_file_points_at_the_schema_beside_it(tmp_path: Path) -> None:
    new_scenario(tmp_path / "mine.yaml")
    first = (tmp_path / "mine.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA_NAME}"
    beside = json.loads((tmp_path / SCHEMA_NAME).read_text(encoding="utf-8"))
    assert beside == SCHEMA
    uncommented = (tmp_path / "mine.yaml").read_text().replace("\n# ", "\n")
    Draft202012Validator(beside).validate(read_tree(uncommented, "mine").value)


def test_schema_refuses_most_malformed_cases() -> None:
    """Names, units and relations between fields need the tables; the rest must be caught."""
    caught = 0
    readable = 0
    for case in CASES:
        try:
            tree = read_tree(str(case["text"] if "text" in case else MINIMAL + case["then"]), "case")
        except InputError:
            continue
        readable += not tree.mistakes
        caught += not tree.mistakes and not VALIDATOR.is_valid(tree.value)
    assert readable > 80
    assert caught > readable / 2

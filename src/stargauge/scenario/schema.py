"""The JSON Schema of a scenario file, for editors and for anyone who writes scenarios by program.

It accepts every file the program accepts, and refuses mistakes of shape and range. What only the tables can
tell (whether a fact, programme or region exists, which unit a fact has) is left to the program.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core.core_schema import WithDefaultSchema

from stargauge.scenario import shapes
from stargauge.scenario.scenario import Scenario

SCHEMA_NAME = "scenario-1.schema.json"
SCHEMA_FILE = Path(__file__).parent / SCHEMA_NAME


class _Generator(GenerateJsonSchema):
    """Pydantic's schema without its titles, which repeat field names, and defaults that are objects."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        plain = isinstance(schema.get("default"), str | int | float | bool)
        return super().default_schema(schema) if plain else self.generate_inner(schema["schema"])

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        made = super().generate(schema, mode)
        made["$schema"] = self.schema_dialect
        return made


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file; its `$id` is relative, for use offline."""
    made = Scenario.model_json_schema(schema_generator=_Generator)
    schema = {
        "$schema": made.pop("$schema"),
        "$id": SCHEMA_NAME,
        "title": "Stargauge scenario",
        "description": "What a user decides about a run of Stargauge. One YAML 1.2 document.",
        **{key: value for key, value in made.items() if key not in {"title", "description"}},
    }
    schema["required"] = ["stargauge", "name"]
    schema["anyOf"] = [{"required": ["extends"]}, {"required": ["as_of"]}]
    properties = schema["properties"]
    properties["as_of"] = {**properties["as_of"], "type": "string"}
    # A field left empty in YAML is null, which the program refuses and pydantic writes as allowed.
    extends = properties["extends"]
    extends.pop("anyOf", None)
    extends.pop("default", None)
    properties["extends"] = {"type": "string", "minLength": 1, "maxLength": 400, **extends}
    shared = {"Scale": shapes.SCALE, "LeverValue": shapes.LEVER_VALUE}
    named = {name: shape["anyOf"] for name, shape in shared.items()}
    referring: dict[str, Any] = _referring(schema, named)
    referring["$defs"] = dict(sorted({**referring["$defs"], **shared}.items()))
    return referring


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def _referring(node: Any, named: dict[str, Any]) -> Any:
    """Replace each spelled-out copy of a shared shape by a reference to its one definition."""
    if isinstance(node, list):
        return [_referring(item, named) for item in node]
    if not isinstance(node, dict):
        return node
    name = next((name for name, options in named.items() if node.get("anyOf") == options), None)
    rest = {key: value for key, value in node.items() if name is None or key != "anyOf"}
    made = {key: _referring(value, named) for key, value in rest.items()}
    return {"$ref": f"#/$defs/{name}", **made} if name else made

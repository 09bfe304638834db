"""The JSON Schema of a scenario file, for editors and for anyone who writes scenarios by program.

It accepts every file the program accepts and refuses most of what it refuses. What only the fact tables can
tell (whether a fact, programme or region exists, which unit a fact has) is left to the program.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import PydanticSerializationError

from stargauge.scenario.scenario import Scenario

SCHEMA_NAME = "scenario-1.schema.json"
SCHEMA_FILE = Path(__file__).parent / SCHEMA_NAME


class _Generator(GenerateJsonSchema):
    """Pydantic's schema without its titles, which repeat field names, and defaults that are objects."""

    ignored_warning_types: ClassVar = {"skipped-choice", "non-serializable-default"}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, str | int | float | bool):
            return dft
        raise PydanticSerializationError("not a plain value")

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
    return schema


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"

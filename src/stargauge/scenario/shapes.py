"""JSON Schema of the values that are read by hand: scales, fact values, paths, levers, headroom."""

from __future__ import annotations

from typing import Any

MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"
DAY_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
_POINT_PATTERN = r"^\d{4}(-(0[1-9]|1[0-2]))?$"
_QUANTITY_PATTERN = r"^\s*\+?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?\s*[^\s\d].*$"

Shape = dict[str, Any]

_NUMBER: Shape = {"type": "number"}
_POSITIVE: Shape = {"type": "number", "exclusiveMinimum": 0}
_NUMBERS: Shape = {"type": "array", "items": _NUMBER, "minItems": 1}
_QUANTILES: Shape = dict.fromkeys(("p05", "p10", "p25", "p50", "p75", "p90", "p95"), _NUMBER)

# By kind: the parameters it may have, and those it must have where only one set will do.
_MEMBERS: dict[str, tuple[Shape, list[str]]] = {
    "constant": ({"value": _NUMBER}, ["value"]),
    "normal": ({"mean": _NUMBER, "sd": _POSITIVE, **_QUANTILES}, []),
    "lognormal": (
        {"median": _POSITIVE, "log_sd": _POSITIVE, "log_sd_above": _POSITIVE, **_QUANTILES},
        [],
    ),
    "triangular": ({"low": _NUMBER, "mode": _NUMBER, "high": _NUMBER}, ["low", "mode", "high"]),
    "beta": ({"alpha": _POSITIVE, "beta": _POSITIVE, "low": _NUMBER, "high": _NUMBER}, ["alpha", "beta"]),
    "discrete": ({"values": _NUMBERS, "weights": _NUMBERS}, ["values", "weights"]),
    "empirical": ({"values": _NUMBERS}, ["values"]),
}
# Sets of parameters that only one kind has, so that `distribution` may be left out.
_UNNAMED = (
    ("lognormal", ["median", "log_sd"]),
    ("normal", ["mean", "sd"]),
    ("triangular", ["low", "mode", "high"]),
)


def distribution(*, unit: bool) -> Shape:
    """Return the shape of a distribution mapping, with a `unit` field or without."""
    extra: Shape = {"unit": {"type": "string", "description": "Unit of the parameters."}} if unit else {}
    shapes = []
    for kind, (parameters, required) in _MEMBERS.items():
        properties = {"distribution": {"const": kind}, **parameters, **extra}
        shapes.append(_closed(properties, ["distribution", *required]))
    for kind, required in _UNNAMED:
        shapes.append(_closed({**_MEMBERS[kind][0], **extra}, required))
    return {"anyOf": shapes}


def fact_values() -> Shape:
    """Return the shape of the `facts` mapping."""
    value = {
        "anyOf": [
            {"type": "number", "description": "In the unit of the fact."},
            {
                "type": "string",
                "description": "A number with its unit.",
                "examples": ["18 months", "9 GW/year"],
            },
            *distribution(unit=True)["anyOf"],
        ]
    }
    return {"type": "object", "additionalProperties": value}


def lever_values(levers: dict[str, str]) -> Shape:
    """Return the shape of the `levers` mapping: one entry a lever, described by its meaning."""
    properties = {name: {"description": meaning, **LEVER_VALUE} for name, meaning in levers.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def plan_names() -> Shape:
    """Return the shape of a list of parts of the plan."""
    return {"type": "array", "items": {"type": ["string", "integer"]}, "uniqueItems": True}


def plan_delays() -> Shape:
    """Return the shape of delays by part of the plan."""
    value = {
        "anyOf": [
            {"type": "string", "pattern": _QUANTITY_PATTERN, "examples": ["12 months"]},
            {"const": 0},
        ]
    }
    return {"type": "object", "additionalProperties": value}


def plan_forces(stages: tuple[str, ...]) -> Shape:
    """Return the shape of forced stages by part of the plan."""
    stage = {"enum": list(stages)}
    since = {"type": "string", "pattern": MONTH_PATTERN, "examples": ["2027-01"]}
    return {
        "type": "object",
        "additionalProperties": {"anyOf": [stage, _closed({"stage": stage, "from": since}, ["stage"])]},
    }


def path(example: str) -> Shape:
    """Return the shape of a supplied path: years or months with a quantity each."""
    value = {"type": "string", "pattern": _QUANTITY_PATTERN, "examples": [example]}
    return {
        "type": "object",
        "patternProperties": {_POINT_PATTERN: value},
        "additionalProperties": False,
        "minProperties": 1,
        "examples": [{"2027": example}],
    }


def headroom() -> Shape:
    """Return the shape of the headroom limit: a switch for all regions, or a list by region."""
    off = {"off": {"type": "boolean", "description": "true takes it out of the model."}}
    scale = {"scale": {**SCALE, "description": "Multiplies it."}}
    by_region = {
        "region": {
            "type": "string",
            "examples": ["TEX"],
            "description": "Region, as the fact tables name it.",
        },
        **off,
        **scale,
        "path": {**path("12 GW"), "description": "Absolute headroom, by year or month."},
    }
    return {
        "anyOf": [
            _closed({**off, **scale}, []),
            {"type": "array", "minItems": 1, "items": _closed(by_region, ["region"])},
        ]
    }


def _closed(properties: Shape, required: list[str]) -> Shape:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


SCALE: Shape = {"anyOf": [_POSITIVE, *distribution(unit=False)["anyOf"]]}

_STEP = _closed(
    {
        "from": {
            "type": "string",
            "pattern": MONTH_PATTERN,
            "examples": ["2027-01"],
            "description": "First month of the step.",
        },
        "intensity": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "examples": [0.5],
            "description": "0 (nothing in force) to 1 (all in force).",
        },
    },
    ["from", "intensity"],
)
LEVER_VALUE: Shape = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "array", "items": _STEP, "minItems": 1},
    ]
}

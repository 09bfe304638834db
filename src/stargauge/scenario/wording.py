"""What pydantic reports, in the words of a scenario file: no such field, missing, what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from stargauge.scenario.source import did_you_mean
from stargauge.scenario.tree import shorten

FAULT = "stargauge_fault"


def words(detail: dict[str, Any], model: type[BaseModel] | None) -> str:
    """Return the message for one entry of `ValidationError.errors()`, found while validating `model`."""
    context = detail.get("ctx") or {}
    if detail["type"] == FAULT:
        return str(context["message"])
    if model is not None and detail["type"] == "extra_forbidden":
        return _unknown_field(detail["loc"], model)
    if model is not None and detail["type"] == "missing":
        holder = _model_at(model, detail["loc"][:-1])
        return "missing" + _example(holder, str(detail["loc"][-1]))
    if detail["type"] in {"model_type", "model_attributes_type", "dict_type"}:
        return "expected a mapping of fields, each on its own line as name: value"
    return str(detail["msg"])


def field_names(model: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a model by the name a file uses."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _unknown_field(location: tuple[str | int, ...], model: type[BaseModel]) -> str:
    name = str(location[-1])
    holder = _model_at(model, location[:-1])
    known = list(field_names(holder)) if holder is not None else []
    noun = {"Limits": "limit", "Stages": "stage"}.get(holder.__name__ if holder else "", "field")
    near = did_you_mean(name, known)
    if not near and len(location) == 1:
        elsewhere = {path.rsplit(".", 1)[-1]: path for path in _dotted_names(model)}
        hint = did_you_mean(name, list(elsewhere), 0.8)
        inside = elsewhere.get(hint.removeprefix("; did you mean ").removesuffix("?"), "")
        near = f"; did you mean {inside}?" if inside and "." in inside else ""
    listed = "" if near else f"; known are {', '.join(known)}"
    return f"no such {noun}{near}{listed}"


def _model_at(model: type[BaseModel], location: tuple[str | int, ...]) -> type[BaseModel] | None:
    """Return the model that holds the fields at a location."""
    current: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int) or current is None:
            continue
        info = field_names(current).get(part)
        current = _model_in(info.annotation) if info is not None else None
    return current


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for item in get_args(annotation) if (found := _model_in(item))), None)


def _dotted_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, info in field_names(model).items():
        yield prefix + name
        inner = _model_in(info.annotation)
        if inner is not None and prefix.count(".") < 1:
            yield from _dotted_names(inner, f"{prefix}{name}.")


def _example(model: type[BaseModel] | None, name: str) -> str:
    info = field_names(model).get(name) if model is not None else None
    if info is None or not info.examples:
        return ""
    return f"; for example {name}: {shorten(str(info.examples[0]))}"

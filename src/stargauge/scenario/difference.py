"""What two scenarios decide differently, field by field, and how a field's value reads in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from stargauge.scenario.scenario import Scenario

_UNSAID = {"levers": "as the plan goes", "facts": "as sourced"}
_GROUPS = ("levers", "policy", "facts", "stages", "limits", "world")
_WORDS_ONLY = ("stargauge", "name", "title", "description")


@dataclass(frozen=True)
class Difference:
    """One field on which two scenarios differ; a value of None says nothing of it."""

    field: str
    a: Any
    b: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the field and both values as plain data."""
        return {"field": self.field, "a": self.a, "b": self.b}


@dataclass(frozen=True)
class ScenarioDiff:
    """The differences between scenarios `a` and `b`; empty where they give the same numbers."""

    a: Scenario
    b: Scenario
    differences: tuple[Difference, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return names, digests and differences as plain data."""
        return {
            "a": {"name": self.a.name, "digest": self.a.digest()},
            "b": {"name": self.b.name, "digest": self.b.digest()},
            "differences": [item.to_dict() for item in self.differences],
        }

    def __rich__(self) -> Table | Text:
        """Return a table of what differs, or a sentence where nothing does."""
        if not self.differences:
            return Text(f"{self.a.name} and {self.b.name} decide the same; they give the same numbers.")
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("field", no_wrap=True)
        table.add_column(Text(self.a.name), overflow="fold")
        table.add_column(Text(self.b.name), overflow="fold")
        for item in self.differences:
            values = (Text(in_words(item.field, value)) for value in (item.a, item.b))
            table.add_row(Text(item.field), *values)
        return table


def difference(a: Scenario, b: Scenario) -> ScenarioDiff:
    """Return every field on which two scenarios differ, in the order of the file."""
    fields_a, fields_b = _fields(a), _fields(b)
    names = [*fields_a, *(name for name in fields_b if name not in fields_a)]
    order = {name: index for index, name in enumerate(a.canonical())}
    names.sort(key=lambda name: order.get(name.split(".", 1)[0], len(order)))
    found = [Difference(name, fields_a.get(name), fields_b.get(name)) for name in names]
    return ScenarioDiff(a, b, tuple(item for item in found if item.a != item.b))


def in_words(field: str, value: Any) -> str:
    """Return a canonical value in one line, as a table shows it."""
    group, _, entry = field.partition(".")
    if value is None:
        return _UNSAID.get(group, "not set")
    if group == "policy":
        return _policy_in_words(entry, value)
    if isinstance(value, list):
        if group == "levers":
            return ", ".join(f"{step['intensity']:g} from {step['from']}" for step in value)
        if entry == "headroom":
            return ", ".join(f"{item['region']} {in_words('', item)}" for item in value)
        return ", ".join(str(item) for item in value)
    if not isinstance(value, dict):
        return f"{value:,}" if field == "futures" else str(value)
    if "distribution" in value:
        return _distribution_in_words(value)
    if "path" in value:
        return ", ".join(f"{when}: {_short(amount)}" for when, amount in value["path"].items())
    if value.get("off") is not None:
        return "off" if value["off"] else "on"
    scale = value["scale"]
    return (
        _distribution_in_words(scale)
        if isinstance(scale, dict)
        else f"× {scale:g}"
        if scale != 1.0
        else "model"
    )


def _fields(scenario: Scenario) -> dict[str, Any]:
    """Return the canonical form with one entry a field that is overridden on its own."""
    fields: dict[str, Any] = {}
    for name, value in scenario.canonical().items():
        if name in _WORDS_ONLY:
            continue
        if name in _GROUPS:
            fields.update({f"{name}.{entry}": inner for entry, inner in value.items()})
        else:
            fields[name] = value
    return fields


def _policy_in_words(entry: str, value: Any) -> str:
    if entry == "delay":
        told = [f"{name} by {float(months.split()[0]):g} months" for name, months in value.items()]
    elif entry == "force":
        told = [
            f"{name} {one['stage']} from {one.get('from', 'the month after the as-of date')}"
            for name, one in value.items()
        ]
    else:
        told = [value] if isinstance(value, str) else list(value)
    return ", ".join(told) or "nothing"


def _distribution_in_words(value: dict[str, Any]) -> str:
    unit = f" {value['unit']}" if value.get("unit") else ""
    if value["distribution"] == "constant":
        return f"{value['value']:g}{unit}"
    parameters = [
        f"{name} {item if isinstance(item, list) else format(item, 'g')}"
        for name, item in value.items()
        if name not in {"distribution", "unit"}
    ]
    return f"{value['distribution']} {', '.join(parameters)}{unit}"


def _short(amount: str) -> str:
    number, _, unit = amount.partition(" ")
    return f"{float(number):,g} {unit}"

"""The two sides of a paired claim: what each scenario decides otherwise, checked as its own fields are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError

from stargauge.errors import InputError
from stargauge.insight.claims.words import Words, wording
from stargauge.scenario import Scenario, build_scenario, load_scenario
from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.tree import dotted
from stargauge.scenario.values import shown
from stargauge.scenario.wording import field_names

BASE = "us-2026"
"""Scenario in which the fields of a side are checked."""

SHARED = (
    "stargauge", "name", "title", "description", "extends", "start", "end", "as_of", "seed", "futures",
    "programmes",
)  # fmt: skip
"""Fields in which the two sides may not differ from the scenario: they share its time and its luck."""

_EXAMPLE = "{title: {en: chip sales open, zh: 開放晶片銷售}, fields: {levers: {permitting_time: 1.0}}}"


@dataclass(frozen=True)
class Side:
    """One of the two scenarios: what it is called and the fields it decides otherwise."""

    title: Words
    fields: dict[str, Any] = field(default_factory=dict)

    def scenario(self, base: Scenario) -> Scenario:
        """Return the base scenario with this side's fields in place.

        Raises:
            InputError: The base scenario and the fields do not go together.
        """
        return build_scenario(_merged(base, self.fields), base.name) if self.fields else base


def read_side(value: Any) -> Side:
    """Return a side, its fields checked in the built-in scenario."""
    if isinstance(value, Side):
        return value
    if not isinstance(value, dict):
        raise fault(f"{shown(value)} where a scenario's changes belong; for example {_EXAMPLE}")
    found = Faults()
    for name in value:
        if name not in ("title", "fields"):
            hint = did_you_mean(str(name), ("title", "fields"))
            found.add((str(name),), f"no such field{hint or '; known are title, fields'}")
    title = Words("…")
    try:
        title = wording(100, "chip sales open")(value.get("title"))
    except PydanticCustomError as error:
        found.add(("title",), str((error.context or {})["message"]))
    except ValueError:
        with found.gather(("title",)):
            wording(100, "chip sales open")(value.get("title"))
    fields = value.get("fields") or {}
    if isinstance(fields, dict):
        _check(fields, found)
    else:
        found.add(("fields",), f"{shown(fields)} where fields of a scenario belong; for example {_EXAMPLE}")
    found.raise_any("side")
    return Side(title, fields)


def _check(fields: dict[str, Any], found: Faults) -> None:
    known = tuple(name for name in field_names(Scenario) if name not in SHARED)
    right: dict[str, Any] = {}
    for name, value in fields.items():
        if name in SHARED:
            found.add(("fields", name), "is shared by both sides; leave it out")
        elif name not in known:
            hint = did_you_mean(str(name), known)
            found.add(("fields", str(name)), f"no such field{hint or '; known are ' + ', '.join(known)}")
        else:
            right[name] = value
    try:
        build_scenario(_merged(load_scenario(BASE), right), BASE)
    except InputError as error:
        for mistake in error.mistakes:
            found.add(("fields", *_path(mistake.field, right)), mistake.message)


def _merged(base: Scenario, fields: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario's fields with some replaced; mappings keep their other entries."""
    whole = base.canonical()
    for name, value in fields.items():
        old = whole.get(name)
        whole[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return whole


def _path(told: str, fields: Any) -> tuple[str | int, ...]:
    """Return the path below `fields` that an error names, as far as it is written there."""
    best: tuple[str | int, ...] = ()
    paths: list[tuple[str | int, ...]] = [(name,) for name in fields]
    while paths:
        path = paths.pop()
        value = fields
        for part in path:
            value = value[part]
        if told == dotted(path) or told.startswith((f"{dotted(path)}.", f"{dotted(path)}[")):
            best = max(best, path, key=len)
        if isinstance(value, dict):
            paths += [(*path, name) for name in value]
        elif isinstance(value, list):
            paths += [(*path, place) for place in range(len(value))]
    return best

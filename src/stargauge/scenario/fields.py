"""Readers of the fields that need the tables or one another: programmes, levers, facts, limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationInfo, ValidatorFunctionWrapHandler

from stargauge.scenario.amounts import FactOverride, read_override
from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.levers import LEVERS
from stargauge.scenario.parts import HORIZON, LeverStep
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import real_number, shown
from stargauge.scenario.vocabulary import vocabulary_of

FORMAT = 1


def read_format(value: Any) -> int:
    """Return the version of the format, which is 1."""
    if value == FORMAT and isinstance(value, int) and not isinstance(value, bool):
        return FORMAT
    raise fault(f"{shown(value)} is no format this version reads; write stargauge: {FORMAT}")


def read_programmes(value: Any, info: ValidationInfo) -> Any:
    """Return "all", or the names to watch as a tuple."""
    example = 'for example ["Stargate (US)"], or all'
    if value == "all":
        return value
    if not isinstance(value, list | tuple) or not value:
        raise fault(f"{shown(value or None)} where a list of programmes or sites belongs; {example}")
    known = vocabulary_of(info)
    names, found = (*known.programmes, *known.sites), Faults()
    for index, name in enumerate(value):
        if not isinstance(name, str) or name not in names:
            hint = did_you_mean(name, names, 0.5) if isinstance(name, str) else ""
            found.add((index,), f"no such programme or site: {shown(name)}{hint or '; ' + example}")
        elif name in value[:index]:
            found.add((index,), f"{shown(name)} is given twice; keep one")
    found.raise_any("programmes")
    return tuple(value)


def read_levers(value: Any, info: ValidationInfo) -> dict[str, tuple[LeverStep, ...]]:
    """Return the steps of each lever, in order; a plain number holds from the as-of month."""
    if not isinstance(value, dict):
        raise fault(f"{shown(value)} where a mapping belongs; for example permitting_time: 0.8")
    found = Faults()
    as_of = info.data.get("as_of")
    first = f"{as_of:%Y-%m}" if as_of else info.data.get("start", "")
    levers: dict[str, tuple[LeverStep, ...]] = {}
    for name, given in value.items():
        if name not in LEVERS:
            hint = did_you_mean(str(name), tuple(LEVERS), 0.5)
            found.add((str(name),), f"no such lever{hint or '; known are ' + ', '.join(LEVERS)}")
        elif not isinstance(given, list | tuple):
            with found.gather((name,)):
                if isinstance(given, str | bool | dict) or given is None:
                    raise fault(
                        f"{shown(given)} where steps belong; for example 0.8 or [{LeverStep.example}]"
                    )
                levers[name] = (
                    LeverStep(since=first or "2000-01", intensity=real_number(given, 0.0, 1.0, "0.8")),
                )
        elif not given:
            found.add((name,), f"an empty list; for example [{LeverStep.example}]")
        else:
            levers[name] = _read_steps(name, given, first, info.data.get("end"), found)
    found.raise_any("levers")
    return {name: levers[name] for name in sorted(levers)}


def _read_steps(
    name: str, given: Iterable[Any], first: str, last: str | None, found: Faults
) -> tuple[LeverStep, ...]:
    steps: list[LeverStep] = []
    for index, item in enumerate(given):
        with found.gather((name, index), LeverStep):
            step = LeverStep.model_validate(item)
            place = (name, index, "from")
            if first and step.since < first:
                message = (
                    f"{step.since} is before {first}, the as-of month; what has happened is observed, not set"
                )
                found.add(place, message)
            elif last and step.since > last:
                found.add(place, f"{step.since} is after the end, {last}; expected {first} to {last}")
            elif steps and step.since <= steps[-1].since:
                found.add(
                    place,
                    f"{step.since} is not after {steps[-1].since}, the step before; order them by month",
                )
            steps.append(step)
    return tuple(steps)


def read_facts(value: Any, info: ValidationInfo) -> dict[str, FactOverride]:
    """Return the overrides by fact id, each in the unit of its fact."""
    if not isinstance(value, dict):
        raise fault(f"{shown(value)} where a mapping belongs; for example X03: 18 months")
    known, as_of, found = vocabulary_of(info), info.data.get("as_of"), Faults()
    overrides: dict[str, FactOverride] = {}
    for identity, given in value.items():
        fact = known.fact(str(identity))
        if fact is None:
            hint = did_you_mean(str(identity), tuple(known.facts), 0.5)
            found.add((str(identity),), f"no such fact{hint or '; stargauge facts lists them'}")
            continue
        with found.gather((str(identity),)):
            if as_of and fact.known_from > as_of:
                raise fault(f"not known at {as_of}, the as-of date, but from {fact.known_from}; take it out")
            overrides[fact.id] = read_override(given, fact)
    found.raise_any("facts")
    return {identity: overrides[identity] for identity in sorted(overrides)}


def read_limits(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Read the limits with the horizon known, so that each point of a path is checked against it."""
    known = "start" in info.data and "end" in info.data
    token = HORIZON.set((info.data["start"], info.data["end"]) if known else None)
    try:
        return handler(value)
    finally:
        HORIZON.reset(token)

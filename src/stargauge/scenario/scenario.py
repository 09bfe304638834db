"""A scenario: everything a user decides about a run, checked, frozen, and with one canonical form.

A `Scenario` says what the user wrote with defaults filled in; it never reads a file (see `reader`). Two
scenarios that ask for the same numbers have the same `digest`, whatever their name, title or order of fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    field_validator,
)

from stargauge.facts.distributions import Distribution
from stargauge.scenario import shapes
from stargauge.scenario.amounts import FactOverride, read_override
from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.levers import LEVERS
from stargauge.scenario.parts import (
    HORIZON,
    LeverStep,
    Limits,
    Month,
    Part,
    Remainder,
    Stages,
    Switch,
)
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import (
    choice,
    day,
    identifier,
    months_between,
    real_number,
    shown,
    text,
    whole_number,
)
from stargauge.scenario.vocabulary import vocabulary_of

FORMAT = 1
LARGEST_SEED = 2**63 - 1
MOST_FUTURES = 10_000_000
STAGES = ("land", "power", "construction", "fitout")
_WORDS_ONLY = ("name", "title", "description")


def _read_format(value: Any) -> int:
    if value == FORMAT and isinstance(value, int) and not isinstance(value, bool):
        return FORMAT
    raise fault(f"{shown(value)} is no format this version reads; write stargauge: {FORMAT}")


def _read_programmes(value: Any, info: ValidationInfo) -> Any:
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


def _read_levers(value: Any, info: ValidationInfo) -> dict[str, tuple[LeverStep, ...]]:
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


def _read_facts(value: Any, info: ValidationInfo) -> dict[str, FactOverride]:
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


def _read_limits(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Read the limits with the horizon known, so that each point of a path is checked against it."""
    known = "start" in info.data and "end" in info.data
    token = HORIZON.set((info.data["start"], info.data["end"]) if known else None)
    try:
        return handler(value)
    finally:
        HORIZON.reset(token)


_FACTS = WithJsonSchema(shapes.fact_values())
_LEVER_TABLE = WithJsonSchema(
    shapes.lever_values({lever.name: f"{lever.meaning} (0 to 1)" for lever in LEVERS.values()})
)


class Scenario(Part):
    """What a user decides about a run. Frozen; two of them are compared by `canonical()` and `digest()`."""

    example = "name: slow-permits"

    stargauge: Annotated[
        Literal[1],
        BeforeValidator(_read_format),
        Field(description="Version of the scenario format.", examples=[1]),
    ]
    name: Annotated[
        str,
        BeforeValidator(identifier),
        Field(
            description="Short name: letters, digits, dot, dash, underscore.",
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            max_length=64,
            examples=["slow-permits"],
        ),
    ]
    title: Annotated[
        str,
        BeforeValidator(text(120, "title: Permits take longer")),
        Field(description="One line for headings.", max_length=120, examples=["Permits take longer"]),
    ] = ""
    description: Annotated[
        str,
        BeforeValidator(text(4000, "description: What changes and why", lines=True)),
        Field(
            description="What changes and why.", max_length=4000, examples=["Permits take a quarter longer."]
        ),
    ] = ""
    extends: Annotated[
        str | None,
        BeforeValidator(text(400, "extends: us-2026")),
        Field(
            description="Built-in name, or path of a file, whose fields hold where this one says nothing.",
            examples=["us-2026"],
        ),
    ] = None
    start: Annotated[Month, Field(description="First month of the run.", examples=["2025-01"])] = "2025-01"
    end: Annotated[
        Month, Field(description="Last month of the run.", examples=["2035-12"], validate_default=True)
    ] = "2035-12"
    as_of: Annotated[
        date,
        BeforeValidator(day),
        Field(
            description="The run sees only what was known on this day; draws start after it.",
            examples=["2026-10-05"],
        ),
    ]
    seed: Annotated[
        int,
        BeforeValidator(whole_number(0, LARGEST_SEED, "1")),
        Field(ge=0, le=LARGEST_SEED, description="Seed of all random draws.", examples=[1]),
    ] = 1
    futures: Annotated[
        int,
        BeforeValidator(whole_number(1, MOST_FUTURES, "10000")),
        Field(ge=1, le=MOST_FUTURES, description="Number of futures.", examples=[10_000]),
    ] = 10_000
    programmes: Annotated[
        Literal["all"] | tuple[str, ...],
        BeforeValidator(_read_programmes),
        Field(
            description="Programmes or sites to watch in the answers; all are simulated.",
            examples=[["Stargate (US)"]],
        ),
    ] = "all"
    levers: Annotated[
        dict[str, tuple[LeverStep, ...]],
        PlainValidator(_read_levers),
        _LEVER_TABLE,
        Field(
            description="Intensity of a lever over time; a plain number holds from the as-of month on.",
            examples=[{"permitting_time": [{"from": "2027-01", "intensity": 0.8}]}],
        ),
    ] = Field(default_factory=dict)
    facts: Annotated[
        dict[str, FactOverride],
        PlainValidator(_read_facts),
        _FACTS,
        Field(
            description="Values or distributions that replace those of facts, by fact id.",
            examples=[{"X03": "18 months"}],
        ),
    ] = Field(default_factory=dict)
    stages: Annotated[
        Stages, Field(description="Changes of stage durations.", examples=[{"power": {"scale": 1.25}}])
    ] = Stages()
    limits: Annotated[
        Limits,
        WrapValidator(_read_limits),
        Field(description="Changes of the shared limits.", examples=[{"chips": {"off": True}}]),
    ] = Limits()
    cancellation: Annotated[
        Switch, Field(description="The hazard that a phase is cancelled.", examples=[{"scale": 1.5}])
    ] = Switch()
    schedule: Annotated[
        Literal["model", "announced"],
        BeforeValidator(choice("model", "announced")),
        Field(
            description="model: durations are drawn. announced: everything on its announced date.",
            examples=["model"],
        ),
    ] = "model"
    background: Annotated[
        Switch, Field(description="Phases that nobody named.", examples=[{"off": True}])
    ] = Switch()
    remainder: Annotated[
        Remainder,
        Field(description="The part of a pledge beyond its announced sites.", examples=[{"off": True}]),
    ] = Remainder()

    @field_validator("end")
    @classmethod
    def _end_after_start(cls, value: str, info: ValidationInfo) -> str:
        start = info.data.get("start")
        if start and value < start:
            raise fault(f"{value} is before the start, {start}", "start")
        return value

    @field_validator("as_of")
    @classmethod
    def _as_of_within(cls, value: date, info: ValidationInfo) -> date:
        start, end = info.data.get("start"), info.data.get("end")
        if start and end and not start <= f"{value:%Y-%m}" <= end:
            raise fault(
                f"{value} is out of range; expected a day from {start} to {end}, start to end", "start", "end"
            )
        return value

    @property
    def heading(self) -> str:
        """The title, or the name where there is none."""
        return self.title or self.name

    def months(self) -> tuple[str, ...]:
        """Return every month of the run as YYYY-MM."""
        return months_between(self.start, self.end)

    def watches(self, name: str) -> bool:
        """Return whether a programme or site is among those to watch."""
        return self.programmes == "all" or name in self.programmes

    def lever_path(self, lever: str) -> NDArray[np.float64]:
        """Return the intensity of a lever by month of the run, nan where the scenario says nothing of it."""
        months = self.months()
        path = np.full(len(months), np.nan)
        for step in self.levers.get(lever, ()):
            path[max(0, months.index(step.since)) :] = step.intensity
        return path

    def tracked_levers(self, modelled: Collection[str]) -> tuple[str, ...]:
        """Return the levers this scenario sets that are not among the `modelled`: they move no result."""
        return tuple(name for name in self.levers if name not in modelled)

    def fact_overrides(self) -> dict[str, Distribution]:
        """Return the distribution that replaces each overridden fact, in the fact's own unit."""
        return {identity: override.distribution for identity, override in self.facts.items()}

    def apply(self, registry: Any) -> Any:
        """Return the registry as this scenario sees it: known by the as-of date, overrides in place."""
        seen = registry.as_of(self.as_of)
        return seen.overridden(self.fact_overrides()) if self.facts else seen

    def stage_scale(self, stage: str) -> Distribution:
        """Return the factor on a stage's durations; raises `KeyError` for a name that is not in `STAGES`."""
        if stage not in STAGES:
            raise KeyError(stage)
        scale: Distribution = getattr(self.stages, stage).scale
        return scale

    def canonical(self) -> dict[str, Any]:
        """Return the scenario as a file that says everything: flattened, sorted, no default left out."""
        programmes = self.programmes if self.programmes == "all" else sorted(self.programmes)
        return {
            "stargauge": FORMAT,
            "name": self.name,
            **({"title": self.title} if self.title else {}),
            **({"description": self.description} if self.description else {}),
            "start": self.start,
            "end": self.end,
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "futures": self.futures,
            "programmes": programmes,
            "levers": {
                name: [step.canonical() for step in steps] for name, steps in sorted(self.levers.items())
            },
            "facts": {identity: override.canonical() for identity, override in sorted(self.facts.items())},
            "stages": {name: getattr(self.stages, name).canonical() for name in STAGES},
            "limits": {
                name: getattr(self.limits, name).canonical() for name in ("headroom", "chips", "capital")
            },
            "cancellation": self.cancellation.canonical(),
            "schedule": self.schedule,
            "background": self.background.canonical(),
            "remainder": self.remainder.canonical(),
        }

    def digest(self) -> str:
        """Return the SHA-256 of what decides the numbers: all but name, title and description."""
        content = {key: value for key, value in self.canonical().items() if key not in _WORDS_ONLY}
        encoded = json.dumps(
            content, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":")
        )
        return hashlib.sha256(encoded.encode("ascii")).hexdigest()

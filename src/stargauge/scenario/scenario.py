"""A scenario: everything a user decides about a run, checked, frozen, and with one canonical form.

A `Scenario` says what the user wrote with defaults filled in; it never reads a file (see `reader`). Two
scenarios that ask for the same numbers have the same `digest`, whatever their name, title or order of fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
    field_validator,
)

from stargauge.facts import Distribution, Registry
from stargauge.scenario import shapes
from stargauge.scenario.amounts import FactOverride
from stargauge.scenario.faults import fault
from stargauge.scenario.fields import (
    FORMAT,
    read_facts,
    read_format,
    read_levers,
    read_limits,
    read_programmes,
)
from stargauge.scenario.levers import LEVERS
from stargauge.scenario.parts import (
    LeverStep,
    Limits,
    Month,
    Part,
    Remainder,
    Stages,
    Switch,
)
from stargauge.scenario.policy import Policy, read_policy
from stargauge.scenario.values import (
    choice,
    day,
    identifier,
    months_between,
    text,
    whole_number,
)
from stargauge.scenario.world import World

LARGEST_SEED = 2**63 - 1
MOST_FUTURES = 10_000_000
STAGES = ("land", "power", "construction", "fitout")
_WORDS_ONLY = ("name", "title", "description")


_FACTS = WithJsonSchema(shapes.fact_values())
_LEVER_TABLE = WithJsonSchema(
    shapes.lever_values({lever.name: f"{lever.meaning} (0 to 1)" for lever in LEVERS.values()})
)


class Scenario(Part):
    """What a user decides about a run. Frozen; two of them are compared by `canonical()` and `digest()`."""

    example = "name: slow-permits"

    stargauge: Annotated[
        Literal[1],
        BeforeValidator(read_format),
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
        BeforeValidator(read_programmes),
        Field(
            description="Programmes or sites to watch in the answers; all are simulated.",
            examples=[["Stargate (US)"]],
        ),
    ] = "all"
    levers: Annotated[
        dict[str, tuple[LeverStep, ...]],
        PlainValidator(read_levers),
        _LEVER_TABLE,
        Field(
            description="Intensity of a lever over time; a plain number holds from the as-of month on.",
            examples=[{"permitting_time": [{"from": "2027-01", "intensity": 0.8}]}],
        ),
    ] = Field(default_factory=dict)
    policy: Annotated[
        Policy,
        WrapValidator(read_policy),
        Field(
            description="The plan: how far it is carried out, and parts of it off, later or forced.",
            examples=[{"off": ["II"]}],
        ),
    ] = Policy()
    facts: Annotated[
        dict[str, FactOverride],
        PlainValidator(read_facts),
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
        WrapValidator(read_limits),
        Field(description="Changes of the shared limits.", examples=[{"chips": {"off": True}}]),
    ] = Limits()
    cancellation: Annotated[
        Switch, Field(description="The hazard that a phase is cancelled.", examples=[{"scale": 1.5}])
    ] = Switch()
    opposition: Annotated[
        Switch,
        Field(
            description="How far building and permits raise local opposition; off keeps it as it is.",
            examples=[{"off": True}],
        ),
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
    world: Annotated[
        World,
        Field(
            description="Position among blocs: how it is read, and switches that other readings turn.",
            examples=[{"ledger": "owner"}],
        ),
    ] = World()

    @field_validator("extends")
    @classmethod
    def _extends_is_flattened(cls, value: str, info: ValidationInfo) -> str:
        # Only the reader finds ancestors; here their fields would be left out in silence.
        if not (isinstance(info.context, dict) and info.context.get("flattened")):
            raise fault("ancestors are found by load_scenario, parse_scenario or build_scenario; use one")
        return value

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

    def apply(self, registry: Registry) -> Registry:
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
            "policy": self.policy.canonical(),
            "facts": {identity: override.canonical() for identity, override in sorted(self.facts.items())},
            "stages": {name: getattr(self.stages, name).canonical() for name in STAGES},
            "limits": {
                name: getattr(self.limits, name).canonical() for name in ("headroom", "chips", "capital")
            },
            "cancellation": self.cancellation.canonical(),
            "opposition": self.opposition.canonical(),
            "schedule": self.schedule,
            "background": self.background.canonical(),
            "remainder": self.remainder.canonical(),
            "world": self.world.canonical(),
        }

    def digest(self) -> str:
        """Return the SHA-256 of what decides the numbers: all but name, title and description."""
        content = {key: value for key, value in self.canonical().items() if key not in _WORDS_ONLY}
        encoded = json.dumps(
            content, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":")
        )
        return hashlib.sha256(encoded.encode("ascii")).hexdigest()

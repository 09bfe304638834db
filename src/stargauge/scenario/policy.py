"""What a scenario does with the plan: how far it is carried out, and packages of it off, late or forced.

Names are those of the plan: a pillar (`II`), a section (`P2.1`), an agency (`DOE`), an action (`P2.1.3`), or
a lever. They are checked where a vocabulary knows the plan (`Vocabulary.plans`), and once more when a run is
made ready.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
)

from stargauge.scenario import shapes
from stargauge.scenario.amounts import read_quantity
from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.parts import Part
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import choice, month, shown
from stargauge.scenario.vocabulary import vocabulary_of

STRATEGY = "us-ai-action-plan"
EXECUTIONS = ("fitted", "frozen", "none")
FORCED_STAGES = ("begun", "partly in force", "in force")
"""Stages 1 to 3 of an action, in words."""

LONGEST_DELAY = 1200.0
"""Months; a delay of a century is never."""


PERIOD: ContextVar[tuple[str, str] | None] = ContextVar("period", default=None)
"""As-of month and last month of the scenario whose block is being read; None where they are not known."""


@dataclass(frozen=True)
class Forced:
    """At least this stage (1 to 3) from a month on; None: the month after the as-of date."""

    stage: int
    since: str | None = None

    def canonical(self) -> dict[str, Any]:
        """Return the entry as a file spells it out."""
        return {"stage": FORCED_STAGES[self.stage - 1], **({"from": self.since} if self.since else {})}


def _known(name: str, info: ValidationInfo) -> None:
    """Refuse a name that is no part of the plan, where the plan is known."""
    plans, strategy = vocabulary_of(info).plans, info.data.get("strategy")
    if plans is not None and strategy is not None and (said := plans.name_fault(strategy, name)):
        raise fault(said)


def _strategy(value: Any, info: ValidationInfo) -> str:
    """Return the id of a plan."""
    plans = vocabulary_of(info).plans
    if not isinstance(value, str):
        raise fault(f"{shown(value)} is no strategy; for example {STRATEGY}")
    if plans is not None and (said := plans.strategy_fault(value)):
        raise fault(said)
    return value


def _names(value: Any, info: ValidationInfo) -> tuple[str, ...]:
    """Return names as a tuple, each once."""
    example = "for example [II, P2.1, DOE]"
    if not isinstance(value, list | tuple):
        raise fault(f"{shown(value)} where a list of names belongs; {example}")
    found = Faults()
    for index, name in enumerate(value):
        if not isinstance(name, str | int) or isinstance(name, bool) or not str(name).strip():
            found.add((index,), f"{shown(name)} is no name of the plan; {example}")
        elif str(name) in [str(one) for one in value[:index]]:
            found.add((index,), f"{shown(name)} is given twice; keep one")
        else:
            with found.gather((index,)):
                _known(str(name), info)
    found.raise_any("off")
    return tuple(str(name) for name in value)


def _mapping(value: Any, example: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise fault(f"{shown(value)} where a mapping belongs; for example {example}")
    return {str(name): given for name, given in value.items()}


def _delays(value: Any, info: ValidationInfo) -> dict[str, float]:
    """Return months by name."""
    found, delays = Faults(), {}
    for name, given in _mapping(value, "P2.1: 12 months").items():
        with found.gather((name,)):
            _known(name, info)
        with found.gather((name,)):
            months = read_quantity(given, "month", "for example 12 months") if given != 0 else 0.0
            if not 0.0 <= months <= LONGEST_DELAY:
                limits = f"expected 0 to {LONGEST_DELAY:g} months, for example 12 months"
                raise fault(f"{shown(given)} is out of range; {limits}")
            delays[name] = months
    found.raise_any("delay")
    return dict(sorted(delays.items()))


def _forced(value: Any, info: ValidationInfo) -> dict[str, Forced]:
    """Return stages, with their months, by name."""
    found, forced = Faults(), {}
    for name, given in _mapping(value, "P2.2: in force").items():
        with found.gather((name,)):
            _known(name, info)
        if isinstance(given, Forced):
            forced[name] = given
            continue
        if not isinstance(given, dict):
            with found.gather((name,)):
                forced[name] = Forced(_stage(given))
            continue
        for key in given:
            if key not in ("stage", "from"):
                hint = did_you_mean(str(key), ("stage", "from")) or "; known are stage, from"
                found.add((name, str(key)), f"no such field{hint}")
        stage, since = None, None
        with found.gather((name, "stage")):
            if "stage" not in given:
                raise fault("missing; for example stage: in force")
            stage = _stage(given["stage"])
        with found.gather((name, "from")):
            since = _month(given["from"]) if "from" in given else None
        if stage is not None:
            forced[name] = Forced(stage, since)
    found.raise_any("force")
    return dict(sorted(forced.items()))


def _month(given: Any) -> str:
    since, period = month(given), PERIOD.get()
    if period and since <= period[0]:
        raise fault(f"{since} is not after {period[0]}, the as-of month; what has happened is not forced")
    if period and since > period[1]:
        raise fault(f"{since} is after the end, {period[1]}")
    return since


def _stage(given: Any) -> int:
    if isinstance(given, str) and given in FORCED_STAGES:
        return FORCED_STAGES.index(given) + 1
    hint = did_you_mean(given, FORCED_STAGES) if isinstance(given, str) else ""
    raise fault(f"{shown(given)} is no stage{hint}; expected {' or '.join(FORCED_STAGES)}")


class Policy(Part):
    """What becomes of the plan after the as-of date."""

    example = "execution: frozen"

    strategy: Annotated[
        str,
        BeforeValidator(_strategy),
        Field(description="The plan, by its id.", examples=[STRATEGY]),
    ] = STRATEGY
    execution: Annotated[
        Literal["fitted", "frozen", "none"],
        BeforeValidator(choice(*EXECUTIONS)),
        Field(
            description="fitted: goes on as its record lets expect. frozen: stays where it is. none: undone.",
            examples=["fitted"],
        ),
    ] = "fitted"
    off: Annotated[
        tuple[str, ...],
        PlainValidator(_names),
        WithJsonSchema(shapes.plan_names()),
        Field(description="Parts of the plan that stay where they are on the as-of date.", examples=[["II"]]),
    ] = ()
    delay: Annotated[
        dict[str, float],
        PlainValidator(_delays),
        WithJsonSchema(shapes.plan_delays()),
        Field(description="Parts of the plan that go on that much later.", examples=[{"DOE": "12 months"}]),
    ] = Field(default_factory=dict)
    force: Annotated[
        dict[str, Forced],
        PlainValidator(_forced),
        WithJsonSchema(shapes.plan_forces(FORCED_STAGES)),
        Field(
            description="Parts of the plan that are at this stage at least, from the month after the as-of "
            "date or from one given.",
            examples=[{"P2.2": "in force"}],
        ),
    ] = Field(default_factory=dict)

    def canonical(self) -> dict[str, Any]:
        """Return the block as a file spells it out."""
        return {
            "strategy": self.strategy,
            "execution": self.execution,
            "off": sorted(self.off),
            "delay": {name: f"{months!r} month" for name, months in self.delay.items()},
            "force": {name: one.canonical() for name, one in self.force.items()},
        }

    @property
    def names(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """Every name of the plan in the block, with its place in it."""
        return (
            *((("off", place), name) for place, name in enumerate(self.off)),
            *((("delay", name), name) for name in self.delay),
            *((("force", name), name) for name in self.force),
        )


def read_policy(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Read the block with the as-of date and the end known, so that each month is checked against them."""
    as_of, end = info.data.get("as_of"), info.data.get("end")
    token = PERIOD.set((f"{as_of:%Y-%m}", end) if as_of and end else None)
    try:
        return handler(value)
    finally:
        PERIOD.reset(token)

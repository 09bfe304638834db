"""One sourced number, as a row of a table and as a record of the registry."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from stargauge.facts.dates import parse_date
from stargauge.facts.distributions import DISTRIBUTION_KINDS, Distribution, parse_distribution
from stargauge.facts.units import check_unit, conversion_factor

Confidence = Literal["A", "B", "C", "D", "unverified"]
CONFIDENCE_ORDER: tuple[str, ...] = ("A", "B", "C", "D", "unverified")
"""Grades from the best to the worst: primary or official; press; secondary; judgement; from memory."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.()+-]*$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\r\n]*$")]
FilledLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]*$")]
CsvDate = Annotated[
    date,
    BeforeValidator(parse_date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]


def _split_ids(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


IdentifierList = Annotated[
    tuple[Identifier, ...],
    BeforeValidator(_split_ids),
    PlainSerializer(lambda ids: list(ids), return_type=list),
    WithJsonSchema({"type": "string", "description": "Identifiers separated by spaces."}),
]


class FactFields(BaseModel):
    """What a row of a fact table and a fact have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Identifier = Field(description="Unique name of the fact over all tables.")
    title: FilledLine = Field(description="What is measured, in a few words.")
    unit: FilledLine = Field(description="Unit of the number as pint reads it, for example GW/year.")
    quantity: FilledLine = Field(description="Kind of quantity, which fixes the dimension of the unit.")
    region: Line = Field(default="", description="Place the number holds for.")
    asset: Line = Field(default="", description="Class of thing it is about.")
    stage: Line = Field(default="", description="Stage of a project it is about.")
    true_at: CsvDate = Field(description="When it held, or the year forecast; a year means its last day.")
    known_from: CsvDate = Field(description="When it was published or which edition it is from.")
    source: FilledLine = Field(
        description="The primary source; how the number reached us, where second-hand."
    )
    address: Line = Field(default="", description="Where the source can be read.")
    licence: FilledLine = Field(description="On what terms the number can be carried.")
    confidence: Confidence = Field(
        description="A primary or official, B press, C secondary, D judgement, unverified from memory."
    )
    note: Line = Field(default="", description="What a user must know before relying on it.")
    topic: Line = Field(default="", description="Facts that state the same quantity share a topic.")
    feeds: Line = Field(default="", description="Model input it is the chosen value for.")
    chosen_because: Line = Field(default="", description="Why this value, where sources disagree.")
    derived_from: IdentifierList = Field(default=(), description="Facts it was worked out from.")


class FactRow(FactFields):
    """One row of a fact table: the distribution is a kind and a text of parameters."""

    distribution: Annotated[str, WithJsonSchema({"type": "string", "enum": list(DISTRIBUTION_KINDS)})] = (
        Field(description="Kind of distribution.")
    )
    parameters: FilledLine = Field(description="Parameters, for example p10=12; p50=18; p90=30.")


class Fact(FactFields):
    """A sourced number: a distribution with a unit, a date, a source and a licence.

    `true_at` is when the number held (or the year it forecasts), `known_from` when it became known; a run as
    of a date sees only facts with `known_from` up to it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    distribution: Annotated[
        Distribution,
        PlainSerializer(lambda value: {"kind": value.kind, **value.parameters}, return_type=dict),
    ]

    def to(self, unit: str) -> Distribution:
        """Return the distribution in another unit of the same dimension.

        Raises:
            ValueError: If the unit is unknown or has another dimension.
        """
        factor = conversion_factor(self.unit, unit)
        return self.distribution if factor == 1.0 else self.distribution.scaled(factor)


def parse_row(row: dict[str, Any]) -> Fact:
    """Return the fact of one table row.

    Raises:
        pydantic.ValidationError: Listing every field at fault.
        RowError: If the fields are well formed but do not fit together.
    """
    parsed = FactRow.model_validate(row)
    problems: list[tuple[str, str]] = []
    distribution: Distribution | None = None
    try:
        distribution = parse_distribution(parsed.distribution, parsed.parameters)
    except ValueError as error:
        problems.append(("parameters", str(error)))
    try:
        check_unit(parsed.quantity, parsed.unit)
    except ValueError as error:
        problems.append(("quantity" if "unknown quantity" in str(error) else "unit", str(error)))
    if parsed.feeds and not parsed.chosen_because:
        problems.append(("chosen_because", "a fact that feeds the model must say why it was chosen"))
    if problems or distribution is None:
        raise RowError(problems)
    fields = {name: getattr(parsed, name) for name in FactFields.model_fields}
    return Fact.model_construct(**fields, distribution=distribution)


class RowError(ValueError):
    """A row whose fields do not fit together: pairs of a field and what is wrong with it."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        """Collect the problems of one row."""
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))


def fact_schema() -> dict[str, Any]:
    """Return the JSON schema of a row of a fact table, as published in `schema.json`."""
    schema = FactRow.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Stargauge fact"
    return schema

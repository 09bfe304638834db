"""What moves and comparisons are asked with and answered by; units are in the names."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from stargauge.web.bounds import Bounds

_BOUNDS = Bounds()
EXAMPLE_SCENARIO = {
    "stargauge": 1,
    "name": "faster-permits",
    "extends": "us-2026",
    "levers": {"permitting_time": 0.8},
}

ScenarioFields = Annotated[
    dict[str, Any],
    Field(
        description="A scenario file as JSON (see /api/scenario-schema); `extends` takes built-in names.",
        examples=[EXAMPLE_SCENARIO],
    ),
]
Token = Annotated[
    str,
    Field(
        description="Who moves: a newer request of a token makes older ones answer 409.",
        pattern=r"^[A-Za-z0-9_-]{0,64}$",
        examples=["tab-7f3a"],
    ),
]
Futures = Annotated[
    int,
    Field(
        ge=_BOUNDS.least_futures,
        le=_BOUNDS.most_futures,
        strict=True,
        description="Number of futures.",
        examples=[128],
    ),
]
SeriesNames = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(
        max_length=_BOUNDS.series_per_request,
        description="Series by name, or QUANTITY:* for all of a quantity; none for an empty list.",
        examples=[["energised_facility_mw:US", "class:*"]],
    ),
]
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
Numbers = list[float]


class Message(BaseModel):
    """Part of the contract: no other fields."""

    model_config = ConfigDict(extra="forbid")


class Move(Message):
    """A scenario to answer."""

    scenario: ScenarioFields
    futures: Futures = _BOUNDS.preview_futures
    token: Token = ""
    series: SeriesNames | None = None
    limits: Annotated[bool, Field(strict=True, description="Whether `limits` is told.")] = False


class ComparisonAsked(Message):
    """Two scenarios to set against each other on the draws of the first."""

    first: ScenarioFields
    second: ScenarioFields
    futures: Futures = _BOUNDS.preview_futures
    token: Token = ""
    outcomes: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=40, examples=[["facility_mw:2030"]], description="By default the headline ones."),
    ] = []
    series: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=12, examples=[["energised_facility_mw:US"]]),
    ] = []


class Band(Message):
    """A monthly path over futures, in `unit`: quantiles and mean, one value a month."""

    unit: str
    p05: Numbers
    p25: Numbers
    p50: Numbers
    p75: Numbers
    p95: Numbers
    mean: Numbers


class Sentence(Message):
    """A headline: the key of a sentence in the catalogues, and the values it is filled with."""

    id: str
    key: Literal["energised", "pledge", "binds", "class"]
    values: dict[str, Any]


class PledgeTold(Message):
    """What becomes of a testable pledge; dates are None where that quantile lies beyond the horizon."""

    pledge_id: str
    programme: str
    promised: str
    announced: str
    due_mw: float
    basis: str
    due_facility_mw: float
    deadline: str
    sites: list[str]
    unannounced: bool
    standing_mw: float
    standing_it_mw: float
    chance_in_time: float | None
    chance_error: float
    chance_by_end: float
    reached_p10: Month | None
    reached_p50: Month | None
    reached_p90: Month | None
    source: str
    address: str
    grade: str


class Lateness(Message):
    """Mean months late of phases still to come, by cause; MW-weighted."""

    total_months: float | None
    by_cause_months: dict[str, float]
    unexplained_months: float
    early_months: float


class ProgrammeTold(Message):
    """A programme: what stands, what is to come, how late."""

    name: str
    country: str
    energised_mw: float
    announced_mw: float
    cancelled_mw: float
    under_way_mw: float
    lateness: Lateness


class Pledged(Message):
    """Facility MW of all named phases by their dates as announced, beside what is energised."""

    months: list[Month]
    mw: Numbers


class Classes(Message):
    """Share of futures in each class of world, at the end of each quarter."""

    months: list[Month]
    shares: dict[str, Numbers]


class LimitYear(Message):
    """A region in a year: MW that are ready and wait for each limit, and the limit for which most wait."""

    year: int
    waiting_mw: dict[str, float]
    binds: str | None


class LimitRegion(Message):
    """What binds a region, by year; the nation is `US`."""

    region: str
    years: list[LimitYear]
    binds_first: str | None
    binds_first_year: int | None


class Limits(Message):
    """What binds, by region and year; nothing is said to bind where less than `least_waiting_mw` wait."""

    least_waiting_mw: float
    limits: list[str]
    regions: list[LimitRegion]


class ScenarioTold(Message):
    """The scenario that was answered."""

    name: str
    title: str
    as_of: str
    start: Month
    end: Month


class Outcomes(Message):
    """The answer to a move. `preview` says that it has fewer futures than a refined answer."""

    digest: Annotated[
        str, Field(description="Digest of the scenario with these futures, as `scenario check` tells it.")
    ]
    seed: int
    futures: int
    preview: bool
    cached: bool
    milliseconds: float
    version: str
    facts_as_of: str
    facts_digest: str
    scenario: ScenarioTold
    months: list[Month]
    as_of_month: Annotated[int, Field(description="Place of the as-of month in `months`.")]
    headline: list[Sentence]
    pledges: list[PledgeTold]
    programmes: list[ProgrammeTold]
    lateness: Lateness
    paths: dict[str, Band]
    pledged: Pledged
    classes: Classes | None
    limits: Limits | None
    tracked_levers: Annotated[list[str], Field(description="Levers it sets that move no result.")]
    series: Annotated[list[str], Field(description="Every series that can be asked for.")]


class Side(Message):
    """One of two scenarios."""

    name: str
    title: str
    digest: str


class Change(Message):
    """A field on which two scenarios differ."""

    field: str
    first: str
    second: str


class OutcomeDifference(Message):
    """An outcome of the second scenario less that of the first, future by future on the same luck."""

    name: str
    title: str
    unit: str
    first: float
    second: float
    difference: float
    standard_error: float
    p05: float
    p50: float
    p95: float
    higher: float
    lower: float


class Compared(Message):
    """Two scenarios: where they differ, in what they say and in what comes of it."""

    futures: int
    seed: int
    preview: bool
    milliseconds: float
    first: Side
    second: Side
    changes: list[Change]
    differences: list[OutcomeDifference]
    same: list[str]
    missing: list[str]
    months: list[Month]
    paths: Annotated[dict[str, Band], Field(description="Second less first, future by future.")]


class MistakeTold(Message):
    """A mistake in an input; `line` is 0 where there are no lines."""

    line: int
    field: str
    message: str


class ProblemTold(Message):
    """Why there is no answer (RFC 9457)."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: str
    mistakes: list[MistakeTold]

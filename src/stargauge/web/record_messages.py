"""What is answered from the record: levers, scenarios, sites, hosting; units are in the names."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from stargauge.web.messages import Message, ScenarioFields


class ScenarioLine(Message):
    """A built-in scenario."""

    name: str
    title: str
    description: str
    as_of: str
    digest: str


class Granted(Message):
    """What a client may ask for."""

    preview_futures: int
    refined_futures: int
    least_futures: int
    most_futures: int
    body_bytes: int
    months: int
    series_per_request: int
    waiting_moves: int
    seconds_per_request: float
    study_futures: int


class About(Message):
    """What this server is."""

    version: str
    facts_as_of: str
    facts_digest: str
    default_scenario: str
    scenarios: list[ScenarioLine]
    languages: list[str]
    limits: Granted
    ready: bool


class WholeScenario(ScenarioLine):
    """A scenario with all of its fields, as JSON and as the text of a file."""

    scenario: dict[str, Any]
    yaml: str


class ScenarioAsked(Message):
    """A scenario to check."""

    scenario: ScenarioFields


class ChangeTold(Message):
    """A field that a scenario changes, in words."""

    field: str
    value: str


class ScenarioChecked(WholeScenario):
    """A scenario without mistakes: what it changes, and what of it moves no result."""

    changes: list[ChangeTold]
    idle: list[str]


class EffectTold(Message):
    """Size of a lever's effect at full intensity, with its source."""

    fact: str
    title: str
    p05: float
    p50: float
    p95: float
    unit: str
    source: str
    address: str
    grade: str
    known_from: str


class ActionTold(Message):
    """An action of the plan; `stage` is a place in `stages`."""

    id: str
    title: str
    stage: int
    since: str | None
    page: int | None
    agencies: list[str]


class LeverTold(Message):
    """A lever: `now` and `expected_end` are the mean intensity that the plan puts it to, 0 to 1."""

    name: str
    pillar: str
    meaning: str
    modelled: bool
    acts_on: str
    because: str
    effect: EffectTold | None
    actions: list[ActionTold]
    now: float | None
    expected_end: float | None
    set: list[dict[str, Any]]


class Levers(Message):
    """All levers as a scenario sees them."""

    scenario: str
    as_of: str
    strategy: str
    remark: str
    stages: list[str]
    levers: list[LeverTold]


class SiteTold(Message):
    """A site: what was pledged there, what stands; `position_basis` says how well its place is known."""

    site_id: str
    name: str
    programme: str
    operator: str
    city: str
    state: str
    country: str
    lat: float | None
    lon: float | None
    position_basis: str
    status: Literal["energised", "under way", "pledged"]
    energised_facility_mw: float | None
    energised_it_mw: float | None
    planned_facility_mw: float | None
    planned_it_mw: float | None
    construction_start: str | None
    first_power: str | None
    observation: str
    observation_at: str | None
    source: str
    address: str
    licence: str
    grade: str


class Sites(Message):
    """Every site with a place."""

    as_of: str
    sites: list[SiteTold]


class HostingColumns(Message):
    """Buses by column; `kv` is a place in `voltages_kv`, `n1_mw` None where nothing limits."""

    bus: list[int]
    lat: list[float]
    lon: list[float]
    kv: list[int]
    n1_mw: list[float | None]


class Hosting(Message):
    """Load that each bus can take whatever single branch is lost."""

    state: Literal["ready"]
    network: str
    synthetic: bool
    notice: str
    rule: str
    source: str
    licence: str
    unit: Literal["MW"]
    buses: int
    voltages_kv: list[float]
    columns: HostingColumns


class HostingWorking(Message):
    """Hosting capacity is being computed: ask again."""

    state: Literal["working"]
    what: str
    seconds: float


class Binding(Message):
    """What binds: an element, with an outage or none; MW."""

    element: str
    outage: str | None
    factor: float | None
    limit_mw: float | None
    flow_mw: float | None


class NextLimit(Message):
    """The limit after the one that binds."""

    mw: float
    element: str
    outage: str | None
    factor: float


class BusTold(Message):
    """One bus: load it can take with nothing out and after any single outage, and what binds it."""

    bus: int
    name: str
    kv: float
    area: str
    state: str
    lat: float | None
    lon: float | None
    load_mw: float
    n0_mw: float | None
    n1_mw: float | None
    binds: Binding | None
    next: list[NextLimit]
    n1_radial_mw: float | None
    radial_by: str | None
    rule: str
    notice: str


class StudyAsked(Message):
    """What levers buy: a scenario, outcomes by name (the headline ones where none), futures."""

    scenario: ScenarioFields
    outcomes: list[Annotated[str, Field(max_length=200)]] = Field(
        default_factory=list, max_length=12, examples=[["facility_mw:2030"]]
    )
    futures: Annotated[int, Field(ge=64, le=2048, strict=True, examples=[256])] = 256
    full_force: Annotated[
        bool, Field(strict=True, description="All levers in full force instead: a yardstick.")
    ] = False


class Study(Message):
    """A study of levers; `answer` is that of `stargauge levers --json`, None while it works."""

    state: Literal["ready", "working", "waiting"]
    digest: str
    done: int
    total: int
    answer: dict[str, Any] | None


class Health(Message):
    """How the server is."""

    ready: bool
    processes: int
    waiting_moves: int
    waiting_slices: int
    cached_answers: int

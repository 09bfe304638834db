"""Operations on the record, without any future: scenarios, levers, tracker, plan, facts, sites, map."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from pydantic_core import to_json

from stargauge import __version__
from stargauge.errors import InputError
from stargauge.facts import load_registry
from stargauge.facts.explain import explain
from stargauge.policy import plan_vocabulary
from stargauge.policy.plan import plan, plan_status
from stargauge.scenario import parse_scenario, scenario_schema
from stargauge.track import track
from stargauge.web import records
from stargauge.web.answering import Kept
from stargauge.web.assets import Content
from stargauge.web.engine import Engine
from stargauge.web.hosting import HostingRoom
from stargauge.web.intake import SOURCE, read_scenario
from stargauge.web.messages import EXAMPLE_SCENARIO
from stargauge.web.moves_api import ACCEPTED
from stargauge.web.problems import ProblemError, input_problem
from stargauge.web.record_messages import (
    About,
    BusTold,
    Granted,
    Health,
    Hosting,
    HostingWorking,
    Levers,
    ScenarioAsked,
    ScenarioChecked,
    Sites,
    WholeScenario,
)
from stargauge.web.replies import answers, as_json, problems

LANGUAGES = ("en", "zh-Hant")
LARGEST_BUS = 2**31 - 1

Name = Annotated[str, Path(max_length=64, examples=["us-2026"])]
Words = Annotated[str, Path(max_length=100)]


class Shelf:
    """Answers that never change while the server runs, each made when first asked for."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._made: dict[str, Content] = {}

    async def get(self, name: str, make: Callable[[], Any], request: Request) -> Response:
        """Return the answer of a name, made in a thread if it is new."""
        if name not in self._made:
            content = to_json(await asyncio.to_thread(make), inf_nan_mode="null")
            self._made[name] = Content.of(content, "application/json")
        return self._made[name].response(request)


def found(error: InputError) -> ProblemError:
    """Return what is told of a name that leads nowhere."""
    return ProblemError(404, "not_found", "There is no such thing", error.mistakes[0].message, error.mistakes)


def records_router(engine: Engine, kept: Kept, hosting: HostingRoom, default: str) -> APIRouter:
    """Return the operations on the record.

    Args:
        engine: Makes scenarios ready, for levers.
        kept: Answers that are kept, which are counted.
        hosting: The network of the map.
        default: The scenario that the page opens with.
    """
    router = APIRouter(prefix="/api", tags=["records"])
    shelf = Shelf()

    @router.get("/about", summary="What this server is", responses={**answers(About, "About"), **problems()})
    async def about() -> Response:
        granted = {
            name: value for name, value in asdict(engine.bounds).items() if name in Granted.model_fields
        }
        return as_json(
            {
                "version": __version__,
                **(await asyncio.to_thread(records.facts_seen, default)),
                "default_scenario": default,
                "scenarios": await asyncio.to_thread(records.scenario_lines),
                "languages": LANGUAGES,
                "limits": granted,
                "ready": engine.ready.is_set(),
            }
        )

    @router.get("/health", summary="How the server is", responses={**answers(Health, "Health"), **problems()})
    async def health() -> Response:
        return as_json(
            {
                "ready": engine.ready.is_set(),
                "processes": engine.crew.size,
                "waiting_moves": engine.waiting,
                "waiting_slices": engine.crew.waiting,
                "cached_answers": len(kept),
            }
        )

    @router.get(
        "/scenarios/{name}",
        summary="A built-in scenario",
        responses={**answers(WholeScenario, "The scenario"), **problems(404, 422)},
    )
    async def scenario(name: Name) -> Response:
        try:
            return as_json(records.whole_scenario(records.builtin(name)))
        except InputError as error:
            raise found(error) from error

    @router.get(
        "/scenario-schema",
        summary="JSON Schema of a scenario file",
        responses={**answers(None, "The schema"), **problems()},
    )
    async def schema(request: Request) -> Response:
        return await shelf.get("schema", scenario_schema, request)

    @router.post(
        "/scenario/check",
        summary="Check a scenario: JSON, or the text of a file as application/yaml",
        responses={**answers(ScenarioChecked, "It has no mistake"), **problems(posted=True)},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{ScenarioAsked.__name__}"},
                        "examples": {"lever": {"value": {"scenario": EXAMPLE_SCENARIO}}},
                    },
                    "application/yaml": {
                        "schema": {"type": "string"},
                        "examples": {"file": {"value": "stargauge: 1\nname: mine\nextends: us-2026\n"}},
                    },
                },
            }
        },
    )
    async def check(request: Request) -> Response:
        body = await request.body()
        if "yaml" in request.headers.get("content-type", ""):
            try:
                asked = await asyncio.to_thread(parse_scenario, body, SOURCE, vocabulary=plan_vocabulary())
            except InputError as error:
                raise input_problem(error, "scenario") from error
        else:
            asked = read_scenario(_checked(body).scenario)
        return as_json(await asyncio.to_thread(records.checked_scenario, asked))

    @router.get(
        "/levers",
        summary="Levers, the actions behind them, the source of each effect",
        responses={**answers(Levers, "The levers"), **problems(404, 422, 503, 504)},
    )
    async def levers(
        request: Request,
        scenario: Annotated[str, Query(max_length=64, description="A built-in scenario.")] = default,
    ) -> Response:
        try:
            asked = records.builtin(scenario)
        except InputError as error:
            raise found(error) from error
        frame = await engine.in_time(engine.frames.get(asked))
        return await shelf.get(f"levers {asked.name}", lambda: records.levers(frame, asked), request)

    @router.get("/tracker", summary="As stargauge track", responses={**answers(None, "All"), **problems()})
    async def tracker(request: Request) -> Response:
        return await shelf.get("tracker", lambda: track().to_dict(), request)

    @router.get("/plan", summary="As stargauge plan status", responses={**answers(None, "All"), **problems()})
    async def status(request: Request) -> Response:
        return await shelf.get("plan", lambda: plan_status().to_dict(), request)

    @router.get(
        "/plan/{query}",
        summary="Actions with their evidence, as stargauge plan QUERY",
        responses={**answers(None, "The actions"), **problems(404, 422)},
    )
    async def actions(query: Annotated[Words, Path(examples=["P2.1.3"])]) -> Response:
        try:
            told = await asyncio.to_thread(plan, query)
        except InputError as error:
            raise found(error) from error
        return as_json({"because": told.because, "actions": told.to_dict()})

    @router.get(
        "/facts/{query}",
        summary="What a number is and where it is from, as stargauge facts QUERY",
        responses={**answers(None, "The facts"), **problems(404, 422)},
    )
    async def facts(query: Annotated[Words, Path(examples=["X01"])]) -> Response:
        try:
            told = await asyncio.to_thread(explain, query, load_registry())
        except InputError as error:
            raise found(error) from error
        return as_json(told.to_dict())

    @router.get("/sites", summary="Sites and places", responses={**answers(Sites, "Sites"), **problems()})
    async def sites(request: Request) -> Response:
        return await shelf.get("sites", records.sites, request)

    @router.get(
        "/hosting",
        summary="Load that each bus of the network can take, by column",
        responses={
            **answers(Hosting, "The buses"),
            **answers(HostingWorking, "It is being computed: ask again", ACCEPTED),
            **problems(503),
        },
    )
    async def buses(request: Request) -> Response:
        told = hosting.columns()
        return told.response(request) if isinstance(told, Content) else as_json(told, ACCEPTED)

    @router.get(
        "/hosting/{bus}",
        summary="What binds a bus",
        responses={
            **answers(BusTold, "The bus"),
            **answers(HostingWorking, "It is being computed: ask again", ACCEPTED),
            **problems(404, 422, 503),
        },
    )
    async def bus(bus: Annotated[int, Path(ge=0, le=LARGEST_BUS, examples=[1])]) -> Response:
        try:
            told = hosting.bus(bus)
        except InputError as error:
            raise found(error) from error
        return as_json(hosting.columns(), ACCEPTED) if told is None else as_json(told)

    return router


def _checked(body: bytes) -> ScenarioAsked:
    try:
        return ScenarioAsked.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error

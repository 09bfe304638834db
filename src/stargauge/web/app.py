"""The application: all operations, the page, and how mistakes are answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from stargauge import __version__
from stargauge.errors import Mistake, StargaugeError
from stargauge.grid.catalogue import US_GRID
from stargauge.web import records
from stargauge.web.answering import Kept
from stargauge.web.assets import FOLDER, Assets
from stargauge.web.bounds import Bounds
from stargauge.web.engine import Engine
from stargauge.web.guard import Guard, host_names
from stargauge.web.helpers import HelperFailedError
from stargauge.web.hosting import HostingRoom
from stargauge.web.messages import ProblemTold
from stargauge.web.moves_api import moves_router
from stargauge.web.problems import ProblemError, failed, from_error
from stargauge.web.record_messages import ScenarioAsked
from stargauge.web.records_api import records_router
from stargauge.web.studies import StudyRoom

_log = logging.getLogger(__name__)

DESCRIPTION = """\
What becomes of a national AI strategy: a scenario in, thousands of futures behind it, outcomes out. \
Everything is answered from this machine. Refusals are `application/problem+json` and say what is right."""

THREADS = 16
"""Threads that read answers, or wait for processes: one each for scenarios, levers and hosting at most."""

_STATUS_WORDS = {
    404: ("not_found", "There is nothing here", "The page is at /, the API at /api/openapi.json."),
    405: ("method", "The path is not asked with this method", "See /api/openapi.json."),
}


@dataclass(frozen=True)
class Settings:
    """How the server is started.

    Attributes:
        hosts: Host headers that mean it, see `guard.host_names`.
        processes: Processes that simulate.
        scenario: The built-in scenario that the page opens with and that is made ready first.
        network: Network whose hosting capacity the map shows.
        assets: Folder of the built page.
        bounds: What a client is granted.
    """

    hosts: frozenset[str] = field(default_factory=lambda: host_names("127.0.0.1", 8765))
    processes: int = 2
    scenario: str = "us-2026"
    network: str = US_GRID
    assets: Path = FOLDER
    bounds: Bounds = field(default_factory=Bounds)


def create_app(settings: Settings) -> FastAPI:
    """Return the application; its processes start and end with it."""
    engine = Engine(settings.bounds, settings.processes)
    kept = Kept(settings.bounds.answer_bytes)
    studies = StudyRoom(settings.bounds)
    hosting = HostingRoom(settings.network)
    assets = Assets(settings.assets)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "waiting"))
        starting = asyncio.create_task(engine.start(records.builtin(settings.scenario)))
        try:
            yield
        finally:
            starting.cancel()
            await asyncio.to_thread(_close, engine, studies, hosting)

    app = FastAPI(
        title="Stargauge",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        # Their pages would load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.include_router(records_router(engine, kept, hosting, settings.scenario))
    app.include_router(moves_router(engine, kept, studies))

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        return assets.response(path, request)

    _answer_mistakes(app)
    app.add_middleware(Guard, bounds=settings.bounds, hosts=settings.hosts)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    app.state.engine = engine
    return app


def _close(engine: Engine, studies: StudyRoom, hosting: HostingRoom) -> None:
    studies.close()
    hosting.close()
    engine.close()


def _answer_mistakes(app: FastAPI) -> None:
    """Have every mistake answered in one form."""

    @app.exception_handler(ProblemError)
    async def refused(_: Request, problem: ProblemError) -> Response:
        return problem.response()

    @app.exception_handler(HelperFailedError)
    async def broken(_: Request, error: HelperFailedError) -> Response:
        return failed().response()

    @app.exception_handler(StargaugeError)
    async def raised(_: Request, error: StargaugeError) -> Response:
        return from_error(error).response()

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        mistakes = [Mistake(0, _place(one["loc"]), _words(one)) for one in error.errors()]
        count = len(mistakes)
        title = f"The request has {count} mistake{'' if count == 1 else 's'}"
        detail = f"{mistakes[0].field}: {mistakes[0].message}" + (
            f" (and {count - 1} more)" if count > 1 else ""
        )
        return ProblemError(422, "input", title, detail, mistakes).response()

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        code, title, detail = _STATUS_WORDS.get(error.status_code, ("refused", error.detail, error.detail))
        return ProblemError(error.status_code, code, title, detail, headers=error.headers).response()


def _place(location: Any) -> str:
    parts = [str(part) for part in location if part not in ("body", "query", "path")]
    return ".".join(parts) or "body"


def _words(detail: dict[str, Any]) -> str:
    words = str(detail["msg"])
    given = detail.get("input")
    if isinstance(given, str | int | float | bool):
        words += f", not {str(given)[:60]!r}"
    return words


def _document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, with the form of refusals and of bodies that are read by hand."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        template = "#/components/schemas/{model}"
        _, extra = models_json_schema(
            [(ProblemTold, "serialization"), (ScenarioAsked, "validation")], ref_template=template
        )
        made["components"]["schemas"].update(extra["$defs"])
        app.openapi_schema = made
    return app.openapi_schema

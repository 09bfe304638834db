"""Operations that simulate: outcomes of a scenario, two compared, what levers buy."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response

from stargauge.facts import load_tables
from stargauge.web.answering import Kept, answer
from stargauge.web.comparing import comparison
from stargauge.web.engine import Engine
from stargauge.web.intake import read_scenario
from stargauge.web.messages import EXAMPLE_SCENARIO, Compared, ComparisonAsked, Move, Outcomes
from stargauge.web.record_messages import Study, StudyAsked
from stargauge.web.replies import answers, as_json, problems
from stargauge.web.studies import Question, StudyRoom

ACCEPTED = 202

MOVE_EXAMPLES: dict[str, Any] = {
    "preview": {
        "summary": "A lever is moved",
        "value": {"scenario": EXAMPLE_SCENARIO, "futures": 128, "token": "tab-7f3a", "limits": True},
    },
    "refined": {
        "summary": "It rests",
        "value": {
            "scenario": EXAMPLE_SCENARIO,
            "futures": 1000,
            "token": "tab-7f3a",
            "series": ["energised_facility_mw:US", "class:*"],
        },
    },
}
COMPARE_EXAMPLES: dict[str, Any] = {
    "levers": {
        "summary": "A scenario against the one it extends",
        "value": {
            "first": {"stargauge": 1, "name": "base", "extends": "us-2026"},
            "second": EXAMPLE_SCENARIO,
            "futures": 128,
            "series": ["energised_facility_mw:US"],
        },
    }
}
STUDY_EXAMPLES: dict[str, Any] = {
    "headlines": {
        "summary": "What the levers buy",
        "value": {"scenario": EXAMPLE_SCENARIO, "outcomes": ["facility_mw:2030"], "futures": 64},
    }
}


def moves_router(engine: Engine, kept: Kept, studies: StudyRoom) -> APIRouter:
    """Return the operations that simulate.

    Args:
        engine: Simulates.
        kept: Answers that are kept.
        studies: Studies of levers.
    """
    router = APIRouter(prefix="/api", tags=["moves"])
    tables = load_tables()

    @router.post(
        "/outcomes",
        summary="What becomes of a scenario",
        responses={**answers(Outcomes, "The answer to the move"), **problems(409, posted=True)},
    )
    async def outcomes(
        request: Request, move: Annotated[Move, Body(openapi_examples=MOVE_EXAMPLES)]
    ) -> Response:
        """Simulate a scenario and tell what is shown of it.

        Few futures are a preview and come first; more go on from it. A newer request of the same token takes
        an older one's place, which is then told 409.
        """
        return as_json(await _in_turn(engine, request, move.token, answer(engine, kept, move, tables)))

    @router.post(
        "/compare",
        summary="What a scenario changes against another",
        responses={**answers(Compared, "Where they differ"), **problems(409, posted=True)},
    )
    async def compare(
        request: Request, asked: Annotated[ComparisonAsked, Body(openapi_examples=COMPARE_EXAMPLES)]
    ) -> Response:
        """Simulate two scenarios on the same luck and tell differences only."""
        return as_json(await _in_turn(engine, request, asked.token, comparison(engine, asked)))

    @router.post(
        "/levers/effects",
        summary="What each lever buys",
        responses={
            **answers(Study, "The study"),
            **answers(Study, "The study is under way: ask again", ACCEPTED),
            **problems(posted=True),
        },
    )
    async def effects(asked: Annotated[StudyAsked, Body(openapi_examples=STUDY_EXAMPLES)]) -> Response:
        """Share out what a scenario changes among its levers; takes a while, so ask until it is ready."""
        scenario = read_scenario(asked.scenario)
        question = Question(scenario, tuple(asked.outcomes), asked.futures, asked.full_force)
        state = studies.ask(question)
        return as_json(state.to_dict(question.digest), 200 if state.state == "ready" else ACCEPTED)

    return router


async def _in_turn(engine: Engine, request: Request, token: str, work: Coroutine[Any, Any, Any]) -> Any:
    """Return what the work gives; it is dropped where the client goes away."""
    leaving = asyncio.ensure_future(_gone(request))
    try:
        return await engine.in_turn(token, work, leaving)
    finally:
        leaving.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

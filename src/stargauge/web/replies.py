"""How answers are written and described, alike for all parts of the API."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response
from pydantic import BaseModel
from pydantic_core import to_json

from stargauge.web.messages import ProblemTold
from stargauge.web.problems import MEDIA_TYPE

_MEANINGS = {
    400: "The request names another server, or its body is no JSON.",
    403: "The request comes from another site.",
    404: "There is nothing here.",
    405: "The path is not asked with this method.",
    408: "The body came too slowly.",
    409: "A newer move of the same token took its place.",
    413: "The body is too large.",
    415: "The body is of a kind that is not read.",
    422: "The input has mistakes; each is listed.",
    429: "Too much is under way; try again after Retry-After seconds.",
    503: "This cannot be answered now.",
    504: "There was no answer in time.",
}
_ALWAYS = (400, 403, 405, 429)
_POSTED = (408, 413, 415, 422, 503, 504)


def problems(*codes: int, posted: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of an operation, for the OpenAPI document."""
    wanted = sorted({*_ALWAYS, *codes, *(_POSTED if posted else ())})
    return {
        code: {
            "description": _MEANINGS[code],
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemTold.__name__}"}}},
        }
        for code in wanted
    }


def answers(
    model: type[BaseModel] | None, description: str, status: int = 200
) -> dict[int | str, dict[str, Any]]:
    """Return an answer of an operation, for the OpenAPI document."""
    told: dict[str, Any] = {"description": description}
    if model is not None:
        told["model"] = model
    return {status: told}


def as_json(content: bytes | Any, status: int = 200) -> Response:
    """Return an answer in JSON that nobody keeps; what is no number becomes null."""
    body = content if isinstance(content, bytes) else to_json(content, inf_nan_mode="null")
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")

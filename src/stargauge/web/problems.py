"""What a client is told when it gets no answer: one form for every refusal (RFC 9457, `problem+json`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from stargauge.errors import InputError, Mistake, StargaugeError

MEDIA_TYPE = "application/problem+json"

RETRY_SECONDS = "1"
"""When to try again where the server is busy or starting."""

MOST_MISTAKES = 50
"""Mistakes listed in one answer."""


class ProblemError(Exception):
    """A refusal: raised anywhere in a request, answered once.

    Attributes:
        status: HTTP status.
        code: One word for programs.
        title: What happened.
        detail: What is wrong and what would be right.
        mistakes: Each mistake of an input.
        headers: Further headers.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        mistakes: Sequence[Mistake] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is told."""
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.mistakes, self.headers = tuple(mistakes), dict(headers or {})
        super().__init__(title, detail)

    def to_dict(self) -> dict[str, Any]:
        """Return the body of the answer."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "mistakes": [
                {"line": one.line, "field": one.field, "message": one.message}
                for one in self.mistakes[:MOST_MISTAKES]
            ],
        }

    def response(self) -> Response:
        """Return the answer."""
        content = to_json(self.to_dict())
        return Response(content, self.status, {**self.headers, "Cache-Control": "no-store"}, MEDIA_TYPE)


def busy(detail: str) -> ProblemError:
    """Return the refusal of one request too many."""
    return ProblemError(429, "busy", "Too much is under way", detail, headers={"Retry-After": RETRY_SECONDS})


def superseded() -> ProblemError:
    """Return what an older move is told."""
    return ProblemError(
        409,
        "superseded",
        "A newer move took its place",
        "The answer to the newer request of this token counts.",
    )


def too_slow(seconds: float) -> ProblemError:
    """Return what is told when the time is up."""
    detail = (
        f"There was no answer within {seconds:g} s; ask for fewer futures, or again when less is under way."
    )
    return ProblemError(504, "too_slow", "The time is up", detail)


def failed() -> ProblemError:
    """Return what is told of a fault of the server itself."""
    detail = "The server met a fault of its own, which it has logged; the request may be tried again."
    return ProblemError(500, "failed", "Something went wrong in the server", detail)


def input_problem(error: InputError, code: str = "input") -> ProblemError:
    """Return the refusal of an input with its mistakes."""
    count = len(error.mistakes)
    first = error.mistakes[0]
    title = f"{error.source} has {count} mistake{'' if count == 1 else 's'}"
    detail = f"{first.field}: {first.message}" + (f" (and {count - 1} more)" if count > 1 else "")
    return ProblemError(422, code, title, detail, error.mistakes)


def from_error(error: StargaugeError) -> ProblemError:
    """Return the refusal that an error of the program stands for."""
    if isinstance(error, InputError):
        return input_problem(error)
    return ProblemError(503, "unavailable", "This cannot be answered now", str(error))

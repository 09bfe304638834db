"""What stands before every request: whose page it is, how large it is, whether it is text; and safe headers.

The server listens on the loopback address unless told otherwise. A page of another site can still reach it
through its visitor's browser, so that a request must name this host (a foreign name that was pointed here
does not) and, if it says where it is from, this origin.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stargauge.web.bounds import Bounds
from stargauge.web.problems import ProblemError, busy, failed

_log = logging.getLogger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing is loaded from, or sent to, anywhere but this server."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
JSON, YAML = "application/json", ("application/yaml", "application/x-yaml", "text/yaml")
YAML_PATHS = ("/api/scenario/check",)
"""Where the text of a scenario file may be posted as it is."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
API = "/api/"


def host_names(host: str, port: int, more: Iterable[str] = ()) -> frozenset[str]:
    """Return the values of the Host header that mean this server.

    Args:
        host: The address it listens on.
        port: The port.
        more: Other names under which it is reached.
    """
    shown = f"[{host}]" if ":" in host else host
    names = {*LOOPBACK, shown.lower(), *(name.lower() for name in more)}
    return frozenset({f"{name}:{port}" for name in names} | (names if port == 80 else set()))


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, bounds: Bounds, hosts: frozenset[str]) -> None:
        """Stand before an application.

        Args:
            app: The application.
            bounds: Size, time and number of requests.
            hosts: Host headers that mean this server, see `host_names`.
        """
        self.app, self.bounds, self.hosts = app, bounds, hosts
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request and pass it on, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        self._open += 1
        try:
            headers = _headers(scope)
            self._check_source(scope, headers)
            if self._open > self.bounds.open_requests:
                raise busy(f"{self._open - 1} requests are open, the most that may be")
            if scope["method"] == "POST":
                receive = await self._checked_body(scope, headers, receive)
            await self.app(scope, receive, answer)
        except ProblemError as problem:
            await problem.response()(scope, receive, answer)
        except Exception:
            _log.exception("a request to %s failed", scope.get("path"))
            if not begun:
                await failed().response()(scope, receive, answer)
        finally:
            self._open -= 1

    def _check_source(self, scope: Scope, headers: dict[str, list[str]]) -> None:
        named = headers.get("host", [])
        if len(named) != 1 or named[0].lower() not in self.hosts:
            said = f'"{named[0][:100]}"' if len(named) == 1 else f"{len(named)} of them"
            known = ", ".join(sorted(self.hosts))
            detail = (
                f"The Host header is {said}; this server is {known}. Start it with --name for other names."
            )
            raise ProblemError(400, "host", "The request names another server", detail)
        for origin in headers.get("origin", []):
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or parts.netloc.lower() not in self.hosts:
                detail = f'The request comes from "{origin[:100]}"; only pages of this server may ask it.'
                raise ProblemError(403, "origin", "The request comes from another site", detail)
        if scope["path"].startswith(API) and headers.get("sec-fetch-site", [""])[0] in (
            "cross-site",
            "same-site",
        ):
            detail = "A page of another site asked for it; only pages of this server may."
            raise ProblemError(403, "origin", "The request comes from another site", detail)

    async def _checked_body(self, scope: Scope, headers: dict[str, list[str]], receive: Receive) -> Receive:
        kind = headers.get("content-type", [""])[0].split(";")[0].strip().lower()
        is_yaml = kind in YAML and scope["path"] in YAML_PATHS
        if kind != JSON and not is_yaml:
            allowed = f"{JSON} or {YAML[0]}" if scope["path"] in YAML_PATHS else JSON
            detail = f'The body is "{kind[:100]}"; send it with Content-Type: {allowed}.'
            raise ProblemError(415, "media_type", "The body is of a kind that is not read", detail)
        try:
            async with asyncio.timeout(self.bounds.body_seconds):
                body = await self._body(headers, receive)
        except TimeoutError:
            detail = f"The body had not come after {self.bounds.body_seconds:g} s; send it at once."
            raise ProblemError(408, "too_slow", "The body came too slowly", detail) from None
        if is_yaml:
            _check_text(body)
        else:
            check_json(body, self.bounds.depth)
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        return replay

    async def _body(self, headers: dict[str, list[str]], receive: Receive) -> bytes:
        most = self.bounds.body_bytes
        stated = headers.get("content-length", ["0"])[0]
        if stated.isdigit() and (len(stated) > len(str(most)) or int(stated) > most):
            raise self._too_large()
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ProblemError(400, "bad_json", "The body ended early", "The client went away.")
            body += message.get("body", b"")
            if len(body) > most:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> ProblemError:
        detail = f"A body may have {self.bounds.body_bytes:,} bytes; a scenario has some hundred."
        # The rest of the body is not read, so nothing else can come on this connection.
        return ProblemError(
            413, "too_large", "The body is too large", detail, headers={"Connection": "close"}
        )


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _check_text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"Byte {error.start:,} of the body is no UTF-8; save the text as UTF-8."
        raise ProblemError(400, "bad_text", "The body is not text", detail) from None


def check_json(body: bytes, depth: int) -> None:
    """Check that a body is JSON as every reader understands it.

    Args:
        body: The body.
        depth: Deepest nesting.

    Raises:
        ProblemError: It is not UTF-8, no JSON, nested too deeply, holds what is no number (NaN) or no
            character, or a key twice.
    """
    text = _check_text(body)
    deepest = _depth(text)
    if deepest > depth:
        detail = f"It is nested {deepest:,} deep; a scenario needs 8 and {depth} are read."
        raise ProblemError(400, "bad_json", "The JSON is nested too deeply", detail)
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        detail = "A text holds half of a surrogate pair (\\ud800 to \\udfff), which is no character."
        raise ProblemError(400, "bad_text", "The body is not text", detail) from None
    except ValueError as error:
        raise ProblemError(
            400, "bad_json", "The body is no JSON", f"{error}; send one JSON object."
        ) from None


def _depth(text: str) -> int:
    """Return how deep brackets are nested, those within strings apart; nothing is built."""
    deepest = level = 0
    quoted = escaped = False
    for letter in text:
        if quoted:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                quoted = False
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            level += 1
            deepest = max(deepest, level)
        elif letter in "]}":
            level -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twice[:100]}" stands twice')
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")

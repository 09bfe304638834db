"""What stands before every request: hostile hosts, origins and bodies are refused with a clear answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("fastapi", reason="needs the extra web")

from stargauge.web.bounds import Bounds
from stargauge.web.guard import HEADERS, Guard, check_json, host_names
from stargauge.web.problems import ProblemError

HOST = "127.0.0.1:8765"
BOUNDS = Bounds(body_bytes=1000, body_seconds=0.05, open_requests=2)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the body."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def asked(
    app: Any,
    method: str = "GET",
    path: str = "/api/about",
    headers: Iterable[tuple[str, str]] = (("host", HOST),),
    chunks: Iterable[bytes] = (b"",),
    pause: float = 0.0,
) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and body of an answer."""
    parts = list(chunks)
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.sleep(pause)
        body = parts.pop(0) if parts else b""
        return {"type": "http.request", "body": body, "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    kind = told.get("content-type", "")
    return sent[0]["status"], told, json.loads(body) if "json" in kind else body


def ask(**fields: Any) -> tuple[int, dict[str, str], Any]:
    return asyncio.run(asked(Guard(echo, BOUNDS, host_names("127.0.0.1", 8765)), **fields))


def post(*chunks: bytes, kind: str = "application/json", path: str = "/api/outcomes", **more: Any) -> Any:
    headers = (("host", HOST), ("content-type", kind), *more.pop("headers", ()))
    return ask(method="POST", path=path, headers=headers, chunks=chunks, **more)


@pytest.mark.parametrize("host", [HOST, "localhost:8765", "[::1]:8765", "LOCALHOST:8765"])
def test_own_names_are_answered_with_safe_headers(host: str) -> None:
    status, headers, _ = ask(headers=[("host", host)])
    assert status == 200
    for name, value in HEADERS:
        assert headers[name.decode()] == value.decode()
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "headers",
    [
        [("host", "evil.example:8765")],
        [("host", "127.0.0.1:80")],
        [("host", "127.0.0.1.evil.example:8765")],
        [("host", f"{HOST}@evil.example")],
        [("host", "")],
        [],
        [("host", HOST), ("host", "evil.example")],
    ],
)
def test_other_hosts_are_refused(headers: list[tuple[str, str]]) -> None:
    status, told, problem = ask(headers=headers)
    assert (status, problem["code"]) == (400, "host")
    assert HOST in problem["detail"]
    assert told["content-type"] == "application/problem+json"


def test_other_names_are_given_at_the_start() -> None:
    names = host_names("0.0.0.0", 80, ["stats.example.org"])
    assert {"stats.example.org", "stats.example.org:80", "localhost"} <= names
    assert "[fe80::1]:8765" in host_names("fe80::1", 8765)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", f"file://{HOST}"])
def test_other_origins_are_refused(origin: str) -> None:
    for method in ("GET", "POST"):
        status, _, problem = ask(method=method, headers=[("host", HOST), ("origin", origin)])
        assert (status, problem["code"]) == (403, "origin")


def test_the_own_origin_and_programs_without_one_are_answered() -> None:
    assert post(b"{}", headers=[("origin", f"http://{HOST}")])[0] == 200
    assert post(b"{}")[0] == 200


def test_a_page_of_another_site_reads_nothing() -> None:
    for site in ("cross-site", "same-site"):
        headers = [("host", HOST), ("sec-fetch-site", site)]
        assert ask(headers=headers)[2]["code"] == "origin"
        # A link from elsewhere may lead to the page.
        assert ask(headers=headers, path="/")[0] == 200


def test_a_huge_body_is_refused_stated_or_not() -> None:
    assert post(b"{}", headers=[("content-length", "1001")])[2]["code"] == "too_large"
    assert post(b"{}", headers=[("content-length", "9" * 5000)])[2]["code"] == "too_large"
    status, told, problem = post(*[b" " * 100] * 11)
    assert (status, problem["code"], told["connection"]) == (413, "too_large", "close")
    assert "1,000 bytes" in problem["detail"]


def test_a_slow_body_is_not_waited_for() -> None:
    status, _, problem = post(*[b" "] * 10, pause=0.03)
    assert (status, problem["code"]) == (408, "too_slow")


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "application/yaml"])
def test_other_kinds_of_bodies_are_refused(kind: str) -> None:
    status, _, problem = post(b"{}", kind=kind)
    assert (status, problem["code"]) == (415, "media_type")
    assert "application/json" in problem["detail"]


def test_yaml_is_read_where_a_file_may_be_posted() -> None:
    assert post(b"a: 1", kind="application/yaml", path="/api/scenario/check")[2] == b"a: 1"
    problem = post(b"\xff", kind="application/yaml", path="/api/scenario/check")[2]
    assert problem["code"] == "bad_text"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"\xff\xfe{}", "bad_text", "Byte 0"),
        (b'{"a": "\xc3\x28"}', "bad_text", "UTF-8"),
        (b'{"a": "\\ud800"}', "bad_text", "surrogate"),
        (b'{"\\ud800": 1}', "bad_text", "surrogate"),
        (b"[" * 500 + b"]" * 500, "bad_json", "500 deep"),
        (b'{"a":' * 90 + b"1" + b"}" * 90, "bad_json", "90 deep"),
        (b"{", "bad_json", "line 1"),
        (b"", "bad_json", "one JSON object"),
        (b'{"a": NaN}', "bad_json", "NaN"),
        (b'{"a": -Infinity}', "bad_json", "Infinity"),
        (b'{"a": 1, "a": 2}', "bad_json", '"a" stands twice'),
        (b"9" * 900, "ok", ""),
    ],
)
def test_bodies_that_are_no_json_are_refused(body: bytes, code: str, words: str) -> None:
    status, _, problem = post(body)
    if code == "ok":
        assert status == 200
        return
    assert (status, problem["code"]) == (400, code)
    assert words in problem["detail"]


def test_numbers_beyond_what_python_reads_are_refused() -> None:
    with pytest.raises(ProblemError) as caught:
        check_json(b"9" * 10_000, 24)
    assert caught.value.code == "bad_json"


def test_brackets_in_texts_do_not_count() -> None:
    check_json(json.dumps({"a": '[[[["\\[[' * 20}).encode(), 2)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(ProblemError):
        check_json(body, 24)
        json.loads(body)


def test_a_fault_of_the_application_is_told_as_one(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("secret detail")

    status, _, problem = asyncio.run(asked(Guard(broken, BOUNDS, host_names("127.0.0.1", 8765))))
    assert (status, problem["code"]) == (500, "failed")
    assert "secret" not in json.dumps(problem)
    assert "secret detail" in caplog.text


def test_too_many_open_requests_are_refused() -> None:
    release = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await release.wait()
        await echo(scope, receive, send)

    async def both() -> list[int]:
        guard = Guard(slow, BOUNDS, host_names("127.0.0.1", 8765))
        waiting = [asyncio.create_task(asked(guard)) for _ in range(3)]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        refused = [task.result()[0] for task in done]
        release.set()
        return refused + [(await task)[0] for task in waiting if task not in done]

    assert asyncio.run(both()) == [429, 200, 200]

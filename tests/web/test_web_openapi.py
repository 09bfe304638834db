"""The OpenAPI document is complete: its examples are answered, and no request gets a fault of the server."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from web_server import NETWORK, Server

from stargauge.web import messages, record_messages
from stargauge.web.problems import MEDIA_TYPE

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis")

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402

EXAMPLES_PER_OPERATION = 8
SLOW = ("/api/levers/effects",)


def model_of(name: str) -> type[BaseModel]:
    found: type[BaseModel] = getattr(messages, name, None) or getattr(record_messages, name)
    return found


def document(server: Server) -> dict[str, Any]:
    told: dict[str, Any] = server.client.get("/api/openapi.json").json()
    return told


def test_every_operation_says_what_it_answers_and_refuses(server: Server) -> None:
    told = document(server)
    assert len(told["paths"]) >= 16
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            assert "200" in operation["responses"]
            refusals = {code for code in operation["responses"] if int(code) >= 400}
            assert {"400", "403", "405", "429"} <= refusals
            for code in refusals:
                schema = operation["responses"][code]["content"][MEDIA_TYPE]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemTold"}
            if method == "post":
                assert {"413", "415", "422"} <= refusals
                assert operation["requestBody"]["content"]["application/json"]["examples"]


def test_examples_of_bodies_are_answered_as_documented(server: Server) -> None:
    for path, operations in document(server)["paths"].items():
        operation = operations.get("post")
        if operation is None:
            continue
        for kind, content in operation["requestBody"]["content"].items():
            for example in content["examples"].values():
                value = example["value"]
                sent = {"json": value} if kind == "application/json" else {"content": value}
                answer = server.client.post(path, headers={"content-type": kind}, **sent)
                assert answer.status_code in (200, 202), answer.text
                schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]
                name = schema["schema"]["$ref"].rsplit("/", 1)[1]
                model_of(name).model_validate(answer.json())


def test_what_is_read_is_answered_as_documented(server: Server) -> None:
    values = {"name": "us-2026", "query": "X01", "bus": "1001"}
    for path, operations in document(server)["paths"].items():
        operation = operations.get("get")
        if operation is None:
            continue
        query = {**values, "query": "P2.1.3"} if "plan" in path else values
        answer = server.client.get(path.format(**query))
        assert answer.status_code in (200, 202), (path, answer.text)
        schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        if "$ref" in schema:
            model_of(schema["$ref"].rsplit("/", 1)[1]).model_validate(answer.json())


def test_the_limits_told_are_those_of_the_document(server: Server) -> None:
    granted = server.client.get("/api/about").json()["limits"]
    move = document(server)["components"]["schemas"]["Move"]["properties"]
    assert move["futures"]["minimum"] == granted["least_futures"]
    assert move["futures"]["maximum"] == granted["most_futures"]
    assert move["futures"]["default"] == granted["preview_futures"]
    assert NETWORK


def test_no_request_meets_a_fault_of_the_server(server: Server) -> None:
    schema = schemathesis.openapi.from_url(f"{server.base}/api/openapi.json")
    tried: dict[str, int] = {}

    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in SLOW:
            continue

        @settings(
            max_examples=EXAMPLES_PER_OPERATION,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def probe(case: Any) -> None:
            answer = case.call(timeout=120)
            label = f"{case.operation.label} -> {answer.status_code}"
            tried[label] = tried.get(label, 0) + 1
            assert answer.status_code < 500, f"{label}: {answer.text}"
            if answer.status_code >= 400:
                assert answer.headers["content-type"][0].startswith(MEDIA_TYPE), label
                messages.ProblemTold.model_validate(answer.json())

        probe()
    assert len(tried) >= 16

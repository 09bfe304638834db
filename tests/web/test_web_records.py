"""What is on record, the page's files and the map, as a browser asks for them; and paths that try tricks."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from web_server import NETWORK, Server, scenario

from stargauge.facts import load_registry
from stargauge.grid.catalogue import load
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.policy import read_levers
from stargauge.policy.plan import load_strategy, plan_status
from stargauge.scenario import LEVERS, builtin_names, load_scenario, parse_scenario
from stargauge.track import track
from stargauge.web import hosting as hosting_module
from stargauge.web.hosting import stored_place

READY_SECONDS = 240.0


def ask(server: Server, path: str) -> dict[str, Any]:
    answer = server.client.get(f"/api/{path}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def raw(server: Server, method: str, target: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Ask with a target that no client library tidies."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        with connection.getresponse() as answer:
            return answer.status, answer.read()


def test_the_server_says_what_it_is(server: Server) -> None:
    told = ask(server, "about")
    assert told["ready"]
    assert told["default_scenario"] == "us-2026"
    assert [one["name"] for one in told["scenarios"]] == list(builtin_names())
    assert told["languages"] == ["en", "zh-Hant"]


def test_every_lever_has_its_actions_and_the_source_of_its_effect(server: Server) -> None:
    told = ask(server, "levers")
    assert {one["name"] for one in told["levers"]} == set(LEVERS)
    strategy = load_strategy(told["strategy"])
    for lever in told["levers"]:
        assert lever["pillar"] == LEVERS[lever["name"]].pillar
        assert lever["modelled"] == (lever["name"] in read_levers())
        assert (lever["effect"] is None) == bool(lever["because"])
        if lever["effect"]:
            fact = load_registry()[lever["effect"]["fact"]]
            assert lever["effect"]["source"] == fact.source
            assert lever["effect"]["p05"] <= lever["effect"]["p50"] <= lever["effect"]["p95"]
        assert {one["id"] for one in lever["actions"]} == {
            one.id for one in strategy.actions_of_lever(lever["name"])
        }
        for value in (lever["now"], lever["expected_end"]):
            assert value is None or 0.0 <= value <= 1.0
    stages = {one["id"]: one["stage"] for lever in told["levers"] for one in lever["actions"]}
    day = load_scenario("us-2026").as_of
    by_action = {one["id"]: one["stage"] for one in plan_status(day).to_dict()["by_action"]}
    assert stages == {name: by_action[name] for name in stages}


def test_the_record_is_that_of_the_commands(server: Server) -> None:
    assert ask(server, "tracker") == json.loads(json.dumps(track().to_dict()))
    assert ask(server, "plan") == json.loads(json.dumps(plan_status().to_dict()))
    assert [one["id"] for one in ask(server, "plan/P2.1.3")["actions"]] == ["P2.1.3"]
    assert ask(server, "facts/M-slip")["facts"][0]["id"] == "M-slip"


def test_every_site_has_a_place_or_none_and_a_status(server: Server) -> None:
    sites = ask(server, "sites")["sites"]
    assert len({one["site_id"] for one in sites}) == len(sites) > 20
    abilene = next(one for one in sites if one["site_id"] == "abilene")
    assert (abilene["status"], abilene["country"]) == ("energised", "US")
    for site in sites:
        assert (site["lat"] is None) == (site["lon"] is None)
        assert (site["status"] == "energised") == bool(site["energised_facility_mw"])


def test_what_does_not_change_is_sent_once(server: Server) -> None:
    first = server.client.get("/api/sites")
    again = server.client.get("/api/sites", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_scenario_is_given_back_whole(server: Server) -> None:
    told = ask(server, "scenarios/us-2026")
    assert parse_scenario(told["yaml"]).digest() == load_scenario("us-2026").digest() == told["digest"]
    assert server.move(scenario=told["scenario"], futures=2, series=[]).status_code == 200


def test_a_file_is_checked_with_its_lines(server: Server) -> None:
    def check(text: str) -> Any:
        return server.client.post(
            "/api/scenario/check", content=text.encode(), headers={"content-type": "application/yaml"}
        )

    good = check("stargauge: 1\nname: mine\nextends: us-2026\nlevers:\n  talent: 0.5\n").json()
    assert {"field": "levers.talent", "value": "0.5 from 2026-10"} in good["changes"]
    assert any("talent" in words for words in good["idle"])
    bad = check("stargauge: 1\nname: mine\nextends: us-2026\nlevers:\n  permiting_time: 0.5\nfutures: many\n")
    assert bad.status_code == 422
    assert [one["line"] for one in bad.json()["mistakes"]] == [5, 6]
    deep = check("a: " + "[" * 5000 + "]" * 5000)
    assert (deep.status_code, deep.json()["code"]) == (422, "scenario")
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}, *{'a' if n == 0 else f'b{n - 1}'}]"
        for n in range(40)
    )
    assert check(bomb).status_code == 422


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"scenario": scenario({"permiting_time": 1})}, "levers.permiting_time", "permitting_time"),
        ({"scenario": scenario(extends="us-2062")}, "extends", "us-2026"),
        ({"scenario": scenario(extends="/etc/passwd.yaml")}, "extends", "built-in"),
        ({"scenario": scenario(extends="../mine.yaml")}, "extends", "built-in"),
        ({"scenario": scenario(policy={"strategy": "../../data"})}, "policy.strategy", "us-ai-action-plan"),
        ({"scenario": scenario(policy={"off": ["P9.9"]})}, "policy.off", "P"),
        ({"scenario": scenario(start="2000-01", end="2100-12")}, "end", "at most 300"),
        ({"scenario": scenario(), "futures": 4001}, "futures", "4000"),
        ({"scenario": scenario(), "futures": 1}, "futures", "2"),
        ({"scenario": scenario(), "futures": "12"}, "futures", "integer"),
        ({"scenario": scenario(), "token": "a b"}, "token", "pattern"),
        (
            {"scenario": scenario(), "series": ["energised_facility_mw:U"]},
            "series",
            "energised_facility_mw:US",
        ),
        ({"scenario": scenario(), "series": ["*"]}, "series", "no series"),
        ({"scenario": scenario(), "speed": 1}, "speed", "Extra"),
        ({"scenario": []}, "scenario", "dictionary"),
        ([], "body", "object"),
    ],
)
def test_mistakes_say_what_would_be_right(server: Server, body: Any, field: str, words: str) -> None:
    answer = server.client.post("/api/outcomes", json=body)
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["mistakes"][0]["field"].startswith(field), problem
    assert any(words in one["message"] for one in problem["mistakes"]), problem


def test_too_many_series_are_refused(server: Server) -> None:
    names = server.move(scenario=scenario(), futures=2, series=[]).json()["series"]
    families = sorted({f"{name.split(':')[0]}:*" for name in names})
    problem = server.move(scenario=scenario(), futures=2, series=families)
    assert problem.status_code == 422
    assert "at most 160" in problem.json()["detail"]


def test_the_page_is_served_from_memory(server: Server) -> None:
    page = server.client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-encoding"] == "gzip"
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-cache"
    script = server.client.get("/assets/main-1a2b.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    status, plain = raw(server, "GET", "/")
    assert status == 200
    assert plain.startswith(b"<!doctype html>")
    assert server.client.head("/").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "/../pyproject.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fapp.py",
        "/assets/../../app.py",
        "//etc/passwd",
        "/.hidden.js",
        "/link.js",
        "/SOURCE",
        "/assets",
        "/%00",
        "/index.html%00.js",
        "/..\\..\\etc",
        "/api/scenarios/..%2f..%2fus-2026.yaml",
        "/api/scenarios/us-2026.yaml",
        "/api/levers?scenario=../../us-2026.yaml",
        "/api/plan/..%2f..%2fdata",
        "/api/nothing",
        "/api/hosting/1/2",
    ],
)
def test_paths_that_try_tricks_lead_nowhere(server: Server, target: str) -> None:
    status, body = raw(server, "GET", target)
    assert status in (400, 404), body[:200]
    if status == 404:
        assert json.loads(body)["code"] == "not_found"


def test_other_methods_are_refused(server: Server) -> None:
    for method, path in (("PUT", "/api/about"), ("DELETE", "/"), ("GET", "/api/outcomes"), ("POST", "/")):
        answer = server.client.request(method, path, json={})
        assert answer.status_code in (404, 405), (method, path)
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_foreign_host_and_origin_are_refused_over_the_wire(server: Server) -> None:
    answer = server.client.get("/api/about", headers={"host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "host")
    answer = server.client.post(
        "/api/outcomes", json={"scenario": scenario()}, headers={"origin": "http://evil.example"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "origin")
    own = server.client.post(
        "/api/outcomes",
        json={"scenario": scenario(), "futures": 2, "series": []},
        headers={"origin": server.base},
    )
    assert own.status_code == 200


def test_a_huge_body_is_cut_off_over_the_wire(server: Server) -> None:
    def endless() -> Any:
        for _ in range(10_000):
            yield b" " * 65_536

    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as wire:
        wire.sendall(
            f"POST /api/outcomes HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        sent = 0
        try:
            for part in endless():
                wire.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                sent += len(part)
        except OSError:
            pass
        assert sent < 100_000_000
    assert server.client.get("/api/health").status_code == 200


def test_the_map_has_every_bus_and_what_binds_it(server: Server) -> None:
    began = time.monotonic()
    while (answer := server.client.get("/api/hosting")).status_code == 202:
        assert answer.json()["state"] == "working"
        assert answer.json()["what"]
        assert time.monotonic() - began < READY_SECONDS
        time.sleep(0.2)
    told = answer.json()
    own = hosting_capacity(load(NETWORK))
    frame = own.frame.filter(own.frame["site"] & own.frame["lat"].is_not_null())
    assert told["columns"]["bus"] == frame["bus"].to_list()
    limits = np.array([np.inf if one is None else one for one in told["columns"]["n1_mw"]])
    np.testing.assert_allclose(limits, frame["n1_mw"].to_numpy(), atol=0.05001)
    voltages = [told["voltages_kv"][place] for place in told["columns"]["kv"]]
    assert voltages == frame["kv"].to_list()
    assert told["synthetic"]
    assert "synthetic" in told["notice"]
    row = frame.filter(frame["bus"] == 1004).row(0, named=True)
    bus = server.client.get("/api/hosting/1004").json()
    assert (bus["n1_mw"], bus["binds"]["element"]) == (row["n1_mw"], row["element"])
    assert bus["next"][0]["mw"] == row["next_1_mw"]
    missing = server.client.get("/api/hosting/999999")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    packed = raw(server, "GET", "/api/hosting", {"Accept-Encoding": "gzip"})[1]
    assert json.loads(gzip.decompress(packed)) == told


def test_the_map_is_kept_under_what_it_was_computed_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STARGAUGE_CACHE", str(tmp_path))
    place = stored_place("usa")
    assert place is not None
    assert place.parent == tmp_path
    assert place.name.startswith("hosting-usa-")
    assert stored_place("mine/case.m") is None
    place.write_bytes(b"damaged")
    assert hosting_module._read(place) is None


def test_a_study_of_levers_is_that_of_the_command(server: Server) -> None:
    from stargauge.insight.attribution import attribution
    from stargauge.policy import plan_vocabulary
    from stargauge.scenario import build_scenario

    levers = {"permitting_time": 0.5}
    body = {"scenario": scenario(levers), "outcomes": ["facility_mw:2030"], "futures": 64}
    began = time.monotonic()
    while (answer := server.client.post("/api/levers/effects", json=body)).status_code == 202:
        assert answer.json()["state"] in ("waiting", "working")
        assert time.monotonic() - began < READY_SECONDS
        time.sleep(0.2)
    asked = build_scenario(scenario(levers), vocabulary=plan_vocabulary())
    own = attribution(asked, ["facility_mw:2030"], futures=64, workers=1).to_dict()
    assert answer.json()["answer"] == json.loads(json.dumps(own))


def test_a_study_with_mistakes_is_refused_and_forgotten(server: Server) -> None:
    body = {"scenario": scenario(), "outcomes": ["facility_mw:1999"], "futures": 64}
    for _ in range(2):
        began = time.monotonic()
        while (answer := server.client.post("/api/levers/effects", json=body)).status_code == 202:
            assert time.monotonic() - began < READY_SECONDS
            time.sleep(0.1)
        assert answer.status_code == 422
        assert "facility_mw" in answer.json()["detail"]

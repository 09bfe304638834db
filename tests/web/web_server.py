"""A server as a user starts it, on a free port, and what tests send it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs the extra web")
httpx = pytest.importorskip("httpx", reason="needs httpx")

import uvicorn  # noqa: E402
from fastapi import FastAPI  # noqa: E402

from stargauge.web.app import Settings, create_app  # noqa: E402
from stargauge.web.guard import host_names  # noqa: E402

START_SECONDS = 300.0
NETWORK = "case_ACTIVSg2000"


@dataclass(frozen=True)
class Server:
    """A running server."""

    base: str
    port: int
    app: FastAPI
    client: httpx.Client

    def move(self, **fields: Any) -> httpx.Response:
        return self.client.post("/api/outcomes", json=fields)


def scenario(levers: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return a scenario as a request holds it."""
    return {"stargauge": 1, "name": "tested", "extends": "us-2026", "levers": levers or {}, **fields}


@contextlib.contextmanager
def serving(page: Path) -> Iterator[Server]:
    """Run a server whose page is made in a folder."""
    (page / "index.html").write_text("<!doctype html><title>page</title>" + "x" * 2000, encoding="utf-8")
    (page / "assets").mkdir()
    (page / "assets" / "main-1a2b.js").write_text("export {}", encoding="utf-8")
    (page / "SOURCE").write_text("secret", encoding="utf-8")
    (page / ".hidden.js").write_text("secret", encoding="utf-8")
    (page / "link.js").symlink_to(Path(__file__))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Settings(hosts=host_names("127.0.0.1", port), processes=2, network=NETWORK, assets=page))
    running = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=running.run)
    thread.start()
    base = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=base, timeout=START_SECONDS) as client:
            began = time.monotonic()
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if client.get("/api/health").json()["ready"]:
                        break
                assert time.monotonic() - began < START_SECONDS
                time.sleep(0.1)
            yield Server(base, port, app, client)
    finally:
        running.should_exit = True
        thread.join(30)

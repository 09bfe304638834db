"""The page as a user has it: `stargauge serve` in its own process, seen through the system's Chromium."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300.0
ANSWER_MS = 90_000
NETWORK = "case_ACTIVSg2000"
VIEWS = ("outlook", "limits", "world", "drivers", "map", "tracker", "compare")
READY = {
    "outlook": "[data-preview=false]",
    "limits": "[data-preview=false]",
    "world": "[data-preview=false] ~ section .chart",
    "drivers": "#figure-tornado",
    "map": 'canvas.map[data-painted]:not([data-painted="0"])',
    "tracker": ".status-detail",
    "compare": "[data-compared=ready]",
}
"""What stands in each view once it has all it shows."""


def chromium_path() -> str:
    """Return where Chromium is; skip where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("needs Chromium (Debian: apt install chromium)")
    return found


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Run the command on a free port and give its address once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "stargauge"),
        "serve",
        "--port",
        str(port),
        "--network",
        NETWORK,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    base = f"http://127.0.0.1:{port}/"
    try:
        began = time.monotonic()
        while True:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{base}api/about", timeout=5) as answer,
            ):
                if json.load(answer)["ready"]:
                    break
            if process.poll() is not None:
                assert process.stderr is not None
                pytest.fail(f"the server ended: {process.stderr.read()}")
            assert time.monotonic() - began < START_SECONDS
            time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.communicate(timeout=30)


@dataclass
class Visit:
    """A tab of the browser, and what it did that it should not."""

    base: str
    page: Any
    complaints: list[str] = field(default_factory=list)

    def address(self, view: str, **state: str) -> str:
        return f"{self.base}#{urlencode({'view': view, 'lang': 'en', 'theme': 'light', **state})}"

    def open(self, view: str, **state: str) -> Any:
        """Open a view from nothing and wait until it is whole."""
        self.page.goto("about:blank")
        self.page.goto(self.address(view, **state))
        self.whole(view)
        return self.page

    def whole(self, view: str) -> None:
        self.page.wait_for_selector(READY[view], timeout=ANSWER_MS)

    def refined(self) -> None:
        self.page.wait_for_selector("[data-preview=false]", timeout=ANSWER_MS)

    def headline(self) -> str:
        return str(self.page.inner_text("[data-headline]"))

    def picture(self, figure: str = "energised") -> str:
        """Return the canvas of a figure as it is painted."""
        return str(self.page.eval_on_selector(f"#figure-{figure} canvas", "canvas => canvas.toDataURL()"))


@contextlib.contextmanager
def visiting(browser: Any, base: str, width: int = 1280, height: int = 900) -> Iterator[Visit]:
    """Open a tab that may speak to the server alone, and complain of what it said or asked beyond."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", accept_downloads=True
    )
    visit = Visit(base, context.new_page())
    own = urlsplit(base).netloc

    def requested(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != own:
            visit.complaints.append(f"asked {request.url}")

    def said(message: Any) -> None:
        # A move that a newer one overtook is answered 409, which browsers write down as an error.
        if message.type in ("error", "warning") and "409" not in message.text:
            visit.complaints.append(f"{message.type}: {message.text}")

    context.on("request", requested)
    visit.page.on("console", said)
    visit.page.on("pageerror", lambda error: visit.complaints.append(f"raised {error}"))
    try:
        yield visit
        assert visit.complaints == []
    finally:
        context.close()

"""One server and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    pytest.importorskip("fastapi", reason="needs the extra web")
    from page_server import chromium_path, serving

    chromium_path()
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def browser(base: str) -> Iterator[Any]:
    from page_server import chromium_path, sync_api

    with sync_api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium_path())
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Any, base: str) -> Iterator[Any]:
    from page_server import visiting

    with visiting(browser, base) as opened:
        yield opened

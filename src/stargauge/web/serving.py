"""Starting the server: where it listens, what it says, how it ends."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Sequence

import uvicorn

from stargauge.errors import InputError, Mistake, StargaugeError
from stargauge.web.app import Settings, create_app
from stargauge.web.assets import Assets
from stargauge.web.bounds import Bounds
from stargauge.web.guard import host_names
from stargauge.web.records import builtin

END_SECONDS = 3
"""How long open requests may still be answered after Ctrl-C."""

MOST_PROCESSES = 64


LISTENS = """(API: /api/openapi.json); Ctrl-C ends it
Kernels warm up; the first start on a machine compiles them, about a minute"""
NO_PAGE = "\nThis copy holds no built page: scripts/build-page makes it; the API is served"


class _Telling(uvicorn.Server):
    """Says that it listens when it does."""

    def __init__(self, config: uvicorn.Config, words: str) -> None:
        super().__init__(config)
        self._words = words

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._words, file=sys.stderr, flush=True)


class PortTakenError(StargaugeError):
    """The address cannot be listened on."""


def serve(host: str, port: int, processes: int, scenario: str, network: str, names: Sequence[str]) -> None:
    """Serve the page until Ctrl-C.

    Args:
        host: Address to listen on.
        port: Port.
        processes: Processes that simulate.
        scenario: Built-in scenario to open with.
        network: Network of the map.
        names: Further names of this host.

    Raises:
        InputError: A number out of range.
        PortTakenError: The address cannot be listened on.
    """
    _check(port, processes)
    builtin(scenario)
    settings = Settings(
        hosts=host_names(host, port, names),
        processes=processes,
        scenario=scenario,
        network=network,
        bounds=Bounds(),
    )
    shown = f"[{host}]" if ":" in host else host
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    config = uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=END_SECONDS,
        h11_max_incomplete_event_size=32_768,
    )
    page = "" if Assets(settings.assets).built else NO_PAGE
    server = _Telling(config, f"Stargauge listens on http://{shown}:{port}/ {LISTENS}{page}")
    try:
        server.run()
    except SystemExit as error:
        raise PortTakenError(f"cannot listen on {shown}:{port}; choose another with --port") from error
    if not server.started:
        raise PortTakenError(f"cannot listen on {shown}:{port}; choose another with --port")


def _check(port: int, processes: int) -> None:
    mistakes = []
    if not 1 <= port <= 65_535:
        mistakes.append(
            Mistake(0, "--port", f"{port} is out of range; expected 1 to 65535, for example 8765")
        )
    if not 1 <= processes <= MOST_PROCESSES:
        said = f"{processes} is out of range; expected 1 to {MOST_PROCESSES}, for example 2"
        mistakes.append(Mistake(0, "--workers", said))
    if mistakes:
        raise InputError("the server", mistakes, "nothing was served")

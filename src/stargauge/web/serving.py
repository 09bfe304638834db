"""Starting the server: where it listens, what it says, how it ends."""

from __future__ import annotations

import logging
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
    print(
        f"Stargauge listens on http://{shown}:{port}/ (API: /api/openapi.json); Ctrl-C ends it",
        file=sys.stderr,
    )
    print("Kernels warm up; the first start on a machine compiles them, about a minute", file=sys.stderr)
    if not Assets(settings.assets).built:
        print(
            "This copy holds no built page: scripts/build-page makes it; the API is served", file=sys.stderr
        )
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
    server = uvicorn.Server(config)
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

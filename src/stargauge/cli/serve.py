"""The command line of the page: one short function, no logic."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

DEFAULT_SCENARIO = "us-2026"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8765
DEFAULT_NETWORK = "usa"


def serve(
    scenario: str = DEFAULT_SCENARIO,
    *,
    host: Annotated[
        str, Parameter(help="Address to listen on; the loopback address, so this machine alone, by default.")
    ] = DEFAULT_HOST,
    port: Annotated[int, Parameter(help="Port to listen on.")] = DEFAULT_PORT,
    workers: Annotated[
        int | None, Parameter(help="Processes that simulate; one a processor by default.")
    ] = None,
    network: Annotated[
        str, Parameter(help="Network whose hosting capacity the map shows: usa, a case, or a file.")
    ] = DEFAULT_NETWORK,
    name: Annotated[
        tuple[str, ...], Parameter(negative="", help="Other name of this host, given once or more.")
    ] = (),
) -> None:
    """Serve the page: thousands of futures behind every slider, from this machine alone.

    Reads the facts that ship with the program; keeps the hosting capacity of the map in the user's cache
    folder. Sends nothing anywhere. Needs the extra web.

    Args:
        scenario: Built-in scenario that the page opens with (see `stargauge scenario list`).
    """
    from stargauge.web.command import serve_command

    serve_command(scenario, host, port, workers, network, name)

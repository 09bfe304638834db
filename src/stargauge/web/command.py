"""What `stargauge serve` does between reading its options and listening."""

from __future__ import annotations

from importlib.util import find_spec

from stargauge.ensemble.run import available_workers
from stargauge.errors import MissingExtraError

NEEDED = ("fastapi", "uvicorn")


def serve_command(
    scenario: str, host: str, port: int, workers: int | None, network: str, names: tuple[str, ...]
) -> None:
    """Serve the page until Ctrl-C; see `serving.serve`.

    Raises:
        MissingExtraError: FastAPI or uvicorn is not installed.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"the page needs {' and '.join(missing)}, not installed here: pip install 'stargauge[web]'"
        )
    from stargauge.web.serving import serve

    serve(host, port, available_workers() if workers is None else workers, scenario, network, names)

"""lxml, which reads and writes XML; it comes with the extra `plan`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from stargauge.errors import MissingExtraError


def etree() -> Any:
    """Return the module `lxml.etree`.

    Raises:
        MissingExtraError: It is not installed; the message says which command installs it.
    """
    try:
        return import_module("lxml.etree")
    except ImportError as error:
        raise MissingExtraError(
            "StratML needs lxml, which is not installed: pip install 'stargauge[plan]'"
        ) from error

"""Imports the libraries that only some formats need."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from stargauge.errors import MissingExtraError

EXTRA = "grid-io"
"""Name of the extra that installs them."""


def needed(module: str, kind: str) -> Any:
    """Return a module of an extra.

    Args:
        module: Name of the module.
        kind: What is being read, for the message.

    Raises:
        MissingExtraError: It is not installed; the message says which command installs it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtraError(
            f"{kind} needs {package}, which is not installed: pip install 'stargauge[{EXTRA}]'"
        ) from error

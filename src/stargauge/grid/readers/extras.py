"""Imports the libraries that only some formats and studies need."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from stargauge.errors import MissingExtraError

EXTRA = "grid-io"
"""Name of the extra that installs those of formats."""


def needed(module: str, kind: str, extra: str = EXTRA) -> Any:
    """Return a module of an extra.

    Args:
        module: Name of the module.
        kind: What is being read or computed, for the message.
        extra: Name of the extra that installs it.

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
            f"{kind} needs {package}, which is not installed: pip install 'stargauge[{extra}]'"
        ) from error

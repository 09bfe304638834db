"""Stargauge: how far a national AI strategy gets, from plan, to power, to position."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import `stargauge.grid` when it is first asked for: it is a tool of its own, and not light."""
    if name == "grid":
        return importlib.import_module("stargauge.grid")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The transmission network: what every bus can carry, what binds it, and what unlocks more."""

from __future__ import annotations

from stargauge.grid.catalogue import case_names, load
from stargauge.grid.network import Network

__all__ = ["Network", "case_names", "load"]

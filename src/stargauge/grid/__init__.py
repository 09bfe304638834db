"""The transmission network: what every bus can carry, what binds it, and what unlocks more."""

from __future__ import annotations

from stargauge.grid.catalogue import case_names, load
from stargauge.grid.network import Network
from stargauge.grid.report import GridInfo, grid_info

__all__ = ["GridInfo", "Network", "case_names", "grid_info", "load"]

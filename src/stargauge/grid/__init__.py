"""The transmission network: what every bus can carry, what binds it, and what unlocks more."""

from __future__ import annotations

from stargauge.grid.catalogue import case_names, load
from stargauge.grid.flexibility import flexible_headroom
from stargauge.grid.network import Network
from stargauge.grid.report import GridInfo, grid_info

__all__ = ["GridInfo", "Network", "case_names", "flexible_headroom", "grid_info", "load"]

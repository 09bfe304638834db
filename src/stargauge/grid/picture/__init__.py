"""Maps of buses, drawn from the network alone: no tiles, no outlines from outside."""

from __future__ import annotations

from stargauge.grid.picture.bus_map import bus_map
from stargauge.grid.picture.writing import PICTURES

__all__ = ["PICTURES", "bus_map"]

"""Maps of buses, drawn from the network alone: no tiles, no outlines from outside."""

from __future__ import annotations

from stargauge.grid.picture.bus_map import PICTURES, bus_map

__all__ = ["PICTURES", "bus_map"]

"""The AC check: full power flows with a new load, and the load at which they first fail."""

from __future__ import annotations

from stargauge.grid.ac.capacity import AcCapacity, ac_capacity
from stargauge.grid.ac.check import AcCheck, ac_check

__all__ = ["AcCapacity", "AcCheck", "ac_capacity", "ac_check"]

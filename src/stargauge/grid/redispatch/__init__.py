"""Load with generation dispatched anew: at one bus, for many requests at once, and flexible load."""

from __future__ import annotations

from stargauge.grid.redispatch.answer import Redispatch, RedispatchTable
from stargauge.grid.redispatch.capacity import redispatch_capacity, redispatch_many

__all__ = ["Redispatch", "RedispatchTable", "redispatch_capacity", "redispatch_many"]

"""Load with generation dispatched anew: at one bus, for many requests at once, and flexible load."""

from __future__ import annotations

from stargauge.grid.redispatch.allocated import Allocation
from stargauge.grid.redispatch.allocation import allocate
from stargauge.grid.redispatch.answer import Redispatch, RedispatchTable
from stargauge.grid.redispatch.capacity import redispatch_capacity, redispatch_many
from stargauge.grid.redispatch.flexible import flexible_capacity
from stargauge.grid.redispatch.flexible_answer import Flexible
from stargauge.grid.redispatch.profile import read_profile
from stargauge.grid.redispatch.requests import Request, read_requests
from stargauge.grid.redispatch.solver import SolverError

__all__ = [
    "Allocation",
    "Flexible",
    "Redispatch",
    "RedispatchTable",
    "Request",
    "SolverError",
    "allocate",
    "flexible_capacity",
    "read_profile",
    "read_requests",
    "redispatch_capacity",
    "redispatch_many",
]

"""Hosting capacity: how much new load each bus of a network can carry securely, and what binds it."""

from __future__ import annotations

from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.table import HostingTable

__all__ = ["HostingTable", "Ratings", "hosting_capacity"]
